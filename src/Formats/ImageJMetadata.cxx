// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/ImageJMetadata.h"
#include "Formats/DescriptionText.h"
#include "ProjectionEnhancement/Base/NumberText.h"
#include "Stacks/LengthUnit.h"

#include <cmath>
#include <map>
#include <sstream>

namespace itk
{
namespace PenCore
{
namespace
{
using Lines = std::map<std::string, std::string>;

Lines
ReadLines(const std::string & description)
{
  Lines lines;
  std::istringstream stream(description);
  for (std::string line; std::getline(stream, line);)
  {
    if (!line.empty() && line.back() == '\r')
    {
      line.pop_back();
    }
    const std::size_t equals = line.find('=');
    if (equals != std::string::npos)
    {
      lines.emplace(line.substr(0, equals), line.substr(equals + 1));
    }
  }
  return lines;
}

// 1 where the line is missing; 0, which no stack has, where it is no number.
std::size_t
Count(const Lines & lines, const std::string & name)
{
  const auto line = lines.find(name);
  if (line == lines.end())
  {
    return 1;
  }
  const double value = NumberOfText(line->second).value_or(0.0);
  return value >= 1.0 && value <= 1e9 && value == std::floor(value) ? static_cast<std::size_t>(value) : 0;
}

std::optional<double>
Length(double value, const std::optional<double> & micrometres)
{
  const double length = value * micrometres.value_or(0.0);
  return std::isfinite(length) && length > 0.0 ? std::optional<double>(length) : std::nullopt;
}

// The unit of an axis: its own where it has one, else that of x.
std::optional<double>
UnitOf(const Lines & lines, const std::string & axisUnit, const TiffResolution & resolution)
{
  for (const std::string & name : { axisUnit, std::string("unit") })
  {
    const auto line = lines.find(name);
    if (line != lines.end())
    {
      return MicrometresPerUnit(line->second);
    }
  }
  return resolution.unitInMicrometres > 0.0 ? std::optional<double>(resolution.unitInMicrometres) : std::nullopt;
}
} // namespace

std::optional<ImageJStack>
ParseImageJ(const std::string & description, const TiffResolution & resolution)
{
  const std::string text = WithoutLeadingBlanks(description);
  if (text.rfind("ImageJ=", 0) != 0)
  {
    return std::nullopt;
  }
  const Lines lines = ReadLines(text);
  ImageJStack stack;
  stack.channels = Count(lines, "channels");
  stack.slices = Count(lines, "slices");
  stack.frames = Count(lines, "frames");
  const bool saysAxes = lines.count("channels") + lines.count("slices") + lines.count("frames") > 0;
  stack.images = lines.count("images") > 0 ? Count(lines, "images") : stack.channels * stack.slices * stack.frames;
  if (!saysAxes)
  {
    stack.slices = stack.images;
  }
  const auto pixel = [&](double perUnit, const std::string & unit)
  { return perUnit > 0.0 ? Length(1.0 / perUnit, UnitOf(lines, unit, resolution)) : std::nullopt; };
  const auto spacing = lines.find("spacing");
  const double slice = spacing == lines.end() ? 0.0 : NumberOfText(spacing->second).value_or(0.0);
  stack.voxelSize = { pixel(resolution.x, "xunit"), pixel(resolution.y, "yunit"),
                      Length(slice, UnitOf(lines, "zunit", resolution)) };
  return stack;
}
} // namespace PenCore
} // namespace itk
