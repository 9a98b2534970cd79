// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Flows_FlowSourceOfImage_h
#define ProjectionEnhancement_Flows_FlowSourceOfImage_h

#include "ProjectionEnhancement/Base/ForEachLine.h"
#include "ProjectionEnhancement/Base/UpdateRegion.h"
#include "ProjectionEnhancement/Flows/FlowsToCells.h"
#include "ProjectionEnhancement/Stacks/StackRows.h"
#include "itkImageScanlineConstIterator.h"

#include <algorithm>

namespace itk
{
/** \brief Asks a flow field image, X x Y or X x Y x C, and through it the pipeline that makes it, for regions of a
 * channel.
 *
 * The image must outlive the result. Pixels are copied on at most \a numberOfThreads threads. */
template <typename TImage>
PenCore::FlowSource
FlowSourceOfImage(const TImage * image, unsigned int numberOfThreads = 0)
{
  return [image, numberOfThreads](int channel, const PenCore::FlowRegion & wanted, float * values)
  {
    constexpr unsigned int last = TImage::ImageDimension - 1;
    const auto whole = image->GetLargestPossibleRegion();
    auto region = whole;
    region.SetIndex(0, whole.GetIndex(0) + wanted.x);
    region.SetSize(0, static_cast<SizeValueType>(wanted.width));
    region.SetIndex(1, whole.GetIndex(1) + wanted.y);
    region.SetSize(1, static_cast<SizeValueType>(wanted.height));
    if (last == 2)
    {
      region.SetIndex(last, whole.GetIndex(last) + channel);
      region.SetSize(last, 1);
    }
    const std::size_t bytesPerRow = static_cast<std::size_t>(wanted.width) * sizeof(typename TImage::PixelType);
    const auto rowsAtOnce =
      image->GetBufferedRegion().IsInside(region)
        ? wanted.height
        : static_cast<int>(std::min<std::size_t>(PenCore::RowsAtOnce(bytesPerRow), wanted.height));
    for (int y = 0; y < wanted.height; y += rowsAtOnce)
    {
      region.SetIndex(1, whole.GetIndex(1) + wanted.y + y);
      region.SetSize(1, static_cast<SizeValueType>(std::min(rowsAtOnce, wanted.height - y)));
      if (!image->GetBufferedRegion().IsInside(region))
      {
        UpdateRegion(image, region);
      }
      constexpr std::size_t components = TImage::PixelType::Dimension;
      const auto width = static_cast<std::size_t>(wanted.width);
      float * first = values + static_cast<std::size_t>(y) * width * components;
      const auto copyRow = [&](std::size_t i)
      {
        auto row = region;
        row.SetIndex(1, region.GetIndex(1) + static_cast<IndexValueType>(i));
        row.SetSize(1, 1);
        float * target = first + i * width * components;
        ImageScanlineConstIterator<TImage> it(image, row);
        for (std::size_t x = 0; x < width; ++x, ++it)
        {
          const typename TImage::PixelType pixel = it.Get();
          target = std::copy_n(pixel.GetDataPointer(), components, target);
        }
      };
      PenCore::ForEachLine(region.GetSize(1), width * components, copyRow, numberOfThreads);
    }
  };
}

/** \brief Whether a flow field takes more than half of a number of bytes, so that it is read in windows. */
template <typename TImage>
bool
IsReadInWindows(const TImage * image, SizeValueType memoryBudget)
{
  return image->GetLargestPossibleRegion().GetNumberOfPixels() > memoryBudget / 2 / sizeof(typename TImage::PixelType);
}
} // namespace itk

#endif
