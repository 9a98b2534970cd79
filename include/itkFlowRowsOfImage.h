// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkFlowRowsOfImage_h
#define itkFlowRowsOfImage_h

#include "itkImageRegionConstIterator.h"
#include "itkPenCoreFlowsToCells.h"
#include "itkPenCoreStackRows.h"

#include <algorithm>

namespace itk
{
/** \brief Asks a flow field image, X x Y or X x Y x C, and through it the pipeline that makes it, for rows of a
 * channel.
 *
 * The image must outlive the result. */
template <typename TImage>
PenCore::FlowRows
FlowRowsOfImage(const TImage * image)
{
  return [image](int channel, std::size_t begin, std::size_t end, float * rows)
  {
    constexpr unsigned int last = TImage::ImageDimension - 1;
    auto * source = const_cast<TImage *>(image);
    const auto whole = image->GetLargestPossibleRegion();
    auto region = whole;
    region.SetIndex(1, whole.GetIndex(1) + static_cast<IndexValueType>(begin));
    region.SetSize(1, end - begin);
    if (last == 2)
    {
      region.SetIndex(last, whole.GetIndex(last) + channel);
      region.SetSize(last, 1);
    }
    const std::size_t rowsAtOnce = image->GetBufferedRegion().IsInside(region)
                                     ? end - begin
                                     : PenCore::RowsAtOnce(whole.GetSize(0) * sizeof(typename TImage::PixelType));
    for (std::size_t y = begin; y < end; y += rowsAtOnce)
    {
      region.SetIndex(1, whole.GetIndex(1) + static_cast<IndexValueType>(y));
      region.SetSize(1, std::min(rowsAtOnce, end - y));
      if (!image->GetBufferedRegion().IsInside(region))
      {
        source->SetRequestedRegion(region);
        source->PropagateRequestedRegion();
        source->UpdateOutputData();
      }
      for (ImageRegionConstIterator<TImage> it(image, region); !it.IsAtEnd(); ++it)
      {
        const typename TImage::PixelType pixel = it.Get();
        rows = std::copy(pixel.GetDataPointer(), pixel.GetDataPointer() + TImage::PixelType::Dimension, rows);
      }
    }
  };
}

/** \brief Whether a flow field takes more than half of a number of bytes, so that it is read in windows of rows. */
template <typename TImage>
bool
IsReadInWindows(const TImage * image, SizeValueType memoryBudget)
{
  return image->GetLargestPossibleRegion().GetNumberOfPixels() > memoryBudget / 2 / sizeof(typename TImage::PixelType);
}
} // namespace itk

#endif
