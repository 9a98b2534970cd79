// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penScratchFlowField.h"

#include "itkPenCoreForEachLine.h"
#include "itkUpdateRegion.h"

#include <algorithm>

namespace pen
{
namespace
{
// Some of a row of tiles at a time.
constexpr itk::SizeValueType RowsABand = 64;
constexpr std::size_t Components = FlowFieldImage::PixelType::Dimension;
} // namespace

void
ForEachBandOfFlows(FlowFieldImage * flowField, const std::function<void(const FlowFieldImage::RegionType &)> & body)
{
  const auto whole = flowField->GetLargestPossibleRegion();
  for (itk::SizeValueType row = 0; row < whole.GetSize(1); row += RowsABand)
  {
    auto region = whole;
    region.SetIndex(1, whole.GetIndex(1) + static_cast<itk::IndexValueType>(row));
    region.SetSize(1, std::min(RowsABand, whole.GetSize(1) - row));
    itk::UpdateRegion(flowField, region);
    body(region);
  }
}

// The number of a pixel's first component in the file.
std::size_t
ScratchFlowField::PlaceOf(const FlowFieldImage::IndexType & pixel) const
{
  const auto whole = m_Geometry->GetLargestPossibleRegion();
  std::size_t place = 0;
  for (unsigned int axis = FlowFieldImage::ImageDimension; axis-- > 0;)
  {
    place = place * whole.GetSize(axis) + static_cast<std::size_t>(pixel[axis] - whole.GetIndex(axis));
  }
  return place * Components;
}

void
ScratchFlowField::Fill(FlowFieldImage * flowField, const std::string & folder)
{
  m_File = std::make_unique<itk::PenCore::ScratchFile>(folder);
  flowField->UpdateOutputInformation();
  m_Geometry = FlowFieldImage::New();
  m_Geometry->CopyInformation(flowField);
  ForEachBandOfFlows(flowField,
                     [&](const FlowFieldImage::RegionType & region)
                     {
                       const std::size_t pixels = region.GetSize(0) * region.GetSize(1);
                       auto first = region.GetIndex();
                       for (itk::SizeValueType channel = 0; channel < region.GetSize(2); ++channel, ++first[2])
                       {
                         m_File->Write(this->PlaceOf(first),
                                       flowField->GetBufferPointer()[channel * pixels].GetDataPointer(),
                                       pixels * Components);
                       }
                     });
  this->Modified();
}

void
ScratchFlowField::GenerateOutputInformation()
{
  this->GetOutput()->CopyInformation(m_Geometry);
}

void
ScratchFlowField::GenerateData()
{
  this->AllocateOutputs();
  const auto region = this->GetOutput()->GetRequestedRegion();
  auto * pixels = this->GetOutput()->GetBufferPointer();
  const std::size_t valuesARow = region.GetSize(0) * Components;
  const auto readRow = [&](std::size_t row)
  {
    auto first = region.GetIndex();
    first[1] += static_cast<itk::IndexValueType>(row % region.GetSize(1));
    first[2] += static_cast<itk::IndexValueType>(row / region.GetSize(1));
    m_File->Read(this->PlaceOf(first), pixels[row * region.GetSize(0)].GetDataPointer(), valuesARow);
  };
  itk::PenCore::ForEachLine(region.GetSize(1) * region.GetSize(2), valuesARow, readRow, this->GetNumberOfWorkUnits());
}
} // namespace pen
