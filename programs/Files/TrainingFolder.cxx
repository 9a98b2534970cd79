// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/TrainingFolder.h"

#include "Files/AnnotatedStack.h"
#include "Files/LayersFile.h"
#include "Files/TrainingFolderParts.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <unordered_map>

namespace pen
{
namespace
{
namespace fs = std::filesystem;

// Voxels whose label is no cell's become background.
void
ReadLabels3D(const std::string & path, const std::vector<itk::SizeValueType> & labelOfCell,
             itk::TrainingSample & sample)
{
  if (!fs::exists(path))
  {
    return;
  }
  const LayersImage::Pointer image = ReadLayers(path);
  const auto region = image->GetLargestPossibleRegion();
  if (region.GetSize(0) != sample.width || region.GetSize(1) != sample.height || region.GetSize(2) != sample.slices)
  {
    std::ostringstream message;
    message << path << " has " << region.GetSize() << " voxels, the stack beside it " << sample.width << " x "
            << sample.height << " x " << sample.slices;
    throw std::runtime_error(message.str());
  }
  std::unordered_map<itk::SizeValueType, std::uint32_t> numbers;
  for (std::size_t i = 0; i < labelOfCell.size(); ++i)
  {
    numbers[labelOfCell[i]] = static_cast<std::uint32_t>(i + 1);
  }
  const unsigned int * labels = image->GetBufferPointer();
  sample.labels3d.resize(sample.stack.size());
  std::transform(labels, labels + sample.labels3d.size(), sample.labels3d.begin(),
                 [&](unsigned int label)
                 {
                   const auto found = label == 0 ? numbers.end() : numbers.find(label);
                   return found == numbers.end() ? 0u : found->second;
                 });
}

// The sample folders and annotations right at a path.
std::vector<std::string>
SamplesAt(const fs::path & path)
{
  if (fs::exists(path / "stack.nrrd"))
  {
    return { path.string() };
  }
  return IsAuthorsLayout(path.string()) ? FindAnnotations(path.string()) : std::vector<std::string>();
}
} // namespace

std::vector<std::string>
FindTrainingFolders(const std::string & path)
{
  if (fs::is_regular_file(path) && IsJson(path))
  {
    return { path };
  }
  if (!fs::is_directory(path))
  {
    throw std::runtime_error(path + " is not a folder");
  }
  std::vector<std::string> samples = SamplesAt(path);
  if (!samples.empty())
  {
    return samples;
  }
  for (const fs::directory_entry & entry : fs::directory_iterator(path))
  {
    if (entry.is_directory())
    {
      const std::vector<std::string> below = SamplesAt(entry.path());
      samples.insert(samples.end(), below.begin(), below.end());
    }
  }
  if (samples.empty())
  {
    throw std::runtime_error(path + " holds no training sample: neither it nor a folder in it has a stack.nrrd, or " +
                             "images/*.ome.tif and gt/*.json");
  }
  std::sort(samples.begin(), samples.end());
  return samples;
}

void
ProtectSample(const std::string & path)
{
  if (fs::is_directory(path))
  {
    for (const char * name : { "stack.nrrd", "layers.nrrd", "cells.csv", "ignore.nrrd", "labels3d.nrrd" })
    {
      ProtectInput(path + "/" + name);
    }
    return;
  }
  ProtectInput(path);
  if (const auto stack = FindStackOfAnnotation(path))
  {
    ProtectInput(*stack);
  }
}

TrainingFolder
ReadTrainingFolder(const std::string & path, ProgramContext & context, const StackOptions & options)
{
  if (!fs::is_directory(path))
  {
    return ReadAnnotatedStack(StackOfAnnotation(path), { path, {}, {} }, options, context);
  }
  TrainingFolder folder = ReadStackOfSample(path + "/stack.nrrd", options, context);
  folder.path = path;
  const std::vector<itk::SizeValueType> labels = ReadCellMasks(path + "/layers.nrrd", folder.sample);
  SetDepthsFromTable(path + "/cells.csv", "layers.nrrd", labels, { folder.sliceSpacing, folder.firstSlice },
                     folder.sample);
  ReadLabels3D(path + "/labels3d.nrrd", labels, folder.sample);
  if (fs::exists(path + "/ignore.nrrd"))
  {
    ReadIgnoreMask(path + "/ignore.nrrd", folder.sample);
  }
  return folder;
}
} // namespace pen
