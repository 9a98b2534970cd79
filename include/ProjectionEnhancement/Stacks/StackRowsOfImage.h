// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Stacks_StackRowsOfImage_h
#define ProjectionEnhancement_Stacks_StackRowsOfImage_h

#include "ProjectionEnhancement/Base/ForEachLine.h"
#include "ProjectionEnhancement/Base/UpdateRegion.h"
#include "ProjectionEnhancement/Stacks/StackRows.h"
#include "itkImageScanlineConstIterator.h"

#include <algorithm>

namespace itk
{
/** \brief Asks an image, and through it the pipeline that makes it, for bands of rows of its slices.
 *
 * For filters that set the requested region of their input to as little as FirstRowOf(), so that a source that streams
 * is never asked for the whole. The image must outlive the result. Values are converted on at most \a numberOfThreads
 * threads. */
template <typename TImage>
PenCore::StackRows
StackRowsOfImage(const TImage * image, unsigned int numberOfThreads = 0)
{
  return [image, numberOfThreads](std::size_t begin, std::size_t end, float * rows)
  {
    const auto whole = image->GetLargestPossibleRegion();
    const std::size_t width = whole.GetSize(0);
    auto region = whole;
    region.SetIndex(1, whole.GetIndex(1) + static_cast<IndexValueType>(begin));
    region.SetSize(1, end - begin);
    const std::size_t bytesPerRow = whole.GetSize(2) * width * sizeof(typename TImage::PixelType);
    const std::size_t rowsAtOnce =
      image->GetBufferedRegion().IsInside(region) ? end - begin : PenCore::RowsAtOnce(bytesPerRow);
    for (std::size_t y = begin; y < end; y += rowsAtOnce)
    {
      region.SetIndex(1, whole.GetIndex(1) + static_cast<IndexValueType>(y));
      region.SetSize(1, std::min(rowsAtOnce, end - y));
      if (!image->GetBufferedRegion().IsInside(region))
      {
        UpdateRegion(image, region);
      }
      // Line by line: a slice's rows lie one after the other here, in the image they need not.
      const std::size_t lines = region.GetSize(1);
      const auto convertLine = [&](std::size_t i)
      {
        auto line = region;
        line.SetIndex(1, region.GetIndex(1) + static_cast<IndexValueType>(i % lines));
        line.SetIndex(2, region.GetIndex(2) + static_cast<IndexValueType>(i / lines));
        line.SetSize(1, 1);
        line.SetSize(2, 1);
        ImageScanlineConstIterator<TImage> it(image, line);
        float * row = rows + (i / lines * (end - begin) + y - begin + i % lines) * width;
        for (std::size_t x = 0; x < width; ++x, ++it)
        {
          row[x] = static_cast<float>(it.Get());
        }
      };
      PenCore::ForEachLine(lines * whole.GetSize(2), width, convertLine, numberOfThreads);
    }
  };
}

/** \brief The first row of every slice: what an input is asked for that will be read in bands. */
template <typename TImage>
typename TImage::RegionType
FirstRowOf(const TImage * image)
{
  auto region = image->GetLargestPossibleRegion();
  region.SetSize(1, 1);
  return region;
}

/** \brief Size of a stack as the core knows it. */
template <typename TImage>
PenCore::GridSize
GridSizeOfStack(const TImage * image)
{
  const auto size = image->GetLargestPossibleRegion().GetSize();
  PenCore::GridSize grid;
  grid.depth = size[2];
  grid.height = size[1];
  grid.width = size[0];
  return grid;
}
} // namespace itk

#endif
