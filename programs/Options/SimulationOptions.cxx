// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Options/SimulationOptions.h"

#include "ProjectionEnhancement/Base/Random.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace pen
{
namespace
{
using itk::PenCore::SimulatedShape;
using itk::PenCore::SimulationParameters;

CLI::Option *
AddNumber(CLI::App & app, const std::string & name, double & value, const std::string & description)
{
  return app.add_option(name, value, description)->capture_default_str();
}

void
AddBodyOptions(CLI::App & app, SimulationParameters & p)
{
  app
    .add_option_function<std::string>(
      "--shape",
      [&p](const std::string & name)
      { p.shape = name == "ellipsoid" ? SimulatedShape::Ellipsoid : SimulatedShape::Cell; },
      "Ellipsoids, or cell-like bodies with processes (default: cell)")
    ->check(CLI::IsMember({ "ellipsoid", "cell" }))
    ->excludes("--outlines");
  AddNumber(app, "--thinnest-outline", p.thinnestOutline, "Thickness of wide bodies with --outlines, in um");
  AddNumber(app, "--thickest-outline", p.thickestOutline, "Thickness of wide bodies with --outlines, in um");
  app.add_option("--smallest-semi-axes", p.smallestSemiAxes, "Of ellipsoids, in um")
    ->delimiter(',')
    ->type_name("A,B,C")
    ->capture_default_str();
  app.add_option("--largest-semi-axes", p.largestSemiAxes, "Of ellipsoids, in um")
    ->delimiter(',')
    ->type_name("A,B,C")
    ->capture_default_str();
  AddNumber(app, "--shortest-length", p.shortestLength, "Of a cell's body, in um");
  AddNumber(app, "--longest-length", p.longestLength, "Of a cell's body, in um");
  AddNumber(app, "--tilt", p.tilt, "Standard deviation of a cell's angle to the slices, in degrees");
  app.add_option("--processes", p.mostProcesses, "Most thin processes of a cell")->capture_default_str();
  AddNumber(app, "--dimmest", p.dimmestBrightness, "Gray values inside the dimmest cell");
  AddNumber(app, "--brightest", p.brightestBrightness, "Gray values inside the brightest cell");
  AddNumber(app, "--texture", p.texture, "Standard deviation of the brightness within a cell, relative");
  app.add_option("--specks", p.numberOfSpecks, "Bright grains that are no cells")->capture_default_str();
}

void
AddPlacementOptions(CLI::App & app, SimulationParameters & p)
{
  AddNumber(app, "--shallowest", p.shallowestDepth, "Least depth of a cell's centre, as a share of the stack's");
  AddNumber(app, "--deepest", p.deepestDepth, "Greatest depth of a cell's centre, as a share of the stack's");
  AddNumber(app, "--border-margin", p.borderMargin, "Least distance of a cell's centre from the field's edges, in um");
  app.add_flag("--allow-intersection{false}", p.avoidIntersection, "Let cells share volume");
  AddNumber(app, "--minimum-distance", p.minimumDistance, "Least distance between the surfaces of cells, in um");
  AddNumber(app, "--stacked-share", p.stackedShare, "Share of the cells placed in pairs one above the other");
  AddNumber(app, "--stacked-axial-distance", p.stackedAxialDistance, "Of a stacked pair's centres, in um");
  AddNumber(app, "--stacked-lateral-distance", p.stackedLateralDistance, "Most of a stacked pair's centres, in um");
  AddNumber(app, "--touching-share", p.touchingShare, "Share of the cells placed in pairs side by side");
}

void
AddImagingOptions(CLI::App & app, SimulationParameters & p)
{
  AddNumber(app, "--lateral-blur", p.lateralBlur, "Standard deviation of the point spread function across z, in um");
  AddNumber(app, "--axial-blur", p.axialBlur, "Standard deviation of the point spread function along z, in um");
  AddNumber(app, "--halo-share", p.haloShare, "Share of the light that goes far out of focus");
  AddNumber(app, "--lateral-halo", p.lateralHalo, "Standard deviation of that light across z, in um");
  AddNumber(app, "--axial-halo", p.axialHalo, "Standard deviation of that light along z, in um");
  AddNumber(app, "--background", p.background, "Gray values of light without cells");
  AddNumber(app, "--background-gradient", p.backgroundGradient, "Its relative change from the centre to a corner");
  AddNumber(app, "--attenuation-length", p.attenuationLength,
            "Depth at which 1/e of the light is left, in um; 0: none");
  AddNumber(app, "--dim-slice-share", p.dimSliceShare, "Share of the slices that are photobleached");
  AddNumber(app, "--dimmest-slice", p.dimmestSlice, "Least brightness of a photobleached slice");
  AddNumber(app, "--photons", p.photonsPerGray, "Photons per gray value; 0: no Poisson noise");
  AddNumber(app, "--read-noise", p.readNoise, "Standard deviation of the Gaussian noise, in gray values");
  AddNumber(app, "--offset", p.offset, "Gray value of darkness");
  app.add_option("--bits", p.bits, "8, 16, or 0 for floating point")
    ->check(CLI::IsMember({ 0, 8, 16 }))
    ->capture_default_str();
}

void
AddTruthOptions(CLI::App & app, SimulationParameters & p)
{
  AddNumber(app, "--mask-margin", p.maskMargin, "Masks and labels reach this far beyond the surface, in um");
  AddNumber(app, "--visible", p.visibleBrightness, "Gray values from which a part of a cell is visible");
  AddNumber(app, "--visible-area", p.minimumVisibleArea, "A cell with less of a mask does not count, in um^2");
}
} // namespace

void
AddSimulationOptions(CLI::App & app, SimulationParameters & parameters)
{
  app.add_option("--size", parameters.size, "Voxels of the stack")
    ->delimiter(',')
    ->type_name("X,Y,Z")
    ->capture_default_str();
  app.add_option("--spacing", parameters.spacing, "Spacing of the voxels in um")
    ->delimiter(',')
    ->type_name("X,Y,Z")
    ->capture_default_str();
  app.add_option("--cells", parameters.numberOfCells, "Cells to place, as far as there is room")->capture_default_str();
  app.add_option("--seed", parameters.seed, "Of all random numbers")->capture_default_str();
  AddBodyOptions(app, parameters);
  AddPlacementOptions(app, parameters);
  AddImagingOptions(app, parameters);
  AddTruthOptions(app, parameters);
}

SimulationParameters
VariedParameters(const SimulationParameters & parameters, std::uint64_t sample, double variation)
{
  // Sample 0 without variation is what the seed alone gives.
  constexpr std::uint64_t SeedStream = 0x53414D50;
  SimulationParameters varied = parameters;
  itk::PenCore::Random random(parameters.seed, SeedStream, sample);
  if (sample > 0)
  {
    varied.seed = random.Next();
  }
  const auto factor = [&] { return std::pow(1.0 + variation, random.Uniform(-1.0, 1.0)); };
  const double brightness = factor();
  varied.dimmestBrightness *= brightness;
  varied.brightestBrightness *= brightness;
  varied.lateralBlur *= factor();
  varied.axialBlur *= factor();
  varied.haloShare = std::min(varied.haloShare * factor(), 1.0);
  varied.background *= factor();
  varied.photonsPerGray *= factor();
  varied.readNoise *= factor();
  return varied;
}

itk::TrainingSample
TrainingSampleOf(itk::PenCore::SimulatedStack simulated, const SimulationParameters & parameters)
{
  itk::TrainingSample sample;
  sample.width = static_cast<unsigned int>(parameters.size[0]);
  sample.height = static_cast<unsigned int>(parameters.size[1]);
  sample.slices = static_cast<unsigned int>(parameters.size[2]);
  sample.spacing = parameters.spacing;
  sample.stack = std::move(simulated.stack);
  sample.labels3d = std::move(simulated.labels3d);
  for (itk::PenCore::SimulatedCell & simulatedCell : simulated.cells)
  {
    itk::PenCore::Cell cell;
    cell.runs = std::move(simulatedCell.runs);
    cell.depth = simulatedCell.depthInSlices;
    sample.cells.push_back(std::move(cell));
  }
  if (!simulated.uncounted.empty())
  {
    sample.ignore.assign(parameters.size[0] * parameters.size[1], 0);
  }
  for (const itk::PenCore::PixelRuns & mask : simulated.uncounted)
  {
    for (const itk::PenCore::PixelRun & run : mask)
    {
      const auto first = static_cast<std::ptrdiff_t>(run.y) * static_cast<std::ptrdiff_t>(sample.width) + run.x;
      std::fill_n(sample.ignore.begin() + first, run.length, std::uint8_t{ 1 });
    }
  }
  return sample;
}
} // namespace pen
