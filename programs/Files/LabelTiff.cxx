// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/LabelTiff.h"
#include "Files/LabelBands.h"
#include "Files/TiffStack.h"
#include "Frame/Errors.h"

#include <algorithm>
#include <vector>

namespace pen
{
void
WriteLabelTiff(const LayersImage * layers, const StackFile & stack, const OutputFile & output)
{
  constexpr unsigned int largestWholeFloat = 1u << 24;
  const unsigned int highest = HighestLabel(layers);
  if (highest > largestWholeFloat)
  {
    Fail("cannot write labels above 16777216 as a TIFF", output.GetPath());
  }
  OmeTiffLayout layout;
  layout.size = layers->GetLargestPossibleRegion().GetSize();
  layout.spacing = stack.image->GetSpacing();
  layout.spacing[2] *= static_cast<double>(stack.image->GetLargestPossibleRegion().GetSize(2));
  layout.spacingIsKnown = stack.spacingIsKnown;
  layout.pages = OmePages::Channels;
  layout.bits = static_cast<unsigned int>(8 * SmallestLabelType(highest).bytes);
  OmeTiffWriter writer(layout, output);
  std::vector<float> pixels(layout.size[0]);
  ForEachLabelBand(layers,
                   [&](const LayersImage::RegionType & band, const unsigned int * labels)
                   {
                     for (std::size_t row = 0; row < band.GetSize(1); ++row, labels += pixels.size())
                     {
                       std::copy_n(labels, pixels.size(), pixels.begin());
                       writer.WriteRow(pixels.data());
                     }
                   });
  writer.Close();
}
} // namespace pen
