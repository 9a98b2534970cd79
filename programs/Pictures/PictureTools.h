// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Pictures_PictureTools_h
#define pen_programs_Pictures_PictureTools_h

#include "Pictures/Picture.h"

namespace pen
{
/** Pixels across the picture of a stack where nobody says how many: the stack's own, or what leaves 2^24 pixels of it,
 * for pictures are whole in memory. */
itk::SizeValueType
UsualPictureWidth(itk::SizeValueType stackWidth, itk::SizeValueType stackHeight);

/** The whole picture, \a width pixels wide and as much higher or lower: linear between pixels where it grows, their
 * mean where it shrinks. The spacing follows. */
PictureImage::Pointer
Resized(const PictureImage * picture, itk::SizeValueType width);

/** Two pictures beside each other with a white gap; the lower one ends in white. */
PictureImage::Pointer
SideBySide(const PictureImage * left, const PictureImage * right);

/** \brief Draws a white bar with a black rim and its length in um into the lower right corner.
 *
 * The length is 1, 2 or 5 times a power of ten, at most a fifth of the picture; the picture's spacing is in um. Nothing
 * is drawn where the picture is too small for it. */
void
DrawScaleBar(PictureImage * picture);
} // namespace pen

#endif
