// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPolygonAnnotationReader.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace itk
{
PolygonAnnotationReader::PolygonAnnotationReader()
{
  this->SetNumberOfRequiredOutputs(2);
  this->SetNthOutput(1, this->MakeOutput(1));
}

DataObject::Pointer
PolygonAnnotationReader::MakeOutput(DataObjectPointerArraySizeType index)
{
  if (index == 1)
  {
    return IgnoreImageType::New().GetPointer();
  }
  return Superclass::MakeOutput(index);
}

const PolygonAnnotationReader::IgnoreImageType *
PolygonAnnotationReader::GetIgnoreImage() const
{
  return static_cast<const IgnoreImageType *>(this->ProcessObject::GetOutput(1));
}

void
PolygonAnnotationReader::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  if (m_FileName.empty())
  {
    itkExceptionMacro("FileName is not set");
  }
  if (!(m_SliceSpacing > 0.0) || !(m_Spacing[0] > 0.0) || !(m_Spacing[1] > 0.0))
  {
    itkExceptionMacro("Spacing is " << m_Spacing << " and SliceSpacing " << m_SliceSpacing
                                    << "; both must be larger than 0");
  }
}

void
PolygonAnnotationReader::GenerateOutputInformation()
{
  std::ifstream file(m_FileName, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file)
  {
    itkExceptionMacro("cannot read the annotation: " << m_FileName);
  }
  try
  {
    m_Annotation = ParsePolygonAnnotation(text.str());
  }
  catch (const ExceptionObject & error)
  {
    itkExceptionMacro(<< error.GetDescription() << ": " << m_FileName);
  }
  m_NumberOfSlices = m_Annotation.slices;

  const ImageRegion<2> region(Size<2>{ { m_Annotation.width, m_Annotation.height } });
  for (DataObjectPointerArraySizeType i = 0; i < 2; ++i)
  {
    auto * output = static_cast<ImageBase<2> *>(this->ProcessObject::GetOutput(i));
    output->SetLargestPossibleRegion(region);
    output->SetSpacing(m_Spacing);
  }
}

void
PolygonAnnotationReader::EnlargeOutputRequestedRegion(DataObject * output)
{
  Superclass::EnlargeOutputRequestedRegion(output);
  output->SetRequestedRegionToLargestPossibleRegion();
}

void
PolygonAnnotationReader::GenerateData()
{
  this->AllocateOutputs();
  CellLabelMap * cells = this->GetOutput();
  for (std::size_t i = 0; i < m_Annotation.cells.size(); ++i)
  {
    const auto cell = CellLabelMap::LabelObjectType::New();
    cell->SetLabel(static_cast<SizeValueType>(i + 1));
    cell->SetDepth(m_Annotation.cells[i].depth * m_SliceSpacing);
    AddPixelRunsToLabelObject(m_Annotation.cells[i].runs, { { 0, 0 } }, cell.GetPointer());
    cells->AddLabelObject(cell);
  }
  auto * ignore = static_cast<IgnoreImageType *>(this->ProcessObject::GetOutput(1));
  ignore->SetBufferedRegion(ignore->GetLargestPossibleRegion());
  ignore->Allocate(true);
  std::copy(m_Annotation.ignore.begin(), m_Annotation.ignore.end(), ignore->GetBufferPointer());
}

void
PolygonAnnotationReader::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "FileName: " << m_FileName << std::endl;
  os << indent << "Spacing: " << m_Spacing << std::endl;
  os << indent << "SliceSpacing: " << m_SliceSpacing << std::endl;
  os << indent << "NumberOfSlices: " << m_NumberOfSlices << std::endl;
}
} // namespace itk
