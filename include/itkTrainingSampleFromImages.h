// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkTrainingSampleFromImages_h
#define itkTrainingSampleFromImages_h

#include "ProjectionEnhancement/Cells/CellsFromLabelMap.h"
#include "ProjectionEnhancement/Stacks/DepthOfSlice.h"
#include "itkImage.h"
#include "itkImageRegionConstIterator.h"
#include "itkMacro.h"
#include "itkSpacingInMicrometers.h"
#include "itkTrainingSample.h"

namespace itk
{
/** \brief A training sample of a stack X x Y x Z and its cells, whose depths are um as CellDepthLabelMapFilter has
 * them.
 *
 * Intensities are the stack's own: PenCore::NormalizeIntensities() makes of them what a network is trained on. Depths
 * become slices, counted from the stack's first. All images are up to date and whole.
 *
 * \code
 * itk::TrainingSample sample = itk::TrainingSampleFromImages(stack, depths->GetOutput(), ignore);
 * sampler.AddSample(sample);
 * \endcode
 *
 * \param stack   any scalar pixels
 * \param cells   a 2-D label map of CellLabelObjects
 * \param ignore  not 0 where the truth is not known; may be null
 * \throws ExceptionObject where the regions' sizes differ in x or y.
 * \ingroup ProjectionEnhancement */
template <typename TStackImage, typename TLabelMap>
TrainingSample
TrainingSampleFromImages(const TStackImage * stack, const TLabelMap * cells,
                         const Image<unsigned char, 2> * ignore = nullptr)
{
  static_assert(TStackImage::ImageDimension == 3, "a stack is X x Y x Z");
  const auto region = stack->GetBufferedRegion();
  const Size<2> plane{ { region.GetSize(0), region.GetSize(1) } };
  const auto verify = [&](const Size<2> & size, const char * what)
  {
    if (size != plane)
    {
      itkGenericExceptionMacro("the " << what << " have " << size << " pixels, the stack " << plane);
    }
  };
  verify(cells->GetLargestPossibleRegion().GetSize(), "cells");

  TrainingSample sample;
  sample.width = static_cast<unsigned int>(region.GetSize(0));
  sample.height = static_cast<unsigned int>(region.GetSize(1));
  sample.slices = static_cast<unsigned int>(region.GetSize(2));
  for (unsigned int axis = 0; axis < 3; ++axis)
  {
    sample.spacing[axis] = SpacingInMicrometers(stack)[axis];
  }
  sample.stack.reserve(region.GetNumberOfPixels());
  for (ImageRegionConstIterator<TStackImage> it(stack, region); !it.IsAtEnd(); ++it)
  {
    sample.stack.push_back(static_cast<float>(it.Get()));
  }
  sample.cells = CellsFromLabelMap(cells);
  for (PenCore::Cell & cell : sample.cells)
  {
    cell.depth = (cell.depth - DepthOfSlice(stack)) / sample.spacing[2];
  }
  if (ignore != nullptr)
  {
    verify(ignore->GetBufferedRegion().GetSize(), "unknown parts");
    const unsigned char * pixels = ignore->GetBufferPointer();
    sample.ignore.assign(pixels, pixels + plane[0] * plane[1]);
  }
  return sample;
}
} // namespace itk

#endif
