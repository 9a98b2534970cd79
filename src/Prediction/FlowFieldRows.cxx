// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Prediction/FlowFieldRows.h"
#include "ProjectionEnhancement/Base/FlowFieldLayout.h"

#include "ProjectionEnhancement/Base/ForEachLine.h"

#include <algorithm>

namespace itk
{
namespace PenCore
{
namespace
{
// Cellpose 3 surrounds an image by zeros, half of this on each side at least, up to a multiple of it.
constexpr std::size_t CellposeMargin = 16;
// A GPU is filled by several tiles; a CPU's caches are not helped by more than one. As many ahead as not: what a GPU
// rounds depends on it.
constexpr std::size_t TilesPerBatchOnGpu = 4;

std::size_t
CellposePadded(std::size_t n)
{
  return (n + CellposeMargin - 1) / CellposeMargin * CellposeMargin + CellposeMargin;
}

AxisTiling
TilingOf(std::size_t length, bool isCellposes, const SegmentationNetwork & network,
         const StackPredictionParameters & parameters)
{
  return isCellposes ? AxisTiling::OfCellpose(CellposePadded(length))
                     : AxisTiling(length, parameters.tileSize, parameters.tileOverlap, network.GetSizeDivisor());
}
} // namespace

FlowFieldRows::FlowFieldRows(const SegmentationNetwork & network, const NetworkPlanes & planes,
                             const StackPredictionParameters & parameters)
  : m_Network(network)
  , m_Planes(planes)
  , m_Parameters(parameters)
  , m_IsCellposes(network.GetOptions().tiling == SegmentationNetworkOptions::Tiling::CellPose)
  , m_TileRows(TilingOf(planes.GetSize().height, m_IsCellposes, network, parameters))
  , m_TileColumns(TilingOf(planes.GetSize().width, m_IsCellposes, network, parameters))
  , m_Channels(network.GetOptions().outputChannels)
  , m_TilesPerBatch(network.GetResolvedDevice() == "cpu" ? 1 : TilesPerBatchOnGpu)
{
  if (m_IsCellposes)
  {
    m_Left = (CellposePadded(planes.GetSize().width) - planes.GetSize().width) / 2;
    m_Top = (CellposePadded(planes.GetSize().height) - planes.GetSize().height) / 2;
  }
}

FlowFieldRows::~FlowFieldRows()
{
  this->Wait();
}

// Planes [P][tile height][columns] of the rows of tiles that begin at a row of the tiled grid. Beyond the planes there
// are Cellpose's zeros, or the planes' own reflection.
std::vector<float>
FlowFieldRows::PlanesOfTileRow(std::size_t begin) const
{
  const GridSize & size = m_Planes.GetSize();
  const std::size_t height = m_TileRows.GetTileSize();
  const std::size_t columns =
    m_TileColumns.GetBegin(m_TileColumns.GetNumberOfTiles() - 1) + m_TileColumns.GetTileSize();
  const RowRange given{ begin - std::min(begin, m_Top),
                        std::min(begin + height - std::min(begin + height, m_Top), size.height) };
  const std::vector<float> planes = m_Planes.GetRows(given);
  std::vector<float> padded(size.depth * height * columns, 0.0f);
  const auto padLine = [&](std::size_t line)
  {
    const std::size_t p = line / height;
    const std::size_t y = line % height;
    const bool isOutside = begin + y < m_Top || begin + y - m_Top >= size.height;
    if (isOutside && m_IsCellposes)
    {
      return;
    }
    const std::size_t row = ReflectIndex(begin + y - m_Top, size.height);
    const float * source = planes.data() + (p * given.Count() + row - given.begin) * size.width;
    float * target = padded.data() + line * columns;
    std::copy_n(source, size.width, target + m_Left);
    for (std::size_t x = size.width; x < columns && !m_IsCellposes; ++x)
    {
      target[x] = source[ReflectIndex(x, size.width)];
    }
  };
  ForEachLine(size.depth * height, columns, padLine, m_Parameters.numberOfThreads);
  return padded;
}

// Blends a tile [channels][tile height][tile width][4] into the rows.
void
FlowFieldRows::AddTile(const float * tile, std::size_t tileRow, std::size_t tileColumn)
{
  const GridSize & size = m_Planes.GetSize();
  const std::vector<float> weightsX = m_TileColumns.GetWeights(tileColumn);
  const std::vector<float> weightsY = m_TileRows.GetWeights(tileRow);
  const std::size_t top = m_TileRows.GetBegin(tileRow);
  const std::size_t left = m_TileColumns.GetBegin(tileColumn);
  const std::size_t begin = m_Left - std::min(m_Left, left);
  const std::size_t end = std::min(weightsX.size(), size.width + m_Left - left);
  const auto addRow = [&](std::size_t y)
  {
    const std::size_t row = top + y - m_Top;
    if (top + y < m_Top || row < m_FirstRow || row >= size.height)
    {
      return;
    }
    for (std::size_t c = 0; c < m_Channels; ++c)
    {
      const float * source =
        tile + (c * m_TileRows.GetTileSize() + y) * m_TileColumns.GetTileSize() * FlowFieldComponents;
      float * target = m_Rows[row - m_FirstRow].data() + (c * size.width + left + begin - m_Left) * FlowFieldComponents;
      for (std::size_t i = begin * FlowFieldComponents; i < end * FlowFieldComponents; ++i)
      {
        *target++ += weightsY[y] * weightsX[i / FlowFieldComponents] * source[i];
      }
    }
  };
  ForEachLine(weightsY.size(), weightsX.size() * m_Channels * FlowFieldComponents, addRow,
              m_Parameters.numberOfThreads);
}

// Cuts the planes of the next tiles. Returns false where there are none.
bool
FlowFieldRows::Prepare(Batch & batch)
{
  if (m_PreparedTileRow == m_TileRows.GetNumberOfTiles())
  {
    return false;
  }
  if (m_PreparedTile == 0)
  {
    m_TileRowPlanes = this->PlanesOfTileRow(m_TileRows.GetBegin(m_PreparedTileRow));
  }
  const std::size_t height = m_TileRows.GetTileSize();
  const std::size_t width = m_TileColumns.GetTileSize();
  const std::size_t tiles = m_TileColumns.GetNumberOfTiles();
  const std::size_t lines = m_Planes.GetSize().depth * height;
  const std::size_t columns = m_TileRowPlanes.size() / lines;
  if (!batch.planes)
  {
    const std::size_t most = std::min(m_TilesPerBatch, tiles);
    batch.planes = m_Network.MakeTransferBuffer(most * lines * width);
    batch.flowField = m_Network.MakeTransferBuffer(most * m_Channels * height * width * FlowFieldComponents);
  }
  batch.tileRow = m_PreparedTileRow;
  batch.firstTile = m_PreparedTile;
  batch.count = std::min(m_TilesPerBatch, tiles - m_PreparedTile);
  float * target = batch.planes.get();
  for (std::size_t i = 0; i < batch.count; ++i)
  {
    const float * source = m_TileRowPlanes.data() + m_TileColumns.GetBegin(batch.firstTile + i);
    for (std::size_t line = 0; line < lines; ++line, target += width)
    {
      std::copy_n(source + line * columns, width, target);
    }
  }
  m_PreparedTile += batch.count;
  if (m_PreparedTile == tiles)
  {
    m_TileRowPlanes = std::vector<float>(); // gives the memory back
    m_PreparedTile = 0;
    ++m_PreparedTileRow;
  }
  return true;
}

// The network gets the current batch.
void
FlowFieldRows::Start()
{
  const Batch & batch = m_Batches[m_Current];
  const auto count = static_cast<unsigned int>(batch.count);
  const auto height = static_cast<unsigned int>(m_TileRows.GetTileSize());
  const auto width = static_cast<unsigned int>(m_TileColumns.GetTileSize());
  if (m_Parameters.predictAhead)
  {
    m_Prediction = m_Network.PredictBeside(batch.planes.get(), count, height, width, batch.flowField.get(),
                                           m_Parameters.numberOfThreads);
  }
  else
  {
    m_Network.Predict(batch.planes.get(), count, height, width, batch.flowField.get());
  }
}

void
FlowFieldRows::Wait() const
{
  if (m_Prediction.valid())
  {
    m_Prediction.wait();
  }
}

void
FlowFieldRows::Blend(const Batch & batch)
{
  const std::size_t outputs = m_Channels * m_TileRows.GetTileSize() * m_TileColumns.GetTileSize() * FlowFieldComponents;
  for (std::size_t i = 0; i < batch.count; ++i)
  {
    this->AddTile(batch.flowField.get() + i * outputs, batch.tileRow, batch.firstTile + i);
  }
  if (m_Parameters.progress)
  {
    const std::size_t tiles = m_TileColumns.GetNumberOfTiles();
    const std::size_t done = batch.tileRow * tiles + batch.firstTile + batch.count;
    m_Parameters.progress(static_cast<float>(done) / static_cast<float>(m_TileRows.GetNumberOfTiles() * tiles));
  }
}

void
FlowFieldRows::PredictTileRow()
{
  const GridSize & size = m_Planes.GetSize();
  const std::size_t bottom = m_TileRows.GetBegin(m_NextTileRow) + m_TileRows.GetTileSize();
  const std::size_t lastRow = std::min(bottom - std::min(bottom, m_Top), size.height);
  while (m_FirstRow + m_Rows.size() < lastRow)
  {
    m_Rows.emplace_back(m_Channels * size.width * FlowFieldComponents, 0.0f);
  }
  m_IsWhole = false;
  for (std::size_t blended = 0; blended < m_TileColumns.GetNumberOfTiles();)
  {
    if (!m_Prediction.valid())
    {
      this->Prepare(m_Batches[m_Current]);
      this->Start();
    }
    const Batch & done = m_Batches[m_Current];
    const bool hasNext = m_Parameters.predictAhead && this->Prepare(m_Batches[1 - m_Current]);
    if (m_Prediction.valid())
    {
      m_Prediction.get();
    }
    if (hasNext)
    {
      m_Current = 1 - m_Current;
      this->Start();
    }
    this->Blend(done);
    blended += done.count;
  }
  m_IsWhole = true;
  ++m_NextTileRow;
}

// Rows before it get nothing more from the tiles to come.
std::size_t
FlowFieldRows::FirstUnfinishedRow() const
{
  if (m_NextTileRow == m_TileRows.GetNumberOfTiles())
  {
    return m_Planes.GetSize().height;
  }
  const std::size_t begin = m_TileRows.GetBegin(m_NextTileRow);
  return begin - std::min(begin, m_Top);
}

// Begins with the first row of tiles that a row gets anything from.
void
FlowFieldRows::StartAt(std::size_t row)
{
  this->Wait();
  m_Prediction = {};
  m_TileRowPlanes = std::vector<float>();
  m_Rows.clear();
  m_FirstRow = row;
  m_NextTileRow = 0;
  while (m_TileRows.GetBegin(m_NextTileRow) + m_TileRows.GetTileSize() <= row + m_Top)
  {
    ++m_NextTileRow;
  }
  m_IsWhole = true;
  m_PreparedTileRow = m_NextTileRow;
  m_PreparedTile = 0;
}

std::vector<float>
FlowFieldRows::GetRows(const RowRange & wanted)
{
  if (!m_IsWhole || wanted.begin < m_FirstRow || wanted.begin > m_FirstRow + m_Rows.size())
  {
    this->StartAt(wanted.begin);
  }
  while (m_FirstRow < wanted.begin)
  {
    m_Rows.pop_front();
    ++m_FirstRow;
  }
  while (this->FirstUnfinishedRow() < wanted.end)
  {
    this->PredictTileRow();
  }
  const std::size_t width = m_Planes.GetSize().width * FlowFieldComponents;
  std::vector<float> field(m_Channels * wanted.Count() * width);
  const auto copyRow = [&](std::size_t y)
  {
    const Row & row = m_Rows[wanted.begin - m_FirstRow + y];
    for (std::size_t c = 0; c < m_Channels; ++c)
    {
      std::copy_n(row.data() + c * width, width, field.data() + (c * wanted.Count() + y) * width);
    }
  };
  ForEachLine(wanted.Count(), m_Channels * width, copyRow, m_Parameters.numberOfThreads);
  return field;
}
} // namespace PenCore
} // namespace itk
