// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Flows/FlowsToCells.h"

#include "Base/PartOfProgress.h"
#include "Flows/FlowBlocks.h"
#include "Flows/FoundCells.h"

#include "itkMacro.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace itk
{
namespace PenCore
{
namespace
{
// Regions of fewer seeded pixels on a side are not cut further, whatever their windows take.
constexpr int ShortestCutSide = 256;

// Indices of pixels and of their two flow components are 32-bit numbers; PEN's rows have one pixel more.
constexpr std::int64_t MaximumPixels = std::int64_t{ 1 } << 30;

void
RequireFollowable(int width, int height)
{
  if ((static_cast<std::int64_t>(width) + 1) * height > MaximumPixels)
  {
    itkGenericExceptionMacro("A flow field of "
                             << width << " x " << height << " pixels, with one more column, is "
                             << "more than the 2^30 that can be followed at once; cut it into tiles");
  }
}

// Bytes for each pixel that is followed: its flow field, its flow alone, its end, the count of ends in it.
constexpr std::size_t BytesPerPixel = 4 * sizeof(float) + 2 * sizeof(float) + 2 * sizeof(std::int32_t);

FlowBlocks
ReadBlocks(const FlowSource & source, int channel, int width, int height, std::size_t memory,
           const FlowsToCellsParameters & parameters)
{
  FlowBlocks blocks(width, height);
  const std::size_t bytesPerRow = static_cast<std::size_t>(width) * FlowFieldComponents * sizeof(float);
  const auto rowsPerBand = static_cast<int>(
    std::clamp<std::size_t>(memory / bytesPerRow, 1, static_cast<std::size_t>(std::min(height, 1024))));
  std::vector<float> band;
  for (int y = 0; y < height; y += rowsPerBand)
  {
    const int rows = std::min(rowsPerBand, height - y);
    band.resize(static_cast<std::size_t>(rows) * static_cast<std::size_t>(width) * FlowFieldComponents);
    source(channel, { 0, y, width, rows }, band.data());
    blocks.Add(y, rows, band.data(), parameters);
  }
  return blocks;
}

// The cells of one channel, region by region, each cut in two until its window fits the memory.
class WindowedChannel
{
public:
  WindowedChannel(const FlowSource & source, int channel, int width, int height, std::size_t memory,
                  const FlowsToCellsParameters & parameters, const ProgressCallback & progress)
    : m_Source(source)
    , m_Channel(channel)
    , m_Width(width)
    , m_Height(height)
    , m_Pixels(memory / BytesPerPixel)
    , m_Parameters(parameters)
    , m_Progress(progress)
    , m_Blocks(ReadBlocks(source, channel, width, height, memory, parameters))
  {
  }

  std::vector<FoundCell>
  Find()
  {
    this->FindIn({ 0, 0, m_Width, m_Height });
    return std::move(m_Found);
  }

private:
  void
  FindIn(const FlowRegion & seeded)
  {
    const FlowBlocks::Window window = m_Blocks.WindowOf(seeded, m_Parameters);
    const std::size_t pixels =
      static_cast<std::size_t>(window.region.width) * static_cast<std::size_t>(window.region.height);
    // Halves that need more around them than they are long would do most of the work twice.
    const bool canCutColumns = seeded.width > std::max(2 * (window.region.width - seeded.width), ShortestCutSide);
    const bool canCutRows = seeded.height > std::max(2 * (window.region.height - seeded.height), ShortestCutSide);
    if (pixels > m_Pixels && (canCutColumns || canCutRows))
    {
      FlowRegion first = seeded;
      FlowRegion second = seeded;
      if (canCutColumns && (seeded.width >= seeded.height || !canCutRows))
      {
        first.width = seeded.width / 2;
        second.x += first.width;
        second.width -= first.width;
      }
      else
      {
        first.height = seeded.height / 2;
        second.y += first.height;
        second.height -= first.height;
      }
      this->FindIn(first);
      this->FindIn(second);
      return;
    }
    RequireFollowable(window.region.width, window.region.height);
    m_Values.resize(FlowFieldComponents * pixels);
    m_Source(m_Channel, window.region, m_Values.data());
    const FlowPage page{
      m_Values.data(), window.region.width, window.region.height, window.region.x, window.region.y, m_Width, m_Height,
      seeded,          &window.followed
    };
    const float share = static_cast<float>(seeded.width) * static_cast<float>(seeded.height) /
                        (static_cast<float>(m_Width) * static_cast<float>(m_Height));
    FindCells(page, m_Parameters, PartOfProgress(m_Progress, m_Done, std::min(m_Done + share, 1.0F)), m_Found);
    m_Done = std::min(m_Done + share, 1.0F);
  }

  const FlowSource & m_Source;
  int m_Channel;
  int m_Width;
  int m_Height;
  std::size_t m_Pixels;
  const FlowsToCellsParameters & m_Parameters;
  ProgressCallback m_Progress;
  FlowBlocks m_Blocks;
  std::vector<float> m_Values;
  std::vector<FoundCell> m_Found;
  float m_Done = 0.0F;
};

ProgressCallback
PartOfChannel(const ProgressCallback & progress, int channel, int channels)
{
  return PartOfProgress(progress, static_cast<float>(channel) / static_cast<float>(channels),
                        static_cast<float>(channel + 1) / static_cast<float>(channels));
}
} // namespace

std::vector<Cell>
FlowFieldToCells(const float * flowField, int width, int height, int channels,
                 const FlowsToCellsParameters & parameters)
{
  const std::int64_t pixels = static_cast<std::int64_t>(width) * height;
  RequireFollowable(width, height);
  std::vector<Cell> cells;
  for (int channel = 0; channel < channels && pixels > 0; ++channel)
  {
    const ProgressCallback progress = PartOfChannel(parameters.progress, channel, channels);
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
FlowFieldToCells(const FlowSource & source, int width, int height, int channels, std::size_t memory,
                 const FlowsToCellsParameters & parameters)
{
  std::vector<Cell> cells;
  // PEN's rules look at whole components of the foreground, the stretched sampling at the size of the image.
  const bool canBeCut =
    parameters.method == FlowsToCellsParameters::Method::CellPose && parameters.sampling == FlowSampling::PixelCentres;
  const std::size_t pixels =
    static_cast<std::size_t>(std::max(width, 0)) * static_cast<std::size_t>(std::max(height, 0));
  for (int channel = 0; channel < channels && pixels > 0; ++channel)
  {
    const ProgressCallback progress = PartOfChannel(parameters.progress, channel, channels);
    FlowPage page = FlowPage::Whole(nullptr, width, height);
    std::vector<FoundCell> found;
    if (!canBeCut || pixels <= memory / BytesPerPixel)
    {
      RequireFollowable(width, height);
      std::vector<float> values(FlowFieldComponents * pixels);
      source(channel, page.seeded, values.data());
      page.values = values.data();
      FindCells(page, parameters, progress, found);
    }
    else
    {
      found = WindowedChannel(source, channel, width, height, memory, parameters, progress).Find();
    }
    std::vector<Cell> ofPage = FinishCells(std::move(found), channel, page, parameters);
    std::move(ofPage.begin(), ofPage.end(), std::back_inserter(cells));
  }
  return cells;
}
} // namespace PenCore
} // namespace itk
