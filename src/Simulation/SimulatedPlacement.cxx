// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Simulation/SimulatedPlacement.h"

#include "Base/RandomDistributions.h"
#include "itkMath.h"

#include <algorithm>
#include <cmath>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr unsigned int MostAttempts = 60;

// The stack's volume as cubes that bodies may occupy.
class OccupiedVolume
{
public:
  explicit OccupiedVolume(const SimulationParameters & parameters)
  {
    constexpr double WantedStep = 1.0;
    constexpr double MostCubes = 1 << 27;
    double volume = 1.0;
    Point extent;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      extent[axis] = static_cast<double>(parameters.size[axis]) * parameters.spacing[axis];
      volume *= extent[axis];
    }
    double step = std::max(WantedStep, std::cbrt(volume / MostCubes));
    if (parameters.shape == SimulatedShape::Ellipsoid)
    {
      const double smallest = *std::min_element(parameters.smallestSemiAxes.begin(), parameters.smallestSemiAxes.end());
      step = std::max(std::min(step, 0.25 * smallest), std::cbrt(volume / MostCubes));
    }
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      m_Grid.step[axis] = step;
      m_Grid.origin[axis] = 0.5 * (step - parameters.spacing[axis]);
      m_Grid.count[axis] = static_cast<std::size_t>(std::ceil(extent[axis] / step));
    }
    m_Occupied.assign(m_Grid.Count(), false);
  }

  // Whether a body at this place is nearer than the distance to one that was added.
  bool
  Meets(const SimulatedBody & body, const Point & centre, double distance)
  {
    const std::array<std::size_t, 3> start = this->Sample(body, centre, distance);
    return this->VisitInside(start, -distance, [this](std::size_t cube) { return m_Occupied[cube]; });
  }

  void
  Add(const SimulatedBody & body, const Point & centre)
  {
    const std::array<std::size_t, 3> start = this->Sample(body, centre, 0.0);
    this->VisitInside(start, 0.0,
                      [this](std::size_t cube)
                      {
                        m_Occupied[cube] = true;
                        return false;
                      });
  }

private:
  // Distances on the cubes around a body; returns the first of these cubes.
  std::array<std::size_t, 3>
  Sample(const SimulatedBody & body, const Point & centre, double reach)
  {
    const Box box = BoundsOf(body);
    std::array<std::size_t, 3> start;
    m_Local = m_Grid;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      const auto count = static_cast<double>(m_Grid.count[axis]);
      const auto cubeAt = [&](double position)
      {
        const double cube = std::floor((position - m_Grid.origin[axis]) / m_Grid.step[axis] + 0.5);
        return static_cast<std::size_t>(std::min(std::max(cube, 0.0), count));
      };
      start[axis] = cubeAt(centre[axis] + box.lower[axis] - reach);
      m_Local.count[axis] = cubeAt(centre[axis] + box.upper[axis] + reach + m_Grid.step[axis]) - start[axis];
      m_Local.origin[axis] += static_cast<double>(start[axis]) * m_Grid.step[axis];
    }
    SampleDistance(body, centre, m_Local, reach, m_Distance, nullptr);
    return start;
  }

  // Visits the cubes at least this deep inside the sampled body, until visit(cube) is true; returns whether it was.
  template <typename TVisit>
  bool
  VisitInside(const std::array<std::size_t, 3> & start, double depth, TVisit && visit)
  {
    std::size_t offset = 0;
    for (std::size_t k = 0; k < m_Local.count[2]; ++k)
    {
      for (std::size_t j = 0; j < m_Local.count[1]; ++j)
      {
        std::size_t cube = ((start[2] + k) * m_Grid.count[1] + start[1] + j) * m_Grid.count[0] + start[0];
        for (std::size_t i = 0; i < m_Local.count[0]; ++i, ++offset, ++cube)
        {
          if (static_cast<double>(m_Distance[offset]) >= depth && visit(cube))
          {
            return true;
          }
        }
      }
    }
    return false;
  }

  SampleGrid m_Grid{};
  SampleGrid m_Local{};
  std::vector<bool> m_Occupied;
  std::vector<float> m_Distance;
};

