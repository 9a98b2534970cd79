// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Prediction_FlowFieldRows_h
#define ProjectionEnhancement_Prediction_FlowFieldRows_h

#include "Base/Tiling.h"
#include "Prediction/NetworkPlanes.h"

#include <array>
#include <deque>
#include <future>
#include <memory>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief The flow field that a network predicts from planes, on the network's grid, in bands of rows.
 *
 * Goes through the tiles row by row of tiles, blends them, and keeps only the rows that are still asked for or that the
 * next row of tiles adds to. With StackPredictionParameters::predictAhead the network has the next tiles while those
 * before are blended and until Wait() or the end of this; what comes is the same. */
class FlowFieldRows
{
public:
  FlowFieldRows(const SegmentationNetwork & network, const NetworkPlanes & planes,
                const StackPredictionParameters & parameters);
  ~FlowFieldRows();
  FlowFieldRows(const FlowFieldRows &) = delete;
  FlowFieldRows &
  operator=(const FlowFieldRows &) = delete;

  /** Rows [channels][wanted.Count()][width][4]. Rows above the last wanted ones begin the tiles anew. */
  std::vector<float>
  GetRows(const RowRange & wanted);

  /** Returns once the network has nothing to do. */
  void
  Wait() const;

private:
  using Row = std::vector<float>; // [channels][width][4]

  /** Neighbouring tiles of one row of them, which the network takes at once. */
  struct Batch
  {
    std::size_t tileRow = 0;
    std::size_t firstTile = 0;
    std::size_t count = 0;
    std::shared_ptr<float[]> planes;    // [count][P][tile height][tile width]
    std::shared_ptr<float[]> flowField; // [count][channels][tile height][tile width][4]
  };

  std::vector<float>
  PlanesOfTileRow(std::size_t begin) const;
  void
  StartAt(std::size_t row);
  bool
  Prepare(Batch & batch);
  void
  Start();
  void
  PredictTileRow();
  void
  Blend(const Batch & batch);
  void
  AddTile(const float * tile, std::size_t tileRow, std::size_t tileColumn);
  std::size_t
  FirstUnfinishedRow() const;

  const SegmentationNetwork & m_Network;
  const NetworkPlanes & m_Planes;
  StackPredictionParameters m_Parameters;
  bool m_IsCellposes;
  // Where the planes lie in the grid that is cut into tiles.
  std::size_t m_Left = 0;
  std::size_t m_Top = 0;
  AxisTiling m_TileRows;
  AxisTiling m_TileColumns;
  std::size_t m_Channels;
  std::size_t m_TilesPerBatch;

  std::size_t m_NextTileRow = 0; // to be blended
  std::size_t m_FirstRow = 0;    // of the planes' grid, held in m_Rows
  std::deque<Row> m_Rows;

  // Of the tiles that are prepared next, with the planes of their row of tiles.
  std::size_t m_PreparedTileRow = 0;
  std::size_t m_PreparedTile = 0;
  std::vector<float> m_TileRowPlanes;
  std::array<Batch, 2> m_Batches;
  std::size_t m_Current = 0;      // the batch that the network has or had last
  std::future<void> m_Prediction; // of the current batch, where it runs ahead
  bool m_IsWhole = true;          // unless something was thrown among the tiles
};
} // namespace PenCore
} // namespace itk

#endif
