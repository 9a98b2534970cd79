// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkSegmentationRecipe.h"

#include "itkMacro.h"

#include <nlohmann/json.hpp>

#include <type_traits>

namespace itk
{
namespace
{
using Json = nlohmann::json;
using Recipe = SegmentationRecipe;

const char * const NameOfCellPose = "cellpose";
const char * const NameOfPen = "pen";

// Calls visit(key, member) for every value but the dynamics' name; the one list of a recipe's keys.
template <typename TRecipe, typename TVisit>
void
ForEachValue(TRecipe & recipe, TVisit && visit)
{
  visit("cell_threshold", recipe.cellThreshold);
  visit("level_share", recipe.levelShare);
  visit("maximum_size_share", recipe.maximumSizeShare);
  visit("flow_threshold", recipe.flowThreshold);
  visit("direction_threshold", recipe.directionThreshold);
  visit("minimum_score", recipe.minimumScore);
  visit("minimum_size", recipe.minimumSize);
  visit("minimum_area_um2", recipe.minimumArea);
  visit("connected_masks", recipe.connectedMasks);
  visit("fill_holes", recipe.fillHoles);
  visit("iterations", recipe.iterations);
  visit("stretched_sampling", recipe.stretchedSampling);
  visit("merge_duplicates", recipe.mergeDuplicates);
  visit("merge_iou", recipe.mergeIoU);
  visit("window_slices", recipe.windowSlices);
  visit("window_extent_um", recipe.windowExtent);
  visit("adopt_cells", recipe.adoptCells);
}

void
VerifyWithin(const char * what, double value, double lowest, double highest)
{
  if (!(value >= lowest && value <= highest))
  {
    itkGenericExceptionMacro("the recipe's " << what << " is " << value << ", expected " << lowest << " to "
                                             << highest);
  }
}
} // namespace

SegmentationRecipe
SegmentationRecipe::Published(Dynamics dynamics)
{
  SegmentationRecipe recipe;
  recipe.dynamics = dynamics;
  if (dynamics == Dynamics::Pen)
  {
    recipe.maximumSizeShare = 1.0;
    recipe.flowThreshold = 0.0;
    recipe.minimumSize = 0;
    recipe.fillHoles = false;
  }
  return recipe;
}

std::string
SegmentationRecipe::ToJson() const
{
  Json json{ { "dynamics", dynamics == Dynamics::Pen ? NameOfPen : NameOfCellPose } };
  ForEachValue(*this, [&](const char * key, const auto & value) { json[key] = value; });
  if (minimumScore == Recipe().minimumScore)
  {
    json.erase("minimum_score"); // any score
  }
  return json.dump(2);
}

SegmentationRecipe
SegmentationRecipe::FromJson(const std::string & text)
{
  SegmentationRecipe recipe;
  try
  {
    const Json json = Json::parse(text);
    const std::string name = json.value("dynamics", NameOfCellPose);
    if (name != NameOfCellPose && name != NameOfPen)
    {
      itkGenericExceptionMacro("the recipe's dynamics is \"" << name << "\", expected cellpose or pen");
    }
    recipe.dynamics = name == NameOfPen ? Dynamics::Pen : Dynamics::CellPose;
    ForEachValue(recipe, [&](const char * key, auto & value)
                 { value = json.value(key, static_cast<std::decay_t<decltype(value)>>(value)); });
  }
  catch (const Json::exception & error)
  {
    itkGenericExceptionMacro("the recipe cannot be read: " << error.what());
  }
  recipe.Verify();
  return recipe;
}

void
SegmentationRecipe::Verify() const
{
  constexpr double largest = std::numeric_limits<double>::max();
  VerifyWithin("cell_threshold", cellThreshold, -largest, largest);
  VerifyWithin("level_share", levelShare, 0.0, 1.0);
  VerifyWithin("maximum_size_share", maximumSizeShare, 0.0, 1.0);
  VerifyWithin("flow_threshold", flowThreshold, 0.0, largest);
  VerifyWithin("direction_threshold", directionThreshold, 0.0, 2.0);
  VerifyWithin("minimum_score", minimumScore, -largest, largest);
  VerifyWithin("minimum_area_um2", minimumArea, 0.0, largest);
  VerifyWithin("merge_iou", mergeIoU, 0.0, 1.0);
  VerifyWithin("window_extent_um", windowExtent, 0.0, largest);
}
} // namespace itk
