// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_LabelTiff_h
#define ProjectionEnhancement_Formats_LabelTiff_h

#include "ProjectionEnhancement/Formats/LabelBands.h"

#include <string>

namespace itk
{
namespace PenCore
{
/** \brief Writes layers as an OME-TIFF that Fiji and napari open with their spacing: a channel per page of the layers.
 *
 * Pixels are 8 or 16 bit where every label fits, else 32-bit floating-point numbers; its one slice is as thick as the
 * stack, whose spacing is in um.
 * \throws ExceptionObject with FailWithFile()'s one line, and RangeError for labels above 2^24, which such numbers do
 * not hold. */
ProjectionEnhancement_EXPORT void
WriteLabelTiff(const LayersImage * layers, const ImageBase<3> * stack, bool spacingIsKnown, const std::string & path);

/** \brief Writes layers, X x Y x L, as a TIFF of the smallest unsigned type that holds every label: a channel per page,
 * an OME-TIFF or one with ImageJ's description by its name.
 *
 * Spacing is the layers', in um where MicrometersPerSpacingUnit() knows it.
 * \throws ExceptionObject with FailWithFile()'s one line. */
ProjectionEnhancement_EXPORT void
WriteLayersTiff(const LayersImage * layers, const std::string & path);
} // namespace PenCore
} // namespace itk

#endif
