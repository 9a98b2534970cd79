// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Base/Random.h"
#include "ProjectionEnhancement/Stacks/Projections.h"
#include "itkTorchScriptExport.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

namespace
{
using Options = itk::SegmentationNetworkOptions;
using itk::ExportPart;

constexpr unsigned int Height = 16;
constexpr unsigned int Width = 24;

Options
SmallOptions()
{
  Options options;
  options.features = { 4, 6, 8 };
  options.slices = 13;
  options.kernels = { 1, 3, 11 };
  options.outputChannels = 2;
  return options;
}

// A network whose batch norms do something.
itk::SegmentationNetwork::Pointer
NetworkOf(const Options & options)
{
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->SetPrecision(itk::SegmentationNetwork::Precision::Float32);
  network->Create(options, 5);
  std::uint64_t stream = 0;
  for (const auto & parameter : network->GetParameters())
  {
    itk::PenCore::Random random(11, stream++);
    std::vector<float> values = network->GetParameter(parameter.name);
    const bool positive = parameter.name.find("running_var") != std::string::npos;
    for (float & value : values)
    {
      value += static_cast<float>(positive ? random.Uniform(-0.5, 1.0) : random.Uniform(-0.1, 0.1));
    }
    network->SetParameter(parameter.name, values);
  }
  return network;
}

itk::ScriptTensor
RandomInput(unsigned int samples, unsigned int depth)
{
  itk::ScriptTensor input{ { samples, depth, Height, Width }, {} };
  itk::PenCore::Random random(3, depth);
  for (std::size_t i = 0; i < static_cast<std::size_t>(samples) * depth * Height * Width; ++i)
  {
    input.values.push_back(static_cast<float>(random.Uniform()));
  }
  return input;
}

std::vector<float>
OwnPlanes(const itk::SegmentationNetwork * network, const itk::ScriptTensor & stack)
{
  std::vector<float> planes(network->GetOptions().planes * Height * Width);
  network->Project(stack.values.data(), static_cast<unsigned int>(stack.shape[1]), Height, Width, planes.data());
  if (network->GetOptions().projection == Options::Projection::ProjectionEnhancement)
  {
    itk::PenCore::RescaleToUnitRange(planes.data(), planes.size());
  }
  return planes;
}

// x-flows, y-flows, cell logits, border logits of all channels.
std::vector<float>
OwnMaps(const itk::SegmentationNetwork * network, const std::vector<float> & planes)
{
  std::vector<float> field(4 * network->GetOptions().outputChannels * Height * Width);
  network->Predict(planes.data(), 1, Height, Width, field.data());
  std::vector<float> maps(field.size());
  for (std::size_t i = 0; i < field.size(); ++i)
  {
    maps[i % 4 * (field.size() / 4) + i / 4] = field[i];
  }
  return maps;
}

void
ExpectClose(const std::vector<float> & values, const std::vector<float> & expected, const std::string & what)
{
  ASSERT_EQ(values.size(), expected.size()) << what;
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    ASSERT_NEAR(values[i], expected[i], 1e-4 * std::max(1.0f, std::abs(expected[i]))) << what << ", value " << i;
  }
}

// All three parts, and stacks of the network's number of slices, of fewer and of more.
void
ExpectPartsToAgree(const Options & options, const std::string & what)
{
  const auto network = NetworkOf(options);
  const std::string penFile = testing::TempDir() + "/pen_script_" + what + "_pen.pt";
  const std::string networkFile = testing::TempDir() + "/pen_script_" + what + "_network.pt";
  const std::string wholeFile = testing::TempDir() + "/pen_script_" + what + "_all.pt";
  itk::WriteTorchScript(network, ExportPart::Projection, penFile);
  itk::WriteTorchScript(network, ExportPart::Network, networkFile);
  itk::WriteTorchScript(network, ExportPart::All, wholeFile);
  for (const unsigned int slices : { 13u, 6u, 31u })
  {
    const itk::ScriptTensor stack = RandomInput(1, slices);
    const std::vector<float> planes = OwnPlanes(network, stack);
    const itk::ScriptTensor input{ { 1, options.planes, Height, Width }, planes };
    const std::string name = what + " of " + std::to_string(slices) + " slices";
    const itk::ScriptTensor projected = itk::RunTorchScript(penFile, stack);
    EXPECT_EQ(projected.shape, input.shape);
    ExpectClose(projected.values, planes, name + ", pen");
    if (slices == 13)
    {
      const std::vector<float> maps = OwnMaps(network, planes);
      const itk::ScriptTensor predicted = itk::RunTorchScript(networkFile, input);
      EXPECT_EQ(predicted.shape, (std::vector<int64_t>{ 1, 4 * options.outputChannels, Height, Width }));
      ExpectClose(predicted.values, maps, name + ", network");
      ExpectClose(itk::RunTorchScript(wholeFile, stack).values, maps, name + ", all");
    }
  }
  for (const std::string & fileName : { penFile, networkFile, wholeFile })
  {
    std::filesystem::remove(fileName);
  }
}
} // namespace

