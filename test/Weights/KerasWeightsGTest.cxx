// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Stacks/Projections.h"
#include "itkPublishedWeights.h"
#include "support/TestReading.h"

#include <gtest/gtest.h>
#include <hdf5.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

namespace
{
using Options = itk::SegmentationNetworkOptions;
using StackType = itk::Image<float, 3>;
using FlowFieldType = itk::Image<itk::Vector<float, 4>, 3>;

const std::string Data = std::string(PEN_TEST_DATA_DIR) + "/";

std::string
VectorFile(const std::string & name)
{
  return Data + "network_vectors/" + name + "/weights.h5";
}

itk::PublishedChoices
ChoicesFor(const std::string & name)
{
  // What shapes cannot tell; network_vectors' files name no layer without weights.
  itk::PublishedChoices choices;
  choices.slices = name == "pen_branch_max" ? 13 : 0;
  choices.collect = name == "pen_collect_mean_split_27" ? "mean" : "";
  return choices;
}

itk::SegmentationNetwork::Pointer
Import(const std::string & fileName, const itk::PublishedChoices & choices = {})
{
  const itk::PublishedWeights weights = itk::ReadKerasWeights(fileName);
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->SetPrecision(itk::SegmentationNetwork::Precision::Float32);
  network->Create(itk::GetPublishedGraph(weights, choices).options);
  itk::SetPublishedWeights(network, weights.arrays);
  return network;
}

std::string
ImportError(const std::string & fileName)
{
  try
  {
    Import(fileName);
  }
  catch (const itk::ExceptionObject & error)
  {
    return error.GetDescription();
  }
  return "";
}

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

constexpr std::size_t NameLength = 128;

// A copy of the smallest weight file, open for changes.
class ChangedFile
{
public:
  ChangedFile()
    : m_Path(testing::TempDir() + "/pen_keras_" + std::to_string(testing::UnitTest::GetInstance()->random_seed()) +
             "_" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".h5")
  {
    std::filesystem::copy_file(VectorFile("mip"), m_Path, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::permissions(m_Path, std::filesystem::perms::owner_write, std::filesystem::perm_options::add);
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST); // as h5py
    m_File = H5Fopen(m_Path.c_str(), H5F_ACC_RDWR, access);
    H5Pclose(access);
  }
  ~ChangedFile()
  {
    this->Close();
    std::filesystem::remove(m_Path);
  }
  ChangedFile(const ChangedFile &) = delete;
  ChangedFile &
  operator=(const ChangedFile &) = delete;

  hid_t
  Get() const
  {
    return m_File;
  }

  const std::string &
  Close()
  {
    if (m_File >= 0)
    {
      H5Fclose(m_File);
      m_File = -1;
    }
    return m_Path;
  }

  void
  Remove(const std::string & path)
  {
    ASSERT_GE(H5Ldelete(m_File, path.c_str(), H5P_DEFAULT), 0);
  }

  void
  AddArray(const std::string & path, const std::vector<hsize_t> & shape, float value, bool write = true)
  {
    const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    const hid_t dataset =
      H5Dcreate2(m_File, path.c_str(), H5T_NATIVE_FLOAT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    ASSERT_GE(dataset, 0);
    if (write)
    {
      const std::vector<float> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)), value);
      ASSERT_GE(H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
    }
    H5Dclose(dataset);
    H5Sclose(space);
  }

  void
  SetNames(const std::string & group, const std::string & attribute, const std::vector<std::string> & names)
  {
    const hid_t object = H5Oopen(m_File, group.c_str(), H5P_DEFAULT);
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, NameLength);
    const hsize_t count = names.size();
    const hid_t space = H5Screate_simple(1, &count, nullptr);
    if (H5Aexists(object, attribute.c_str()) > 0)
    {
      H5Adelete(object, attribute.c_str());
    }
    const hid_t handle = H5Acreate2(object, attribute.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT);
    std::vector<char> buffer(NameLength * count, '\0');
    for (std::size_t i = 0; i < count; ++i)
    {
      names[i].copy(buffer.data() + NameLength * i, NameLength - 1);
    }
    ASSERT_GE(H5Awrite(handle, type, buffer.data()), 0);
    H5Aclose(handle);
    H5Sclose(space);
    H5Tclose(type);
    H5Oclose(object);
  }

