// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penScratchFlowField.h"
#include "penErrors.h"

#include <algorithm>
#include <fstream>

namespace pen
{
namespace
{
// Some of a row of tiles at a time.
constexpr itk::SizeValueType RowsABand = 64;
} // namespace

// In bytes, of the first pixel of a row.
std::size_t
ScratchFlowField::OffsetOf(itk::IndexValueType channel, itk::IndexValueType row) const
{
  const auto whole = m_Geometry->GetLargestPossibleRegion();
  const auto rows = static_cast<std::size_t>(channel - whole.GetIndex(2)) * whole.GetSize(1) +
                    static_cast<std::size_t>(row - whole.GetIndex(1));
  return rows * whole.GetSize(0) * sizeof(FlowFieldImage::PixelType);
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
  for (itk::SizeValueType row = 0; row < whole.GetSize(1); row += RowsABand)
  {
    auto region = whole;
    region.SetIndex(1, whole.GetIndex(1) + static_cast<itk::IndexValueType>(row));
    region.SetSize(1, std::min(RowsABand, whole.GetSize(1) - row));
    flowField->SetRequestedRegion(region);
    flowField->PropagateRequestedRegion();
    flowField->UpdateOutputData();
    const std::size_t pixels = region.GetSize(0) * region.GetSize(1);
    for (itk::SizeValueType channel = 0; channel < whole.GetSize(2); ++channel)
    {
      const auto page = whole.GetIndex(2) + static_cast<itk::IndexValueType>(channel);
      file.seekp(static_cast<std::streamoff>(this->OffsetOf(page, region.GetIndex(1))));
      file.write(reinterpret_cast<const char *>(flowField->GetBufferPointer() + channel * pixels),
                 static_cast<std::streamsize>(pixels * sizeof(FlowFieldImage::PixelType)));
    }
  }
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
ScratchFlowField::EnlargeOutputRequestedRegion(itk::DataObject * output)
{
  auto * image = static_cast<FlowFieldImage *>(output);
  auto region = image->GetRequestedRegion();
  region.SetIndex(0, image->GetLargestPossibleRegion().GetIndex(0));
  region.SetSize(0, image->GetLargestPossibleRegion().GetSize(0));
  image->SetRequestedRegion(region);
}

void
ScratchFlowField::GenerateData()
{
  this->AllocateOutputs();
  const auto region = this->GetOutput()->GetRequestedRegion();
  const std::size_t pixels = region.GetSize(0) * region.GetSize(1);
  std::ifstream file(m_File->GetTemporaryPath(), std::ios::binary);
  for (itk::SizeValueType channel = 0; channel < region.GetSize(2); ++channel)
  {
    const auto page = region.GetIndex(2) + static_cast<itk::IndexValueType>(channel);
    file.seekg(static_cast<std::streamoff>(this->OffsetOf(page, region.GetIndex(1))));
    file.read(reinterpret_cast<char *>(this->GetOutput()->GetBufferPointer() + channel * pixels),
              static_cast<std::streamsize>(pixels * sizeof(FlowFieldImage::PixelType)));
  }
  if (!file)
  {
    Fail("cannot read the flow field back from its scratch file", m_File->GetTemporaryPath());
  }
}
} // namespace pen
