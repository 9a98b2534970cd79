// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Cells/Components.h"
#include "ProjectionEnhancement/Cells/PixelBox.h"
#include "ProjectionEnhancement/Cells/PixelRuns.h"
#include "ProjectionEnhancement/Cells/Polygon.h"
#include "itkPolygonAnnotation.h"

#include "itkMacro.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace itk
{
namespace
{
using Json = nlohmann::ordered_json;

Json
CentroidOf(const PenCore::PixelRuns & runs)
{
  double sumX = 0.0;
  double sumY = 0.0;
  for (const PenCore::PixelRun & run : runs)
  {
    sumX += run.length * (run.x + 0.5 * (run.length - 1));
    sumY += static_cast<double>(run.length) * run.y;
  }
  const auto pixels = static_cast<double>(PenCore::CountPixels(runs));
  return Json::array({ sumX / pixels, sumY / pixels });
}

// The authors' own files hold whole numbers here.
Json
DepthNumber(double depth)
{
  return depth == std::floor(depth) ? Json(static_cast<std::int64_t>(depth)) : Json(depth);
}

Json
RegionsOf(const std::vector<PenCore::Cell> & cells)
{
  Json regions;
  for (const char * name : { "area", "bbox", "centroid", "x_vert", "y_vert", "approx_z" })
  {
    regions[name] = Json::array();
  }
  for (const PenCore::Cell & cell : cells)
  {
    const PenCore::Polygon polygon = PenCore::OutlineMask(cell.runs);
    const PenCore::PixelBox box = PenCore::BoundingBox(cell.runs);
    regions["area"].push_back(PenCore::PolygonArea(polygon));
    // The centres of the outermost pixels.
    const std::array<double, 4> centres{ 1.0 * box.left, 1.0 * box.top, box.right - 1.0, box.bottom - 1.0 };
    regions["bbox"].push_back(centres);
    regions["centroid"].push_back(CentroidOf(cell.runs));
    regions["x_vert"].push_back(polygon.x);
    regions["y_vert"].push_back(polygon.y);
    regions["approx_z"].push_back(DepthNumber(cell.depth));
  }
  return regions;
}

// One mask for each connected part of the pixels to ignore.
std::vector<PenCore::PixelRuns>
PartsOf(const std::vector<std::uint8_t> & ignore, int width, int height)
{
  PenCore::PixelMask mask(ignore.size());
  std::transform(ignore.begin(), ignore.end(), mask.begin(),
                 [](std::uint8_t value) { return static_cast<unsigned char>(value != 0); });
  const std::vector<std::int32_t> labels =
    PenCore::LabelComponents(mask, width, height, PenCore::Connectivity::EdgesAndCorners);
  std::vector<PenCore::PixelRuns> parts;
  for (int y = 0; y < height; ++y)
  {
    const std::int32_t * row = labels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
    for (int x = 0; x < width; ++x)
    {
      if (row[x] == 0)
      {
        continue;
      }
      parts.resize(std::max(parts.size(), static_cast<std::size_t>(row[x])));
      PenCore::AppendPixel(parts[static_cast<std::size_t>(row[x]) - 1], x, y);
    }
  }
  return parts;
}

Json
PixelWeightOf(const PolygonAnnotation & annotation)
{
  Json weight{ { "x_vert", Json::array() }, { "y_vert", Json::array() } };
  if (annotation.ignore.empty())
  {
    return weight;
  }
  for (const PenCore::PixelRuns & part :
       PartsOf(annotation.ignore, static_cast<int>(annotation.width), static_cast<int>(annotation.height)))
  {
    const PenCore::Polygon polygon = PenCore::OutlineMask(part);
    weight["x_vert"].push_back(polygon.x);
    weight["y_vert"].push_back(polygon.y);
  }
  return weight;
}
} // namespace

std::string
WritePolygonAnnotation(const PolygonAnnotation & annotation)
{
  const std::size_t pixels = static_cast<std::size_t>(annotation.width) * annotation.height;
  if (!annotation.ignore.empty() && annotation.ignore.size() != pixels)
  {
    itkGenericExceptionMacro("the pixels to ignore are " << annotation.ignore.size() << ", those of the image "
                                                         << pixels);
  }
  Json json;
  json["info"] = { { "description", "Polygons traced along the edges of the masks' pixels" },
                   { "contributor", "ITKProjectionEnhancement" } };
  json["categories"] = Json::array({ { { "id", 1 }, { "name", "cell" }, { "supercategory", "cell" } } });
  json["images"] = { { "file_name", annotation.fileName },
                     { "id", 1 },
                     { "width", annotation.width },
                     { "height", annotation.height },
                     { "slices", annotation.slices } };
  json["annotations"] = { { "annotation_id", 1 },
                          { "category_id", 1 },
                          { "image_id", 1 },
                          { "is_instance", 1 },
                          { "regions", RegionsOf(annotation.cells) } };
  json["pixelweight"] = PixelWeightOf(annotation);
  // A file's name may be no UTF-8.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}
} // namespace itk
