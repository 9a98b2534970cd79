// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Simulation/Simulation.h"

#include "Simulation/SimulatedImaging.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>

namespace itk
{
namespace PenCore
{
namespace
{
void
Require(bool isFine, const std::string & name, const std::string & expected, double value)
{
  if (!isFine)
  {
    std::ostringstream message;
    message << name << " must be " << expected << ", not " << value;
    throw std::invalid_argument(message.str());
  }
}

void
RequireAtLeast(const std::string & name, double value, double least)
{
  std::ostringstream expected;
  expected << "a number of at least " << least;
  Require(std::isfinite(value) && value >= least, name, expected.str(), value);
}

void
RequirePositive(const std::string & name, double value)
{
  Require(std::isfinite(value) && value > 0.0, name, "a number above 0", value);
}

void
RequireShare(const std::string & name, double value)
{
  Require(value >= 0.0 && value <= 1.0, name, "between 0 and 1", value);
}

void
VerifyBodies(const SimulationParameters & p)
{
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    RequirePositive("the smallest semi-axis", p.smallestSemiAxes[axis]);
    RequireAtLeast("the largest semi-axis", p.largestSemiAxes[axis], p.smallestSemiAxes[axis]);
  }
  if (p.shape == SimulatedShape::Outline && p.outlines.empty())
  {
    throw std::invalid_argument("there is no outline to give to cells");
  }
  for (const CellOutline & outline : p.outlines)
  {
    RequirePositive("an outline's pixel size", std::min(outline.pixelSize[0], outline.pixelSize[1]));
    Require(CountPixels(outline.runs) > 0, "an outline", "of pixels", 0.0);
  }
  RequirePositive("the thinnest outline", p.thinnestOutline);
  RequireAtLeast("the thickest outline", p.thickestOutline, p.thinnestOutline);
  RequirePositive("the shortest length", p.shortestLength);
  RequireAtLeast("the longest length", p.longestLength, p.shortestLength);
  RequireAtLeast("the tilt", p.tilt, 0.0);
  RequirePositive("the dimmest brightness", p.dimmestBrightness);
  RequireAtLeast("the brightest brightness", p.brightestBrightness, p.dimmestBrightness);
  RequireAtLeast("the texture", p.texture, 0.0);
  // Labels are 32 bit.
  constexpr double MostBodies = 1e9;
  Require(static_cast<double>(p.numberOfCells) < MostBodies, "the number of cells", "less than 1e9",
          static_cast<double>(p.numberOfCells));
  Require(static_cast<double>(p.numberOfSpecks) < MostBodies, "the number of specks", "less than 1e9",
          static_cast<double>(p.numberOfSpecks));
}

void
VerifyPlacement(const SimulationParameters & p)
{
  RequireShare("the shallowest depth", p.shallowestDepth);
  RequireShare("the deepest depth", p.deepestDepth);
  RequireAtLeast("the deepest depth", p.deepestDepth, p.shallowestDepth);
  Require(std::isfinite(p.borderMargin), "the border margin", "a number", p.borderMargin);
  RequireAtLeast("the minimum distance", p.minimumDistance, 0.0);
  RequireShare("the share of stacked cells", p.stackedShare);
  RequireShare("the share of touching cells", p.touchingShare);
  RequireShare("the share of stacked and touching cells", p.stackedShare + p.touchingShare);
  RequireAtLeast("the axial distance of stacked cells", p.stackedAxialDistance, 0.0);
  RequireAtLeast("the lateral distance of stacked cells", p.stackedLateralDistance, 0.0);
}

void
VerifyImaging(const SimulationParameters & p)
{
  RequireAtLeast("the lateral blur", p.lateralBlur, 0.0);
  RequireAtLeast("the axial blur", p.axialBlur, 0.0);
  RequireShare("the share of the halo", p.haloShare);
  RequireAtLeast("the lateral halo", p.lateralHalo, 0.0);
  RequireAtLeast("the axial halo", p.axialHalo, 0.0);
  RequireAtLeast("the background", p.background, 0.0);
  RequireAtLeast("the background's gradient", p.backgroundGradient, 0.0);
  RequireAtLeast("the attenuation length", p.attenuationLength, 0.0);
  RequireShare("the share of dim slices", p.dimSliceShare);
  RequireShare("the dimmest slice", p.dimmestSlice);
  RequireAtLeast("the number of photons per gray value", p.photonsPerGray, 0.0);
  RequireAtLeast("the read noise", p.readNoise, 0.0);
  Require(std::isfinite(p.offset), "the offset", "a number", p.offset);
  Require(p.bits == 0 || p.bits == 8 || p.bits == 16, "the number of bits", "0, 8 or 16", p.bits);
  RequireAtLeast("the mask's margin", p.maskMargin, 0.0);
  RequireAtLeast("the visible brightness", p.visibleBrightness, 0.0);
  RequireAtLeast("the smallest visible area", p.minimumVisibleArea, 0.0);
}

// Adds one slice of a patch to the stack.
void
AddLight(const StackPatch<float> & patch, std::size_t slice, const SimulationParameters & parameters,
         std::vector<float> & stack)
{
  if (slice < patch.start[2] || slice >= patch.start[2] + patch.count[2])
  {
    return;
  }
  for (std::size_t y = 0; y < patch.count[1]; ++y)
  {
    const float * source = patch.values.data() + patch.RowOffset(y, slice - patch.start[2]);
    float * target =
      stack.data() + (slice * parameters.size[1] + patch.start[1] + y) * parameters.size[0] + patch.start[0];
    for (std::size_t x = 0; x < patch.count[0]; ++x)
    {
      target[x] += source[x];
    }
  }
}

class StackAssembly
{
public:
  StackAssembly(const SimulationParameters & parameters, const std::vector<PlacedBody> & bodies)
    : m_Parameters(parameters)
    , m_Bodies(bodies)
    , m_SliceFactors(SliceFactors(parameters))
    , m_CellOfBody(bodies.size(), -1)
    , m_Fullness(parameters.size[0] * parameters.size[1] * parameters.size[2], 0)
  {
    m_Result.stack.assign(m_Fullness.size(), 0.0F);
    m_Result.labels3d.assign(m_Fullness.size(), 0);
  }