TEST(TorchScriptExport, EveryWayToPoolAndCollectGivesOurOutput)
{
  Options options = SmallOptions();
  ExpectPartsToAgree(options, "conv");
  options.collect = Options::Collect::Mean;
  options.blockPool = Options::BlockPool::SplitConvolution;
  ExpectPartsToAgree(options, "split_mean");
  options.collect = Options::Collect::Maximum;
  options.blockPool = Options::BlockPool::Maximum;
  options.flowFactor = -10.0;
  ExpectPartsToAgree(options, "max_max");
  options.collect = Options::Collect::Convolution;
  options.maximumBranch = true;
  ExpectPartsToAgree(options, "max_and_maximum");
  options.blockPool = Options::BlockPool::Attention;
  ExpectPartsToAgree(options, "attention");
}

TEST(TorchScriptExport, FixedProjectionsGiveOurOutput)
{
  Options options = SmallOptions();
  options.projection = Options::Projection::LinearDepth;
  ExpectPartsToAgree(options, "linear");
  options.projection = Options::Projection::Maximum;
  ExpectPartsToAgree(options, "mip");
  options.planes = 2;
  options.repeatPlanes = false;
  options.borderOutput = false;
  options.headKernel = 1;
  options.outputChannels = 1;
  options.batchNormEpsilon = 1e-5;
  ExpectPartsToAgree(options, "cellpose");
}

TEST(TorchScriptExport, AKernelDeeperThanTheStackIsFine)
{
  Options options = SmallOptions();
  options.slices = 5;
  ExpectPartsToAgree(options, "shallow");
}

TEST(TorchScriptExport, SamplesOfABatchDoNotMix)
{
  const auto network = NetworkOf(SmallOptions());
  const std::string fileName = testing::TempDir() + "/pen_script_batch.pt";
  itk::WriteTorchScript(network, ExportPart::All, fileName);
  const itk::ScriptTensor both = RandomInput(2, 13);
  const std::vector<float> maps = itk::RunTorchScript(fileName, both).values;
  const auto middle = both.values.begin() + static_cast<std::ptrdiff_t>(both.values.size() / 2);
  const itk::ScriptTensor second{ { 1, 13, Height, Width }, { middle, both.values.end() } };
  ExpectClose({ maps.begin() + static_cast<std::ptrdiff_t>(maps.size() / 2), maps.end() },
              itk::RunTorchScript(fileName, second).values, "second sample");
  std::filesystem::remove(fileName);
}

TEST(TorchScriptExport, WhatIsNoScriptOrHasNoWeightsIsRefused)
{
  const std::string fileName = testing::TempDir() + "/pen_script_none.pt";
  EXPECT_THROW(itk::RunTorchScript(fileName, RandomInput(1, 1)), itk::ExceptionObject);
  std::ofstream(fileName) << "no script";
  EXPECT_THROW(itk::RunTorchScript(fileName, RandomInput(1, 1)), itk::ExceptionObject);
  std::filesystem::remove(fileName);
  auto empty = itk::SegmentationNetwork::New();
  EXPECT_THROW(itk::WriteTorchScript(empty, ExportPart::All, fileName), itk::ExceptionObject);
  EXPECT_THROW(itk::WriteTorchScript(NetworkOf(SmallOptions()), ExportPart::All, "/no/such/folder/file.pt"),
               itk::ExceptionObject);
  EXPECT_FALSE(std::filesystem::exists(fileName));
}