private:
  std::string m_Path;
  hid_t m_File;
};

const std::string FirstLayer = "down0_res0_xtstar_F0_bnconv_conv_k3_f4";
const std::string FirstKernel = FirstLayer + "/" + FirstLayer + "/kernel:0";
} // namespace

class KerasVectors : public testing::TestWithParam<const char *>
{
};

TEST_P(KerasVectors, AreImportedAndReproduced)
{
  const std::string name = GetParam();
  const std::string folder = "network_vectors/" + name + "/";
  const auto network = Import(VectorFile(name), ChoicesFor(name));
  EXPECT_EQ(network->GetOptions().flowFactor, -10.0);
  const auto stack = ReadTestImage<StackType>(folder + "input.nrrd");
  const auto size = stack->GetBufferedRegion().GetSize();
  const auto width = static_cast<unsigned int>(size[0]);
  const auto height = static_cast<unsigned int>(size[1]);
  std::vector<float> planes = FloatsOf(stack.GetPointer());
  if (network->GetOptions().projection == Options::Projection::ProjectionEnhancement)
  {
    EXPECT_EQ(network->GetOptions().slices, size[2]);
    planes.resize(3 * width * height);
    network->Project(stack->GetBufferPointer(), static_cast<unsigned int>(size[2]), height, width, planes.data());
    itk::PenCore::RescaleToUnitRange(planes.data(), planes.size());
  }
  // The vectors keep the published sign and scale: ten times the outward flow.
  std::vector<float> expected = FloatsOf(ReadTestImage<FlowFieldType>(folder + "output.nrrd").GetPointer());
  for (std::size_t i = 0; i < expected.size(); i += 4)
  {
    expected[i] /= -10.0f;
    expected[i + 1] /= -10.0f;
  }
  std::vector<float> flowField(expected.size());
  network->Predict(planes.data(), 1, height, width, flowField.data());
  EXPECT_LT(RelativeError(flowField, expected), 1e-4);
}

TEST_P(KerasVectors, HoldTheSameNumbersAsTheRawCopy)
{
  const std::string name = GetParam();
  std::ifstream header(Data + "network_vectors/" + name + "/weights.json");
  const nlohmann::json json = nlohmann::json::parse(header).at("weights");
  std::ifstream raw(Data + "network_vectors/" + name + "/weights.bin", std::ios::binary);
  const itk::PublishedWeights weights = itk::ReadKerasWeights(VectorFile(name));
  EXPECT_EQ(weights.arrays.size(), json.size());
  for (const itk::PublishedArray & array : weights.arrays)
  {
    ASSERT_TRUE(json.contains(array.name)) << array.name;
    EXPECT_EQ(json[array.name]["shape"].get<std::vector<int64_t>>(), array.shape);
    std::vector<float> expected(array.values.size());
    raw.seekg(json[array.name]["offset"].get<std::streamoff>());
    raw.read(reinterpret_cast<char *>(expected.data()), static_cast<std::streamsize>(expected.size() * sizeof(float)));
    EXPECT_EQ(array.values, expected) << array.name;
  }
}

INSTANTIATE_TEST_SUITE_P(KerasWeights, KerasVectors,
                         testing::Values("mip", "pen_branch_max", "pen_collect_max", "pen_collect_mean_split_27",
                                         "pen_conv", "pen_without_k11"));

