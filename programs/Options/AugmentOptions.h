// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Options_AugmentOptions_h
#define pen_programs_Options_AugmentOptions_h

#include "Files/TrainingFolder.h"
#include "Files/TrainingFolderWriter.h"
#include "Frame/Program.h"

#include "ProjectionEnhancement/Augmentation/CellPasting.h"
#include "ProjectionEnhancement/Augmentation/DensityAugmentation.h"
#include "ProjectionEnhancement/Augmentation/StackAugmentation.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace pen
{
/** What pen-augment is asked for. */
struct AugmentOptions
{
  std::string input;
  std::string output;
  std::string mode = "auto";
  std::string type = "auto";
  unsigned int depth = 27;
  unsigned int copies = 0;
  unsigned int samples = 1;
  std::uint64_t seed = 0;
  std::vector<unsigned int> size;
  itk::PenCore::PasteCellsParameters cells;
  std::map<std::string, std::string> looks; ///< "", "true" or "LO,HI" of each photometric or geometric switch
  bool always = false;
};

void
AddAugmentOptions(CLI::App & app, AugmentOptions & options);

/** The voxel type of the results: that of --type, or the smallest that holds all the stacks read. */
StackStorage
StorageOf(const std::string & type, const std::vector<TrainingFolder> & folders);

/** Applies the switches among \a looks; black is the background and white the brightest percent of the cells. */
itk::TrainingSample
AugmentAppearance(const itk::TrainingSample & sample, const AugmentOptions & options, std::uint64_t seed);
} // namespace pen

#endif
