// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Stacks/Projections.h"
#include "itkPublishedWeights.h"
#include "itkSegmentationNetwork.h"
#include "support/TestReading.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

namespace
{
using Options = itk::SegmentationNetworkOptions;
using StackType = itk::Image<float, 3>;
using FlowFieldType = itk::Image<itk::Vector<float, 4>, 3>;
using PlanesType = itk::Image<itk::Vector<float, 3>, 2>;

const std::string VectorsFolder = "network_vectors/";

nlohmann::json
VectorJson(const std::string & name)
{
  std::ifstream file(std::string(PEN_TEST_DATA_DIR) + "/" + VectorsFolder + name + "/weights.json");
  return nlohmann::json::parse(file);
}

Options
VectorOptions(const nlohmann::json & json)
{
  Options options;
  options.features = json.at("features").get<std::vector<unsigned int>>();
  options.outputChannels = json.at("n_out").get<unsigned int>();
  options.slices = json.value("z", 27u);
  options.kernels = json.value("kernels", options.kernels);
  options.flowFactor = 1.0;
  const std::string pool = json.value("pool", "conv");
  const std::string collect = json.value("collect", "conv");
  options.blockPool = pool == "max"    ? Options::BlockPool::Maximum
                      : pool == "conv" ? Options::BlockPool::Convolution
                                       : Options::BlockPool::SplitConvolution;
  options.collect = collect == "max"    ? Options::Collect::Maximum
                    : collect == "conv" ? Options::Collect::Convolution
                                        : Options::Collect::Mean;
  if (!json.value("pen", true))
  {
    options.projection = Options::Projection::Maximum;
  }
  return options;
}

std::vector<itk::PublishedArray>
VectorArrays(const std::string & name, const nlohmann::json & json)
{
  std::ifstream file(std::string(PEN_TEST_DATA_DIR) + "/" + VectorsFolder + name + "/weights.bin", std::ios::binary);
  std::vector<itk::PublishedArray> arrays;
  for (const auto & entry : json.at("weights").items())
  {
    itk::PublishedArray array{ entry.key(), entry.value().at("shape").get<std::vector<int64_t>>(), {} };
    std::size_t count = 1;
    for (const int64_t extent : array.shape)
    {
      count *= static_cast<std::size_t>(extent);
    }
    array.values.resize(count);
    file.seekg(entry.value().at("offset").get<std::streamoff>());
    file.read(reinterpret_cast<char *>(array.values.data()), static_cast<std::streamsize>(count * sizeof(float)));
    arrays.push_back(array);
  }
  return arrays;
}

itk::SegmentationNetwork::Pointer
VectorNetwork(const std::string & name)
{
  const nlohmann::json json = VectorJson(name);
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->SetPrecision(itk::SegmentationNetwork::Precision::Float32);
  network->Create(VectorOptions(json.at("options")));
  itk::SetPublishedWeights(network, VectorArrays(name, json));
  return network;
}

// Largest difference as a share of the expected values' range.
double
RelativeError(const std::vector<float> & values, const std::vector<float> & expected)
{
  EXPECT_EQ(values.size(), expected.size());
  const auto range = std::minmax_element(expected.begin(), expected.end());
  double largest = 0.0;
  for (std::size_t i = 0; i < expected.size(); ++i)
  {
    const double difference = std::abs(values[i] - expected[i]);
    largest = std::isfinite(difference) ? std::max(largest, difference) : INFINITY;
  }
  return largest / (*range.second - *range.first);
}

itk::SegmentationNetwork::Pointer
SmallNetwork(Options options = {})
{
  options.features = { 4, 8 };
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->Create(options, 3);
  return network;
}

std::vector<float>
Planes(const itk::SegmentationNetwork * network, const std::vector<float> & stack, unsigned int slices,
       unsigned int size)
{
  std::vector<float> planes(3 * size * size);
  network->Project(stack.data(), slices, size, size, planes.data());
  return planes;
}

std::string
TemporaryFile(const std::string & name)
{
  return testing::TempDir() + "/pen_network_" + name;
}

std::string
LoadError(const std::string & fileName)
{
  auto network = itk::SegmentationNetwork::New();
  try
  {
    network->Load(fileName);
  }
  catch (const itk::ExceptionObject & error)
  {
    EXPECT_FALSE(network->IsDefined());
    return error.GetDescription();
  }
  return "";
}
} // namespace

