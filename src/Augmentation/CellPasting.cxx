// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Augmentation/CellPasting.h"

#include "Augmentation/CellPlacement.h"
#include "ProjectionEnhancement/Cells/Overlap.h"
#include "Samples/SampleChecks.h"
#include "itkMath.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace itk
{
namespace PenCore
{
namespace
{
// Streams of random numbers: the background's slices, the whole, and one per cell.
enum Stream : std::uint64_t
{
  BackgroundStream,
  WholeStream,
  CellStream
};

// Of the cells that are to overlap, those that start a new pair rather than join others.
constexpr double PairShare = 0.7;

constexpr int PartnersToTry = 4;


bool
IsShare(double value)
{
  return value >= 0.0 && value <= 1.0;
}

bool
IsRange(const std::array<double, 2> & range)
{
  return range[0] > 0.0 && range[0] <= range[1];
}

void
RequireValid(const std::vector<CellCutout> & library, const PasteCellsParameters & parameters,
             const TrainingSample * background)
{
  if (library.empty())
  {
    throw std::invalid_argument("there is no cell to paste");
  }
  if (parameters.width == 0 || parameters.height == 0 || parameters.slices == 0)
  {
    throw std::invalid_argument("a stack to paste cells into must have voxels");
  }
  if (!IsShare(parameters.overlapShare) || !IsShare(parameters.meanOverlapIoU) ||
      !IsShare(parameters.maximumOverlapIoU) || !IsShare(parameters.stackedShare) ||
      !IsShare(parameters.maximumSharedVoxels) || !IsShare(parameters.smallestVisibleShare))
  {
    throw std::invalid_argument("the shares and IoUs of pasted cells must be within 0 and 1");
  }
  if (!IsShare(parameters.bend) || !IsShare(parameters.texture))
  {
    throw std::invalid_argument("the bend and texture of pasted cells must be within 0 and 1");
  }
  if (!IsRange(parameters.cellScale) || !IsRange(parameters.stretch) || !IsRange(parameters.brightness) ||
      !IsRange(parameters.gamma) || !IsRange(parameters.stackedDistance) ||
      !std::all_of(parameters.spacing.begin(), parameters.spacing.end(), [](double um) { return um > 0.0; }))
  {
    throw std::invalid_argument(
      "spacing, cell scale, stretch, brightness, gamma and stacked distance of pasted cells must be positive, "
      "and their ranges ascending");
  }
  if (background != nullptr)
  {
    RequireConsistentSample(*background);
    if (background->width != parameters.width || background->height != parameters.height ||
        background->slices != parameters.slices)
    {
      throw std::invalid_argument("the background of pasted cells has another size than the stack");
    }
  }
}

// The sum of four uniform numbers, a cheap stand-in for a normal one: mean 0, standard deviation 1, tails to 3.5.
float
DrawNoise(Random & random)
{
  constexpr double scale = 1.7320508075688772 / 65536.0;
  const std::uint64_t bits = random.Next();
  const std::uint64_t sum = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48);
  return static_cast<float>((static_cast<double>(sum) - 131070.0) * scale);
}

TrainingSample
MakeBackground(const PasteCellsParameters & parameters)
{
  TrainingSample sample;
  sample.slices = parameters.slices;
  sample.height = parameters.height;
  sample.width = parameters.width;
  sample.spacing = parameters.spacing;
  const std::size_t pixels = static_cast<std::size_t>(parameters.height) * parameters.width;
  sample.stack.assign(pixels * parameters.slices, parameters.backgroundLevel);
  sample.labels3d.assign(sample.stack.size(), 0);
  for (unsigned int z = 0; z < parameters.slices && parameters.backgroundNoise > 0.0f; ++z)
  {
    Random random(parameters.seed, BackgroundStream, z);
    const auto slice = sample.stack.begin() + static_cast<std::ptrdiff_t>(z * pixels);
    std::for_each(slice, slice + static_cast<std::ptrdiff_t>(pixels),
                  [&](float & value) { value += parameters.backgroundNoise * DrawNoise(random); });
  }
  return sample;
}

// Two waves that share the slope.
std::vector<BendingWave>
DrawWaves(double bend, Random & random)
{
  constexpr double ShortestWave = 40.0; // um: half of it is about as long as a cell that still looks straight
  constexpr double LongestWave = 120.0;
  const double share = random.Uniform();
  std::vector<BendingWave> waves;
  for (const double slope : { bend * random.Uniform() * share, bend * random.Uniform() * (1.0 - share) })
  {
    const double frequency = 2.0 * Math::pi / random.Uniform(ShortestWave, LongestWave);
    waves.push_back(
      { random.Uniform(0.0, 2.0 * Math::pi), frequency, slope / frequency, random.Uniform(0.0, 2.0 * Math::pi) });
  }
  return waves;
}

CellTransform
DrawTransform(const PasteCellsParameters & parameters, Random & random)
{
  CellTransform transform;
  transform.angle = parameters.anyAngle ? random.Uniform(0.0, 2.0 * Math::pi) : 0.0;
  transform.flipX = random.Uniform() < 0.5 && parameters.planeFlips;
  transform.flipZ = random.Uniform() < 0.5 && parameters.depthFlips;
  transform.scale = random.Uniform(parameters.cellScale[0], parameters.cellScale[1]);
  transform.brightness = static_cast<float>(random.Uniform(parameters.brightness[0], parameters.brightness[1]));
  transform.shift = { { random.Uniform(), random.Uniform(), random.Uniform() } };
  // Nothing is drawn where nothing is asked for, so that stacks without them stay what they are.
  if (parameters.stretch[0] != 1.0 || parameters.stretch[1] != 1.0)
  {
    transform.stretch = LogUniform(random, parameters.stretch[0], parameters.stretch[1]);
    transform.stretchAngle = random.Uniform(0.0, Math::pi);
  }
  if (parameters.bend > 0.0)
  {
    transform.waves = DrawWaves(parameters.bend, random);
  }
  if (parameters.gamma[0] != 1.0 || parameters.gamma[1] != 1.0)
  {
    transform.gamma = LogUniform(random, parameters.gamma[0], parameters.gamma[1]);
  }
  if (parameters.texture > 0.0)
  {
    constexpr unsigned int Waves = 6;
    constexpr double ShortestWave = 8.0; // um: resolved by the optics
    constexpr double LongestWave = 60.0; // as long as a cell
    transform.texture = RandomWaves(random, Waves, ShortestWave, LongestWave, parameters.texture);
  }
  return transform;
}

class Composer
{
public:
  Composer(const std::vector<CellCutout> & library, const PasteCellsParameters & parameters, TrainingSample & sample)
    : m_Library(library)
    , m_Parameters(parameters)
    , m_Placement(parameters, sample)
    , m_Rounding(Random(parameters.seed, WholeStream).Uniform(-0.5, 0.5))
  {
  }

  void
  AddCell(unsigned int number)
  {
    Random random(m_Parameters.seed, CellStream, number);
    const CellCutout & cutout = m_Library[random.Below(m_Library.size())];
    const CellTransform transform = DrawTransform(m_Parameters, random);
    const PlacementWish wish = this->DrawWish(number + 1 == m_Parameters.numberOfCells, random);
    if (wish == PlacementWish::Apart)
    {
      const CellStamp stamp = TransformCell(cutout, transform, m_Parameters.spacing);
      if (const auto position = m_Placement.FindApart(stamp, random))
      {
        m_Placement.Paste(stamp, *position);
      }
      return;
    }
    const bool stacked = random.Uniform() < m_Parameters.stackedShare;
    bool placed = false;
    for (int attempt = 0; attempt < PartnersToTry && !placed; ++attempt)
    {
      placed = stacked ? this->Stack(cutout, transform, wish, random) : this->Overlap(cutout, transform, wish, random);
    }
  }

private:
  // A pair makes two more cells overlap, a join one; the wish follows what is missing so far.
  PlacementWish
  DrawWish(bool isLast, Random & random) const
  {
    const auto overlapping = static_cast<double>(m_Placement.GetNumberOfOverlapping());
    const auto cells = static_cast<double>(m_Placement.GetNumberOfCells());
    if (m_Parameters.overlapShare <= 0.0 || cells == 0.0)
    {
      return PlacementWish::Apart;
    }
    const double missing = m_Parameters.overlapShare * (cells + 1.0) + m_Rounding - overlapping;
    const bool canJoin = overlapping > 0.0;
    const bool canPair = cells > overlapping;
    const bool likesPair = random.Uniform() < PairShare;
    if (canPair && (likesPair || !canJoin) && missing >= (isLast && canJoin ? 1.5 : 1.0))
    {
      return PlacementWish::Pair;
    }
    // Where all overlap already, a cell apart is the next one's partner; without it they would become one heap.
    return canJoin && (!likesPair || isLast) && missing >= 0.5 ? PlacementWish::Join : PlacementWish::Apart;
  }

  bool
  Overlap(const CellCutout & cutout, const CellTransform & transform, PlacementWish wish, Random & random)
  {
    const auto partner = m_Placement.DrawPartner(wish, random);
    if (!partner)
    {
      return false;
    }
    const double iou = std::min(m_Parameters.meanOverlapIoU * random.Uniform(0.1, 1.9), m_Parameters.maximumOverlapIoU);
    const CellStamp stamp = TransformCell(cutout, transform, m_Parameters.spacing);
    const auto position = m_Placement.FindOverlapping(stamp, *partner, wish, iou, random);
    if (position)
    {
      m_Placement.Paste(stamp, *position);
    }
    return position.has_value();
  }

  bool
  Stack(const CellCutout & cutout, CellTransform transform, PlacementWish wish, Random & random)
  {
    const auto partner = m_Placement.DrawPartner(wish, random);
    if (!partner)
    {
      return false;
    }
    const double um = random.Uniform(m_Parameters.stackedDistance[0], m_Parameters.stackedDistance[1]);
    const double distance = (random.Uniform() < 0.5 ? -um : um) / m_Parameters.spacing[2];
    const double depth = m_Placement.GetDepth(*partner) + distance;
    // The stamp's centre gets the depth's fraction, so that the distance is exact.
    transform.shift[2] = depth - std::floor(depth);
    const CellStamp stamp = TransformCell(cutout, transform, m_Parameters.spacing);
    const auto position = m_Placement.FindStacked(stamp, *partner, wish, depth, random);
    if (position)
    {
      m_Placement.Paste(stamp, *position);
    }
    return position.has_value();
  }

  const std::vector<CellCutout> & m_Library;
  const PasteCellsParameters & m_Parameters;
  CellPlacement m_Placement;
  double m_Rounding;
};
} // namespace

TrainingSample
PasteCells(const std::vector<CellCutout> & library, const PasteCellsParameters & parameters,
           const TrainingSample * background)
{
  RequireValid(library, parameters, background);
  PasteCellsParameters used = parameters;
  TrainingSample sample = background != nullptr ? *background : MakeBackground(parameters);
  if (background != nullptr)
  {
    used.backgroundLevel = EstimateBackground(*background).level;
    used.spacing = background->spacing;
    if (sample.labels3d.empty())
    {
      sample.labels3d = LabelsFromColumns(sample, CutCellsParameters());
    }
  }
  Composer composer(library, used, sample);
  for (unsigned int i = 0; i < parameters.numberOfCells; ++i)
  {
    composer.AddCell(i);
    if (parameters.progress)
    {
      parameters.progress(static_cast<float>(i + 1) / static_cast<float>(parameters.numberOfCells));
    }
  }
  return sample;
}

OverlapStatistics
MeasureOverlap(const std::vector<Cell> & cells)
{
  OverlapStatistics statistics;
  const std::vector<OverlappingPair> pairs = FindOverlappingPairs(MasksOf(cells), 1);
  std::vector<std::uint8_t> overlaps(cells.size(), 0);
  for (const OverlappingPair & pair : pairs)
  {
    overlaps[pair.first] = 1;
    overlaps[pair.second] = 1;
    const std::size_t sum = CountPixels(cells[pair.first].runs) + CountPixels(cells[pair.second].runs);
    statistics.meanIoU += static_cast<double>(pair.pixels) / static_cast<double>(sum - pair.pixels);
  }
  statistics.meanIoU /= std::max<double>(1.0, static_cast<double>(pairs.size()));
  statistics.share = static_cast<double>(std::count(overlaps.begin(), overlaps.end(), std::uint8_t{ 1 })) /
                     std::max<double>(1.0, static_cast<double>(cells.size()));
  return statistics;
}
} // namespace PenCore
} // namespace itk
