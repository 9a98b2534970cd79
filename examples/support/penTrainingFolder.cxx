// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penTrainingFolder.h"

#include "penLayersFile.h"
#include "penStackFile.h"

#include "itkLayersImageToCellLabelMapFilter.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <unordered_map>

namespace pen
{
namespace
{
namespace fs = std::filesystem;

std::vector<std::string>
SplitRow(const std::string & row)
{
  std::vector<std::string> fields;
  std::istringstream stream(row);
  for (std::string field; std::getline(stream, field, ',');)
  {
    field.erase(0, field.find_first_not_of(" \t\r"));
    field.erase(field.find_last_not_of(" \t\r") + 1);
    fields.push_back(field);
  }
  return fields;
}

std::size_t
ColumnOf(const std::vector<std::string> & header, const std::string & name, const std::string & path)
{
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end())
  {
    throw std::runtime_error(path + " has no column " + name);
  }
  return static_cast<std::size_t>(found - header.begin());
}

// Depth in slices of each label.
std::map<unsigned long, double>
ReadDepths(const std::string & path)
{
  std::ifstream file(path);
  std::string row;
  if (!file || !std::getline(file, row))
  {
    throw std::runtime_error(path + " is missing or empty");
  }
  const std::vector<std::string> header = SplitRow(row);
  const std::size_t label = ColumnOf(header, "label", path);
  const std::size_t depth = ColumnOf(header, "approx_z", path);
  std::map<unsigned long, double> depths;
  for (std::size_t line = 2; std::getline(file, row); ++line)
  {
    const std::vector<std::string> fields = SplitRow(row);
    try
    {
      if (!fields.empty())
      {
        depths[std::stoul(fields.at(label))] = std::stod(fields.at(depth));
      }
    }
    catch (const std::logic_error &)
    {
      throw std::runtime_error(path + " has no label and depth in line " + std::to_string(line));
    }
  }
  return depths;
}

void
VerifyPlane(const itk::ImageRegion<3> & region, const itk::TrainingSample & sample, const std::string & path)
{
  if (region.GetSize(0) != sample.width || region.GetSize(1) != sample.height)
  {
    std::ostringstream message;
    message << path << " has " << region.GetSize(0) << " x " << region.GetSize(1) << " pixels, the stack beside it "
            << sample.width << " x " << sample.height;
    throw std::runtime_error(message.str());
  }
}

// Returns the label of each cell in the files.
std::vector<itk::SizeValueType>
ReadCells(const std::string & folder, itk::TrainingSample & sample)
{
  const std::string path = folder + "/layers.nrrd";
  const std::map<unsigned long, double> depths = ReadDepths(folder + "/cells.csv");
  const LayersImage::Pointer layers = ReadLayers(path);
  VerifyPlane(layers->GetLargestPossibleRegion(), sample, path);
  auto toCells = itk::LayersImageToCellLabelMapFilter<LayersImage>::New();
  toCells->SetInput(layers);
  toCells->Update();
  const itk::CellLabelMap * cells = toCells->GetOutput();
  const auto origin = cells->GetLargestPossibleRegion().GetIndex();
  std::vector<itk::SizeValueType> labels;
  for (itk::SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    const auto * object = cells->GetNthLabelObject(i);
    const auto depth = depths.find(object->GetLabel());
    if (depth == depths.end())
    {
      throw std::runtime_error(folder + "/cells.csv has no row for label " + std::to_string(object->GetLabel()) +
                               " of layers.nrrd");
    }
    itk::PenCore::Cell cell;
    cell.runs = itk::PixelRunsFromLabelObject(object, origin);
    cell.depth = depth->second;
    sample.cells.push_back(cell);
    labels.push_back(object->GetLabel());
  }
  return labels;
}

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
  VerifyPlane(region, sample, path);
  if (region.GetSize(2) != sample.slices)
  {
    throw std::runtime_error(path + " has " + std::to_string(region.GetSize(2)) + " slices, the stack beside it " +
                             std::to_string(sample.slices));
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

void
ReadIgnore(const std::string & path, itk::TrainingSample & sample)
{
  if (!fs::exists(path))
  {
    return;
  }
  const LayersImage::Pointer ignore = ReadLayers(path);
  VerifyPlane(ignore->GetLargestPossibleRegion(), sample, path);
  const std::size_t pixels = static_cast<std::size_t>(sample.width) * sample.height;
  sample.ignore.assign(pixels, 0);
  const std::size_t voxels = ignore->GetLargestPossibleRegion().GetNumberOfPixels();
  for (std::size_t i = 0; i < voxels; ++i)
  {
    if (ignore->GetBufferPointer()[i] != 0)
    {
      sample.ignore[i % pixels] = 1;
    }
  }
}
} // namespace

std::vector<std::string>
FindTrainingFolders(const std::string & path)
{
  const auto hasStack = [](const fs::path & folder) { return fs::exists(folder / "stack.nrrd"); };
  if (!fs::is_directory(path))
  {
    throw std::runtime_error(path + " is not a folder");
  }
  if (hasStack(path))
  {
    return { path };
  }
  std::vector<std::string> folders;
  for (const fs::directory_entry & entry : fs::directory_iterator(path))
  {
    if (entry.is_directory() && hasStack(entry.path()))
    {
      folders.push_back(entry.path().string());
    }
  }
  if (folders.empty())
  {
    throw std::runtime_error(path + " holds no training sample: neither it nor a folder in it has a stack.nrrd");
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

TrainingFolder
ReadTrainingFolder(const std::string & path, ProgramContext & context)
{
  TrainingFolder folder;
  const StackFile stack = ReadStack(path + "/stack.nrrd", {}, context);
  const auto size = stack.image->GetLargestPossibleRegion().GetSize();
  folder.path = path;
  if (stack.spacingIsKnown)
  {
    folder.pixelSize = stack.image->GetSpacing()[0];
    folder.sliceSpacing = stack.image->GetSpacing()[2];
  }
  for (unsigned int axis = 0; axis < 3; ++axis)
  {
    folder.sample.spacing[axis] = stack.image->GetSpacing()[axis];
  }
  folder.sample.width = static_cast<unsigned int>(size[0]);
  folder.sample.height = static_cast<unsigned int>(size[1]);
  folder.sample.slices = static_cast<unsigned int>(size[2]);
  const float * voxels = stack.image->GetBufferPointer();
  folder.sample.stack.assign(voxels, voxels + stack.image->GetLargestPossibleRegion().GetNumberOfPixels());
  const std::vector<itk::SizeValueType> labels = ReadCells(path, folder.sample);
  ReadLabels3D(path + "/labels3d.nrrd", labels, folder.sample);
  ReadIgnore(path + "/ignore.nrrd", folder.sample);
  return folder;
}
} // namespace pen
