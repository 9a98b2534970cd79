// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Cells/Polygon.h"
#include "itkPolygonAnnotationReader.h"
#include "support/TestReading.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>

using itk::ParsePolygonAnnotation;
using itk::PolygonAnnotation;
using itk::PenCore::PixelRun;
using itk::PenCore::PixelRuns;

namespace
{
using Json = nlohmann::json;

const std::vector<std::string> RealFiles{ "25A_15D_022020_Experiment002_Series004_t05",
                                          "25A_15D_022020_Experiment002_Series004_t06",
                                          "25R_15D_110519_Room_Temp_091119_Series035_t30" };

std::string
PathOf(const std::string & name)
{
  return std::string(PEN_TEST_DATA_DIR) + "/mda231_annotations/" + name + ".json";
}

std::string
TextOf(const std::string & path)
{
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Two cells, a square of 3 x 3 pixels and a triangle of 6, in an image of 8 x 6 x 4.
Json
SmallAnnotation()
{
  return Json::parse(R"({"images": {"file_name": "a.ome.tif", "width": 8, "height": 6, "slices": 4},
    "annotations": {"regions": {"x_vert": [[1, 3, 3, 1], [5, 7, 5]], "y_vert": [[1, 1, 3, 3], [0, 0, 2]],
                                "approx_z": [2, 3.5]}},
    "pixelweight": {"x_vert": [[0, 1, 1, 0]], "y_vert": [[4, 4, 5, 5]]}})");
}

std::string
MessageFor(const Json & json)
{
  try
  {
    ParsePolygonAnnotation(json.dump());
  }
  catch (const itk::ExceptionObject & error)
  {
    return error.GetDescription();
  }
  return {};
}

bool
Contains(const std::string & text, const std::string & part)
{
  return text.find(part) != std::string::npos;
}

void
ExpectEqual(const PolygonAnnotation & a, const PolygonAnnotation & b)
{
  EXPECT_EQ(a.fileName, b.fileName);
  EXPECT_EQ(a.width, b.width);
  EXPECT_EQ(a.height, b.height);
  EXPECT_EQ(a.slices, b.slices);
  EXPECT_EQ(a.ignore, b.ignore);
  ASSERT_EQ(a.cells.size(), b.cells.size());
  for (std::size_t i = 0; i < a.cells.size(); ++i)
  {
    EXPECT_EQ(a.cells[i].runs, b.cells[i].runs) << i;
    EXPECT_EQ(a.cells[i].depth, b.cells[i].depth) << i;
  }
}
} // namespace

TEST(PolygonAnnotation, CellsDepthsAndIgnoredRegions)
{
  const PolygonAnnotation annotation = ParsePolygonAnnotation(SmallAnnotation().dump());
  EXPECT_EQ(annotation.fileName, "a.ome.tif");
  EXPECT_EQ(annotation.width, 8u);
  EXPECT_EQ(annotation.height, 6u);
  EXPECT_EQ(annotation.slices, 4u);
  ASSERT_EQ(annotation.cells.size(), 2u);
  EXPECT_EQ(annotation.cells[0].runs, (PixelRuns{ { 1, 1, 3 }, { 1, 2, 3 }, { 1, 3, 3 } }));
  EXPECT_EQ(annotation.cells[1].runs, (PixelRuns{ { 5, 0, 3 }, { 5, 1, 2 }, { 5, 2, 1 } }));
  EXPECT_EQ(annotation.cells[0].depth, 2.0);
  EXPECT_EQ(annotation.cells[1].depth, 3.5);
  ASSERT_EQ(annotation.ignore.size(), 48u);
  EXPECT_EQ(std::count(annotation.ignore.begin(), annotation.ignore.end(), 1), 4);
  EXPECT_EQ(annotation.ignore[4 * 8 + 1], 1);
}

