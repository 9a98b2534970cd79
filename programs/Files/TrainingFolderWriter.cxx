// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/TrainingFolderWriter.h"

#include "Files/ImageFile.h"
#include "Files/LayersFile.h"
#include "Frame/Errors.h"
#include "Frame/OutputFolder.h"
#include "ProjectionEnhancement/Base/NumberText.h"

#include "ProjectionEnhancement/Cells/Pages.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <sstream>

namespace pen
{
namespace
{
using itk::TrainingSample;

void
RequireConsistent(const TrainingSample & sample, const std::string & path)
{
  const std::size_t pixels = static_cast<std::size_t>(sample.height) * sample.width;
  const std::size_t voxels = pixels * sample.slices;
  if (voxels == 0 || sample.stack.size() != voxels || (!sample.labels3d.empty() && sample.labels3d.size() != voxels) ||
      (!sample.ignore.empty() && sample.ignore.size() != pixels))
  {
    Fail("the buffers of a sample of " + std::to_string(sample.width) + " x " + std::to_string(sample.height) + " x " +
           std::to_string(sample.slices) + " voxels do not fit its size",
         path);
  }
}

template <typename TPixel>
typename itk::Image<TPixel, 3>::Pointer
MakeImage(const TrainingSample & sample, std::size_t pages, double pageSpacing)
{
  auto image = itk::Image<TPixel, 3>::New();
  image->SetRegions(itk::Size<3>{ { sample.width, sample.height, pages } });
  const double spacing[3] = { sample.spacing[0], sample.spacing[1], pageSpacing };
  image->SetSpacing(spacing);
  image->Allocate(true);
  return image;
}

template <typename TPixel>
void
WriteStackAs(const TrainingSample & sample, const OutputFile & output)
{
  const auto image = MakeImage<TPixel>(sample, sample.slices, sample.spacing[2]);
  TPixel * pixels = image->GetBufferPointer();
  if constexpr (std::is_integral_v<TPixel>)
  {
    const auto highest = static_cast<float>(std::numeric_limits<TPixel>::max());
    std::transform(sample.stack.begin(), sample.stack.end(), pixels,
                   [highest](float value)
                   { return static_cast<TPixel>(std::lround(std::min(std::max(value, 0.0f), highest))); });
  }
  else
  {
    std::copy(sample.stack.begin(), sample.stack.end(), pixels);
  }
  WritePixels(image.GetPointer(), output);
}

void
WriteStack(const TrainingSample & sample, StackStorage storage, const std::string & path)
{
  OutputFile output(path);
  switch (storage == StackStorage::Smallest ? SmallestStorage(sample.stack) : storage)
  {
    case StackStorage::Byte:
      WriteStackAs<std::uint8_t>(sample, output);
      break;
    case StackStorage::Short:
      WriteStackAs<std::uint16_t>(sample, output);
      break;
    default:
      WriteStackAs<float>(sample, output);
  }
  output.Commit();
}

void
WriteLayersOfCells(const TrainingSample & sample, const std::vector<std::int32_t> & pages, const std::string & path)
{
  const std::int32_t count = itk::PenCore::CountPages(sample.cells, pages, itk::PenCore::PageAssignment::Fewest);
  const auto layers = MakeImage<unsigned int>(sample, static_cast<std::size_t>(count), 1.0);
  for (std::size_t i = 0; i < sample.cells.size(); ++i)
  {
    for (const itk::PenCore::PixelRun & run : sample.cells[i].runs)
    {
      const itk::Index<3> index{ { run.x, run.y, pages[i] } };
      unsigned int * first = layers->GetBufferPointer() + layers->ComputeOffset(index);
      std::fill(first, first + run.length, static_cast<unsigned int>(i + 1));
    }
  }
  OutputFile output(path);
  WriteLayers(layers, output);
  output.Commit();
}

void
WriteTable(const TrainingSample & sample, const std::vector<std::int32_t> & pages, const std::string & path)
{
  std::ostringstream table;
  table << "label,layer,approx_z,area_px\n";
  for (std::size_t i = 0; i < sample.cells.size(); ++i)
  {
    table << i + 1 << ',' << pages[i] << ',' << itk::PenCore::NumberText(sample.cells[i].depth) << ','
          << itk::PenCore::CountPixels(sample.cells[i].runs) << '\n';
  }
  OutputFile output(path);
  output.WriteText(table.str());
  output.Commit();
}

void
WriteIgnore(const TrainingSample & sample, const std::string & path)
{
  auto ignore = itk::Image<std::uint8_t, 2>::New();
  ignore->SetRegions(itk::Size<2>{ { sample.width, sample.height } });
  ignore->SetSpacing(sample.spacing.data());
  ignore->Allocate();
  std::transform(sample.ignore.begin(), sample.ignore.end(), ignore->GetBufferPointer(),
                 [](std::uint8_t value) { return static_cast<std::uint8_t>(value != 0); });
  OutputFile output(path);
  WritePixels(ignore.GetPointer(), output);
  output.Commit();
}

void
WriteLabels3D(const TrainingSample & sample, const std::string & path)
{
  const auto labels = MakeImage<unsigned int>(sample, sample.slices, sample.spacing[2]);
  std::copy(sample.labels3d.begin(), sample.labels3d.end(), labels->GetBufferPointer());
  OutputFile output(path);
  WriteLayers(labels, output);
  output.Commit();
}
} // namespace

StackStorage
SmallestStorage(const std::vector<float> & voxels)
{
  float highest = 0.0f;
  for (const float value : voxels)
  {
    if (!(value >= 0.0f && value <= 65535.0f && value == std::floor(value)))
    {
      return StackStorage::Float;
    }
    highest = std::max(highest, value);
  }
  return highest <= 255.0f ? StackStorage::Byte : StackStorage::Short;
}

void
WriteTrainingFolder(const TrainingSample & sample, const std::string & path, StackStorage storage)
{
  RequireConsistent(sample, path);
  OutputFolder folder(path, { "stack.nrrd", "layers.nrrd", "cells.csv", "ignore.nrrd", "labels3d.nrrd" });
  const std::vector<std::int32_t> pages = itk::PenCore::AssignPages(sample.cells, itk::PenCore::PageAssignment::Fewest);
  WriteStack(sample, storage, folder.AddFile("stack.nrrd"));
  WriteLayersOfCells(sample, pages, folder.AddFile("layers.nrrd"));
  WriteTable(sample, pages, folder.AddFile("cells.csv"));
  if (!sample.ignore.empty())
  {
    WriteIgnore(sample, folder.AddFile("ignore.nrrd"));
  }
  if (!sample.labels3d.empty())
  {
    WriteLabels3D(sample, folder.AddFile("labels3d.nrrd"));
  }
  folder.Commit();
}
} // namespace pen
