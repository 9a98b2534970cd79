// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkSimulatedCellStackSource_hxx
#define itkSimulatedCellStackSource_hxx

#include "itkSimulatedCellStackSource.h"

#include "ProjectionEnhancement/Base/FilterProgress.h"
#include "ProjectionEnhancement/Base/PlaneGeometry.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <type_traits>

namespace itk
{
template <typename TOutputImage>
SimulatedCellStackSource<TOutputImage>::SimulatedCellStackSource()
{
  m_Origin.Fill(0.0);
  m_Direction.SetIdentity();
  this->SetNumberOfRequiredOutputs(3);
  for (DataObjectPointerArraySizeType i = 0; i < 3; ++i)
  {
    this->SetNthOutput(i, this->MakeOutput(i));
  }
}

template <typename TOutputImage>
typename SimulatedCellStackSource<TOutputImage>::DataObjectPointer
SimulatedCellStackSource<TOutputImage>::MakeOutput(DataObjectPointerArraySizeType output)
{
  switch (output)
  {
    case 1:
      return CellLabelMap::New().GetPointer();
    case 2:
      return LabelImageType::New().GetPointer();
    default:
      return TOutputImage::New().GetPointer();
  }
}

template <typename TOutputImage>
CellLabelMap *
SimulatedCellStackSource<TOutputImage>::GetCells()
{
  return static_cast<CellLabelMap *>(this->ProcessObject::GetOutput(1));
}

template <typename TOutputImage>
typename SimulatedCellStackSource<TOutputImage>::LabelImageType *
SimulatedCellStackSource<TOutputImage>::GetLabelImage()
{
  return static_cast<LabelImageType *>(this->ProcessObject::GetOutput(2));
}

template <typename TOutputImage>
void
SimulatedCellStackSource<TOutputImage>::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  try
  {
    m_Parameters.Verify();
  }
  catch (const std::invalid_argument & error)
  {
    itkExceptionMacro("The simulation's parameters make no sense: " << error.what());
  }
}

template <typename TOutputImage>
void
SimulatedCellStackSource<TOutputImage>::GenerateOutputInformation()
{
  Size<3> size;
  typename TOutputImage::SpacingType spacing;
  for (unsigned int axis = 0; axis < 3; ++axis)
  {
    size[axis] = m_Parameters.size[axis];
    spacing[axis] = m_Parameters.spacing[axis];
  }
  const auto place = [&](auto * image)
  {
    image->SetLargestPossibleRegion(ImageRegion<3>(size));
    image->SetSpacing(spacing);
    image->SetOrigin(m_Origin);
    image->SetDirection(m_Direction);
  };
  place(this->GetOutput());
  place(this->GetLabelImage());
  CopyPlaneGeometry(this->GetOutput(), this->GetCells());
}

template <typename TOutputImage>
void
SimulatedCellStackSource<TOutputImage>::EnlargeOutputRequestedRegion(DataObject * output)
{
  output->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TOutputImage>
void
SimulatedCellStackSource<TOutputImage>::GenerateData()
{
  ParametersType parameters = m_Parameters;
  parameters.numberOfThreads = this->GetNumberOfWorkUnits();
  const PenCore::SimulatedStack simulated = PenCore::SimulateCellStack(parameters, ProgressOfFilter(this));

  using PixelType = typename TOutputImage::PixelType;
  this->AllocateOutputs();
  const auto toPixel = [](float value)
  {
    if constexpr (std::is_integral_v<PixelType>)
    {
      const auto lowest = static_cast<double>(std::numeric_limits<PixelType>::lowest());
      const auto highest = static_cast<double>(std::numeric_limits<PixelType>::max());
      return static_cast<PixelType>(std::min(std::max(std::floor(static_cast<double>(value) + 0.5), lowest), highest));
    }
    else
    {
      return static_cast<PixelType>(value);
    }
  };
  std::transform(simulated.stack.begin(), simulated.stack.end(), this->GetOutput()->GetBufferPointer(), toPixel);
  LabelImageType * labels = this->GetLabelImage();
  labels->SetBufferedRegion(labels->GetLargestPossibleRegion());
  labels->Allocate();
  std::copy(simulated.labels3d.begin(), simulated.labels3d.end(), labels->GetBufferPointer());
  this->FillCells(simulated);
}

template <typename TOutputImage>
void
SimulatedCellStackSource<TOutputImage>::FillCells(const PenCore::SimulatedStack & simulated)
{
  CellLabelMap * cells = this->GetCells();
  cells->ClearLabels();
  cells->SetBackgroundValue(0);
  for (const PenCore::SimulatedCell & simulatedCell : simulated.cells)
  {
    auto cell = CellLabelMap::LabelObjectType::New();
    cell->SetLabel(cells->GetNumberOfLabelObjects() + 1);
    cell->SetDepth(m_Origin[2] + simulatedCell.centroid[2]);
    AddPixelRunsToLabelObject(simulatedCell.runs, cells->GetLargestPossibleRegion().GetIndex(), cell.GetPointer());
    cells->AddLabelObject(cell);
  }
}

template <typename TOutputImage>
void
SimulatedCellStackSource<TOutputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  PrintParameters(os, indent, m_Parameters);
  PrintParameter(os, indent, "Origin", m_Origin);
  os << indent << "Direction:" << std::endl << m_Direction << std::endl;
}
} // namespace itk

#endif
