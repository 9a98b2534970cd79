// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Formats/LabelBands.h"

#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Base/UpdateRegion.h"
#include "itkImageRegionRange.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace itk
{
namespace PenCore
{
namespace
{
// A filter looks at all cells for each band, so that bands are not small: 16 MiB.
constexpr SizeValueType LabelsPerBand = SizeValueType{ 1 } << 22;
constexpr std::size_t PixelsPerPiece = 1 << 16;

void
VisitRows(const LayersImage * layers, LayersImage::RegionType pages, const LabelBandVisitor & visit)
{
  const auto whole = layers->GetLargestPossibleRegion();
  const SizeValueType labelsPerRow = pages.GetSize(0) * pages.GetSize(2);
  const SizeValueType rowsPerBand =
    std::max<SizeValueType>(LabelsPerBand / std::max<SizeValueType>(labelsPerRow, 1), 1);
  std::vector<unsigned int> labels;
  for (SizeValueType row = 0; row < whole.GetSize(1); row += rowsPerBand)
  {
    auto band = pages;
    band.SetIndex(1, whole.GetIndex(1) + static_cast<IndexValueType>(row));
    band.SetSize(1, std::min(rowsPerBand, whole.GetSize(1) - row));
    UpdateRegion(layers, band);
    if (layers->GetBufferedRegion() == band)
    {
      visit(band, layers->GetBufferPointer());
      continue;
    }
    const ImageRegionRange<const LayersImage> range(*layers, band);
    labels.assign(range.begin(), range.end());
    visit(band, labels.data());
  }
}

// Filters know their output when it is asked for, also where it is only looked at.
LayersImage::RegionType
WholeRegion(const LayersImage * layers)
{
  const_cast<LayersImage *>(layers)->UpdateOutputInformation();
  return layers->GetLargestPossibleRegion();
}
} // namespace

void
ForEachLabelBand(const LayersImage * layers, const LabelBandVisitor & visit)
{
  const auto whole = WholeRegion(layers);
  for (SizeValueType page = 0; page < whole.GetSize(2); ++page)
  {
    auto region = whole;
    region.SetIndex(2, whole.GetIndex(2) + static_cast<IndexValueType>(page));
    region.SetSize(2, 1);
    VisitRows(layers, region, visit);
  }
}

void
ForEachLabelBandOfAllPages(const LayersImage * layers, const LabelBandVisitor & visit)
{
  VisitRows(layers, WholeRegion(layers), visit);
}

LabelPlaces
PlacesOfLabels(const LayersImage * layers)
{
  LabelPlaces places;
  const auto place = [&](const LayersImage::RegionType & band, const unsigned int * label)
  {
    const auto whole = layers->GetLargestPossibleRegion();
    const auto page = static_cast<std::size_t>(band.GetIndex(2) - whole.GetIndex(2));
    const auto top = static_cast<std::size_t>(band.GetIndex(1) - whole.GetIndex(1));
    for (std::size_t y = top; y < top + band.GetSize(1); ++y)
    {
      for (std::size_t x = 0; x < band.GetSize(0); ++x, ++label)
      {
        if (*label != 0)
        {
          LabelPlace & found = places.try_emplace(*label, LabelPlace{ page, x, x, y, y }).first->second;
          found.left = std::min(found.left, x);
          found.right = std::max(found.right, x);
          found.bottom = y;
        }
      }
    }
  };
  ForEachLabelBand(layers, place);
  return places;
}

unsigned int
HighestLabel(const LayersImage * layers)
{
  unsigned int highest = 0;
  ForEachLabelBand(layers, [&](const LayersImage::RegionType & band, const unsigned int * labels)
                   { highest = std::max(highest, *std::max_element(labels, labels + band.GetNumberOfPixels())); });
  return highest;
}

std::string
BytesOfLabels(const unsigned int * labels, std::size_t pages, std::size_t pixels, const LabelType & type)
{
  std::string bytes(pages * pixels * type.bytes, '\0');
  ParallelFor(pixels, PixelsPerPiece,
              [&](std::size_t begin, std::size_t end)
              {
                std::size_t place = begin * pages * type.bytes;
                for (std::size_t i = begin; i < end; ++i)
                {
                  for (std::size_t page = 0; page < pages; ++page)
                  {
                    const unsigned int label = labels[page * pixels + i];
                    for (std::size_t byte = 0; byte < type.bytes; ++byte)
                    {
                      bytes[place++] = static_cast<char>((label >> (8 * byte)) & 0xffu);
                    }
                  }
                }
              });
  return bytes;
}

LabelType
SmallestLabelType(unsigned int highest)
{
  if (highest <= std::numeric_limits<std::uint8_t>::max())
  {
    return { "unsigned char", 1 };
  }
  return highest <= std::numeric_limits<std::uint16_t>::max() ? LabelType{ "unsigned short", 2 }
                                                              : LabelType{ "unsigned int", 4 };
}
} // namespace PenCore
} // namespace itk
