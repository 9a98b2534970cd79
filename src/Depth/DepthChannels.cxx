// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Depth/DepthChannels.h"

#include "Depth/PrincipalAxes.h"
#include "ProjectionEnhancement/Base/Random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::array<const char *, 6> MethodNames{ "z_kmeans",    "pca_kmeans", "slice_cells",
                                                   "slice_stack", "random",     "local_order" };

// Depths in um divided by the slice spacing miss whole slices by rounding only.
constexpr double SliceTolerance = 1e-6;

// The variances of standardised coordinates add up to 3; a component with less than this is rounding.
constexpr double LowestVariance = 1e-10;

// Of the mean; values that vary less are equal but for rounding.
constexpr double LowestRelativeDeviation = 1e-12;

// Lloyd's steps end by themselves after far fewer; rounding must not make them go on for ever.
constexpr int HighestNumberOfSteps = 10000;

using Values = std::vector<double>;
using Coordinates = std::array<Values, 3>;

void
VerifyArguments(const std::vector<CellPosition> & positions, const DepthChannelParameters & parameters,
                const MaskPointers & masks)
{
  if (parameters.numberOfChannels < 1)
  {
    throw std::invalid_argument("the number of depth channels must be at least 1, got " +
                                std::to_string(parameters.numberOfChannels));
  }
  if (parameters.method == DepthChannelMethod::SliceStack && parameters.numberOfSlices < 1)
  {
    throw std::invalid_argument("slice_stack needs the stack's number of slices");
  }
  if (parameters.method == DepthChannelMethod::LocalOrder && masks.size() != positions.size())
  {
    throw std::invalid_argument("local_order needs a mask for each of " + std::to_string(positions.size()) +
                                " cells, got " + std::to_string(masks.size()));
  }
  if (!(parameters.minimumOverlap >= 0.0 && parameters.minimumOverlap <= 1.0))
  {
    throw std::invalid_argument("the minimum overlap must be from 0 to 1, got " +
                                std::to_string(parameters.minimumOverlap));
  }
  for (const CellPosition & position : positions)
  {
    if (!std::isfinite(position.x) || !std::isfinite(position.y) || !std::isfinite(position.z))
    {
      throw std::invalid_argument("a cell's position is not finite");
    }
  }
}

Values
DepthsOf(const std::vector<CellPosition> & positions)
{
  Values depths;
  for (const CellPosition & position : positions)
  {
    depths.push_back(position.z);
  }
  return depths;
}

// Of equally near centres the lower one.
std::size_t
FindNearest(const Values & sortedCentres, double value)
{
  const auto above = std::lower_bound(sortedCentres.begin(), sortedCentres.end(), value);
  if (above == sortedCentres.begin())
  {
    return 0;
  }
  const auto below = above - 1;
  const bool isBelowNearer = above == sortedCentres.end() || value - *below <= *above - value;
  return static_cast<std::size_t>((isBelowNearer ? below : above) - sortedCentres.begin());
}

// Centres of Lloyd's k-means. One that loses all its values stays where it is, so that the order remains.
Values
FindCentres(const Values & sortedValues, int numberOfCentres)
{
  const double first = sortedValues.front();
  const double step = numberOfCentres > 1 ? (sortedValues.back() - first) / (numberOfCentres - 1) : 0.0;
  Values centres;
  for (int i = 0; i < numberOfCentres; ++i)
  {
    centres.push_back(first + i * step);
  }
  std::vector<std::size_t> clusters(sortedValues.size(), centres.size());
  bool isChanging = true;
  for (int lloydStep = 0; isChanging && lloydStep < HighestNumberOfSteps; ++lloydStep)
  {
    isChanging = false;
    Values sums(centres.size(), 0.0);
    Values counts(centres.size(), 0.0);
    for (std::size_t i = 0; i < sortedValues.size(); ++i)
    {
      const std::size_t cluster = FindNearest(centres, sortedValues[i]);
      isChanging = isChanging || cluster != clusters[i];
      clusters[i] = cluster;
      sums[cluster] += sortedValues[i];
      counts[cluster] += 1.0;
    }
    for (std::size_t i = 0; i < centres.size(); ++i)
    {
      centres[i] = counts[i] > 0.0 ? sums[i] / counts[i] : centres[i];
    }
  }
  return centres;
}

