// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkStackRowsOfImage_h
#define itkStackRowsOfImage_h

#include "itkImageRegionConstIterator.h"
#include "itkPenCoreStackRows.h"

namespace itk
{
/** \brief Asks an image, and through it the pipeline that makes it, for bands of rows of its slices.
 *
 * For filters that set the requested region of their input to as little as FirstRowOf(), so that a source that streams
 * is never asked for the whole. The image must outlive the result. */
template <typename TImage>
PenCore::StackRows
StackRowsOfImage(const TImage * image)
{
  return [image](std::size_t begin, std::size_t end, float * rows)
  {
    auto * source = const_cast<TImage *>(image);
    auto region = image->GetLargestPossibleRegion();
    region.SetIndex(1, region.GetIndex(1) + static_cast<IndexValueType>(begin));
    region.SetSize(1, end - begin);
    if (!image->GetBufferedRegion().IsInside(region))
    {
      source->SetRequestedRegion(region);
      source->PropagateRequestedRegion();
      source->UpdateOutputData();
    }
    for (ImageRegionConstIterator<TImage> it(image, region); !it.IsAtEnd(); ++it)
    {
      *rows++ = static_cast<float>(it.Get());
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