class NetworkVectors : public testing::TestWithParam<const char *>
{
};

TEST_P(NetworkVectors, AreReproducedInFloat32)
{
  const std::string name = GetParam();
  const std::string folder = VectorsFolder + name + "/";
  const auto network = VectorNetwork(name);
  const auto stack = ReadTestImage<StackType>(folder + "input.nrrd");
  const auto size = stack->GetBufferedRegion().GetSize();
  const auto width = static_cast<unsigned int>(size[0]);
  const auto height = static_cast<unsigned int>(size[1]);

  std::vector<float> planes = FloatsOf(stack.GetPointer());
  if (network->GetOptions().projection == Options::Projection::ProjectionEnhancement)
  {
    planes.resize(3 * width * height);
    network->Project(stack->GetBufferPointer(), static_cast<unsigned int>(size[2]), height, width, planes.data());
    itk::PenCore::RescaleToUnitRange(planes.data(), planes.size());

    const auto rgb = ReadTestImage<PlanesType>(folder + "rgb.nrrd");
    std::vector<float> expected(planes.size());
    for (unsigned int i = 0; i < width * height; ++i)
    {
      for (unsigned int c = 0; c < 3; ++c)
      {
        expected[c * width * height + i] = rgb->GetBufferPointer()[i][c];
      }
    }
    EXPECT_LT(RelativeError(planes, expected), 1e-4);
  }

  const std::vector<float> expected = FloatsOf(ReadTestImage<FlowFieldType>(folder + "output.nrrd").GetPointer());
  std::vector<float> flowField(expected.size());
  network->Predict(planes.data(), 1, height, width, flowField.data());
  EXPECT_LT(RelativeError(flowField, expected), 1e-4);
}

INSTANTIATE_TEST_SUITE_P(SegmentationNetwork, NetworkVectors,
                         testing::Values("mip", "pen_branch_max", "pen_collect_max", "pen_collect_mean_split_27",
                                         "pen_conv", "pen_without_k11"));

TEST(SegmentationNetwork, ThePublishedGraphHasThePublishedNumberOfValues)
{
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->Create(Options());
  std::size_t values = 0;
  std::size_t trainable = 0;
  std::size_t projection = 0;
  for (const auto & parameter : network->GetParameters())
  {
    std::size_t count = 1;
    for (const int64_t extent : parameter.shape)
    {
      count *= static_cast<std::size_t>(extent);
    }
    values += count;
    trainable += parameter.name.find("running_") == std::string::npos ? count : 0;
    projection += parameter.name.compare(0, 11, "projection.") == 0 ? count : 0;
  }
  EXPECT_EQ(values, 6620792u);
  EXPECT_EQ(trainable, 6611178u);
  EXPECT_EQ(projection, 6708u);
}

TEST(SegmentationNetwork, SavingAndLoadingKeepsEveryValueAndOption)
{
  Options options;
  options.slices = 5;
  options.pixelSize = 0.538;
  options.sliceSpacing = 10.0;
  options.collect = Options::Collect::Maximum;
  options.provenance = R"({"seed": 3})";
  const auto network = SmallNetwork(options);
  const std::string fileName = TemporaryFile("round_trip.pt");
  network->Save(fileName);

  auto loaded = itk::SegmentationNetwork::New();
  loaded->SetDevice("cpu");
  loaded->Load(fileName);
  EXPECT_EQ(loaded->GetOptions().ToJson(), network->GetOptions().ToJson());
  for (const auto & parameter : network->GetParameters())
  {
    EXPECT_EQ(loaded->GetParameter(parameter.name), network->GetParameter(parameter.name)) << parameter.name;
  }
  std::remove(fileName.c_str());
}