  void
  RenderBodies(const ProgressCallback & progress)
  {
    // Bounds the memory of bodies that are rendered but not yet in the stack.
    constexpr std::size_t BodiesAtOnce = 64;
    for (std::size_t begin = 0; begin < m_Bodies.size(); begin += BodiesAtOnce)
    {
      const std::size_t count = std::min(BodiesAtOnce, m_Bodies.size() - begin);
      std::vector<RenderedBody> rendered(count);
      ParallelFor(
        count, 1,
        [&](std::size_t first, std::size_t last)
        {
          for (std::size_t i = first; i < last; ++i)
          {
            rendered[i] = RenderBody(m_Bodies[begin + i], m_Parameters, m_SliceFactors);
          }
        },
        m_Parameters.numberOfThreads);
      this->RecordCells(begin, rendered);
      ParallelFor(
        m_Parameters.size[2], 1,
        [&](std::size_t first, std::size_t last)
        {
          for (std::size_t slice = first; slice < last; ++slice)
          {
            this->AddToSlice(slice, begin, rendered);
          }
        },
        m_Parameters.numberOfThreads);
      if (progress)
      {
        progress(static_cast<float>(begin + count) / static_cast<float>(m_Bodies.size()));
      }
    }
    this->RecordPartners();
  }

  void
  Expose(const ProgressCallback & progress)
  {
    ExposeStack(m_Parameters, m_SliceFactors, m_Result.stack, progress);
  }

  SimulatedStack
  TakeResult()
  {
    return std::move(m_Result);
  }

private:
  void
  RecordCells(std::size_t begin, std::vector<RenderedBody> & rendered)
  {
    const double pixelArea = m_Parameters.spacing[0] * m_Parameters.spacing[1];
    for (std::size_t i = 0; i < rendered.size(); ++i)
    {
      RenderedBody & body = rendered[i];
      const std::size_t pixels = CountPixels(body.mask);
      if (pixels == 0)
      {
        continue;
      }
      if (static_cast<double>(pixels) * pixelArea < m_Parameters.minimumVisibleArea)
      {
        m_Result.uncounted.push_back(std::move(body.mask));
        continue;
      }
      SimulatedCell cell;
      cell.runs = std::move(body.mask);
      cell.centroid = body.centroid;
      cell.depthInSlices = body.centroid[2] / m_Parameters.spacing[2];
      cell.volume = body.volume;
      cell.brightness = m_Bodies[begin + i].body.brightness;
      m_CellOfBody[begin + i] = static_cast<std::int32_t>(m_Result.cells.size());
      m_Result.cells.push_back(std::move(cell));
    }
  }

