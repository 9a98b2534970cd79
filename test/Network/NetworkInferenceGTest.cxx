// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// SegmentationNetwork::Predict folds weights and cuts layers into strips. The exported TorchScript holds the published
// graph as it was written down, so that it is what Predict is compared with.
#include "Network/ThreadBound.h"
#include "ProjectionEnhancement/Base/Random.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "itkTorchScriptExport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace
{
using Options = itk::SegmentationNetworkOptions;
using Precision = itk::SegmentationNetwork::Precision;

constexpr std::size_t Components = 4;

Options
OptionsOf(const std::vector<unsigned int> & features, unsigned int channels = 2)
{
  Options options;
  options.projection = Options::Projection::Maximum;
  options.features = features;
  options.outputChannels = channels;
  return options;
}

// A network whose batch norms scale, shift and change signs.
itk::SegmentationNetwork::Pointer
NetworkOf(const Options & options)
{
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->SetPrecision(Precision::Float32);
  network->Create(options, 5);
  std::uint64_t stream = 0;
  for (const auto & parameter : network->GetParameters())
  {
    itk::PenCore::Random random(11, stream++);
    std::vector<float> values = network->GetParameter(parameter.name);
    const bool isPositive = parameter.name.find("running_var") != std::string::npos;
    const bool isScale = parameter.name.find("bn.weight") != std::string::npos;
    for (float & value : values)
    {
      value = isScale ? static_cast<float>(random.Uniform(-1.5, 1.5))
                      : value + static_cast<float>(isPositive ? random.Uniform(-0.5, 1.0) : random.Uniform(-0.1, 0.1));
    }
    network->SetParameter(parameter.name, values);
  }
  return network;
}

std::vector<float>
RandomPlanes(std::size_t n)
{
  itk::PenCore::Random random(3, 0);
  std::vector<float> values(n);
  std::generate(values.begin(), values.end(), [&] { return static_cast<float>(random.Uniform()); });
  return values;
}

std::vector<float>
Predict(const itk::SegmentationNetwork * network, const std::vector<float> & planes, unsigned int batch,
        unsigned int height, unsigned int width)
{
  std::vector<float> field(Components * network->GetOptions().outputChannels * batch * height * width);
  network->Predict(planes.data(), batch, height, width, field.data());
  return field;
}

// Largest difference as a share of the range of the expected values.
double
RelativeError(const std::vector<float> & values, const std::vector<float> & expected)
{
  EXPECT_EQ(values.size(), expected.size());
  const auto range = std::minmax_element(expected.begin(), expected.end());
  double largest = 0.0;
  for (std::size_t i = 0; i < expected.size(); ++i)
  {
    const double difference = std::abs(static_cast<double>(values[i]) - expected[i]);
    largest = std::isfinite(difference) ? std::max(largest, difference) : INFINITY;
  }
  return largest / (*range.second - *range.first);
}

// The field of one tile, [channels][height][width][4], from the exported graph's maps, [4 or 3 by channels][...].
std::vector<float>
ExportedField(const itk::SegmentationNetwork * network, const std::vector<float> & planes, unsigned int height,
              unsigned int width)
{
  const Options & options = network->GetOptions();
  // Tests run beside each other.
  const std::string fileName =
    testing::TempDir() + "/pen_" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".pt";
  itk::WriteTorchScript(network, itk::ExportPart::Network, fileName);
  const itk::ScriptTensor maps = itk::RunTorchScript(fileName, { { 1, options.planes, height, width }, planes });
  std::remove(fileName.c_str());
  const std::size_t pixels = static_cast<std::size_t>(options.outputChannels) * height * width;
  EXPECT_EQ(maps.values.size(), pixels * Components);
  std::vector<float> field(pixels * Components);
  for (std::size_t i = 0; i < field.size(); ++i)
  {
    field[i] = maps.values[i % Components * pixels + i / Components];
  }
  return field;
}

void
ExpectTheExportedGraphsField(const Options & options, unsigned int height, unsigned int width)
{
  const auto network = NetworkOf(options);
  const std::vector<float> planes = RandomPlanes(static_cast<std::size_t>(options.planes) * height * width);
  EXPECT_LT(RelativeError(Predict(network, planes, 1, height, width), ExportedField(network, planes, height, width)),
            1e-5)
    << options.features.size() << " levels, " << width << " x " << height;
}
} // namespace

TEST(NetworkInference, AnyNumberOfLevelsEqualsTheExportedGraph)
{
  std::vector<unsigned int> features;
  for (const unsigned int feature : { 4u, 7u, 6u, 9u, 5u })
  {
    features.push_back(feature);
    ExpectTheExportedGraphsField(OptionsOf(features), 32, 48);
  }
}