TEST(PolygonAnnotation, AnElementStandsForAListOfOne)
{
  Json json = SmallAnnotation();
  Json & regions = json["annotations"]["regions"];
  regions["x_vert"] = { 1, 3, 3, 1 };
  regions["y_vert"] = { 1, 1, 3, 3 };
  regions["approx_z"] = 2;
  json["pixelweight"] = { { "x_vert", { 0, 1, 1, 0 } }, { "y_vert", { 4, 4, 5, 5 } } };
  json["images"] = Json::array({ json["images"] });
  const PolygonAnnotation annotation = ParsePolygonAnnotation(json.dump());
  ASSERT_EQ(annotation.cells.size(), 1u);
  EXPECT_EQ(itk::PenCore::CountPixels(annotation.cells[0].runs), 9u);
  EXPECT_EQ(annotation.cells[0].depth, 2.0);
  EXPECT_EQ(std::count(annotation.ignore.begin(), annotation.ignore.end(), 1), 4);
}

TEST(PolygonAnnotation, NoCellsAndNoIgnoredRegions)
{
  Json json = SmallAnnotation();
  json["annotations"]["regions"] = { { "x_vert", Json::array() },
                                     { "y_vert", Json::array() },
                                     { "approx_z", Json::array() } };
  json.erase("pixelweight");
  const PolygonAnnotation annotation = ParsePolygonAnnotation(json.dump());
  EXPECT_TRUE(annotation.cells.empty());
  EXPECT_TRUE(annotation.ignore.empty());
}

TEST(PolygonAnnotation, CellsTakenOutOrOutsideTheImageAreLeftOut)
{
  Json json = SmallAnnotation();
  Json & regions = json["annotations"]["regions"];
  regions["x_vert"] = Json::parse("[[], [20, 22, 22], [5, 7, 5]]");
  regions["y_vert"] = Json::parse("[[], [1, 1, 3], [0, 0, 2]]");
  regions["approx_z"] = { 0, 1, 3 };
  const PolygonAnnotation annotation = ParsePolygonAnnotation(json.dump());
  ASSERT_EQ(annotation.cells.size(), 1u);
  EXPECT_EQ(annotation.cells[0].depth, 3.0);
}

TEST(PolygonAnnotation, WrongEntriesAreNamed)
{
  const auto message = [](const std::string & pointer, const Json & value)
  {
    Json json = SmallAnnotation();
    json[Json::json_pointer(pointer)] = value;
    return MessageFor(json);
  };
  EXPECT_TRUE(Contains(message("/images/width", "wide"), "images.width"));
  EXPECT_TRUE(Contains(message("/images/width", 0), "images.width"));
  EXPECT_TRUE(Contains(message("/images/width", 1e9), "images.width"));
  EXPECT_TRUE(Contains(message("/images/height", 2.5), "images.height"));
  EXPECT_TRUE(Contains(message("/images", Json::array()), "images.width"));
  EXPECT_TRUE(Contains(message("/annotations", 7), "annotations.regions"));
  EXPECT_TRUE(Contains(message("/annotations/regions/x_vert", "none"), "x_vert"));
  EXPECT_TRUE(Contains(message("/annotations/regions/x_vert/0/1", nullptr), "x_vert"));
  EXPECT_TRUE(Contains(message("/annotations/regions/x_vert/0", { 1, 2 }), "polygon 1"));
  EXPECT_TRUE(Contains(message("/annotations/regions/y_vert", { { 1, 1, 3, 3 } }), "2 polygons"));
  EXPECT_TRUE(Contains(message("/annotations/regions/approx_z", { 1 }), "approx_z"));
  EXPECT_TRUE(Contains(message("/annotations/regions/approx_z/1", 5), "depth 2"));
  EXPECT_TRUE(Contains(message("/annotations/regions/approx_z/1", -1), "depth 2"));
  EXPECT_TRUE(Contains(message("/pixelweight/x_vert/0", { 1, 2 }), "pixelweight"));
  Json twoVertices = SmallAnnotation();
  twoVertices["annotations"]["regions"]["x_vert"][1] = { 1, 2 };
  twoVertices["annotations"]["regions"]["y_vert"][1] = { 1, 2 };
  EXPECT_TRUE(Contains(MessageFor(twoVertices), "at least 3"));
}

TEST(PolygonAnnotation, TextThatIsNoJsonIsRefused)
{
  for (const char * text : { "", "{", "[1, 2", "{\"images\": NaN}", "\xff\xfe", "no JSON" })
  {
    EXPECT_THROW(ParsePolygonAnnotation(text), itk::ExceptionObject) << text;
  }
  for (const char * text : { "{}", "[]", "7", "null", "[[{}]]" })
  {
    EXPECT_THROW(ParsePolygonAnnotation(text), itk::ExceptionObject) << text;
  }
}