class Placement
{
public:
  explicit Placement(const SimulationParameters & parameters)
    : m_Parameters(parameters)
    , m_Volume(parameters)
  {
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      const double last = static_cast<double>(parameters.size[axis] - 1) * parameters.spacing[axis];
      m_Centres.lower[axis] = axis < 2 ? parameters.borderMargin : parameters.shallowestDepth * last;
      m_Centres.upper[axis] = axis < 2 ? last - parameters.borderMargin : parameters.deepestDepth * last;
      if (m_Centres.lower[axis] > m_Centres.upper[axis])
      {
        m_Centres.lower[axis] = m_Centres.upper[axis] = 0.5 * last;
      }
    }
  }

  // A cell anywhere; false where none fits.
  bool
  PlaceAlone(std::uint64_t item)
  {
    PlacedBody placed;
    placed.body = this->Draw(item);
    Random random(m_Parameters.seed, PositionStream, item);
    for (unsigned int attempt = 0; attempt < MostAttempts; ++attempt)
    {
      for (std::size_t axis = 0; axis < 3; ++axis)
      {
        placed.centre[axis] = random.Uniform(m_Centres.lower[axis], m_Centres.upper[axis]);
      }
      if (this->Fits(placed))
      {
        this->Keep(placed);
        return true;
      }
    }
    return false;
  }

  // A partner above or below the cell that was placed last.
  bool
  PlaceStacked(std::uint64_t item)
  {
    Random random(m_Parameters.seed, PositionStream, item);
    const Point first = m_Bodies.back().centre;
    PlacedBody placed;
    for (unsigned int attempt = 0; attempt < MostAttempts; ++attempt)
    {
      placed.body = this->Draw(item + static_cast<std::uint64_t>(attempt) * m_Parameters.numberOfCells);
      const double radius = m_Parameters.stackedLateralDistance * std::sqrt(random.Uniform());
      const double angle = random.Uniform(0.0, 2.0 * Math::pi);
      const double side = random.Uniform() < 0.5 ? -1.0 : 1.0;
      placed.centre = { { first[0] + radius * std::cos(angle), first[1] + radius * std::sin(angle),
                          first[2] + side * m_Parameters.stackedAxialDistance } };
      if (placed.centre[2] < m_Centres.lower[2] || placed.centre[2] > m_Centres.upper[2])
      {
        placed.centre[2] = first[2] - side * m_Parameters.stackedAxialDistance;
      }
      if (placed.centre[2] >= m_Centres.lower[2] && placed.centre[2] <= m_Centres.upper[2] && this->Fits(placed))
      {
        this->KeepPartner(placed);
        return true;
      }
    }
    return false;
  }

  // A partner at the same depth, pushed away from the cell that was placed last until the two do not meet.
  bool
  PlaceTouching(std::uint64_t item)
  {
    constexpr double Push = 0.5;
    constexpr double FarthestPush = 200.0;
    Random random(m_Parameters.seed, PositionStream, item);
    const Point first = m_Bodies.back().centre;
    PlacedBody placed;
    placed.body = this->Draw(item);
    for (unsigned int attempt = 0; attempt < MostAttempts; ++attempt)
    {
      const double angle = random.Uniform(0.0, 2.0 * Math::pi);
      for (double distance = 0.0; distance < FarthestPush; distance += Push)
      {
        placed.centre = { { first[0] + distance * std::cos(angle), first[1] + distance * std::sin(angle), first[2] } };
        if (!this->IsInField(placed.centre))
        {
          break;
        }
        if (!m_Volume.Meets(placed.body, placed.centre, m_Parameters.minimumDistance))
        {
          this->KeepPartner(placed);
          return true;
        }
      }
    }
    return false;
  }

  void
  PlaceSpeck(std::uint64_t item)
  {
    Random random(m_Parameters.seed, SpeckStream, item);
    PlacedBody placed;
    placed.isCell = false;
    placed.body = DrawSpeck(m_Parameters, random);
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      const double last = static_cast<double>(m_Parameters.size[axis] - 1) * m_Parameters.spacing[axis];
      placed.centre[axis] = random.Uniform(0.0, last);
    }
    if (!m_Volume.Meets(placed.body, placed.centre, 0.0))
    {
      m_Bodies.push_back(placed);
    }
  }

  std::vector<PlacedBody>
  TakeBodies()
  {
    return std::move(m_Bodies);
  }

private:
  SimulatedBody
  Draw(std::uint64_t item) const
  {
    Random random(m_Parameters.seed, BodyStream, item);
    switch (m_Parameters.shape)
    {
      case SimulatedShape::Ellipsoid:
        return DrawEllipsoid(m_Parameters, random);
      case SimulatedShape::Outline:
        return DrawOutlinedCell(m_Parameters, random);
      default:
        return DrawCell(m_Parameters, random);
    }
  }

  bool
  IsInField(const Point & centre) const
  {
    return centre[0] >= m_Centres.lower[0] && centre[0] <= m_Centres.upper[0] && centre[1] >= m_Centres.lower[1] &&
           centre[1] <= m_Centres.upper[1];
  }

  bool
  Fits(const PlacedBody & placed)
  {
    return !m_Parameters.avoidIntersection || !m_Volume.Meets(placed.body, placed.centre, m_Parameters.minimumDistance);
  }

  void
  Keep(const PlacedBody & placed)
  {
    m_Volume.Add(placed.body, placed.centre);
    m_Bodies.push_back(placed);
  }

  void
  KeepPartner(PlacedBody & placed)
  {
    placed.partner = static_cast<std::int32_t>(m_Bodies.size() - 1);
    m_Bodies.back().partner = static_cast<std::int32_t>(m_Bodies.size());
    this->Keep(placed);
  }

  const SimulationParameters & m_Parameters;
  OccupiedVolume m_Volume;
  Box m_Centres{};
  std::vector<PlacedBody> m_Bodies;
};
} // namespace

std::vector<PlacedBody>
PlaceBodies(const SimulationParameters & parameters, const ProgressCallback & progress)
{
  Placement placement(parameters);
  // A unit is a single cell or a pair: with a share p of the units in pairs, 2 p / (1 + p) of the cells are in pairs.
  const double paired = parameters.stackedShare + parameters.touchingShare;
  const double unitsPaired = paired / (2.0 - paired);
  Random random(parameters.seed, PairStream, 0);
  for (std::uint64_t item = 0; item < parameters.numberOfCells; ++item)
  {
    const bool isPair = random.Uniform() < unitsPaired;
    const bool isStacked = random.Uniform() * paired < parameters.stackedShare;
    const bool isPlaced = placement.PlaceAlone(item);
    if (isPair && isPlaced && item + 1 < parameters.numberOfCells)
    {
      ++item;
      isStacked ? placement.PlaceStacked(item) : placement.PlaceTouching(item);
    }
    if (progress)
    {
      progress(static_cast<float>(item + 1) / static_cast<float>(parameters.numberOfCells));
    }
  }
  for (std::uint64_t item = 0; item < parameters.numberOfSpecks; ++item)
  {
    placement.PlaceSpeck(item);
  }
  return placement.TakeBodies();
}
} // namespace PenCore
} // namespace itk