TEST(SegmentationNetwork, DamagedModelFilesAreRefusedByName)
{
  const std::string missing = TemporaryFile("missing.pt");
  EXPECT_NE(LoadError(missing).find(missing), std::string::npos);

  const std::string foreign = TemporaryFile("foreign.pt");
  std::ofstream(foreign) << "this is no model";
  EXPECT_NE(LoadError(foreign).find(foreign), std::string::npos);

  const std::string empty = TemporaryFile("empty.pt");
  std::ofstream{ empty };
  EXPECT_NE(LoadError(empty).find(empty), std::string::npos);

  const std::string whole = TemporaryFile("whole.pt");
  SmallNetwork()->Save(whole);
  std::ifstream in(whole, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const std::string cut = TemporaryFile("cut.pt");
  for (const double share : { .1, .5, .9, .999 })
  {
    std::ofstream(cut, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(share * bytes.size()));
    EXPECT_NE(LoadError(cut).find(cut), std::string::npos) << share;
  }
  for (const std::string & fileName : { foreign, empty, whole, cut })
  {
    std::remove(fileName.c_str());
  }
}

TEST(SegmentationNetwork, AStackShallowerThanAKernelCountsAsPaddedWithZeros)
{
  Options options;
  options.slices = 2;
  const auto network = SmallNetwork(options);
  // The same weights in a network of 11 slices, fed the two slices among explicit zeros. One branch's pool sees one
  // section either way for the kernel of 11 only, so compare that branch alone.
  options.kernels = { 11 };
  const auto shallow = SmallNetwork(options);
  options.slices = 11;
  const auto deep = SmallNetwork(options);
  for (const auto & parameter : shallow->GetParameters())
  {
    deep->SetParameter(parameter.name, shallow->GetParameter(parameter.name));
  }
  constexpr unsigned int size = 16;
  std::vector<float> stack(2 * size * size);
  for (std::size_t i = 0; i < stack.size(); ++i)
  {
    stack[i] = static_cast<float>(i * 37 % 101) / 101.f;
  }
  std::vector<float> padded(11 * size * size, 0.f);
  std::copy(stack.begin(), stack.end(), padded.begin() + 4 * size * size);
  EXPECT_LT(RelativeError(Planes(shallow, stack, 2, size), Planes(deep, padded, 11, size)), 1e-5);

  const std::vector<float> planes = Planes(network, stack, 2, size);
  EXPECT_TRUE(std::all_of(planes.begin(), planes.end(), [](float v) { return std::isfinite(v); }));
}

TEST(SegmentationNetwork, AnyNumberOfSlicesIsFitted)
{
  Options options;
  options.slices = 5;
  options.kernels = { 1, 3 };
  const auto network = SmallNetwork(options);
  constexpr unsigned int size = 8;
  for (const unsigned int slices : { 1u, 4u, 5u, 6u, 23u })
  {
    const std::vector<float> planes = Planes(network, std::vector<float>(slices * size * size, .5f), slices, size);
    EXPECT_TRUE(std::all_of(planes.begin(), planes.end(), [](float v) { return std::isfinite(v); })) << slices;
  }
}

TEST(SegmentationNetwork, ImpossibleOptionsAndDevicesAreRefused)
{
  auto network = itk::SegmentationNetwork::New();
  Options even;
  even.kernels = { 4 };
  EXPECT_THROW(network->Create(even), itk::ExceptionObject);
  Options shallow;
  shallow.blockPool = Options::BlockPool::SplitConvolution;
  shallow.slices = 12;
  EXPECT_THROW(network->Create(shallow), itk::ExceptionObject);
  EXPECT_THROW(network->GetOptions(), itk::ExceptionObject);
  EXPECT_THROW(network->SetDevice("abacus"), itk::ExceptionObject);
  EXPECT_THROW(network->SetDevice("cuda:77"), itk::ExceptionObject);
  EXPECT_THROW(SmallNetwork()->GetParameter("network.nothing"), itk::ExceptionObject);
}
