// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPolygonAnnotation.h"
#include "ProjectionEnhancement/Cells/Polygon.h"

#include "itkMacro.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace itk
{
namespace
{
using Json = nlohmann::json;

// Far above any camera, far below what would exhaust a machine on a damaged file.
constexpr unsigned int LargestSide = 65536;

Json
ParseJson(const std::string & text)
{
  try
  {
    return Json::parse(text);
  }
  catch (const Json::exception & error)
  {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    const std::string message = error.what();
    const std::size_t sender = message.find("] ");
    itkGenericExceptionMacro(
      "this is no JSON: " << (sender == std::string::npos ? message : message.substr(sender + 2)));
  }
}

const Json &
Entry(const Json & json, const std::string & name, const std::string & path)
{
  // One object may stand in a list of its own.
  const Json & object = json.is_array() && json.size() == 1 ? json.front() : json;
  if (!object.is_object() || !object.contains(name))
  {
    itkGenericExceptionMacro("there is no \"" << path << '"');
  }
  return object[name];
}

std::vector<double>
Numbers(const Json & json, const std::string & path)
{
  std::vector<double> numbers;
  const auto add = [&](const Json & element)
  {
    if (!element.is_number())
    {
      itkGenericExceptionMacro("\"" << path << "\" holds what is no number");
    }
    numbers.push_back(element.get<double>());
  };
  if (!json.is_array())
  {
    add(json);
    return numbers;
  }
  for (const Json & element : json)
  {
    add(element);
  }
  return numbers;
}

// A list of lists, of which a list of numbers is the only one; a number in it is a list of its own.
std::vector<std::vector<double>>
NumberLists(const Json & json, const std::string & path)
{
  std::vector<std::vector<double>> lists;
  const bool holdsLists =
    json.is_array() && std::any_of(json.begin(), json.end(), [](const Json & element) { return element.is_array(); });
  if (!holdsLists)
  {
    const bool isEmpty = json.is_array() && json.empty();
    return isEmpty ? lists : std::vector<std::vector<double>>{ Numbers(json, path) };
  }
  for (const Json & element : json)
  {
    lists.push_back(Numbers(element, path));
  }
  return lists;
}

unsigned int
Size(const Json & images, const std::string & name)
{
  const std::string path = "images." + name;
  const std::vector<double> numbers = Numbers(Entry(images, name, path), path);
  if (numbers.size() != 1 || !(numbers[0] >= 1.0 && numbers[0] <= LargestSide) || numbers[0] != std::floor(numbers[0]))
  {
    itkGenericExceptionMacro("\"" << path << "\" is no whole number from 1 to " << LargestSide);
  }
  return static_cast<unsigned int>(numbers[0]);
}

void
ReadImage(const Json & images, PolygonAnnotation & annotation)
{
  annotation.width = Size(images, "width");
  annotation.height = Size(images, "height");
  const Json & image = images.is_array() ? images.front() : images;
  if (image.contains("slices"))
  {
    annotation.slices = Size(images, "slices");
  }
  if (image.contains("file_name") && image["file_name"].is_string())
  {
    annotation.fileName = image["file_name"].get<std::string>();
  }
}

std::vector<PenCore::Polygon>
ReadPolygons(const Json & regions, const std::string & path)
{
  const auto x = NumberLists(Entry(regions, "x_vert", path + ".x_vert"), path + ".x_vert");
  const auto y = NumberLists(Entry(regions, "y_vert", path + ".y_vert"), path + ".y_vert");
  if (x.size() != y.size())
  {
    itkGenericExceptionMacro("\"" << path << "\" has " << x.size() << " polygons in x_vert and " << y.size()
                                  << " in y_vert");
  }
  std::vector<PenCore::Polygon> polygons;
  for (std::size_t i = 0; i < x.size(); ++i)
  {
    polygons.push_back({ x[i], y[i] });
  }
  return polygons;
}

PenCore::PixelRuns
Rasterize(const PenCore::Polygon & polygon, std::size_t number, const std::string & path,
          const PolygonAnnotation & annotation)
{
  if (polygon.x.empty() && polygon.y.empty())
  {
    return {};
  }
  try
  {
    return PenCore::RasterizePolygon(polygon, static_cast<int>(annotation.width), static_cast<int>(annotation.height));
  }
  catch (const std::invalid_argument & error)
  {
    itkGenericExceptionMacro("polygon " << number << " of \"" << path << "\": " << error.what());
  }
}

void
ReadCells(const Json & annotations, PolygonAnnotation & annotation)
{
  const std::string path = "annotations.regions";
  const Json & regions = Entry(annotations, "regions", path);
  const std::vector<PenCore::Polygon> polygons = ReadPolygons(regions, path);
  const std::vector<double> depths = Numbers(Entry(regions, "approx_z", path + ".approx_z"), path + ".approx_z");
  if (depths.size() != polygons.size())
  {
    itkGenericExceptionMacro("\"" << path << "\" has " << polygons.size() << " polygons and " << depths.size()
                                  << " depths in approx_z");
  }
  for (std::size_t i = 0; i < polygons.size(); ++i)
  {
    const double deepest = annotation.slices > 0 ? annotation.slices : LargestSide;
    if (!(depths[i] >= 0.0 && depths[i] <= deepest))
    {
      itkGenericExceptionMacro("depth " << i + 1 << " of \"" << path << ".approx_z\" is " << depths[i]
                                        << ", outside the stack's slices 0 to " << deepest);
    }
    PenCore::Cell cell;
    cell.depth = depths[i];
    cell.runs = Rasterize(polygons[i], i + 1, path, annotation);
    if (!cell.runs.empty())
    {
      annotation.cells.push_back(cell);
    }
  }
}

void
ReadIgnore(const Json & json, PolygonAnnotation & annotation)
{
  const std::string path = "pixelweight";
  if (!json.contains(path) || json[path].is_null() || json[path].empty())
  {
    return;
  }
  const std::vector<PenCore::Polygon> polygons = ReadPolygons(json[path], path);
  if (!polygons.empty())
  {
    annotation.ignore.assign(static_cast<std::size_t>(annotation.width) * annotation.height, 0);
  }
  for (std::size_t i = 0; i < polygons.size(); ++i)
  {
    for (const PenCore::PixelRun & run : Rasterize(polygons[i], i + 1, path, annotation))
    {
      const auto first = annotation.ignore.begin() + static_cast<std::ptrdiff_t>(run.y) * annotation.width + run.x;
      std::fill(first, first + run.length, std::uint8_t{ 1 });
    }
  }
}
} // namespace

PolygonAnnotation
ParsePolygonAnnotation(const std::string & text)
{
  const Json json = ParseJson(text);
  PolygonAnnotation annotation;
  ReadImage(Entry(json, "images", "images"), annotation);
  ReadCells(Entry(json, "annotations", "annotations"), annotation);
  ReadIgnore(json, annotation);
  return annotation;
}
} // namespace itk