// The shoelace area of the polygons and the centroid of their pixels are what the annotation tool wrote down.
TEST(PolygonAnnotation, RealFilesHaveTheAreasAndCentroidsThatTheyTell)
{
  for (const std::string & name : RealFiles)
  {
    const std::string text = TextOf(PathOf(name));
    const PolygonAnnotation annotation = ParsePolygonAnnotation(text);
    const Json regions = Json::parse(text)["annotations"]["regions"];
    ASSERT_EQ(annotation.cells.size(), regions["area"].size()) << name;
    for (std::size_t i = 0; i < annotation.cells.size(); ++i)
    {
      const itk::PenCore::Polygon polygon{ regions["x_vert"][i], regions["y_vert"][i] };
      const double area = regions["area"][i];
      EXPECT_NEAR(itk::PenCore::PolygonArea(polygon), area, 1e-9 * area);
      double sumX = 0.0;
      double sumY = 0.0;
      for (const PixelRun & run : annotation.cells[i].runs)
      {
        sumX += run.length * (run.x + 0.5 * (run.length - 1));
        sumY += static_cast<double>(run.length) * run.y;
      }
      const auto pixels = static_cast<double>(itk::PenCore::CountPixels(annotation.cells[i].runs));
      EXPECT_NEAR(sumX / pixels, regions["centroid"][i][0].get<double>(), 1e-9) << name << ' ' << i;
      EXPECT_NEAR(sumY / pixels, regions["centroid"][i][1].get<double>(), 1e-9) << name << ' ' << i;
      EXPECT_EQ(annotation.cells[i].depth, regions["approx_z"][i].get<double>());
    }
  }
}

// layers.nrrd is another export of the same annotation; its columns are the left 731 of the field.
TEST(PolygonAnnotation, RealPolygonsAreTheMasksOfTheRealStack)
{
  const PolygonAnnotation annotation = ParsePolygonAnnotation(TextOf(PathOf(RealFiles[0])));
  using LayersImage = itk::Image<unsigned char, 3>;
  const auto layers = ReadTestImage<LayersImage>("mda231_stack/layers.nrrd");
  const auto size = layers->GetLargestPossibleRegion().GetSize();
  std::map<unsigned int, std::size_t> pixels;
  const std::size_t voxels = layers->GetLargestPossibleRegion().GetNumberOfPixels();
  for (std::size_t i = 0; i < voxels; ++i)
  {
    ++pixels[layers->GetBufferPointer()[i]];
  }
  pixels.erase(0);
  EXPECT_EQ(pixels.size(), 10u);
  for (const auto & [label, count] : pixels)
  {
    std::size_t both = 0;
    const PixelRuns & runs = annotation.cells.at(label - 1).runs;
    for (const PixelRun & run : runs)
    {
      for (int x = run.x; x < run.x + run.length; ++x)
      {
        for (itk::IndexValueType page = 0; page < static_cast<itk::IndexValueType>(size[2]); ++page)
        {
          both += layers->GetPixel({ { x, run.y, page } }) == label ? 1 : 0;
        }
      }
    }
    EXPECT_EQ(both, count) << label;
    EXPECT_EQ(itk::PenCore::CountPixels(runs), count) << label;
  }
  const auto ignore = ReadTestImage<itk::Image<unsigned char, 2>>("mda231_stack/ignore.nrrd");
  std::size_t different = 0;
  for (std::size_t y = 0; y < size[1]; ++y)
  {
    for (std::size_t x = 0; x < size[0]; ++x)
    {
      const bool told = annotation.ignore[y * annotation.width + x] != 0;
      different += told != (ignore->GetBufferPointer()[y * size[0] + x] != 0) ? 1 : 0;
    }
  }
  EXPECT_EQ(different, 0u);
}

TEST(PolygonAnnotation, WhatIsWrittenReadsBackTheSame)
{
  ExpectEqual(ParsePolygonAnnotation(itk::WritePolygonAnnotation(ParsePolygonAnnotation(SmallAnnotation().dump()))),
              ParsePolygonAnnotation(SmallAnnotation().dump()));
  for (const std::string & name : RealFiles)
  {
    const PolygonAnnotation annotation = ParsePolygonAnnotation(TextOf(PathOf(name)));
    ExpectEqual(ParsePolygonAnnotation(itk::WritePolygonAnnotation(annotation)), annotation);
  }
}

