// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/ShapedMetadata.h"
#include "Formats/DescriptionText.h"
#include "Stacks/LengthUnit.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <vector>

namespace itk
{
namespace PenCore
{
namespace
{
using Json = nlohmann::json;

struct Axis
{
  char name;
  std::size_t size;
};

// Letters of tifffile for axes that its caller did not name.
bool
IsNameless(const Axis & axis)
{
  return axis.name == 'Q' || axis.name == 'I';
}

bool
IsSpatial(const Axis & axis, char name, std::size_t size)
{
  return (axis.name == name || IsNameless(axis)) && axis.size == size;
}

// The form before JSON: shape=(7, 48, 64).
bool
IsOldForm(const std::string & text)
{
  return text.rfind("shape=(", 0) == 0;
}

Json
ParseText(const std::string & text)
{
  if (!IsOldForm(text))
  {
    return Json::parse(text, nullptr, false);
  }
  const std::size_t begin = text.find('(') + 1;
  std::string numbers = text.substr(begin, text.find(')') - begin);
  // A tuple of one number ends in a comma.
  numbers.erase(numbers.find_last_not_of(", ") + 1);
  Json json;
  json["shape"] = Json::parse('[' + numbers + ']', nullptr, false);
  return json;
}

// The axes from the slowest on; empty where the text names them wrongly.
std::vector<Axis>
AxesOf(const Json & json)
{
  std::vector<Axis> axes;
  const auto shape = json.find("shape");
  if (shape == json.end() || !shape->is_array())
  {
    return {};
  }
  const auto names = json.find("axes");
  const std::string letters =
    names != json.end() && names->is_string() ? names->get<std::string>() : std::string(shape->size(), 'Q');
  if ((names != json.end() && !names->is_string()) || letters.size() != shape->size())
  {
    return {};
  }
  for (std::size_t i = 0; i < letters.size(); ++i)
  {
    if (!(*shape)[i].is_number_unsigned())
    {
      return {};
    }
    axes.push_back(
      { static_cast<char>(std::toupper(static_cast<unsigned char>(letters[i]))), (*shape)[i].get<std::size_t>() });
  }
  return axes;
}

// Takes the plane's axes off, and those of length 1, which say nothing. Whether they were there.
bool
LeaveOutPlane(std::vector<Axis> & axes, std::size_t width, std::size_t height)
{
  const std::size_t count = axes.size();
  // Samples of a pixel come last: there is one.
  const bool hasSamples = count > 2 && axes.back().size == 1 && IsSpatial(axes[count - 2], 'X', width) &&
                          IsSpatial(axes[count - 3], 'Y', height) && !IsSpatial(axes.back(), 'X', width);
  axes.resize(count - (hasSamples ? 1 : 0));
  if (axes.size() < 2 || !IsSpatial(axes.back(), 'X', width) || !IsSpatial(axes[axes.size() - 2], 'Y', height))
  {
    return false;
  }
  axes.resize(axes.size() - 2);
  axes.erase(std::remove_if(axes.begin(), axes.end(), [](const Axis & axis) { return axis.size == 1; }), axes.end());
  return true;
}

// Of the axes that pages run along.
std::string
Place(std::vector<Axis> axes, ShapedStack & stack)
{
  if (axes.size() == 1 && IsNameless(axes.front()))
  {
    axes.front().name = 'Z';
  }
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis)
  {
    std::size_t * size = axis->name == 'Z'   ? &stack.slices
                         : axis->name == 'C' ? &stack.channels
                         : axis->name == 'T' ? &stack.frames
                                             : nullptr;
    if (size == nullptr || stack.order.find(axis->name) != std::string::npos)
    {
      return "the description tells of an axis " + std::string(1, axis->name) + " of " + std::to_string(axis->size) +
             " pages, but does not say which pages are slices, channels and frames (axes such as ZYX or CZYX do)";
    }
    *size = axis->size;
    stack.order += axis->name;
  }
  return {};
}

std::optional<double>
Length(double value, const std::optional<double> & micrometres)
{
  const double length = value * micrometres.value_or(0.0);
  return std::isfinite(length) && length > 0.0 ? std::optional<double>(length) : std::nullopt;
}

// "unit" and "spacing" as tifffile's callers know them from ImageJ's files; the tags' unit counts where there is no
// other, or it is cm, which tifffile writes only for callers that say so.
void
ReadVoxelSize(const Json & json, const TiffResolution & resolution, ShapedStack & stack)
{
  constexpr double micrometresInCentimetre = 1e4;
  const auto unit = json.find("unit");
  const bool hasUnit = unit != json.end() && unit->is_string();
  const std::optional<double> told = hasUnit ? MicrometresPerUnit(unit->get<std::string>()) : std::nullopt;
  const bool tagCounts = !hasUnit || resolution.unitInMicrometres == micrometresInCentimetre;
  const std::optional<double> inPlane =
    tagCounts && resolution.unitInMicrometres > 0.0 ? std::optional<double>(resolution.unitInMicrometres) : told;
  const auto spacing = json.find("spacing");
  const double slice = spacing != json.end() && spacing->is_number() ? spacing->get<double>() : 0.0;
  stack.voxelSize = { Length(resolution.x > 0.0 ? 1.0 / resolution.x : 0.0, inPlane),
                      Length(resolution.y > 0.0 ? 1.0 / resolution.y : 0.0, inPlane), Length(slice, told) };
}
} // namespace

std::optional<ShapedStack>
ParseShaped(const std::string & description, const TiffResolution & resolution, std::size_t width, std::size_t height)
{
  const std::string text = WithoutLeadingBlanks(description);
  const bool isShaped =
    IsOldForm(text) || (!text.empty() && text.front() == '{' &&
                        (text.find("\"shape\"") != std::string::npos || text.find("\"axes\"") != std::string::npos));
  if (!isShaped)
  {
    return std::nullopt;
  }
  ShapedStack stack;
  const Json json = ParseText(text);
  std::vector<Axis> axes = json.is_object() ? AxesOf(json) : std::vector<Axis>();
  stack.problem = LeaveOutPlane(axes, width, height)
                    ? Place(axes, stack)
                    : "the description's \"shape\" and \"axes\" do not fit pages of " + std::to_string(width) + " x " +
                        std::to_string(height) + " pixels";
  for (const char axis : { 'Z', 'C', 'T' })
  {
    stack.order += stack.order.find(axis) == std::string::npos ? std::string(1, axis) : std::string();
  }
  if (json.is_object())
  {
    ReadVoxelSize(json, resolution, stack);
  }
  return stack;
}
} // namespace PenCore
} // namespace itk
