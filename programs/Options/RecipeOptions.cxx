// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Options/RecipeOptions.h"

#include <CLI/CLI.hpp>

#include <cmath>
#include <cstdlib>

namespace pen
{
namespace
{
// NaN where the text is no number.
double
NumberOf(const std::string & text)
{
  char * end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0' ? number : std::nan("");
}

void
ApplyMerge(const std::string & text, itk::SegmentationRecipe & recipe)
{
  if (text == "auto")
  {
    return;
  }
  recipe.mergeDuplicates = text != "off";
  if (recipe.mergeDuplicates)
  {
    recipe.mergeIoU = NumberOf(text);
    if (!(recipe.mergeIoU >= 0.0 && recipe.mergeIoU <= 1.0))
    {
      throw UsageError("--merge-duplicates is \"" + text + "\", expected a number from 0 to 1, auto or off");
    }
  }
}

void
ApplyDepthWindow(const std::string & text, itk::SegmentationRecipe & recipe)
{
  if (text == "auto")
  {
    return;
  }
  recipe.windowSlices = 0;
  recipe.windowExtent = 0.0;
  if (text != "off")
  {
    recipe.windowExtent = NumberOf(text);
    if (!(recipe.windowExtent > 0.0 && std::isfinite(recipe.windowExtent)))
    {
      throw UsageError("--depth-window is \"" + text + "\", expected a length in um, auto or off");
    }
  }
}
} // namespace

void
AddRecipeOptions(CLI::App & app, RecipeOptions & options)
{
  AddMaskOptions(app, options.masks, "the model's recipe");
  app
    .add_option("--min-area", options.minimumArea,
                "Least area of a cell in um^2, where the stack knows its spacing, 0 any (default: the model's recipe)")
    ->check(CLI::NonNegativeNumber);
  app
    .add_option("--merge-duplicates", options.merge,
                "Cells of neighbouring depth channels with at least this IoU are one; off keeps all; auto: as the "
                "model's recipe has it")
    ->type_name("IOU|auto|off")
    ->capture_default_str();
  app
    .add_option("--depth-window", options.depthWindow,
                "um along z of the windows that a stack is segmented in, which overlap by half; off: in one; auto: as "
                "the model's recipe has it")
    ->type_name("UM|auto|off")
    ->capture_default_str();
}

itk::SegmentationRecipe
RecipeWith(const RecipeOptions & options, itk::SegmentationRecipe recipe)
{
  using Dynamics = itk::SegmentationRecipe::Dynamics;
  const Dynamics dynamics = options.masks.method == "auto"  ? recipe.dynamics
                            : options.masks.method == "pen" ? Dynamics::Pen
                                                            : Dynamics::CellPose;
  if (dynamics != recipe.dynamics)
  {
    // Thresholds of one kind of dynamics mean nothing to the other.
    const itk::SegmentationRecipe published = itk::SegmentationRecipe::Published(dynamics);
    recipe.dynamics = dynamics;
    recipe.cellThreshold = published.cellThreshold;
    recipe.levelShare = published.levelShare;
    recipe.maximumSizeShare = published.maximumSizeShare;
    recipe.flowThreshold = published.flowThreshold;
    recipe.minimumSize = published.minimumSize;
    recipe.fillHoles = published.fillHoles;
    recipe.iterations = published.iterations;
  }
  options.masks.ApplyTo(recipe);
  recipe.stretchedSampling = options.masks.sampling != "exact";
  recipe.minimumArea = options.minimumArea.value_or(recipe.minimumArea);
  ApplyMerge(options.merge, recipe);
  ApplyDepthWindow(options.depthWindow, recipe);
  return recipe;
}
} // namespace pen
