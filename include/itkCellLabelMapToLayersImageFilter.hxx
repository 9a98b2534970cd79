// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkCellLabelMapToLayersImageFilter_hxx
#define itkCellLabelMapToLayersImageFilter_hxx

#include "itkCellLabelMapToLayersImageFilter.h"

#include "ProjectionEnhancement/Base/FilterProgress.h"
#include "ProjectionEnhancement/Base/PlaneGeometry.h"
#include "ProjectionEnhancement/Cells/CellsFromLabelMap.h"

#include <algorithm>

namespace itk
{
template <typename TInputLabelMap, typename TOutputImage>
CellLabelMapToLayersImageFilter<TInputLabelMap, TOutputImage>::CellLabelMapToLayersImageFilter()
{
  m_ReferenceOrigin.Fill(0.0);
  m_ReferenceDirection.SetIdentity();
}

template <typename TInputLabelMap, typename TOutputImage>
void
CellLabelMapToLayersImageFilter<TInputLabelMap, TOutputImage>::SetReferenceGeometry(const ImageBase<3> * reference)
{
  if (reference == nullptr)
  {
    itkExceptionMacro("SetReferenceGeometry needs a 3-D image, got none");
  }
  this->SetReferenceOrigin(FirstSliceOrigin(reference));
  this->SetReferenceDirection(reference->GetDirection());
  this->UseReferenceGeometryOn();
}

template <typename TInputLabelMap, typename TOutputImage>
void
CellLabelMapToLayersImageFilter<TInputLabelMap, TOutputImage>::UpdatePages()
{
  auto * input = const_cast<InputLabelMapType *>(this->GetInput());
  input->UpdateOutputInformation();
  input->SetRequestedRegionToLargestPossibleRegion();
  input->Update();
  const std::vector<PenCore::Cell> cells = CellsFromLabelMap(input);
  const auto minimum = static_cast<std::int32_t>(m_MinimumNumberOfPages);
  const std::vector<std::int32_t> pages =
    PenCore::AssignPages(cells, m_PageAssignment, minimum, this->GetNumberOfWorkUnits());
  m_NumberOfPages = static_cast<unsigned int>(PenCore::CountPages(cells, pages, m_PageAssignment, minimum));
  m_PageOfLabel.clear();
  std::size_t i = 0;
  for (typename InputLabelMapType::ConstIterator it(input); !it.IsAtEnd(); ++it, ++i)
  {
    m_PageOfLabel[it.GetLabel()] = pages[i];
  }
}

template <typename TInputLabelMap, typename TOutputImage>
void
CellLabelMapToLayersImageFilter<TInputLabelMap, TOutputImage>::GenerateOutputInformation()
{
  this->UpdatePages();
  OutputImageType * output = this->GetOutput();
  CopyPagesGeometry(this->GetInput(), m_NumberOfPages, output);
  if (m_UseReferenceGeometry)
  {
    output->SetOrigin(m_ReferenceOrigin);
    output->SetDirection(m_ReferenceDirection);
  }
}

template <typename TInputLabelMap, typename TOutputImage>
void
CellLabelMapToLayersImageFilter<TInputLabelMap, TOutputImage>::EnlargeOutputRequestedRegion(DataObject * data)
{
  auto * output = static_cast<OutputImageType *>(data);
  if (!output->VerifyRequestedRegion())
  {
    output->SetRequestedRegionToLargestPossibleRegion();
  }
}

template <typename TInputLabelMap, typename TOutputImage>
void
CellLabelMapToLayersImageFilter<TInputLabelMap, TOutputImage>::VerifyLabels() const
{
  for (typename InputLabelMapType::ConstIterator it(this->GetInput()); !it.IsAtEnd(); ++it)
  {
    const LabelType label = it.GetLabel();
    if (label == 0)
    {
      itkExceptionMacro("a cell has label 0, which is a layers image's background");
    }
    if (static_cast<std::uintmax_t>(label) > static_cast<std::uintmax_t>(NumericTraits<OutputPixelType>::max()))
    {
      itkExceptionMacro("label " << label << " does not fit the output's pixel type, whose highest value is "
                                 << +NumericTraits<OutputPixelType>::max());
    }
  }
}

// In place of the superclass's loop, whose progress falls back to 0 where rounding takes it beyond 1.
template <typename TInputLabelMap, typename TOutputImage>
void
CellLabelMapToLayersImageFilter<TInputLabelMap, TOutputImage>::GenerateData()
{
  constexpr std::size_t CellsPerPiece = 8;
  const auto progress = ProgressOfFilter(this);
  progress(0.0F);
  this->VerifyLabels();
  this->AllocateOutputs();
  this->GetOutput()->FillBuffer(0);
  const auto cells = this->GetLabelMap()->GetLabelObjects();
  PenCore::ParallelFor(
    cells.size(), CellsPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t i = begin; i < end; ++i)
      {
        this->ThreadedProcessLabelObject(cells[i]);
      }
    },
    this->GetNumberOfWorkUnits(), progress);
  progress(1.0F);
}

// Cells of one page share no pixel, so threads may write their cells at the same time.
template <typename TInputLabelMap, typename TOutputImage>
void
CellLabelMapToLayersImageFilter<TInputLabelMap, TOutputImage>::ThreadedProcessLabelObject(LabelObjectType * labelObject)
{
  OutputImageType * output = this->GetOutput();
  const auto value = static_cast<OutputPixelType>(labelObject->GetLabel());
  const auto page = m_PageOfLabel.at(labelObject->GetLabel());
  const auto region = output->GetRequestedRegion();
  const auto isWithin = [&region](unsigned int axis, IndexValueType place)
  {
    return place >= region.GetIndex(axis) &&
           place < region.GetIndex(axis) + static_cast<IndexValueType>(region.GetSize(axis));
  };
  if (!isWithin(2, page))
  {
    return;
  }
  const IndexValueType left = region.GetIndex(0);
  const IndexValueType right = left + static_cast<IndexValueType>(region.GetSize(0));
  for (SizeValueType i = 0; i < labelObject->GetNumberOfLines(); ++i)
  {
    const auto & line = labelObject->GetLine(i);
    const IndexValueType begin = std::max(line.GetIndex()[0], left);
    const IndexValueType end = std::min(line.GetIndex()[0] + static_cast<IndexValueType>(line.GetLength()), right);
    if (begin < end && isWithin(1, line.GetIndex()[1]))
    {
      const typename OutputImageType::IndexType first{ { begin, line.GetIndex()[1], page } };
      std::fill_n(output->GetBufferPointer() + output->ComputeOffset(first), end - begin, value);
    }
  }
}

template <typename TInputLabelMap, typename TOutputImage>
void
CellLabelMapToLayersImageFilter<TInputLabelMap, TOutputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "PageAssignment: " << m_PageAssignment << std::endl;
  os << indent << "MinimumNumberOfPages: " << m_MinimumNumberOfPages << std::endl;
  os << indent << "UseReferenceGeometry: " << (m_UseReferenceGeometry ? "On" : "Off") << std::endl;
  os << indent << "ReferenceOrigin: " << m_ReferenceOrigin << std::endl;
  os << indent << "ReferenceDirection:\n" << m_ReferenceDirection << std::endl;
  os << indent << "NumberOfPages: " << m_NumberOfPages << std::endl;
}
} // namespace itk

#endif
