// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Network/NetworkState.h"
#include "Network/TensorBridge.h"

#include <caffe2/serialize/inline_container.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>

// A model is a LibTorch archive (the zip container of torch.save) with two kinds of records: "header.json", the options
// and a list of the arrays with their shapes, and "arrays/<name>", raw little-endian float32 in C order. A training's
// checkpoint adds "momentum/<name>" and, with AdamW, "squares/<name>" for each parameter. There is no pickle in it, so
// that reading a file never runs anything from it.

namespace itk
{
namespace PenTorch
{
namespace
{
using Json = nlohmann::json;

const char * const HeaderRecord = "header.json";
const char * const ArrayPrefix = "arrays/";
const char * const MomentumPrefix = "momentum/";
const char * const SquaresPrefix = "squares/";
const char * const StepsKey = "training_steps";
// A header holds options and some 300 array names.
constexpr std::size_t LargestHeader = 64u << 20;

std::size_t
FileSize(const std::string & fileName)
{
  std::ifstream file(fileName, std::ios::binary | std::ios::ate);
  if (!file)
  {
    itkGenericExceptionMacro(<< fileName << " could not be opened for reading");
  }
  const std::streamoff size = file.tellg();
  if (size <= 0)
  {
    itkGenericExceptionMacro(<< fileName << " is empty or not a file, expected a model");
  }
  return static_cast<std::size_t>(size);
}

Json
ReadHeader(caffe2::serialize::PyTorchStreamReader & reader, const std::string & fileName)
{
  if (!reader.hasRecord(HeaderRecord))
  {
    itkGenericExceptionMacro(<< fileName << " is an archive, but not a model of this library: it has no "
                             << HeaderRecord);
  }
  const auto record = reader.getRecord(HeaderRecord);
  if (std::get<1>(record) > LargestHeader)
  {
    itkGenericExceptionMacro(<< fileName << ": its header of " << std::get<1>(record) << " bytes is too large");
  }
  const char * text = static_cast<const char *>(std::get<0>(record).get());
  try
  {
    return Json::parse(text, text + std::get<1>(record));
  }
  catch (const Json::exception & error)
  {
    itkGenericExceptionMacro(<< fileName << ": its header is damaged: " << error.what());
  }
}

std::map<std::string, std::vector<int64_t>>
ListedArrays(const Json & header, const std::string & fileName)
{
  std::map<std::string, std::vector<int64_t>> arrays;
  try
  {
    for (const Json & entry : header.at("arrays"))
    {
      arrays[entry.at("name").get<std::string>()] = entry.at("shape").get<std::vector<int64_t>>();
    }
  }
  catch (const Json::exception & error)
  {
    itkGenericExceptionMacro(<< fileName << ": its list of arrays is damaged: " << error.what());
  }
  return arrays;
}

// A damaged header must not make a network that is larger than the file that is said to hold it.
void
VerifyFits(const SegmentationNetworkOptions & options, std::size_t bytes, const std::string & fileName)
{
  std::size_t largest = 0;
  for (const std::size_t feature : options.features)
  {
    largest = std::max(largest, feature * feature * 9 * sizeof(float));
  }
  for (const std::size_t kernel : options.kernels)
  {
    largest = std::max(largest, kernel * kernel * kernel * sizeof(float));
  }
  if (largest > bytes)
  {
    itkGenericExceptionMacro(<< fileName << " has " << bytes << " bytes, too few for the network its header describes");
  }
}

void
ReadArray(caffe2::serialize::PyTorchStreamReader & reader, const std::string & fileName, const std::string & record,
          torch::Tensor array)
{
  if (!reader.hasRecord(record))
  {
    itkGenericExceptionMacro(<< fileName << ": array \"" << record << "\" is missing");
  }
  const auto data = reader.getRecord(record);
  const std::size_t bytes = static_cast<std::size_t>(array.numel()) * sizeof(float);
  if (std::get<1>(data) != bytes)
  {
    itkGenericExceptionMacro(<< fileName << ": array \"" << record << "\" has " << std::get<1>(data)
                             << " bytes, expected " << bytes);
  }
  const torch::NoGradGuard guard;
  array.copy_(TensorFromBuffer(static_cast<const float *>(std::get<0>(data).get()), array.sizes(), torch::kCPU));
  if (!torch::isfinite(array).all().item<bool>())
  {
    itkGenericExceptionMacro(<< fileName << ": array \"" << record << "\" holds values that are not finite");
  }
}

void
WriteArray(caffe2::serialize::PyTorchStreamWriter & writer, const std::string & record, const torch::Tensor & array)
{
  const torch::Tensor plain = array.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  writer.writeRecord(record, plain.data_ptr(), plain.nbytes());
}

TrainingState
ReadTraining(caffe2::serialize::PyTorchStreamReader & reader, const std::string & fileName, const NetworkState & state,
             const Json & steps)
{
  if (!steps.is_number_unsigned())
  {
    itkGenericExceptionMacro(<< fileName << " is a model, but no training's checkpoint");
  }
  TrainingState training;
  training.steps = steps.get<std::size_t>();
  const auto read = [&](const char * prefix)
  {
    std::vector<std::pair<std::string, torch::Tensor>> arrays;
    for (const auto & entry : state.module->named_parameters())
    {
      arrays.emplace_back(entry.key(), torch::zeros_like(entry.value()).detach());
      ReadArray(reader, fileName, prefix + entry.key(), arrays.back().second);
    }
    return arrays;
  };
  training.momentum = read(MomentumPrefix);
  if (reader.hasRecord(SquaresPrefix + training.momentum.front().first))
  {
    training.squares = read(SquaresPrefix);
  }
  return training;
}
} // namespace

void
WriteModel(const std::string & fileName, const NetworkState & state, const TrainingState & training)
{
  Json header = Json::parse(state.options.ToJson());
  header["arrays"] = Json::array();
  caffe2::serialize::PyTorchStreamWriter writer(fileName);
  for (const auto & entry : state.NamedArrays())
  {
    header["arrays"].push_back({ { "name", entry.first }, { "shape", entry.second.sizes().vec() } });
    WriteArray(writer, ArrayPrefix + entry.first, entry.second);
  }
  for (const auto & entry : training.momentum)
  {
    header[StepsKey] = training.steps;
    WriteArray(writer, MomentumPrefix + entry.first, entry.second);
  }
  for (const auto & entry : training.squares)
  {
    WriteArray(writer, SquaresPrefix + entry.first, entry.second);
  }
  const std::string text = header.dump(2);
  writer.writeRecord(HeaderRecord, text.data(), text.size());
  writer.writeEndOfFile();
}

void
ReadModel(const std::string & fileName, NetworkState & state, TrainingState * training)
{
  const std::size_t fileSize = FileSize(fileName);
  caffe2::serialize::PyTorchStreamReader reader(fileName);
  Json header = ReadHeader(reader, fileName);
  auto listed = ListedArrays(header, fileName);
  const Json steps = header.value(StepsKey, Json());
  header.erase("arrays");
  header.erase(StepsKey);
  try
  {
    state.options = SegmentationNetworkOptions::FromJson(header.dump());
  }
  catch (const ExceptionObject & error)
  {
    itkGenericExceptionMacro(<< fileName << ": " << error.GetDescription());
  }
  VerifyFits(state.options, fileSize, fileName);
  state.module = std::make_shared<SegmentationModule>(state.options);
  for (const auto & entry : state.NamedArrays())
  {
    const auto found = listed.find(entry.first);
    if (found == listed.end() || found->second != entry.second.sizes().vec())
    {
      itkGenericExceptionMacro(<< fileName << ": array \"" << entry.first
                               << (found == listed.end() ? "\" is missing"
                                                         : "\" has another shape than its options ask for"));
    }
    ReadArray(reader, fileName, ArrayPrefix + entry.first, entry.second);
    listed.erase(found);
  }
  if (!listed.empty())
  {
    itkGenericExceptionMacro(<< fileName << ": array \"" << listed.begin()->first
                             << "\" belongs to no part of the network");
  }
  if (training)
  {
    *training = ReadTraining(reader, fileName, state, steps);
  }
}
} // namespace PenTorch
} // namespace itk