TEST(KerasWeights, AllPublishedConfigurationsAreRecognised)
{
  std::size_t found = 0;
  for (const auto & entry : std::filesystem::directory_iterator(Data + "pen_published"))
  {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".csv")
    {
      continue;
    }
    itk::PublishedWeights weights;
    std::ifstream file(entry.path());
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line))
    {
      std::istringstream fields(line);
      itk::PublishedArray array;
      std::string shape;
      std::getline(fields, array.name, ',');
      std::getline(fields, shape, ',');
      std::size_t count = 1;
      std::istringstream extents(shape);
      for (std::string extent; std::getline(extents, extent, 'x');)
      {
        array.shape.push_back(std::stol(extent));
        count *= static_cast<std::size_t>(array.shape.back());
      }
      array.values.assign(count, 0.25f);
      weights.arrays.push_back(array);
    }
    itk::PublishedChoices choices;
    choices.projection = name.find("linear") != std::string::npos ? "linear" : "";
    const Options options = itk::GetPublishedGraph(weights, choices).options;
    const bool hasPen = name.find("PEN") != std::string::npos;
    EXPECT_EQ(options.projection, hasPen ? Options::Projection::ProjectionEnhancement
                                  : name.find("linear") != std::string::npos ? Options::Projection::LinearDepth
                                                                             : Options::Projection::Maximum);
    EXPECT_EQ(options.normalizeProjection, options.projection == Options::Projection::Maximum) << name;
    EXPECT_EQ(options.slices, 27u) << name;
    EXPECT_EQ(options.kernels, (std::vector<unsigned int>{ 1, 3, 5, 7, 11 }));
    EXPECT_EQ(options.features, (std::vector<unsigned int>{ 32, 64, 128, 256 }));
    const unsigned int channels = name.find("N_out5") != std::string::npos          ? 5
                                  : name.find("max_intensity") != std::string::npos ? 1
                                                                                    : 3;
    EXPECT_EQ(options.outputChannels, channels) << name;
    auto network = itk::SegmentationNetwork::New();
    network->SetDevice("cpu");
    network->Create(options);
    EXPECT_NO_THROW(itk::SetPublishedWeights(network, weights.arrays)) << name;
    ++found;
  }
  EXPECT_EQ(found, 6u);
}

