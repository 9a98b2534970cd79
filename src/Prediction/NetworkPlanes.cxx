// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Prediction/NetworkPlanes.h"

#include "Base/PartOfProgress.h"
#include "Projection/ColumnTransform.h"
#include "ProjectionEnhancement/Base/ForEachLine.h"
#include "ProjectionEnhancement/Stacks/Projections.h"

#include <algorithm>
#include <utility>

namespace itk
{
namespace PenCore
{
namespace
{
using Projection = SegmentationNetworkOptions::Projection;

// Share of the work that is done once the intensities are known.
constexpr float ReadShare = 0.3f;
// Columns that are projected at once: with their margin they are 1.02 times as many.
constexpr std::size_t ProjectionColumns = 512;
// Share of the memory budget that a band of the stack takes, and that the planes may take to be kept.
constexpr std::size_t BandsInBudget = 16;
constexpr std::size_t KeptPlanesInBudget = 2;
// A multiple of the blocks of rows that are projected together; fewer would be projected mostly as margins.
constexpr std::size_t FewestRows = 4 * TransformedRows;
// Of the network's grid, made of rows of the stack at once: neighbouring bands read the rows between them twice.
constexpr std::size_t FewestResampledRows = 16;
constexpr std::size_t ValuesPerPiece = 1 << 16;

// Columns [begin, end) of rows [depth][height][width].
std::vector<float>
CutColumns(const std::vector<float> & rows, std::size_t lines, std::size_t width, std::size_t begin, std::size_t end,
           unsigned int numberOfThreads)
{
  std::vector<float> cut(lines * (end - begin));
  const auto cutLine = [&](std::size_t line)
  { std::copy_n(rows.data() + line * width + begin, end - begin, cut.data() + line * (end - begin)); };
  ForEachLine(lines, end - begin, cutLine, numberOfThreads);
  return cut;
}

// Copies the rows that two ranges have in common, [pages][range.Count()][width] each.
void
CopyRows(const std::vector<float> & source, const RowRange & given, std::vector<float> & target,
         const RowRange & wanted, std::size_t pages, std::size_t width)
{
  const RowRange common{ std::max(given.begin, wanted.begin), std::min(given.end, wanted.end) };
  for (std::size_t page = 0; page < pages; ++page)
  {
    std::copy_n(source.data() + (page * given.Count() + common.begin - given.begin) * width, common.Count() * width,
                target.data() + (page * wanted.Count() + common.begin - wanted.begin) * width);
  }
}
} // namespace

NetworkPlanes::NetworkPlanes(const SegmentationNetwork & network, StackRows rows, const GridSize & size,
                             const StackPredictionParameters & parameters)
  : m_Network(network)
  , m_Options(network.GetOptions())
  , m_StackRows(std::move(rows))
  , m_StackSize(size)
  , m_NetworkSize(NetworkGridSize(network.GetOptions(), size, parameters))
  , m_PlanesSize(m_NetworkSize)
  , m_Parameters(parameters)
{
  m_PlanesSize.depth = m_Options.planes;
  if (m_Options.normalizeProjection)
  {
    this->NormalizeProjection();
  }
  else
  {
    m_Intensities =
      this->IntensitiesOf(m_StackRows, m_StackSize, PartOfProgress(m_Parameters.progress, 0.0f, ReadShare));
    this->ProjectAllRows();
  }
}

std::size_t
NetworkPlanes::RowsPerBand() const
{
  const std::size_t bytesPerRow =
    std::max(m_NetworkSize.depth, m_StackSize.depth) * m_NetworkSize.width * sizeof(float);
  const std::size_t rows = m_Parameters.memory / BandsInBudget / std::max<std::size_t>(bytesPerRow, 1);
  return std::max(rows / TransformedRows * TransformedRows, FewestRows);
}

std::vector<float>
NetworkPlanes::ReadStackRows(const RowRange & wanted) const
{
  std::vector<float> rows(m_StackSize.depth * wanted.Count() * m_StackSize.width);
  m_StackRows(wanted.begin, wanted.end, rows.data());
  return rows;
}

// As the model's normalisation has them, or the run's parameters.
IntensityMap
NetworkPlanes::IntensitiesOf(const StackRows & rows, const GridSize & size, const ProgressCallback & progress) const
{
  const bool isSaid = m_Parameters.highestIntensity > m_Parameters.lowestIntensity;
  IntensityNormalization how = m_Options.normalization;
  if (isSaid)
  {
    how.method = IntensityNormalization::Method::None; // refuses voxels that are not finite
  }
  IntensityMap map =
    MapIntensities(rows, size, how, m_Parameters.memory / BandsInBudget, m_Parameters.numberOfThreads, progress);
  if (isSaid)
  {
    map.offset = static_cast<float>(m_Parameters.lowestIntensity);
    map.factor = static_cast<float>(1.0 / (m_Parameters.highestIntensity - m_Parameters.lowestIntensity));
    if (how.clipToUnitRange)
    {
      map.lowest = 0.0f;
      map.highest = 1.0f;
    }
  }
  return map;
}

// As Cellpose and the paper's program for maximum projections treat an image: the projection is normalised. Cellpose
// resizes it as OpenCV does.
void
NetworkPlanes::NormalizeProjection()
{
  const unsigned int threads = m_Parameters.numberOfThreads;
  IntensityNormalization none;
  none.method = IntensityNormalization::Method::None;
  // Refuses voxels that are not finite.
  MapIntensities(m_StackRows, m_StackSize, none, m_Parameters.memory / BandsInBudget, threads,
                 PartOfProgress(m_Parameters.progress, 0.0f, 0.5f));
  const GridSize own{ 1, m_StackSize.height, m_StackSize.width };
  std::vector<float> projection(own.Count());
  ForEachBandOfRows(
    m_StackRows, m_StackSize,
    [&](const RowRange & band, const std::vector<float> & rows)
    {
      MaximumProjection(rows.data(), static_cast<unsigned int>(m_StackSize.depth), band.Count() * own.width,
                        projection.data() + band.begin * own.width, threads);
    },
    UsualBytesPerBand, PartOfProgress(m_Parameters.progress, 0.5f, 1.0f));
  m_Intensities = this->IntensitiesOf(RowsOfBuffer(projection.data(), own), own, {});
  m_Intensities.Apply(projection.data(), projection.size(), threads);
  const auto range = std::minmax_element(projection.begin(), projection.end());
  m_IsBlank = !(*range.first < *range.second);
  const bool asCellpose = m_Options.tiling == SegmentationNetworkOptions::Tiling::CellPose;
  projection = ResampleGrid(std::move(projection), own, { 1, m_NetworkSize.height, m_NetworkSize.width }, threads,
                            asCellpose ? Resampling::Linear : Resampling::Antialiased);
  m_Kept.assign(m_PlanesSize.Count(), 0.0f);
  for (std::size_t p = 0; p < (m_Options.repeatPlanes ? m_Options.planes : 1); ++p)
  {
    std::copy(projection.begin(), projection.end(),
              m_Kept.begin() + static_cast<std::ptrdiff_t>(p * projection.size()));
  }
}

// A stack is often finer than the network's grid: it is read in bands of its own, of which only what they become is
// held.
std::vector<float>
NetworkPlanes::NormalizedRows(const RowRange & wanted) const
{
  const unsigned int threads = m_Parameters.numberOfThreads;
  const std::size_t bytesPerStackRow = m_StackSize.depth * m_StackSize.width * sizeof(float);
  const std::size_t bytesPerRow =
    bytesPerStackRow * std::max<std::size_t>(m_StackSize.height / m_NetworkSize.height, 1);
  const std::size_t fitting = m_Parameters.memory / BandsInBudget / std::max<std::size_t>(bytesPerRow, 1);
  const bool isFiner = m_StackSize.height > m_NetworkSize.height;
  const std::size_t rowsPerBand = std::max(isFiner ? fitting : wanted.Count(), FewestResampledRows);
  const std::size_t bands = (wanted.Count() + rowsPerBand - 1) / rowsPerBand;
  const std::size_t width = m_NetworkSize.width;
  std::vector<float> normalized;
  for (std::size_t i = 0; i < bands; ++i)
  {
    // The first is the smallest: the last rows are those that are asked for again, as the next ones' margin.
    const auto end = [&](std::size_t after) { return wanted.end - std::min(after * rowsPerBand, wanted.Count()); };
    const RowRange band{ end(bands - i), end(bands - i - 1) };
    const RowRange given = RowsForResampling(m_StackSize.height, m_NetworkSize.height, band);
    std::vector<float> rows = this->ReadStackRows(given);
    m_Intensities.Apply(rows.data(), rows.size(), threads);
    rows = ResampleRows(std::move(rows), given, m_StackSize, m_NetworkSize, band, threads);
    if (band.Count() == wanted.Count())
    {
      return rows;
    }
    normalized.resize(m_NetworkSize.depth * wanted.Count() * width);
    CopyRows(rows, band, normalized, wanted, m_NetworkSize.depth, width);
  }
  return normalized;
}

// The wanted rows with the margin that they depend on, widened to the blocks of rows that are transformed together: a
// block that is whole gives the same bits wherever the rows around it begin and end.
RowRange
NetworkPlanes::RowsToProject(const RowRange & wanted) const
{
  const std::size_t radius = m_Network.GetProjectionRadius();
  if (radius == 0)
  {
    return wanted;
  }
  constexpr std::size_t block = TransformedRows;
  const std::size_t blocksAbove = (radius + block - 1) / block;
  const std::size_t firstBlock = wanted.begin / block;
  const std::size_t endBlock = (wanted.end + block - 1) / block;
  return { (firstBlock - std::min(firstBlock, blocksAbove)) * block,
           std::min(endBlock * block + radius, m_NetworkSize.height) };
}

std::vector<float>
NetworkPlanes::ProjectRows(const RowRange & wanted, ValueRange & voxels) const
{
  const std::size_t radius = m_Network.GetProjectionRadius();
  const RowRange margin = this->RowsToProject(wanted);
  const std::vector<float> rows = this->NormalizedRows(margin);
  voxels.Include(RangeOf(rows, m_Parameters.numberOfThreads));

  const std::size_t width = m_NetworkSize.width;
  std::vector<float> planes(m_PlanesSize.depth * wanted.Count() * width);
  std::vector<float> projected;
  for (std::size_t x = 0; x < width; x += ProjectionColumns)
  {
    const std::size_t end = std::min(x + ProjectionColumns, width);
    const std::size_t x0 = x - std::min(x, radius);
    const std::size_t x1 = std::min(end + radius, width);
    const std::vector<float> window =
      CutColumns(rows, m_NetworkSize.depth * margin.Count(), width, x0, x1, m_Parameters.numberOfThreads);
    projected.resize(m_PlanesSize.depth * margin.Count() * (x1 - x0));
    m_Network.Project(window.data(), static_cast<unsigned int>(m_NetworkSize.depth),
                      static_cast<unsigned int>(margin.Count()), static_cast<unsigned int>(x1 - x0), projected.data());
    for (std::size_t p = 0; p < m_PlanesSize.depth; ++p)
    {
      for (std::size_t y = 0; y < wanted.Count(); ++y)
      {
        const float * source =
          projected.data() + (p * margin.Count() + wanted.begin - margin.begin + y) * (x1 - x0) + (x - x0);
        std::copy_n(source, end - x, planes.data() + (p * wanted.Count() + y) * width + x);
      }
    }
  }
  return planes;
}

void
NetworkPlanes::ProjectAllRows()
{
  const bool keeps = m_PlanesSize.Count() * sizeof(float) <= m_Parameters.memory / KeptPlanesInBudget;
  const std::size_t rowsPerBand = this->RowsPerBand();
  if (keeps)
  {
    m_Kept.resize(m_PlanesSize.Count());
  }
  else if (!m_Parameters.scratchFolder.empty())
  {
    m_Scratch = std::make_unique<ScratchFile>(m_Parameters.scratchFolder);
  }
  ValueRange voxels;
  for (std::size_t y = 0; y < m_PlanesSize.height; y += rowsPerBand)
  {
    const RowRange band{ y, std::min(y + rowsPerBand, m_PlanesSize.height) };
    const std::vector<float> planes = this->ProjectRows(band, voxels);
    m_Range.Include(RangeOf(planes, m_Parameters.numberOfThreads));
    this->KeepProjectedRows(planes, band);
    if (m_Parameters.progress)
    {
      const float done = static_cast<float>(band.end) / static_cast<float>(m_PlanesSize.height);
      m_Parameters.progress(ReadShare + done * (1.0f - ReadShare));
    }
  }
  m_IsBlank = !(voxels.lowest < voxels.highest);
  this->Rescale(m_Kept);
}

void
NetworkPlanes::KeepProjectedRows(const std::vector<float> & planes, const RowRange & band)
{
  if (!m_Kept.empty())
  {
    CopyRows(planes, band, m_Kept, { 0, m_PlanesSize.height }, m_PlanesSize.depth, m_PlanesSize.width);
  }
  else if (m_Scratch)
  {
    const std::size_t count = band.Count() * m_PlanesSize.width;
    for (std::size_t p = 0; p < m_PlanesSize.depth; ++p)
    {
      m_Scratch->Write((p * m_PlanesSize.height + band.begin) * m_PlanesSize.width, planes.data() + p * count, count);
    }
  }
}

std::vector<float>
NetworkPlanes::ReadRowsBack(const RowRange & wanted) const
{
  const std::size_t count = wanted.Count() * m_PlanesSize.width;
  std::vector<float> planes(m_PlanesSize.depth * count);
  for (std::size_t p = 0; p < m_PlanesSize.depth; ++p)
  {
    m_Scratch->Read((p * m_PlanesSize.height + wanted.begin) * m_PlanesSize.width, planes.data() + p * count, count);
  }
  return planes;
}

// PEN's planes, all together, to [0, 1]; not as far where that would stretch noise again.
void
NetworkPlanes::Rescale(std::vector<float> & planes) const
{
  if (m_Options.projection == Projection::ProjectionEnhancement)
  {
    const float lowest = m_Range.lowest;
    const float extent = m_Range.highest - lowest;
    const float divisor = extent > 0.0f ? extent / m_Intensities.contrast : 1.0f;
    ParallelFor(
      planes.size(), ValuesPerPiece,
      [&](std::size_t begin, std::size_t end)
      {
        for (std::size_t i = begin; i < end; ++i)
        {
          planes[i] = (planes[i] - lowest) / divisor;
        }
      },
      m_Parameters.numberOfThreads);
  }
}

std::vector<float>
NetworkPlanes::ProjectRowsAgain(const RowRange & wanted) const
{
  std::vector<float> planes(m_PlanesSize.depth * wanted.Count() * m_PlanesSize.width);
  const std::size_t rowsPerBand = this->RowsPerBand();
  for (RowRange band{ wanted.begin, wanted.begin }; band.begin < wanted.end; band.begin = band.end)
  {
    band.end = std::min((band.begin / rowsPerBand + 1) * rowsPerBand, wanted.end);
    ValueRange voxels;
    CopyRows(this->ProjectRows(band, voxels), band, planes, wanted, m_PlanesSize.depth, m_PlanesSize.width);
  }
  return planes;
}

std::vector<float>
NetworkPlanes::GetRows(const RowRange & wanted) const
{
  std::vector<float> planes;
  if (!m_Kept.empty())
  {
    planes.resize(m_PlanesSize.depth * wanted.Count() * m_PlanesSize.width);
    CopyRows(m_Kept, { 0, m_PlanesSize.height }, planes, wanted, m_PlanesSize.depth, m_PlanesSize.width);
    return planes;
  }
  planes = m_Scratch ? this->ReadRowsBack(wanted) : this->ProjectRowsAgain(wanted);
  this->Rescale(planes);
  return planes;
}
} // namespace PenCore
} // namespace itk
