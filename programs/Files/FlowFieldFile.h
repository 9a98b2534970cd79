// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_FlowFieldFile_h
#define pen_programs_Files_FlowFieldFile_h

#include "Frame/OutputFile.h"

#include "itkImage.h"
#include "itkVector.h"

#include <string>

namespace pen
{
/** X x Y x C depth channels; flow x, flow y, cell logit, border logit. */
using FlowFieldImage = itk::Image<itk::Vector<float, 4>, 3>;

/** Reads a 2-D (one channel) or 3-D flow field; anything else ends with one clear line. */
FlowFieldImage::Pointer
ReadFlowField(const std::string & path);

/** Writes a flow field, compressed. The caller commits. */
void
WriteFlowField(const FlowFieldImage * flowField, const OutputFile & output);
} // namespace pen

#endif
