// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Options/AugmentOptions.h"

#include "Frame/Errors.h"
#include "Frame/Inputs.h"

#include "ProjectionEnhancement/Augmentation/CellCutouts.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <sstream>

namespace pen
{
namespace
{
using itk::PenCore::AugmentationSwitch;
using itk::PenCore::StackAugmentationParameters;

struct Look
{
  const char * name;
  AugmentationSwitch StackAugmentationParameters::*member;
  const char * meaning;
};

constexpr Look Looks[] = {
  { "zoom", &StackAugmentationParameters::zoom, "Zoom by a factor" },
  { "shear", &StackAugmentationParameters::shear, "Shear in x by an angle in degrees" },
  { "blur", &StackAugmentationParameters::blur, "Gaussian blur, standard deviation in pixels" },
  { "blur-out", &StackAugmentationParameters::blurOut, "Blur beyond recognition; the truth becomes blank" },
  { "brightness", &StackAugmentationParameters::brightness, "Add a share of the cells' brightness" },
  { "blend", &StackAugmentationParameters::blend, "Brighten or dim smooth patches by one of two factors" },
  { "noise", &StackAugmentationParameters::noise, "Multiply each voxel by a factor of its own" },
  { "contrast", &StackAugmentationParameters::contrast, "Sigmoid or logarithmic contrast" },
};

std::string
Describe(const Look & look)
{
  const AugmentationSwitch defaults = StackAugmentationParameters().*look.member;
  std::ostringstream text;
  text << look.meaning << "; in " << 100.0 * defaults.probability << " % of the samples";
  if (look.member != &StackAugmentationParameters::contrast)
  {
    text << ", " << defaults.range[0] << " to " << defaults.range[1] << ", or --" << look.name << "=LO,HI";
  }
  return text.str();
}

void
ReadRange(const std::string & name, const std::string & text, std::array<double, 2> & range)
{
  std::istringstream stream(text);
  char comma = 0;
  std::string rest;
  if (!(stream >> range[0] >> comma >> range[1]) || comma != ',' || (stream >> rest) || range[0] > range[1])
  {
    throw UsageError("--" + name + "=" + text + " is no ascending range LO,HI");
  }
}

// The background, and what only a hundredth of the cells' voxels exceeds.
void
SetLevels(const itk::TrainingSample & sample, StackAugmentationParameters & parameters)
{
  parameters.blackLevel = itk::PenCore::EstimateBackground(sample).level;
  std::vector<float> values;
  const std::size_t pixels = static_cast<std::size_t>(sample.height) * sample.width;
  for (const itk::PenCore::Cell & cell : sample.cells)
  {
    for (const itk::PenCore::PixelRun & run : cell.runs)
    {
      for (std::int32_t x = run.x; x < run.x + run.length; ++x)
      {
        float highest = parameters.blackLevel;
        for (unsigned int z = 0; z < sample.slices; ++z)
        {
          highest = std::max(highest, sample.stack[z * pixels + static_cast<std::size_t>(run.y) * sample.width + x]);
        }
        values.push_back(highest);
      }
    }
  }
  if (values.empty())
  {
    values = sample.stack;
  }
  const auto bright = values.begin() + static_cast<std::ptrdiff_t>(values.size() * 99 / 100);
  std::nth_element(values.begin(), bright, values.end());
  parameters.whiteLevel = *bright > parameters.blackLevel ? *bright : parameters.blackLevel + 1.0f;
}

void
AddCellOptions(CLI::App & app, AugmentOptions & options)
{
  const CLI::Range share(0.0, 1.0);
  app.add_option("--size", options.size, "X,Y of the stacks that cells composes (default: the input's)")
    ->delimiter(',')
    ->expected(2)
    ->check(CLI::Range(1, 65535));
  app.add_option("--cells", options.cells.numberOfCells, "Most cells of a composed stack")->capture_default_str();
  app.add_option("--overlap-share", options.cells.overlapShare, "Share of them that overlap another")
    ->check(share)
    ->capture_default_str();
  app.add_option("--overlap-iou", options.cells.meanOverlapIoU, "Mean IoU of cells that overlap")
    ->check(share)
    ->capture_default_str();
  app.add_option("--stacked-share", options.cells.stackedShare, "Share of the overlapping right over each other")
    ->check(share)
    ->capture_default_str();
  app.add_option("--stacked-distance", options.cells.stackedDistance, "LO,HI um between their depths")
    ->delimiter(',')
    ->capture_default_str();
  app.add_option("--shared-voxels", options.cells.maximumSharedVoxels, "Most voxels two cells share, of the smaller")
    ->check(share)
    ->capture_default_str();
  app.add_option("--scale", options.cells.cellScale, "LO,HI factor of a cell's size")
    ->delimiter(',')
    ->capture_default_str();
  app
    .add_option("--stretch", options.cells.stretch,
                "LO,HI factor of a cell's length along one direction of the plane; across it, 1 / sqrt")
    ->delimiter(',')
    ->capture_default_str();
  app.add_option("--bend", options.cells.bend, "Largest slope by which cells are bent")
    ->check(share)
    ->capture_default_str();
  app.add_option("--cell-brightness", options.cells.brightness, "LO,HI factor of a cell's brightness")
    ->delimiter(',')
    ->capture_default_str();
  app
    .add_option("--cell-gamma", options.cells.gamma,
                "LO,HI gamma of a curve of a cell's intensity, up to its brightest voxel")
    ->delimiter(',')
    ->capture_default_str();
  app
    .add_option("--cell-texture", options.cells.texture,
                "Standard deviation of the logarithm of a factor of a cell's intensity that varies smoothly within it")
    ->check(share)
    ->capture_default_str();
}
} // namespace

void
AddAugmentOptions(CLI::App & app, AugmentOptions & options)
{
  Reads(app.add_option("FOLDER", options.input, "Training folder, or a folder of training folders")->required());
  app.add_option("-o,--output", options.output, "Training folder; of several samples, a folder of them")->required();
  app.add_option("--mode", options.mode, "Copies below (stack), over each other (dense), auto, single cells, or none")
    ->check(CLI::IsMember({ "stack", "dense", "auto", "cells", "none" }))
    ->capture_default_str();
  app.add_option("--depth", options.depth, "Slices of the network")->check(CLI::Range(1, 4096))->capture_default_str();
  app.add_option("--copies", options.copies, "Most copies of the stack (0: as many as fit; 3 over each other)")
    ->check(CLI::Range(0, 1024))
    ->capture_default_str();
  app.add_option("--samples", options.samples, "Results of each stack; of cells, in all")
    ->check(CLI::Range(1, 1000000))
    ->capture_default_str();
  app.add_option("--seed", options.seed, "Of all that is drawn")->capture_default_str();
  app.add_option("--type", options.type, "Voxels of the results: uint8, uint16, float, or as the input's (auto)")
    ->check(CLI::IsMember({ "auto", "uint8", "uint16", "float" }))
    ->capture_default_str();
  AddCellOptions(app, options);
  for (const Look & look : Looks)
  {
    app.add_flag("--" + std::string(look.name), options.looks[look.name], Describe(look));
  }
  app.add_flag("--always", options.always, "Apply the switches above to every sample");
}

StackStorage
StorageOf(const std::string & type, const std::vector<TrainingFolder> & folders)
{
  if (type != "auto")
  {
    return type == "uint8" ? StackStorage::Byte : type == "uint16" ? StackStorage::Short : StackStorage::Float;
  }
  StackStorage storage = StackStorage::Byte;
  for (const TrainingFolder & folder : folders)
  {
    storage = std::max(storage, SmallestStorage(folder.sample.stack));
  }
  return storage;
}

itk::TrainingSample
AugmentAppearance(const itk::TrainingSample & sample, const AugmentOptions & options, std::uint64_t seed)
{
  StackAugmentationParameters parameters;
  for (const Look & look : Looks)
  {
    const std::string & text = options.looks.at(look.name);
    AugmentationSwitch & augmentation = parameters.*look.member;
    augmentation.on = !text.empty() && text != "false";
    augmentation.probability = options.always ? 1.0 : augmentation.probability;
    if (augmentation.on && text != "true")
    {
      ReadRange(look.name, text, augmentation.range);
    }
  }
  parameters.seed = seed;
  SetLevels(sample, parameters);
  return itk::PenCore::AugmentStack(sample, parameters);
}
} // namespace pen
