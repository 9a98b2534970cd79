// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Pictures_Picture_h
#define pen_programs_Pictures_Picture_h

#include "Frame/OutputFile.h"

#include "itkCellLabelObject.h"
#include "itkImage.h"
#include "itkRGBPixel.h"

namespace pen
{
using PictureImage = itk::Image<itk::RGBPixel<unsigned char>, 2>;

/** \brief The maximum over z as a gray picture; the contrast runs from the 1st to the 99.8th percentile of its pixels.
 *
 * \param width  pixels across the picture, to which the maximum is resampled; 0, or not fewer than the stack's: the
 *               stack's own. Only the picture and some rows of the stack are in memory. */
PictureImage::Pointer
GrayMaximumProjection(const itk::Image<float, 3> * stack, itk::SizeValueType width = 0);

/** Draws every cell's outline, one pixel wide and inside the mask, in a bright colour that its label decides. The
 * picture may be smaller or larger than the cells' region: it shows the whole of it. */
void
DrawOutlines(const itk::CellLabelMap * cells, PictureImage * picture);

/** The same in the colour of each cell's depth, see StackDepth::Colour(). */
void
DrawDepthOutlines(const itk::CellLabelMap * cells, const itk::ImageBase<3> * stack, PictureImage * picture);

/** Writes a picture as a PNG. The caller commits. */
void
WritePicture(const PictureImage * picture, const OutputFile & output);
} // namespace pen

#endif
