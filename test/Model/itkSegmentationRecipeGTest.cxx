// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkMacro.h"
#include "itkSegmentationNetworkOptions.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace
{
using itk::SegmentationNetworkOptions;
using itk::SegmentationRecipe;
using Json = nlohmann::json;

std::string
MessageOf(const std::string & json)
{
  try
  {
    SegmentationRecipe::FromJson(json);
  }
  catch (const itk::ExceptionObject & error)
  {
    return error.GetDescription();
  }
  return "";
}

// A header as pen-train wrote it before there were recipes.
std::string
OldHeader(const SegmentationNetworkOptions & options)
{
  Json header = Json::parse(options.ToJson());
  header.erase("recipe");
  return header.dump();
}
} // namespace

TEST(SegmentationRecipe, EveryValueComesBackFromJson)
{
  SegmentationRecipe recipe;
  recipe.dynamics = SegmentationRecipe::Dynamics::Pen;
  recipe.cellThreshold = -1.5;
  recipe.levelShare = 0.25;
  recipe.maximumSizeShare = 0.75;
  recipe.flowThreshold = 0.125;
  recipe.directionThreshold = 1.5;
  recipe.minimumScore = -3.0;
  recipe.minimumSize = 7;
  recipe.minimumArea = 12.5;
  recipe.connectedMasks = false;
  recipe.fillHoles = false;
  recipe.iterations = 321;
  recipe.stretchedSampling = true;
  recipe.mergeDuplicates = false;
  recipe.mergeIoU = 0.875;
  recipe.windowSlices = 6;
  recipe.windowExtent = 45.0;
  recipe.adoptCells = true;
  const SegmentationRecipe read = SegmentationRecipe::FromJson(recipe.ToJson());
  EXPECT_EQ(read.dynamics, recipe.dynamics);
  EXPECT_EQ(read.cellThreshold, -1.5);
  EXPECT_EQ(read.levelShare, 0.25);
  EXPECT_EQ(read.maximumSizeShare, 0.75);
  EXPECT_EQ(read.flowThreshold, 0.125);
  EXPECT_EQ(read.directionThreshold, 1.5);
  EXPECT_EQ(read.minimumScore, -3.0);
  EXPECT_EQ(read.minimumSize, 7u);
  EXPECT_EQ(read.minimumArea, 12.5);
  EXPECT_FALSE(read.connectedMasks);
  EXPECT_FALSE(read.fillHoles);
  EXPECT_EQ(read.iterations, 321u);
  EXPECT_TRUE(read.stretchedSampling);
  EXPECT_FALSE(read.mergeDuplicates);
  EXPECT_EQ(read.mergeIoU, 0.875);
  EXPECT_EQ(read.windowSlices, 6u);
  EXPECT_EQ(read.windowExtent, 45.0);
  EXPECT_TRUE(read.adoptCells);
}

TEST(SegmentationRecipe, WhatIsMissingIsCellposes)
{
  const SegmentationRecipe recipe = SegmentationRecipe::FromJson("{}");
  EXPECT_EQ(recipe.dynamics, SegmentationRecipe::Dynamics::CellPose);
  EXPECT_EQ(recipe.cellThreshold, 0.0);
  EXPECT_EQ(recipe.flowThreshold, 0.4);
  EXPECT_EQ(recipe.minimumSize, 15u);
  EXPECT_EQ(recipe.windowSlices, 0u);
  EXPECT_FALSE(recipe.adoptCells);
}

TEST(SegmentationRecipe, BadValuesAreNamed)
{
  EXPECT_NE(MessageOf(R"({"dynamics": "magic"})").find("magic"), std::string::npos);
  EXPECT_NE(MessageOf(R"({"merge_iou": 1.5})").find("merge_iou"), std::string::npos);
  EXPECT_NE(MessageOf(R"({"level_share": -0.1})").find("level_share"), std::string::npos);
  EXPECT_NE(MessageOf(R"({"minimum_area_um2": -1})").find("minimum_area_um2"), std::string::npos);
  EXPECT_NE(MessageOf(R"({"cell_threshold": "low"})"), "");
  EXPECT_NE(MessageOf("no JSON"), "");
}

TEST(SegmentationRecipe, PenWasPublishedWithoutWhatCellposeDoesAfterItsDynamics)
{
  const SegmentationRecipe recipe = SegmentationRecipe::Published(SegmentationRecipe::Dynamics::Pen);
  EXPECT_EQ(recipe.flowThreshold, 0.0);
  EXPECT_EQ(recipe.minimumSize, 0u);
  EXPECT_EQ(recipe.maximumSizeShare, 1.0);
  EXPECT_FALSE(recipe.fillHoles);
}

TEST(SegmentationRecipe, IsAPartOfTheModelsOptions)
{
  SegmentationNetworkOptions options;
  options.recipe = SegmentationRecipe();
  options.recipe->flowThreshold = 0.7;
  const SegmentationNetworkOptions read = SegmentationNetworkOptions::FromJson(options.ToJson());
  ASSERT_TRUE(read.recipe.has_value());
  EXPECT_EQ(read.GetRecipe().flowThreshold, 0.7);
  options.recipe->mergeIoU = 2.0;
  EXPECT_THROW(options.Verify(), itk::ExceptionObject);
}

TEST(SegmentationRecipe, TrainedModelsGetTheirsByDepthChannels)
{
  SegmentationNetworkOptions options;
  options.outputChannels = 2;
  options.depthAssignment = "local_order";
  options.depthWindows = true;
  SegmentationRecipe recipe = options.GetRecipe();
  EXPECT_EQ(recipe.cellThreshold, -2.0);
  EXPECT_EQ(recipe.levelShare, 0.4);
  EXPECT_EQ(recipe.flowThreshold, 0.5);
  EXPECT_EQ(recipe.minimumArea, 40.0);
  EXPECT_EQ(recipe.windowSlices, 4u);
  EXPECT_TRUE(recipe.adoptCells);

  // These channels mean other depths in each window.
  options.depthAssignment = "z_kmeans";
  EXPECT_EQ(options.GetRecipe().windowSlices, 0u);

  options.outputChannels = 1;
  options.depthWindows = false;
  recipe = options.GetRecipe();
  EXPECT_EQ(recipe.cellThreshold, 0.0);
  EXPECT_EQ(recipe.levelShare, 0.0);
  EXPECT_EQ(recipe.flowThreshold, 0.6);
  EXPECT_EQ(recipe.windowSlices, 4u);
  EXPECT_FALSE(recipe.adoptCells);
}

TEST(SegmentationRecipe, FilesWithoutOneAreTrainedHereIfTheyKnowTheirPixels)
{
  SegmentationNetworkOptions options;
  options.outputChannels = 1;
  EXPECT_EQ(SegmentationNetworkOptions::FromJson(OldHeader(options)).GetRecipe().flowThreshold, 0.4);
  options.pixelSize = 0.5;
  EXPECT_EQ(SegmentationNetworkOptions::FromJson(OldHeader(options)).GetRecipe().flowThreshold, 0.6);
}
