// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Flows/FlowFollower.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#if defined(__SSE2__) || defined(_M_X64)
#  define PEN_USE_SSE2
#  include <emmintrin.h>
#endif

namespace itk
{
namespace PenCore
{
namespace
{
// Walkers of one tile read one neighbourhood of the flow: it stays in the cache.
constexpr int TileSize = 64;

// Walkers that step together in one vector.
constexpr std::size_t Lanes = 4;

/** Steps between two looks at who has come to rest, which compare positions so many steps apart. Most walkers come to a
 * point, or swing between two; those that have not after some time may run around in circles of up to 4, or of 6,
 * points: 12 steps show these too. */
struct Group
{
  unsigned int steps;
  unsigned int lag;
};
constexpr Group EarlyGroup{ 4, 2 };
constexpr Group LateGroup{ 12, 12 };
constexpr unsigned int StepsBeforeLateGroups = 56;

struct Walkers
{
  std::vector<float> x;
  std::vector<float> y;
  std::vector<float> earlierX; // a lag before the group's end
  std::vector<float> earlierY;
  std::vector<float> lastMoveX; // of the group before
  std::vector<float> lastMoveY;
  std::vector<std::int32_t> pixel;
  std::size_t count = 0;

  Walkers()
    : x(TileSize * TileSize + Lanes)
    , y(x.size())
    , earlierX(x.size())
    , earlierY(x.size())
    , lastMoveX(x.size())
    , lastMoveY(x.size())
    , pixel(x.size())
  {
  }
};

/** What a step needs to know of its flow. */
struct Terrain
{
  const float * flow; // of the first pixel of the window
  std::ptrdiff_t stride;
  std::int32_t firstColumn;
  std::int32_t firstRow;
  float rightmost;
  float lowest;
  // Where the flow is sampled: scale * position - shift, on each axis.
  float scaleX;
  float scaleY;
  float shiftX;
  float shiftY;

  Terrain(const MaskedFlow & maskedFlow, const FlowWindow & window, FlowSampling sampling)
    : flow(maskedFlow.Data())
    , stride(2 * static_cast<std::ptrdiff_t>(maskedFlow.Stride()))
    , firstColumn(window.firstColumn)
    , firstRow(window.firstRow)
    , rightmost(static_cast<float>(window.imageWidth - 1))
    , lowest(static_cast<float>(window.imageHeight - 1))
  {
    const bool stretch = sampling == FlowSampling::Stretched;
    const bool stretchX = stretch && rightmost > 0.0F;
    const bool stretchY = stretch && lowest > 0.0F;
    scaleX = stretchX ? (rightmost + 1.0F) / rightmost : 1.0F;
    scaleY = stretchY ? (lowest + 1.0F) / lowest : 1.0F;
    shiftX = stretchX ? 0.5F : 0.0F;
    shiftY = stretchY ? 0.5F : 0.0F;
  }
};

/** Where the ends are noted down. */
struct Ground
{
  int width;
  int firstColumn;
  int firstRow;