// Sorting first makes the sums, and with them the channels, independent of the order of the cells.
std::vector<int>
Cluster(const Values & values, int numberOfChannels)
{
  Values sorted(values);
  std::sort(sorted.begin(), sorted.end());
  Values distinct(sorted);
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  const bool hasFew = distinct.size() <= static_cast<std::size_t>(numberOfChannels);
  const Values centres = hasFew ? distinct : FindCentres(sorted, numberOfChannels);
  std::vector<int> channels;
  for (const double value : values)
  {
    channels.push_back(static_cast<int>(FindNearest(centres, value)));
  }
  return channels;
}

// Mean 0 and standard deviation 1; all 0 where the values do not vary.
void
Standardise(Values & values)
{
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double variance = 0.0;
  for (double & value : values)
  {
    value -= mean;
    variance += value * value / count;
  }
  const double deviation = std::sqrt(variance);
  const bool isConstant = deviation <= LowestRelativeDeviation * std::abs(mean);
  for (double & value : values)
  {
    value = isConstant ? 0.0 : value / deviation;
  }
}

Coordinates
StandardisedCoordinates(const std::vector<CellPosition> & positions)
{
  Coordinates coordinates;
  for (const CellPosition & position : positions)
  {
    coordinates[0].push_back(position.x);
    coordinates[1].push_back(position.y);
    coordinates[2].push_back(position.z);
  }
  for (Values & axis : coordinates)
  {
    Standardise(axis);
  }
  return coordinates;
}

// The component of least variance; the depths where it has none.
Values
ThirdPrincipalComponent(const std::vector<CellPosition> & positions)
{
  const Coordinates coordinates = StandardisedCoordinates(positions);
  SymmetricMatrix correlation;
  for (std::size_t i = 0; i < 3; ++i)
  {
    for (std::size_t j = 0; j < 3; ++j)
    {
      correlation[i][j] =
        std::inner_product(coordinates[i].begin(), coordinates[i].end(), coordinates[j].begin(), 0.0) /
        static_cast<double>(positions.size());
    }
  }
  const PrincipalAxis least = FindAxisOfLeastVariance(correlation);
  if (least.variance < LowestVariance)
  {
    return DepthsOf(positions);
  }
  const std::array<double, 3> & axis = least.direction;
  const double sign = axis[2] < 0.0 ? -1.0 : 1.0;
  Values component;
  for (std::size_t i = 0; i < positions.size(); ++i)
  {
    component.push_back(sign *
                        (axis[0] * coordinates[0][i] + axis[1] * coordinates[1][i] + axis[2] * coordinates[2][i]));
  }
  return component;
}

double
SnapToSlice(double z)
{
  const double slice = std::round(z);
  return std::abs(z - slice) < SliceTolerance ? slice : z;
}

std::vector<int>
CutIntoEqualParts(const Values & depths, double lo, double hi, int numberOfChannels)
{
  std::vector<int> channels;
  for (const double depth : depths)
  {
    const double part = std::floor((depth - lo) * numberOfChannels / (hi - lo + 1.0));
    channels.push_back(static_cast<int>(std::clamp(part, 0.0, numberOfChannels - 1.0)));
  }
  return channels;
}

std::vector<int>
CutSlices(const std::vector<CellPosition> & positions, const DepthChannelParameters & parameters)
{
  Values depths = DepthsOf(positions);
  std::transform(depths.begin(), depths.end(), depths.begin(), SnapToSlice);
  if (parameters.method == DepthChannelMethod::SliceStack)
  {
    return CutIntoEqualParts(depths, 0.0, parameters.numberOfSlices - 1.0, parameters.numberOfChannels);
  }
  const auto range = std::minmax_element(depths.begin(), depths.end());
  return CutIntoEqualParts(depths, std::floor(*range.first), std::floor(*range.second), parameters.numberOfChannels);
}

std::vector<int>
DrawChannels(std::size_t numberOfCells, const DepthChannelParameters & parameters)
{
  PenCore::Random random(parameters.seed);
  std::vector<int> channels;
  for (std::size_t i = 0; i < numberOfCells; ++i)
  {
    channels.push_back(static_cast<int>(random.Below(static_cast<std::uint64_t>(parameters.numberOfChannels))));
  }
  return channels;
}

std::vector<std::size_t>
SizesOf(const MaskPointers & masks)
{
  std::vector<std::size_t> sizes;
  for (const PixelRuns * mask : masks)
  {
    sizes.push_back(CountPixels(*mask));
  }
  return sizes;
}

std::vector<std::size_t>
SortByDepth(const std::vector<CellPosition> & positions, const MaskPointers & masks)
{
  std::vector<std::size_t> order(positions.size());
  std::iota(order.begin(), order.end(), std::size_t{ 0 });
  const std::vector<std::size_t> sizes = SizesOf(masks);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) {
                     return positions[a].z != positions[b].z ? positions[a].z < positions[b].z : sizes[a] > sizes[b];
                   });
  return order;
}

