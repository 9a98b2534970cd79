// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_LabelTiff_h
#define pen_programs_Files_LabelTiff_h

#include "Files/LayersFile.h"
#include "Files/StackFile.h"
#include "Frame/OutputFile.h"

namespace pen
{
/** \brief Writes layers as an OME-TIFF that Fiji and napari open with their spacing: a channel a page of the layers.
 *
 * Pixels are 8 or 16 bit where every label fits, else 32-bit floating-point numbers; its one slice is as thick as the
 * stack. Throws with one clear line for labels above 2^24, which such numbers do not hold. The caller commits. */
void
WriteLabelTiff(const LayersImage * layers, const StackFile & stack, const OutputFile & output);
} // namespace pen

#endif