  std::int32_t
  IndexOf(float x, float y) const
  {
    return (static_cast<int>(y) - firstRow) * width + static_cast<int>(x) - firstColumn;
  }
};

#ifdef PEN_USE_SSE2
// The pixel at or before a sampling position, which may be as low as -1/2.
inline __m128i
Floor(__m128 position)
{
  const __m128i one = _mm_set1_epi32(1);
  return _mm_sub_epi32(_mm_cvttps_epi32(_mm_add_ps(position, _mm_set1_ps(1.0F))), one);
}

// One step of four walkers, in the registers x and y.
template <FlowSampling VSampling>
inline void
StepLanes(const Terrain & terrain, __m128 & x, __m128 & y)
{
  __m128 sampleX = x;
  __m128 sampleY = y;
  __m128i column;
  __m128i row;
  if (VSampling == FlowSampling::PixelCentres)
  {
    column = _mm_cvttps_epi32(x);
    row = _mm_cvttps_epi32(y);
  }
  else
  {
    sampleX = _mm_sub_ps(_mm_mul_ps(_mm_set1_ps(terrain.scaleX), x), _mm_set1_ps(terrain.shiftX));
    sampleY = _mm_sub_ps(_mm_mul_ps(_mm_set1_ps(terrain.scaleY), y), _mm_set1_ps(terrain.shiftY));
    column = Floor(sampleX);
    row = Floor(sampleY);
  }
  const __m128 u = _mm_sub_ps(sampleX, _mm_cvtepi32_ps(column));
  const __m128 v = _mm_sub_ps(sampleY, _mm_cvtepi32_ps(row));
  alignas(16) std::int32_t columns[Lanes];
  alignas(16) std::int32_t rows[Lanes];
  _mm_store_si128(reinterpret_cast<__m128i *>(columns), _mm_sub_epi32(column, _mm_set1_epi32(terrain.firstColumn)));
  _mm_store_si128(reinterpret_cast<__m128i *>(rows), _mm_sub_epi32(row, _mm_set1_epi32(terrain.firstRow)));

  // A row of each: flow x and y of the pixel, flow x and y of the next.
  const auto corner = [&](std::size_t lane)
  { return terrain.flow + (rows[lane] * terrain.stride + 2 * static_cast<std::ptrdiff_t>(columns[lane])); };
  const float * corner0 = corner(0);
  const float * corner1 = corner(1);
  const float * corner2 = corner(2);
  const float * corner3 = corner(3);
  __m128 x00 = _mm_loadu_ps(corner0);
  __m128 y00 = _mm_loadu_ps(corner1);
  __m128 x10 = _mm_loadu_ps(corner2);
  __m128 y10 = _mm_loadu_ps(corner3);
  __m128 x01 = _mm_loadu_ps(corner0 + terrain.stride);
  __m128 y01 = _mm_loadu_ps(corner1 + terrain.stride);
  __m128 x11 = _mm_loadu_ps(corner2 + terrain.stride);
  __m128 y11 = _mm_loadu_ps(corner3 + terrain.stride);
  _MM_TRANSPOSE4_PS(x00, y00, x10, y10);
  _MM_TRANSPOSE4_PS(x01, y01, x11, y11);

  const auto interpolate = [&](__m128 f00, __m128 f10, __m128 f01, __m128 f11)
  {
    const __m128 left = _mm_add_ps(f00, _mm_mul_ps(v, _mm_sub_ps(f01, f00)));
    const __m128 right = _mm_add_ps(f10, _mm_mul_ps(v, _mm_sub_ps(f11, f10)));
    return _mm_add_ps(left, _mm_mul_ps(u, _mm_sub_ps(right, left)));
  };
  const __m128 zero = _mm_setzero_ps();
  const __m128 nextX = _mm_add_ps(x, interpolate(x00, x10, x01, x11));
  const __m128 nextY = _mm_add_ps(y, interpolate(y00, y10, y01, y11));
  // In this order what is not a number, of flows whose difference is beyond a float, becomes 0.
  x = _mm_min_ps(_mm_max_ps(nextX, zero), _mm_set1_ps(terrain.rightmost));
  y = _mm_min_ps(_mm_max_ps(nextY, zero), _mm_set1_ps(terrain.lowest));
}

template <FlowSampling VSampling>
void
Step(const Terrain & terrain, Group group, Walkers & walkers)
{
  for (std::size_t i = 0; i < walkers.count; i += Lanes)
  {
    __m128 x = _mm_loadu_ps(&walkers.x[i]);
    __m128 y = _mm_loadu_ps(&walkers.y[i]);
    for (unsigned int step = 0; step < group.steps; ++step)
    {
      if (step + group.lag == group.steps)
      {
        _mm_storeu_ps(&walkers.earlierX[i], x);
        _mm_storeu_ps(&walkers.earlierY[i], y);
      }
      StepLanes<VSampling>(terrain, x, y);
    }
    _mm_storeu_ps(&walkers.x[i], x);
    _mm_storeu_ps(&walkers.y[i], y);
  }
}
#else
template <FlowSampling VSampling>
void
Step(const Terrain & terrain, Group group, Walkers & walkers)
{
  for (std::size_t i = 0; i < walkers.count; ++i)
  {
    float & x = walkers.x[i];
    float & y = walkers.y[i];
    for (unsigned int step = 0; step < group.steps; ++step)
    {
      if (step + group.lag == group.steps)
      {
        walkers.earlierX[i] = x;
        walkers.earlierY[i] = y;
      }
      const float sampleX = VSampling == FlowSampling::PixelCentres ? x : terrain.scaleX * x - terrain.shiftX;
      const float sampleY = VSampling == FlowSampling::PixelCentres ? y : terrain.scaleY * y - terrain.shiftY;
      const auto column = static_cast<int>(std::floor(sampleX));
      const auto row = static_cast<int>(std::floor(sampleY));
      const float u = sampleX - static_cast<float>(column);
      const float v = sampleY - static_cast<float>(row);
      const float * above =
        terrain.flow + ((row - terrain.firstRow) * terrain.stride + 2 * (column - terrain.firstColumn));
      const float * below = above + terrain.stride;
      const auto interpolate = [&](int component)
      {
        const float left = above[component] + v * (below[component] - above[component]);
        const float right = above[component + 2] + v * (below[component + 2] - above[component + 2]);
        return left + u * (right - left);
      };
      const float nextX = x + interpolate(0);
      const float nextY = y + interpolate(1);
      x = std::min(terrain.rightmost, std::max(0.0F, nextX));
      y = std::min(terrain.lowest, std::max(0.0F, nextY));
    }
  }
}
#endif

float
DistanceToNextPixel(float coordinate)
{
  const float fraction = coordinate - static_cast<float>(static_cast<int>(coordinate));
  return std::min(fraction, 1.0F - fraction);
}

// Settles the walkers at rest and moves the others together.
void
SettleWalkersAtRest(unsigned int remainingSteps, unsigned int lag, const Ground & ground, Walkers & walkers,
                    std::int32_t * ends)
{
  const float remainingLags = static_cast<float>(remainingSteps) / static_cast<float>(lag);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < walkers.count; ++i)
  {
    const float x = walkers.x[i];
    const float y = walkers.y[i];
    const float moveX = std::abs(x - walkers.earlierX[i]);
    const float moveY = std::abs(y - walkers.earlierY[i]);
    // Products: branches on these would be guessed wrong half of the time.
    const int restsX = static_cast<int>(remainingLags * moveX <= DistanceToNextPixel(x)) *
                       static_cast<int>(moveX <= walkers.lastMoveX[i]);
    const int restsY = static_cast<int>(remainingLags * moveY <= DistanceToNextPixel(y)) *
                       static_cast<int>(moveY <= walkers.lastMoveY[i]);
    const std::int32_t pixel = walkers.pixel[i];
    ends[pixel] = ground.IndexOf(x, y);
    walkers.x[kept] = x;
    walkers.y[kept] = y;
    walkers.lastMoveX[kept] = moveX;
    walkers.lastMoveY[kept] = moveY;
    walkers.pixel[kept] = pixel;
    kept += static_cast<std::size_t>(1 - restsX * restsY);
  }
  walkers.count = kept;
}

void
StartWalkers(int left, int top, const MaskedFlow & flow, const FlowWindow & window, const std::int32_t * ends,
             Walkers & walkers)
{
  walkers.count = 0;
  for (int y = top; y < std::min(top + TileSize, flow.Height()); ++y)
  {
    for (int x = left; x < std::min(left + TileSize, flow.Width()); ++x)
    {
      const auto pixel = static_cast<std::int32_t>(y * flow.Width() + x);
      if (ends[pixel] != NoEnd)
      {
        walkers.x[walkers.count] = static_cast<float>(window.firstColumn + x);
        walkers.y[walkers.count] = static_cast<float>(window.firstRow + y);
        walkers.pixel[walkers.count] = pixel;
        ++walkers.count;
      }
    }
  }
  // The last vector's empty lanes walk too: with the first walker, which does not leave the window.
  std::fill_n(walkers.x.begin() + static_cast<std::ptrdiff_t>(walkers.count), Lanes, walkers.x.front());
  std::fill_n(walkers.y.begin() + static_cast<std::ptrdiff_t>(walkers.count), Lanes, walkers.y.front());
}

void
ForgetMoves(Walkers & walkers)
{
  std::fill(walkers.lastMoveX.begin(), walkers.lastMoveX.end(), std::numeric_limits<float>::max());
  std::fill(walkers.lastMoveY.begin(), walkers.lastMoveY.end(), std::numeric_limits<float>::max());
}

template <FlowSampling VSampling>
void
FollowTile(int left, int top, const MaskedFlow & flow, const FlowWindow & window, unsigned int steps, Walkers & walkers,
           std::int32_t * ends)
{
  const Terrain terrain(flow, window, VSampling);
  const Ground ground{ flow.Width(), window.firstColumn, window.firstRow };
  StartWalkers(left, top, flow, window, ends, walkers);
  if (walkers.count == 0)
  {
    return;
  }
  // The groups fill the steps to the last one: positions are compared at multiples of a lag before it.
  const unsigned int lateSteps =
    steps < StepsBeforeLateGroups ? 0 : (steps - StepsBeforeLateGroups) / LateGroup.steps * LateGroup.steps;
  const unsigned int firstSteps = (steps - lateSteps) % EarlyGroup.steps;
  Step<VSampling>(terrain, Group{ firstSteps, firstSteps }, walkers);
  ForgetMoves(walkers);
  for (unsigned int done = firstSteps; done < steps && walkers.count > 0;)
  {
    const bool isLate = done >= steps - lateSteps;
    if (done == steps - lateSteps)
    {
      ForgetMoves(walkers);
    }
    const Group group = isLate ? LateGroup : EarlyGroup;
    Step<VSampling>(terrain, group, walkers);
    done += group.steps;
    SettleWalkersAtRest(steps - done, group.lag, ground, walkers, ends);
  }
  for (std::size_t i = 0; i < walkers.count; ++i)
  {
    ends[walkers.pixel[i]] = ground.IndexOf(walkers.x[i], walkers.y[i]);
  }
}
} // namespace

void
FollowInterpolatedFlow(const MaskedFlow & flow, const FlowWindow & window, FlowSampling sampling, unsigned int steps,
                       unsigned int numberOfThreads, const ProgressCallback & progress, std::int32_t * ends)
{
  const auto followTile = sampling == FlowSampling::PixelCentres ? FollowTile<FlowSampling::PixelCentres>
                                                                 : FollowTile<FlowSampling::Stretched>;
  const int tilesInRow = (flow.Width() + TileSize - 1) / TileSize;
  const int tilesInColumn = (flow.Height() + TileSize - 1) / TileSize;
  ParallelFor(
    static_cast<std::size_t>(tilesInRow) * static_cast<std::size_t>(tilesInColumn), 1,
    [&](std::size_t begin, std::size_t end)
    {
      Walkers walkers;
      for (auto tile = static_cast<int>(begin); tile < static_cast<int>(end); ++tile)
      {
        followTile(tile % tilesInRow * TileSize, tile / tilesInRow * TileSize, flow, window, steps, walkers, ends);
      }
    },
    numberOfThreads, progress);
}
} // namespace PenCore
} // namespace itk
