// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPenCoreFlowsToCells.h"

#include "itkPenCoreFoundCells.h"
#include "itkPenCorePartOfProgress.h"

#include "itkMacro.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>

namespace itk
{
namespace PenCore
{
namespace
{
// Of a window, where memory leaves room for fewer.
constexpr int FewestSeededRows = 256;

// Indices of pixels and of their two flow components are 32-bit numbers.
constexpr std::int64_t MaximumPixels = std::int64_t{ 1 } << 30;

void
RequireFollowable(std::int64_t pixels, int width, int height)
{
  if (pixels > MaximumPixels)
  {
    itkGenericExceptionMacro("A flow field of " << width << " x " << height << " pixels is more than the 2^30 that "
                                                << "can be followed at once; cut it into tiles");
  }
}

// What the walkers of each channel can move in one step along y at most.
std::vector<float>
LongestSteps(const FlowRows & rows, int width, int height, int channels, const FlowsToCellsParameters & parameters,
             std::size_t rowsABand)
{
  std::vector<float> longest(static_cast<std::size_t>(channels), 0.0F);
  std::vector<float> band;
  for (int channel = 0; channel < channels; ++channel)
  {
    for (std::size_t y = 0; y < static_cast<std::size_t>(height); y += rowsABand)
    {
      const std::size_t end = std::min(y + rowsABand, static_cast<std::size_t>(height));
      band.resize((end - y) * static_cast<std::size_t>(width) * FlowFieldComponents);
      rows(channel, y, end, band.data());
      for (std::size_t i = 0; i < band.size(); i += FlowFieldComponents)
      {
        if (band[i + 2] > parameters.cellThreshold && IsFinitePixel(&band[i]))
        {
          float & step = longest[static_cast<std::size_t>(channel)];
          step = std::max(step, std::abs(band[i + 1]));
        }
      }
    }
  }
  return longest;
}

// Bytes for each pixel that is followed: its flow field, its flow alone, its end, the count of ends in it.
constexpr std::size_t BytesAPixel = 4 * sizeof(float) + 2 * sizeof(float) + 2 * sizeof(std::int32_t);

// What decides about the cell of a seed lies within so many rows of it: the pixels that end near it or near the seeds
// that compete with it, and what those pixels pass.
struct Reach
{
  int follow;
  int window;
};

Reach
ReachOf(float longestStep, int height, const FlowsToCellsParameters & parameters)
{
  const double walk =
    std::min(std::ceil(static_cast<double>(longestStep) * parameters.iterations) + 1.0, static_cast<double>(height));
  const int seeds = 3 * static_cast<int>(parameters.growthIterations) + static_cast<int>(parameters.seedRadius) + 2;
  return { seeds + static_cast<int>(walk), seeds + 2 * static_cast<int>(walk) + 2 };
}
} // namespace

bool
IsFinitePixel(const float * pixel)
{
  return std::isfinite(pixel[0]) && std::isfinite(pixel[1]) && std::isfinite(pixel[2]) && std::isfinite(pixel[3]);
}

std::vector<Cell>
FlowFieldToCells(const float * flowField, int width, int height, int channels,
                 const FlowsToCellsParameters & parameters)
{
  const std::int64_t pixels = static_cast<std::int64_t>(width) * height;
  RequireFollowable(pixels, width, height);
  std::vector<Cell> cells;
  for (int channel = 0; channel < channels && pixels > 0; ++channel)
  {
    const ProgressCallback progress =
      PartOfProgress(parameters.progress, static_cast<float>(channel) / static_cast<float>(channels),
                     static_cast<float>(channel + 1) / static_cast<float>(channels));
    const FlowPage page =
      FlowPage::Whole(flowField + FlowFieldComponents * static_cast<std::size_t>(pixels * channel), width, height);
    std::vector<FoundCell> found;
    FindCells(page, parameters, progress, found);
    std::vector<Cell> ofPage = FinishCells(std::move(found), channel, page, parameters);
    std::move(ofPage.begin(), ofPage.end(), std::back_inserter(cells));
  }
  return cells;
}

std::vector<Cell>
FlowFieldToCells(const FlowRows & rows, int width, int height, int channels, std::size_t memory,
                 const FlowsToCellsParameters & parameters)
{
  if (width < 1 || height < 1)
  {
    return {};
  }
  // PEN's rules look at whole components of the foreground, the stretched sampling at the size of the image.
  const bool canBeCut =
    parameters.method == FlowsToCellsParameters::Method::CellPose && parameters.sampling == FlowSampling::PixelCentres;
  const std::size_t bytesARow = static_cast<std::size_t>(width) * BytesAPixel;
  const int rowsInMemory = static_cast<int>(
    std::min<std::size_t>(std::max<std::size_t>(memory / bytesARow, 1), static_cast<std::size_t>(height)));
  const bool isWhole = !canBeCut || rowsInMemory == height;
  const std::vector<float> longest =
    isWhole ? std::vector<float>(static_cast<std::size_t>(channels), 0.0F)
            : LongestSteps(rows, width, height, channels, parameters, static_cast<std::size_t>(rowsInMemory));

  std::vector<Cell> cells;
  std::vector<float> values;
  for (int channel = 0; channel < channels; ++channel)
  {
    const Reach reach = ReachOf(longest[static_cast<std::size_t>(channel)], height, parameters);
    const int step = isWhole ? height : std::max(rowsInMemory - 2 * reach.window, FewestSeededRows);
    std::vector<FoundCell> found;
    FlowPage page = FlowPage::Whole(nullptr, width, height);
    for (int y = 0; y < height; y += step)
    {
      page.seeded = { y, std::min(y + step, height) };
      page.followed = { page.seeded.begin - reach.follow, page.seeded.end + reach.follow };
      page.firstRow = std::max(page.seeded.begin - (isWhole ? 0 : reach.window), 0);
      const int end = std::min(page.seeded.end + (isWhole ? 0 : reach.window), height);
      page.height = end - page.firstRow;
      RequireFollowable(static_cast<std::int64_t>(width) * page.height, width, page.height);
      values.resize(FlowFieldComponents * page.NumberOfPixels());
      rows(channel, static_cast<std::size_t>(page.firstRow), static_cast<std::size_t>(end), values.data());
      page.values = values.data();
      const auto share = [&](int row)
      {
        return (static_cast<float>(channel) + static_cast<float>(row) / static_cast<float>(height)) /
               static_cast<float>(channels);
      };
      FindCells(page, parameters, PartOfProgress(parameters.progress, share(y), share(page.seeded.end)), found);
    }
    std::vector<Cell> ofPage = FinishCells(std::move(found), channel, page, parameters);
    std::move(ofPage.begin(), ofPage.end(), std::back_inserter(cells));
  }
  return cells;
}
} // namespace PenCore
} // namespace itk