  void
  RecordPartners()
  {
    for (std::size_t body = 0; body < m_Bodies.size(); ++body)
    {
      if (m_CellOfBody[body] >= 0 && m_Bodies[body].partner >= 0)
      {
        m_Result.cells[static_cast<std::size_t>(m_CellOfBody[body])].partner =
          m_CellOfBody[static_cast<std::size_t>(m_Bodies[body].partner)];
      }
    }
  }

  // Bodies in their order, so that sums do not depend on threads.
  void
  AddToSlice(std::size_t slice, std::size_t begin, const std::vector<RenderedBody> & rendered)
  {
    for (std::size_t i = 0; i < rendered.size(); ++i)
    {
      AddLight(rendered[i].light, slice, m_Parameters, m_Result.stack);
      AddLight(rendered[i].halo, slice, m_Parameters, m_Result.stack);
      if (m_CellOfBody[begin + i] >= 0)
      {
        this->AddLabel(rendered[i].fraction, slice, static_cast<std::uint32_t>(m_CellOfBody[begin + i] + 1));
      }
    }
  }

  void
  AddLabel(const StackPatch<std::uint8_t> & fraction, std::size_t slice, std::uint32_t label)
  {
    if (slice < fraction.start[2] || slice >= fraction.start[2] + fraction.count[2])
    {
      return;
    }
    for (std::size_t y = 0; y < fraction.count[1]; ++y)
    {
      const std::uint8_t * source = fraction.values.data() + fraction.RowOffset(y, slice - fraction.start[2]);
      const std::size_t offset =
        (slice * m_Parameters.size[1] + fraction.start[1] + y) * m_Parameters.size[0] + fraction.start[0];
      for (std::size_t x = 0; x < fraction.count[0]; ++x)
      {
        if (source[x] > m_Fullness[offset + x])
        {
          m_Fullness[offset + x] = source[x];
          m_Result.labels3d[offset + x] = label;
        }
      }
    }
  }

  const SimulationParameters & m_Parameters;
  const std::vector<PlacedBody> & m_Bodies;
  std::vector<float> m_SliceFactors;
  std::vector<std::int32_t> m_CellOfBody;
  std::vector<std::uint8_t> m_Fullness; // of the voxel with the cell whose label it carries, in parts of 255
  SimulatedStack m_Result;
};
} // namespace

std::ostream &
operator<<(std::ostream & os, SimulatedShape shape)
{
  switch (shape)
  {
    case SimulatedShape::Ellipsoid:
      return os << "Ellipsoid";
    case SimulatedShape::Cell:
      return os << "Cell";
    case SimulatedShape::Outline:
      return os << "Outline";
  }
  return os << "unknown";
}

void
SimulationParameters::Verify() const
{
  double voxels = 1.0;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    Require(size[axis] > 0, "the size", "at least 1 voxel", static_cast<double>(size[axis]));
    RequirePositive("the spacing", spacing[axis]);
    voxels *= static_cast<double>(size[axis]);
  }
  constexpr double MostVoxels = 1e12;
  Require(voxels <= MostVoxels, "the number of voxels", "at most 1e12", voxels);
  VerifyBodies(*this);
  VerifyPlacement(*this);
  VerifyImaging(*this);
}

SimulatedStack
SimulateCellStack(const SimulationParameters & parameters, const ProgressCallback & progress)
{
  parameters.Verify();
  // Expected shares of the time.
  constexpr float PlacingEnds = 0.15F;
  constexpr float RenderingEnds = 0.5F;
  const auto share = [&](float begin, float end)
  {
    return progress ? ProgressCallback([=](float done) { progress(begin + done * (end - begin)); })
                    : ProgressCallback();
  };
  const std::vector<PlacedBody> bodies = PlaceBodies(parameters, share(0.0F, PlacingEnds));
  StackAssembly assembly(parameters, bodies);
  assembly.RenderBodies(share(PlacingEnds, RenderingEnds));
  assembly.Expose(share(RenderingEnds, 1.0F));
  return assembly.TakeResult();
}
} // namespace PenCore
} // namespace itk
