// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penTrainingFolderParts.h"
#include "penLayersFile.h"

#include "itkLayersImageToCellLabelMapFilter.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace pen
{
namespace
{
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

// Beyond the last column where there is none of this name.
std::size_t
ColumnOf(const std::vector<std::string> & header, const std::string & name)
{
  return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
}

struct DepthColumns
{
  std::size_t label;
  std::size_t depth;
  double slicesPerUnit;
};

DepthColumns
FindColumns(const std::vector<std::string> & header, double sliceSpacing, const std::string & path)
{
  const std::size_t label = ColumnOf(header, "label");
  const std::size_t slices = ColumnOf(header, "approx_z");
  const std::size_t micrometres = ColumnOf(header, "z");
  if (label == header.size())
  {
    throw std::runtime_error(path + " has no column label");
  }
  if (slices < header.size())
  {
    return { label, slices, 1.0 };
  }
  if (micrometres < header.size() && sliceSpacing > 0.0)
  {
    return { label, micrometres, 1.0 / sliceSpacing };
  }
  throw std::runtime_error(path + (micrometres < header.size()
                                     ? " tells depths in um, but the distance of the stack's slices is not known"
                                     : " has no column approx_z"));
}

// Depth in slices of each label.
std::map<unsigned long, double>
ReadDepths(const std::string & path, double sliceSpacing)
{
  std::ifstream file(path);
  std::string row;
  if (!file || !std::getline(file, row))
  {
    throw std::runtime_error(path + " is missing or empty");
  }
  const DepthColumns columns = FindColumns(SplitRow(row), sliceSpacing, path);
  std::map<unsigned long, double> depths;
  for (std::size_t line = 2; std::getline(file, row); ++line)
  {
    const std::vector<std::string> fields = SplitRow(row);
    try
    {
      if (!fields.empty())
      {
        const double depth = std::stod(fields.at(columns.depth)) * columns.slicesPerUnit;
        if (!std::isfinite(depth))
        {
          throw std::invalid_argument("depth");
        }
        depths[std::stoul(fields.at(columns.label))] = depth;
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

} // namespace

TrainingFolder
ReadStackOfSample(const std::string & path, const StackOptions & options, ProgramContext & context)
{
  TrainingFolder folder;
  const StackFile stack = ReadStack(path, options, context);
  const auto size = stack.image->GetLargestPossibleRegion().GetSize();
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
  return folder;
}

std::vector<itk::SizeValueType>
ReadCellMasks(const std::string & path, itk::TrainingSample & sample)
{
  const LayersImage::Pointer layers = ReadLayers(path);
  VerifyPlane(layers->GetLargestPossibleRegion(), sample, path);
  const itk::CellLabelMap::Pointer cells = CellsOfLayers(layers, path);
  const auto origin = cells->GetLargestPossibleRegion().GetIndex();
  std::vector<itk::SizeValueType> labels;
  for (itk::SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    const auto * object = cells->GetNthLabelObject(i);
    itk::PenCore::Cell cell;
    cell.runs = itk::PixelRunsFromLabelObject(object, origin);
    sample.cells.push_back(cell);
    labels.push_back(object->GetLabel());
  }
  return labels;
}

void
SetDepthsFromTable(const std::string & path, const std::string & layers, const std::vector<itk::SizeValueType> & labels,
                   double sliceSpacing, itk::TrainingSample & sample)
{
  const std::map<unsigned long, double> depths = ReadDepths(path, sliceSpacing);
  for (std::size_t i = 0; i < labels.size(); ++i)
  {
    const auto depth = depths.find(labels[i]);
    if (depth == depths.end())
    {
      throw std::runtime_error(path + " has no row for label " + std::to_string(labels[i]) + " of " + layers);
    }
    sample.cells[i].depth = depth->second;
  }
}

void
ReadIgnoreMask(const std::string & path, itk::TrainingSample & sample)
{
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
} // namespace pen
