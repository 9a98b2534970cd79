// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penScratchFlowField.h"
#include "penErrors.h"

#include "itkUpdateRegion.h"

#include <algorithm>
#include <fstream>

namespace pen
{
namespace
{
// Some of a row of tiles at a time.
constexpr itk::SizeValueType RowsABand = 64;
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

// In bytes.
std::size_t
ScratchFlowField::OffsetOf(const FlowFieldImage::IndexType & pixel) const
{
  const auto whole = m_Geometry->GetLargestPossibleRegion();
  std::size_t offset = 0;
  for (unsigned int axis = FlowFieldImage::ImageDimension; axis-- > 0;)
  {
    offset = offset * whole.GetSize(axis) + static_cast<std::size_t>(pixel[axis] - whole.GetIndex(axis));
  }
  return offset * sizeof(FlowFieldImage::PixelType);
}

void
ScratchFlowField::Fill(FlowFieldImage * flowField, const std::string & folder)
{
  m_File = std::make_unique<OutputFile>(folder + "/flow-field.scratch");
  flowField->UpdateOutputInformation();
  m_Geometry = FlowFieldImage::New();
  m_Geometry->CopyInformation(flowField);
  std::ofstream file(m_File->GetTemporaryPath(), std::ios::binary);
  const auto whole = flowField->GetLargestPossibleRegion();
  ForEachBandOfFlows(flowField,
                     [&](const FlowFieldImage::RegionType & region)
                     {
                       const std::size_t pixels = region.GetSize(0) * region.GetSize(1);
                       for (itk::SizeValueType channel = 0; channel < whole.GetSize(2); ++channel)
                       {
                         auto first = region.GetIndex();
                         first[2] += static_cast<itk::IndexValueType>(channel);
                         file.seekp(static_cast<std::streamoff>(this->OffsetOf(first)));
                         file.write(reinterpret_cast<const char *>(flowField->GetBufferPointer() + channel * pixels),
                                    static_cast<std::streamsize>(pixels * sizeof(FlowFieldImage::PixelType)));
                       }
                     });
  file.close();
  if (!file)
  {
    Fail("cannot write the flow field to a scratch file", folder);
  }
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
  std::ifstream file(m_File->GetTemporaryPath(), std::ios::binary);
  auto * pixels = this->GetOutput()->GetBufferPointer();
  for (itk::SizeValueType channel = 0; channel < region.GetSize(2); ++channel)
  {
    for (itk::SizeValueType row = 0; row < region.GetSize(1); ++row, pixels += region.GetSize(0))
    {
      auto first = region.GetIndex();
      first[1] += static_cast<itk::IndexValueType>(row);
      first[2] += static_cast<itk::IndexValueType>(channel);
      file.seekg(static_cast<std::streamoff>(this->OffsetOf(first)));
      file.read(reinterpret_cast<char *>(pixels),
                static_cast<std::streamsize>(region.GetSize(0) * sizeof(FlowFieldImage::PixelType)));
    }
  }
  if (!file)
  {
    Fail("cannot read the flow field back from its scratch file", m_File->GetTemporaryPath());
  }
}
} // namespace pen
