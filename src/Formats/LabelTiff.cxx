// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Formats/LabelTiff.h"
#include "ProjectionEnhancement/Base/FileError.h"
#include "ProjectionEnhancement/Formats/OmeTiffWriter.h"
#include "itkSpacingInMicrometers.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
namespace
{
template <typename TPixel>
void
WriteLabels(const LayersImage * layers, OmeTiffWriter & writer)
{
  std::vector<TPixel> pixels(layers->GetLargestPossibleRegion().GetSize(0));
  ForEachLabelBand(layers,
                   [&](const LayersImage::RegionType & band, const unsigned int * labels)
                   {
                     for (std::size_t row = 0; row < band.GetSize(1); ++row, labels += pixels.size())
                     {
                       std::transform(labels, labels + pixels.size(), pixels.begin(),
                                      [](unsigned int label) { return static_cast<TPixel>(label); });
                       writer.WriteRow(pixels.data());
                     }
                   });
}
} // namespace

void
WriteLabelTiff(const LayersImage * layers, const ImageBase<3> * stack, bool spacingIsKnown, const std::string & path)
{
  constexpr unsigned int largestWholeFloat = 1u << 24;
  const unsigned int highest = HighestLabel(layers);
  if (highest > largestWholeFloat)
  {
    FailBeyondFormat("cannot write labels above 16777216 as a TIFF", path);
  }
  const std::size_t bytes = SmallestLabelType(highest).bytes;
  OmeTiffLayout layout;
  layout.size = layers->GetLargestPossibleRegion().GetSize();
  layout.spacing = stack->GetSpacing();
  layout.spacing[2] *= static_cast<double>(stack->GetLargestPossibleRegion().GetSize(2));
  layout.spacingIsKnown = spacingIsKnown;
  layout.pages = OmePages::Channels;
  layout.component = bytes == 1   ? IOComponentEnum::UCHAR
                     : bytes == 2 ? IOComponentEnum::USHORT
                                  : IOComponentEnum::FLOAT;
  OmeTiffWriter writer(layout, path);
  const auto write = bytes == 1   ? WriteLabels<std::uint8_t>
                     : bytes == 2 ? WriteLabels<std::uint16_t>
                                  : WriteLabels<float>;
  write(layers, writer);
  writer.Close();
}

void
WriteLayersTiff(const LayersImage * layers, const std::string & path)
{
  const std::size_t bytes = SmallestLabelType(HighestLabel(layers)).bytes;
  OmeTiffLayout layout;
  layout.size = layers->GetLargestPossibleRegion().GetSize();
  layout.spacing = SpacingInMicrometers(layers);
  layout.spacingIsKnown = MicrometersPerSpacingUnit(layers) > 0.0;
  layout.pages = OmePages::Channels;
  layout.description = DescriptionForName(path);
  layout.component = bytes == 1 ? IOComponentEnum::UCHAR : bytes == 2 ? IOComponentEnum::USHORT : IOComponentEnum::UINT;
  OmeTiffWriter writer(layout, path);
  const auto write = bytes == 1   ? WriteLabels<std::uint8_t>
                     : bytes == 2 ? WriteLabels<std::uint16_t>
                                  : WriteLabels<std::uint32_t>;
  write(layers, writer);
  writer.Close();
}
} // namespace PenCore
} // namespace itk
