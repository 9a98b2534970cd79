// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Options_RecipeOptions_h
#define pen_programs_Options_RecipeOptions_h

#include "Frame/Program.h"
#include "Options/MaskOptions.h"

#include "itkSegmentationRecipe.h"

#include <optional>
#include <string>

namespace pen
{
/** What a run does otherwise than the model's recipe says; auto is as the recipe says. */
struct RecipeOptions
{
  RecipeOptions() { masks.method = "auto"; }

  MaskOptions masks;
  std::optional<double> minimumArea; ///< um^2
  std::string merge = "auto";        ///< an IoU, off, auto
  std::string depthWindow = "auto";  ///< um, off, auto
};

/** Adds the mask options, --min-area, --merge-duplicates and --depth-window. */
void
AddRecipeOptions(CLI::App & app, RecipeOptions & options);

/** A model's recipe with what the options say. Throws UsageError where one of them is no value of its kind. */
itk::SegmentationRecipe
RecipeWith(const RecipeOptions & options, itk::SegmentationRecipe recipe);
} // namespace pen

#endif
