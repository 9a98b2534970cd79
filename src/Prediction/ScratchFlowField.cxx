// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Prediction/ScratchFlowField.h"

#include "ProjectionEnhancement/Base/FlowFieldLayout.h"
#include "ProjectionEnhancement/Base/ForEachLine.h"
#include "ProjectionEnhancement/Base/UpdateRegion.h"

#include <algorithm>

namespace itk
{
namespace PenCore
{
namespace
{
// Some of a row of tiles at a time.
constexpr SizeValueType RowsPerBand = 64;
} // namespace

void
ForEachBandOfFlows(FlowFieldImage * flowField, const std::function<void(const FlowFieldImage::RegionType &)> & body)
{
  const auto whole = flowField->GetLargestPossibleRegion();
  for (SizeValueType row = 0; row < whole.GetSize(1); row += RowsPerBand)
  {
    auto region = whole;
    region.SetIndex(1, whole.GetIndex(1) + static_cast<IndexValueType>(row));
    region.SetSize(1, std::min(RowsPerBand, whole.GetSize(1) - row));
    UpdateRegion(flowField, region);
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
  return place * FlowFieldComponents;
}

void
ScratchFlowField::Fill(FlowFieldImage * flowField, const std::string & folder)
{
  m_File = std::make_unique<ScratchFile>(folder);
  flowField->UpdateOutputInformation();
  m_Geometry = FlowFieldImage::New();
  m_Geometry->CopyInformation(flowField);
  ForEachBandOfFlows(flowField,
                     [&](const FlowFieldImage::RegionType & region)
                     {
                       const std::size_t pixels = region.GetSize(0) * region.GetSize(1);
                       auto first = region.GetIndex();
                       for (SizeValueType channel = 0; channel < region.GetSize(2); ++channel, ++first[2])
                       {
                         m_File->Write(this->PlaceOf(first),
                                       flowField->GetBufferPointer()[channel * pixels].GetDataPointer(),
                                       pixels * FlowFieldComponents);
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
  const std::size_t valuesPerRow = region.GetSize(0) * FlowFieldComponents;
  const auto readRow = [&](std::size_t row)
  {
    auto first = region.GetIndex();
    first[1] += static_cast<IndexValueType>(row % region.GetSize(1));
    first[2] += static_cast<IndexValueType>(row / region.GetSize(1));
    m_File->Read(this->PlaceOf(first), pixels[row * region.GetSize(0)].GetDataPointer(), valuesPerRow);
  };
  ForEachLine(region.GetSize(1) * region.GetSize(2), valuesPerRow, readRow, this->GetNumberOfWorkUnits());
}
} // namespace PenCore
} // namespace itk
