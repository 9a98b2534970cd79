// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_StackFile_h
#define pen_programs_Files_StackFile_h

#include "Frame/Program.h"

#include "itkImage.h"
#include "itkImageIOBase.h"
#include "itkProcessObject.h"

#include <cstddef>
#include <limits>
#include <string>
#include <utility>
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
  /** What reads the image's rows when they are asked for; empty where they are in memory. */
  std::vector<itk::ProcessObject::Pointer> sources;
  /** Which of a file's channels and frames it is, from 1; 0 and 0 where the file holds no others. */
  unsigned int channel = 0;
  unsigned int frame = 0;
};

/** Which stack of a file, and what its voxel size is. */
struct StackOptions
{
  StackOptions() = default;
  /** The only stack of a file, whose voxel size is known; empty: as the file tells. */
  StackOptions(std::vector<double> voxelSize)
    : spacing(std::move(voxelSize))
  {
  }

  std::vector<double> spacing; ///< x, y, z in um; empty: as the file tells
  unsigned int channel = 0;    ///< from 1; 0: not chosen
  unsigned int frame = 0;      ///< from 1; 0: not chosen
};

/** What is wrong with the text of a positive number, for a check of the parser, whose own lets NaN through; empty where
 * nothing is. */
std::string
WhyNotPositive(const std::string & text);

/** Adds --spacing x,y,z, --channel N and --frame N; what is not given keeps its value. */
void
AddStackOptions(CLI::App & app, StackOptions & options);

/** What the name of a result tells of the choice: "_channel2_frame3"; empty where nothing was chosen. */
std::string
ChoiceInName(const StackOptions & options);

/** \brief Reads a 3-D gray stack in any format ITK reads.
 *
 * A TIFF may hold several channels and frames, as OME-XML or ImageJ describe them, of which the options choose one.
 * Spacing is --spacing where given, else the file's, brought to um by the unit that the file tells
 * (itk::MicrometersPerSpacingUnit()). A TIFF without OME-XML or ImageJ's lines, a header that says 1 in every direction
 * and a unit that is no length tell nothing: one warning. The image's dictionary says whether the spacing is known.
 * Throws with one clear line for a missing or foreign file, a 2-D image, several components, several channels or
 * frames of which none is chosen, a description that does not fit the file's pages, an unknown pixel type, and NaN or
 * infinite voxels.
 *
 * A TIFF, or a MetaImage without compression (.mha), that would take more than \a memory bytes is opened only: its
 * image is read by whoever asks it for rows, who has to look for NaN and infinite voxels. */
StackFile
ReadStack(const std::string & path, const StackOptions & options, ProgramContext & context,
          std::size_t memory = std::numeric_limits<std::size_t>::max());

/** Warns where itk::DoubtAboutSpacing() doubts a stack's spacing, for programs whose result depends on it. */
void
WarnOfDoubtfulSpacing(const StackFile & stack, const std::string & path, ProgramContext & context);
} // namespace pen

#endif