std::vector<int>
OrderLocally(const std::vector<CellPosition> & positions, const DepthChannelParameters & parameters,
             const MaskPointers & masks)
{
  constexpr int NotYet = -1;
  std::vector<OverlappingPair> pairs = FindOverlappingPairs(masks, parameters.numberOfThreads);
  if (parameters.minimumOverlap > 0.0)
  {
    const std::vector<std::size_t> sizes = SizesOf(masks);
    const auto brushes = [&](const OverlappingPair & pair)
    {
      const std::size_t smaller = std::min(sizes[pair.first], sizes[pair.second]);
      return static_cast<double>(pair.pixels) < parameters.minimumOverlap * static_cast<double>(smaller);
    };
    pairs.erase(std::remove_if(pairs.begin(), pairs.end(), brushes), pairs.end());
  }
  const auto neighbours = OverlapNeighbours(pairs, masks.size());
  std::vector<int> channels(positions.size(), NotYet);
  for (const std::size_t cell : SortByDepth(positions, masks))
  {
    int highestAbove = NotYet;
    for (const std::uint32_t neighbour : neighbours[cell])
    {
      highestAbove = std::max(highestAbove, channels[neighbour]);
    }
    channels[cell] = std::min(highestAbove + 1, parameters.numberOfChannels - 1);
  }
  return channels;
}

CellPosition
PositionOf(const Cell & cell)
{
  double count = 0.0;
  CellPosition position{ 0.0, 0.0, cell.depth };
  for (const PixelRun & run : cell.runs)
  {
    count += run.length;
    position.x += run.length * (run.x + 0.5 * (run.length - 1));
    position.y += static_cast<double>(run.length) * run.y;
  }
  if (count > 0.0)
  {
    position.x /= count;
    position.y /= count;
  }
  return position;
}
} // namespace

std::ostream &
operator<<(std::ostream & os, DepthChannelMethod method)
{
  return os << MethodNames.at(static_cast<std::size_t>(method));
}

DepthChannelMethod
DepthChannelMethodFromName(const std::string & name)
{
  const auto found = std::find(MethodNames.begin(), MethodNames.end(), name);
  if (found == MethodNames.end())
  {
    std::string message = "unknown depth channel method \"" + name + "\"; known are";
    for (const char * known : MethodNames)
    {
      message += std::string(" ") + known;
    }
    throw std::invalid_argument(message);
  }
  return static_cast<DepthChannelMethod>(found - MethodNames.begin());
}

std::vector<int>
AssignDepthChannels(const std::vector<CellPosition> & positions, const DepthChannelParameters & parameters,
                    const MaskPointers & masks)
{
  VerifyArguments(positions, parameters, masks);
  if (positions.empty())
  {
    return {};
  }
  switch (parameters.method)
  {
    case DepthChannelMethod::PcaKMeans:
      return Cluster(ThirdPrincipalComponent(positions), parameters.numberOfChannels);
    case DepthChannelMethod::SliceCells:
    case DepthChannelMethod::SliceStack:
      return CutSlices(positions, parameters);
    case DepthChannelMethod::Random:
      return DrawChannels(positions.size(), parameters);
    case DepthChannelMethod::LocalOrder:
      return OrderLocally(positions, parameters, masks);
    default:
      return Cluster(DepthsOf(positions), parameters.numberOfChannels);
  }
}

std::vector<int>
AssignDepthChannels(const std::vector<Cell> & cells, const DepthChannelParameters & parameters)
{
  std::vector<CellPosition> positions;
  for (const Cell & cell : cells)
  {
    positions.push_back(PositionOf(cell));
  }
  return AssignDepthChannels(positions, parameters, MasksOf(cells));
}

std::function<std::vector<int>(const std::vector<Cell> &)>
MakeDepthChannelFunction(const std::string & name, unsigned int numberOfChannels, unsigned int numberOfSlices,
                         std::uint64_t seed)
{
  DepthChannelParameters parameters;
  parameters.method = DepthChannelMethodFromName(name);
  parameters.numberOfChannels = static_cast<int>(numberOfChannels);
  parameters.numberOfSlices = static_cast<int>(numberOfSlices);
  parameters.seed = seed;
  parameters.numberOfThreads = 1;
  return [parameters](const std::vector<Cell> & cells) { return AssignDepthChannels(cells, parameters); };
}
} // namespace PenCore
} // namespace itk
