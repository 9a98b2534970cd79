// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penLabelTiff.h"
#include "penErrors.h"
#include "penTiffStack.h"

#include <algorithm>

namespace pen
{
void
WriteLabelTiff(const LayersImage * layers, const StackFile & stack, const OutputFile & output)
{
  constexpr unsigned int largestWholeFloat = 1u << 24;
  const auto region = layers->GetLargestPossibleRegion();
  const unsigned int * labels = layers->GetBufferPointer();
  const std::size_t pixels = region.GetNumberOfPixels();
  if (std::any_of(labels, labels + pixels, [](unsigned int label) { return label > largestWholeFloat; }))
  {
    Fail("cannot write labels above 16777216 as a TIFF", output.GetPath());
  }
  const auto image = StackImage::New();
  image->SetRegions(region);
  auto spacing = stack.image->GetSpacing();
  spacing[2] *= static_cast<double>(stack.image->GetLargestPossibleRegion().GetSize(2));
  image->SetSpacing(spacing);
  image->Allocate();
  std::copy(labels, labels + pixels, image->GetBufferPointer());
  WriteOmeTiff(image, stack.spacingIsKnown, output, OmePages::Channels);
}
} // namespace pen
