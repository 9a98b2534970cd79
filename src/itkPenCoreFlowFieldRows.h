// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkPenCoreFlowFieldRows_h
#define itkPenCoreFlowFieldRows_h

#include "itkPenCoreNetworkPlanes.h"
#include "itkPenCoreTiling.h"

#include <deque>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief The flow field that a network predicts from planes, on the network's grid, in bands of rows.
 *
 * Goes through the tiles row by row of tiles, blends them, and keeps only the rows that are still asked for or that the
 * next row of tiles adds to. */
class FlowFieldRows
{
public:
  FlowFieldRows(const SegmentationNetwork & network, const NetworkPlanes & planes,
                const StackPredictionParameters & parameters);

  /** Rows [channels][wanted.Count()][width][4]. Rows above the last wanted ones begin the tiles anew. */
  std::vector<float>
  GetRows(const RowRange & wanted);

private:
  using Row = std::vector<float>; // [channels][width][4]

  std::vector<float>
  PlanesOfTileRow(std::size_t begin) const;
  void
  StartAt(std::size_t row);
  void
  PredictTileRow();
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
  std::size_t m_TilesABatch;

  std::size_t m_NextTileRow = 0;
  std::size_t m_FirstRow = 0; // of the planes' grid, held in m_Rows
  std::deque<Row> m_Rows;
};
} // namespace PenCore
} // namespace itk

#endif