TEST(PolygonAnnotation, WrittenAreasAreNumbersOfPixels)
{
  const PolygonAnnotation annotation = ParsePolygonAnnotation(SmallAnnotation().dump());
  const Json regions = Json::parse(itk::WritePolygonAnnotation(annotation))["annotations"]["regions"];
  EXPECT_EQ(regions["area"], (Json{ 9.0, 6.0 }));
  EXPECT_EQ(regions["bbox"][0], (Json{ 1.0, 1.0, 3.0, 3.0 }));
  EXPECT_EQ(regions["centroid"][0], (Json{ 2.0, 2.0 }));
  PolygonAnnotation wrong = annotation;
  wrong.ignore.pop_back();
  EXPECT_THROW(itk::WritePolygonAnnotation(wrong), itk::ExceptionObject);
}

TEST(PolygonAnnotationReader, GivesCellsAndIgnoredRegionsAsImagesOfTheSpacing)
{
  auto reader = itk::PolygonAnnotationReader::New();
  reader->SetFileName(PathOf(RealFiles[1]));
  itk::PolygonAnnotationReader::SpacingType spacing;
  spacing.Fill(0.538);
  reader->SetSpacing(spacing);
  reader->SetSliceSpacing(10.0);
  reader->Update();
  const itk::CellLabelMap * cells = reader->GetOutput();
  EXPECT_EQ(cells->GetLargestPossibleRegion().GetSize(), (itk::Size<2>{ { 1024, 1024 } }));
  EXPECT_DOUBLE_EQ(cells->GetSpacing()[1], 0.538);
  ASSERT_EQ(cells->GetNumberOfLabelObjects(), 19u);
  EXPECT_EQ(cells->GetLabelObject(1)->Size(), 1621u);
  EXPECT_DOUBLE_EQ(cells->GetLabelObject(1)->GetDepth(), 60.0);
  EXPECT_DOUBLE_EQ(cells->GetLabelObject(8)->GetDepth(), 140.0);
  EXPECT_EQ(reader->GetNumberOfSlices(), 20u);
  EXPECT_DOUBLE_EQ(reader->GetIgnoreImage()->GetSpacing()[0], 0.538);
  EXPECT_EQ(reader->GetIgnoreImage()->GetBufferedRegion().GetSize(), (itk::Size<2>{ { 1024, 1024 } }));
  EXPECT_EQ(reader->GetIgnoreImage()->GetPixel({ { 1020, 0 } }), 1);
}

TEST(PolygonAnnotationReader, RunsAgainOnlyWhenAParameterChanges)
{
  auto reader = itk::PolygonAnnotationReader::New();
  reader->SetFileName(PathOf(RealFiles[1]));
  reader->Update();
  const itk::ModifiedTimeType first = reader->GetOutput()->GetUpdateMTime();
  reader->SetSliceSpacing(1.0);
  reader->Update();
  EXPECT_EQ(reader->GetOutput()->GetUpdateMTime(), first);
  reader->SetSliceSpacing(2.0);
  reader->Update();
  EXPECT_GT(reader->GetOutput()->GetUpdateMTime(), first);
  EXPECT_EQ(reader->GetOutput()->GetNumberOfLabelObjects(), 19u);
  EXPECT_DOUBLE_EQ(reader->GetOutput()->GetLabelObject(1)->GetDepth(), 12.0);
}

TEST(PolygonAnnotationReader, WrongInputsAreTold)
{
  auto reader = itk::PolygonAnnotationReader::New();
  EXPECT_THROW(reader->Update(), itk::ExceptionObject);
  reader->SetFileName("/absent.json");
  EXPECT_THROW(reader->Update(), itk::ExceptionObject);
  reader->SetFileName(std::string(PEN_TEST_DATA_DIR) + "/mda231_annotations/LICENSE");
  EXPECT_THROW(reader->Update(), itk::ExceptionObject);
  reader->SetFileName(PathOf(RealFiles[1]));
  reader->SetSliceSpacing(0.0);
  EXPECT_THROW(reader->Update(), itk::ExceptionObject);
  reader->SetSliceSpacing(1.0);
  EXPECT_NO_THROW(reader->Update());
}
