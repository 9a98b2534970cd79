// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Flows_FlowBlocks_h
#define ProjectionEnhancement_Flows_FlowBlocks_h

#include "ProjectionEnhancement/Flows/FlowsToCells.h"

#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
/** Values that are not finite make a pixel background. */
bool
IsFinitePixel(const float * pixel);

/** Whether a pixel follows the flow in Cellpose's dynamics. */
inline bool
IsFollowablePixel(const float * pixel, const FlowsToCellsParameters & parameters)
{
  return pixel[2] > parameters.cellThreshold && IsFinitePixel(pixel);
}

/** \brief How far pixels can walk, on a grid of coarse blocks of a page: where there is foreground, and its longest
 * flow.
 *
 * A pixel that follows the flow stops where there is none: it leaves the foreground by one step at most. So it stays in
 * blocks that are connected with its own, block by block, however long it walks. */
class FlowBlocks
{
public:
  /** Pixels of a block's side. */
  static constexpr int Side = 32;

  /** Some of the blocks. */
  class Set
  {
  public:
    Set(int columns, int rows)
      : m_Columns(columns)
      , m_Blocks(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows), 0)
    {
    }

    /** Whether a pixel's block is one of them. */
    bool
    Holds(int x, int y) const
    {
      return m_Blocks[static_cast<std::size_t>(y / Side) * static_cast<std::size_t>(m_Columns) +
                      static_cast<std::size_t>(x / Side)] != 0;
    }

  private:
    friend class FlowBlocks;
    int m_Columns;
    std::vector<std::uint8_t> m_Blocks;
  };

  /** What must be known of a page to find the cells of the seeds in a region of it. */
  struct Window
  {
    FlowRegion region; ///< what its pixels pass, and the seeds that compete with those of the region
    Set followed;      ///< the pixels that may end near the region's seeds
  };

  FlowBlocks(int width, int height);

  /** Takes in a band of whole rows, [rows][width][4]. */
  void
  Add(int firstRow, int rows, const float * values, const FlowsToCellsParameters & parameters);

  Window
  WindowOf(const FlowRegion & seeded, const FlowsToCellsParameters & parameters) const;

private:
  struct Speed
  {
    float x = 0.0F;
    float y = 0.0F;
  };
  // Blocks [left, right) of rows [top, bottom).
  struct Range
  {
    int left;
    int top;
    int right;
    int bottom;
  };

  void
  AddRow(int y, const float * values, const FlowsToCellsParameters & parameters);

  Range
  BlocksOf(const FlowRegion & region) const;

  FlowRegion
  Grown(const FlowRegion & region, int x, int y) const;

  Speed
  FastestIn(const Range & range) const;

  bool
  IsForeground(int column, int row) const
  {
    return m_IsForeground[static_cast<std::size_t>(row) * static_cast<std::size_t>(m_Columns) +
                          static_cast<std::size_t>(column)] != 0;
  }

  Range
  Spread(const FlowRegion & from, const FlowRegion & within, bool isConnected, Set & reached) const;

  int m_Width;
  int m_Height;
  int m_Columns;
  int m_Rows;
  std::vector<Speed> m_Fastest;
  std::vector<std::uint8_t> m_IsForeground;
};
} // namespace PenCore
} // namespace itk

#endif