TEST(NetworkInference, AnySizeThatDividesEqualsTheExportedGraph)
{
  for (const auto & size : { std::pair<unsigned int, unsigned int>{ 8, 8 }, { 8, 40 }, { 56, 8 }, { 24, 40 } })
  {
    ExpectTheExportedGraphsField(OptionsOf({ 4, 4, 8, 8 }), size.first, size.second);
  }
}

TEST(NetworkInference, LayersOfManyStripsEqualTheExportedGraph)
{
  // 520 columns of 64 maps are 130 KB a row: strips of 2 and 4 rows at the upper levels, the last ones shorter.
  ExpectTheExportedGraphsField(OptionsOf({ 64, 40, 8 }, 3), 52, 520);
}

TEST(NetworkInference, OtherInputsAndHeadsEqualTheExportedGraph)
{
  for (const unsigned int kernel : { 1u, 3u, 7u })
  {
    Options options = OptionsOf({ 4, 6, 8 }, 1);
    options.headKernel = kernel;
    options.planes = kernel == 3 ? 1 : 2;
    options.borderOutput = kernel != 1;
    ExpectTheExportedGraphsField(options, 16, 24);
  }
}

TEST(NetworkInference, TilesInABatchGiveWhatTheyGiveAlone)
{
  for (const Precision precision : { Precision::Float32, Precision::BFloat16 })
  {
    const auto network = NetworkOf(OptionsOf({ 8, 16, 16 }));
    network->SetPrecision(precision);
    const std::vector<float> planes = RandomPlanes(3u * 3 * 24 * 32);
    const std::vector<float> together = Predict(network, planes, 3, 24, 32);
    for (std::ptrdiff_t i = 0; i < 3; ++i)
    {
      const std::ptrdiff_t size = 3 * 24 * 32;
      const std::vector<float> tile(planes.begin() + i * size, planes.begin() + (i + 1) * size);
      const std::vector<float> alone = Predict(network, tile, 1, 24, 32);
      const auto count = static_cast<std::ptrdiff_t>(alone.size());
      EXPECT_TRUE(std::equal(alone.begin(), alone.end(), together.begin() + i * count)) << precision << ", tile " << i;
    }
  }
}

TEST(NetworkInference, TheNumberOfThreadsChangesNothing)
{
  const auto network = NetworkOf(OptionsOf({ 32, 64, 64 }));
  const std::vector<float> planes = RandomPlanes(3u * 128 * 256);
  for (const Precision precision : { Precision::Float32, Precision::BFloat16 })
  {
    network->SetPrecision(precision);
    const itk::PenCore::NetworkThreadBound one(1);
    const std::vector<float> expected = Predict(network, planes, 1, 128, 256);
    const itk::PenCore::NetworkThreadBound all(0);
    EXPECT_EQ(Predict(network, planes, 1, 128, 256), expected) << precision;
  }
}

TEST(NetworkInference, BFloat16IsNearFloat32)
{
  // Eight bits of mantissa: each of some thirty layers rounds by up to 2^-9 of its values.
  const auto network = NetworkOf(OptionsOf({ 16, 32, 32, 32 }));
  const std::vector<float> planes = RandomPlanes(3u * 64 * 64);
  const std::vector<float> expected = Predict(network, planes, 1, 64, 64);
  network->SetPrecision(Precision::BFloat16);
  const std::vector<float> values = Predict(network, planes, 1, 64, 64);
  const double error = RelativeError(values, expected);
  EXPECT_LT(error, 0.05);
#if defined(__x86_64__) && defined(__GNUC__)
  // Float32 where oneDNN has no bfloat16.
  const bool hasBFloat16 =
    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
#else
  const bool hasBFloat16 = true;
#endif
  EXPECT_EQ(error > 0.0, hasBFloat16);
}

TEST(NetworkInference, ChangedWeightsAndOptionsAreSeen)
{
  Options options = OptionsOf({ 4, 8 });
  const auto network = NetworkOf(options);
  const std::vector<float> planes = RandomPlanes(3u * 16 * 16);
  const std::vector<float> before = Predict(network, planes, 1, 16, 16);

  options.flowFactor *= 2.0;
  network->SetOptions(options);
  std::vector<float> divided = before;
  for (std::size_t i = 0; i < divided.size(); ++i)
  {
    divided[i] /= i % Components < 2 ? 2.0f : 1.0f;
  }
  EXPECT_EQ(Predict(network, planes, 1, 16, 16), divided);

  std::vector<float> bias = network->GetParameter("network.head.conv.bias");
  for (float & value : bias)
  {
    value += 1.0f;
  }
  network->SetParameter("network.head.conv.bias", bias);
  const std::vector<float> shifted = Predict(network, planes, 1, 16, 16);
  for (std::size_t i = 0; i < shifted.size(); ++i)
  {
    ASSERT_NEAR(shifted[i] - divided[i], i % Components < 2 ? 0.1f : 1.0f, 1e-5f);
  }

  network->Create(OptionsOf({ 8 }), 7);
  EXPECT_NE(Predict(network, planes, 1, 16, 16), shifted);
}
