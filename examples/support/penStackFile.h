// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penStackFile_h
#define penStackFile_h

#include "penProgram.h"

#include "itkImage.h"
#include "itkImageIOBase.h"

#include <string>
#include <vector>

namespace pen
{
using StackImage = itk::Image<float, 3>;

/** A stack as read: X x Y x Z gray values, spacing in um. */
struct StackFile
{
  StackImage::Pointer image;
  /** The type of a voxel in the file. */
  itk::IOComponentEnum componentType;
  /** Whether the file or --spacing told the spacing; otherwise it is 1. */
  bool spacingIsKnown;
};

/** Adds --spacing x,y,z; \a spacing is left empty when it is not given. */
void
AddSpacingOption(CLI::App & app, std::vector<double> & spacing);

/** \brief Reads a 3-D gray stack in any format ITK reads.
 *
 * Spacing is --spacing where given, else PhysicalSizeX/Y/Z of a TIFF's OME-XML, else what the file's header says.
 * A TIFF without OME-XML and a header that says 1 in every direction tell nothing: one warning. Throws with one
 * clear line for a missing or foreign file, a 2-D image, several components, channels or time points, an unknown
 * pixel type, and NaN or infinite voxels. */
StackFile
ReadStack(const std::string & path, const std::vector<double> & spacing, ProgramContext & context);
} // namespace pen

#endif