TEST(KerasWeights, NestedModelsAndCutListsAreTheSameModel)
{
  const auto plain = Import(VectorFile("mip"));
  const itk::PublishedWeights weights = itk::ReadKerasWeights(VectorFile("mip"));

  // One inner model that lists all arrays, its list cut in two.
  ChangedFile file;
  std::vector<std::string> names;
  H5Gclose(H5Gcreate2(file.Get(), "model_1", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  for (const std::string & layer : weights.layers)
  {
    ASSERT_GE(H5Lmove(file.Get(), (layer + "/" + layer).c_str(), file.Get(), ("model_1/" + layer).c_str(), H5P_DEFAULT,
                      H5P_DEFAULT),
              0);
    file.Remove(layer);
  }
  for (const itk::PublishedArray & array : weights.arrays)
  {
    names.push_back(array.name + ":0");
  }
  const auto middle = names.begin() + static_cast<std::ptrdiff_t>(names.size() / 2);
  file.SetNames("model_1", "weight_names0", { names.begin(), middle });
  file.SetNames("model_1", "weight_names1", { middle, names.end() });
  H5Adelete(file.Get(), "layer_names");
  file.SetNames("/", "layer_names0", { "model_1" });
  const auto nested = Import(file.Close());
  for (const auto & parameter : plain->GetParameters())
  {
    EXPECT_EQ(nested->GetParameter(parameter.name), plain->GetParameter(parameter.name)) << parameter.name;
  }
}

TEST(KerasWeights, ADamagedListOfArraysIsToldByTheArraysName)
{
  {
    ChangedFile missing;
    missing.Remove(FirstKernel);
    EXPECT_NE(ImportError(missing.Close()).find("\"" + FirstLayer + "/kernel\" is missing"), std::string::npos);
  }
  {
    ChangedFile unlisted;
    unlisted.AddArray("intruder", { 3 }, 1.0f);
    EXPECT_NE(ImportError(unlisted.Close()).find("\"intruder\""), std::string::npos);
  }
  {
    ChangedFile reshaped;
    reshaped.Remove(FirstKernel);
    reshaped.AddArray(FirstKernel, { 3, 3, 4, 3 }, 1.0f);
    EXPECT_NE(ImportError(reshaped.Close()).find("\"" + FirstLayer + "/kernel\" has another shape"), std::string::npos);
  }
  {
    ChangedFile notANumber;
    notANumber.Remove(FirstKernel);
    notANumber.AddArray(FirstKernel, { 3, 3, 3, 4 }, std::numeric_limits<float>::quiet_NaN());
    EXPECT_NE(ImportError(notANumber.Close()).find("/kernel\" holds values that are not finite"), std::string::npos);
  }
  {
    ChangedFile huge;
    huge.Remove(FirstKernel);
    huge.AddArray(FirstKernel, { 1u << 20, 1u << 20 }, 1.0f, false);
    EXPECT_NE(ImportError(huge.Close()).find("/kernel\" is empty or larger"), std::string::npos);
  }
  {
    ChangedFile unwritten;
    unwritten.Remove(FirstKernel);
    unwritten.AddArray(FirstKernel, { 3, 3, 3, 4 }, 1.0f, false);
    EXPECT_NE(ImportError(unwritten.Close()).find("/kernel\" has no values"), std::string::npos);
  }
  {
    ChangedFile elsewhere;
    elsewhere.Remove(FirstKernel);
    H5Lcreate_external(VectorFile("mip").c_str(), ("/" + FirstKernel).c_str(), elsewhere.Get(), FirstKernel.c_str(),
                       H5P_DEFAULT, H5P_DEFAULT);
    EXPECT_NE(
      ImportError(elsewhere.Close()).find("\"" + FirstLayer + "/" + FirstLayer + "\": its header has a message"),
      std::string::npos);
  }
  {
    ChangedFile another;
    another.SetNames("/", "layer_names", { FirstLayer });
    EXPECT_NE(ImportError(another.Close()).find("is in no layer's list"), std::string::npos);
  }
}

TEST(KerasWeights, TruncatedAndForeignFilesAreRefusedByName)
{
  const std::string cut = testing::TempDir() + "/pen_keras_cut.h5";
  const auto size = std::filesystem::file_size(VectorFile("mip"));
  for (const double share : { 0.0, 0.1, 0.5, 0.9, 0.999 })
  {
    std::filesystem::copy_file(VectorFile("mip"), cut, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::permissions(cut, std::filesystem::perms::owner_write, std::filesystem::perm_options::add);
    std::filesystem::resize_file(cut, static_cast<std::uintmax_t>(share * static_cast<double>(size)));
    EXPECT_NE(ImportError(cut).find(cut), std::string::npos) << share;
  }
  std::filesystem::remove(cut);
  const std::string absent = testing::TempDir() + "/pen_keras_absent.h5";
  EXPECT_NE(ImportError(absent).find(absent), std::string::npos);
  EXPECT_NE(ImportError(Data + "network_vectors/README.md").find("README.md"), std::string::npos);
}

TEST(KerasWeights, ChoicesThatContradictTheShapesAreRefused)
{
  const itk::PublishedWeights weights = itk::ReadKerasWeights(VectorFile("pen_conv"));
  itk::PublishedChoices slices;
  slices.slices = 27;
  EXPECT_THROW(itk::GetPublishedGraph(weights, slices), itk::ExceptionObject);
  itk::PublishedChoices collect;
  collect.collect = "max";
  EXPECT_THROW(itk::GetPublishedGraph(weights, collect), itk::ExceptionObject);
  itk::PublishedChoices projection;
  projection.projection = "mip";
  EXPECT_THROW(itk::GetPublishedGraph(weights, projection), itk::ExceptionObject);
}

TEST(KerasWeights, ArraysOfOtherFormsAreNamed)
{
  ChangedFile file;
  file.Remove(FirstKernel);
  const std::vector<hsize_t> shape{ 3, 3, 3, 4 };
  const hid_t space = H5Screate_simple(4, shape.data(), nullptr);
  const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(creation, 4, shape.data());
  H5Dclose(H5Dcreate2(file.Get(), FirstKernel.c_str(), H5T_NATIVE_FLOAT, space, H5P_DEFAULT, creation, H5P_DEFAULT));
  H5Pclose(creation);
  H5Sclose(space);
  EXPECT_NE(ImportError(file.Close()).find(FirstKernel + "\": its values are chunked"), std::string::npos);
}

// libhdf5 writes what the library's own reader must read: each type of floating-point numbers in both byte orders,
// contiguous and within the header.
TEST(KerasWeights, NumbersOfAllTypesAndPlacesAreReadToTheBit)
{
  // Exact in half precision, its largest and its smallest number among them.
  const std::vector<float> values{ 0.0f, -1.5f, 65504.0f, 5.9604644775390625e-8f, -0.0999755859375f, 1024.0f };
  const std::vector<hsize_t> shape{ 2, 3 };
  const hid_t half = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(half, 15, 10, 5, 0, 10);
  H5Tset_size(half, 2);
  H5Tset_ebias(half, 15);
  const hid_t swappedHalf = H5Tcopy(half);
  H5Tset_order(swappedHalf, H5T_ORDER_BE);
  for (const hid_t type : { half, swappedHalf, H5T_IEEE_F32LE, H5T_IEEE_F32BE, H5T_IEEE_F64LE, H5T_IEEE_F64BE })
  {
    for (const H5D_layout_t layout : { H5D_CONTIGUOUS, H5D_COMPACT })
    {
      ChangedFile file;
      file.SetNames("/", "layer_names", { "dense" });
      for (const itk::PublishedArray & array : itk::ReadKerasWeights(VectorFile("mip")).arrays)
      {
        const std::string layer = array.name.substr(0, array.name.find('/'));
        if (H5Lexists(file.Get(), layer.c_str(), H5P_DEFAULT) > 0)
        {
          file.Remove(layer);
        }
      }
      H5Gclose(H5Gcreate2(file.Get(), "dense", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
      file.SetNames("dense", "weight_names", { "dense/kernel:0" });
      H5Gclose(H5Gcreate2(file.Get(), "dense/dense", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
      const hid_t space = H5Screate_simple(2, shape.data(), nullptr);
      const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
      H5Pset_layout(creation, layout);
      const hid_t dataset =
        H5Dcreate2(file.Get(), "dense/dense/kernel:0", type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
      ASSERT_GE(H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
      H5Dclose(dataset);
      H5Pclose(creation);
      H5Sclose(space);
      const itk::PublishedWeights weights = itk::ReadKerasWeights(file.Close());
      ASSERT_EQ(weights.arrays.size(), 1u);
      EXPECT_EQ(weights.arrays[0].name, "dense/kernel");
      EXPECT_EQ(weights.arrays[0].shape, (std::vector<int64_t>{ 2, 3 }));
      EXPECT_EQ(weights.arrays[0].values, values);
    }
  }
  H5Tclose(swappedHalf);
  H5Tclose(half);
}

TEST(KerasWeights, ADoubleBeyondAFloatIsRefused)
{
  ChangedFile file;
  file.Remove(FirstKernel);
  const std::vector<hsize_t> shape{ 3, 3, 3, 4 };
  const std::vector<double> values(3 * 3 * 3 * 4, 1e39);
  const hid_t space = H5Screate_simple(4, shape.data(), nullptr);
  const hid_t dataset =
    H5Dcreate2(file.Get(), FirstKernel.c_str(), H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  ASSERT_GE(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
  H5Dclose(dataset);
  H5Sclose(space);
  EXPECT_NE(ImportError(file.Close()).find("/kernel\" holds values that are not finite"), std::string::npos);
}

TEST(KerasWeights, NamesOfAllKindsOfTextsAreTheSame)
{
  const itk::PublishedWeights plain = itk::ReadKerasWeights(VectorFile("mip"));
  const std::size_t longest =
    std::max_element(plain.layers.begin(), plain.layers.end(),
                     [](const std::string & a, const std::string & b) { return a.size() < b.size(); })
      ->size();
  const hsize_t count = plain.layers.size();
  for (const H5T_str_t filling : { H5T_STR_NULLTERM, H5T_STR_NULLPAD, H5T_STR_SPACEPAD })
  {
    ChangedFile file;
    const std::size_t length = longest + (filling == H5T_STR_NULLTERM ? 1 : 0);
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, length);
    H5Tset_strpad(type, filling);
    H5Tset_cset(type, H5T_CSET_UTF8);
    std::string texts;
    for (std::string name : plain.layers)
    {
      name.resize(length, filling == H5T_STR_SPACEPAD ? ' ' : '\0');
      texts += name;
    }
    H5Adelete(file.Get(), "layer_names");
    const hid_t space = H5Screate_simple(1, &count, nullptr);
    const hid_t handle = H5Acreate2(file.Get(), "layer_names", type, space, H5P_DEFAULT, H5P_DEFAULT);
    ASSERT_GE(H5Awrite(handle, type, texts.data()), 0);
    H5Aclose(handle);
    H5Sclose(space);
    H5Tclose(type);
    EXPECT_EQ(itk::ReadKerasWeights(file.Close()).layers, plain.layers);
  }
}
