// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Augmentation_CellPlacement_h
#define ProjectionEnhancement_Augmentation_CellPlacement_h

#include "Augmentation/CellStamp.h"
#include "ProjectionEnhancement/Augmentation/CellPasting.h"
#include "ProjectionEnhancement/Base/Random.h"
#include "ProjectionEnhancement/Cells/PixelBox.h"

#include <optional>
#include <vector>

namespace itk
{
namespace PenCore
{
/** Where a stamp's first voxel comes to lie. */
struct StampPosition
{
  std::int32_t x;
  std::int32_t y;
  std::int32_t z;
};

/** How a cell is to lie to those before it. */
enum class PlacementWish : std::uint8_t
{
  Apart, ///< overlaps no mask
  Pair,  ///< overlaps exactly one, which overlapped none before
  Join   ///< overlaps only such as overlap others already
};

/** What lies in a stack while cells are laid into it. */
class CellPlacement
{
public:
  CellPlacement(const PasteCellsParameters & parameters, TrainingSample & sample);

  std::size_t
  GetNumberOfCells() const
  {
    return m_Placed.size();
  }
  std::size_t
  GetNumberOfOverlapping() const
  {
    return m_Overlapping;
  }

  /** A cell that a Pair or a Join may overlap; none where there is none. */
  std::optional<std::size_t>
  DrawPartner(PlacementWish wish, Random & random) const;

  /** The depth of a cell that was placed, in slices. */
  double
  GetDepth(std::size_t cell) const
  {
    return m_Sample.cells[cell].depth;
  }

  /** A place for a cell that overlaps nothing. */
  std::optional<StampPosition>
  FindApart(const CellStamp & stamp, Random & random) const;

  /** A place where the cell overlaps its partner by about \a iou and meets the wish. */
  std::optional<StampPosition>
  FindOverlapping(const CellStamp & stamp, std::size_t partner, PlacementWish wish, double iou, Random & random) const;

  /** A place right over or under its partner, with the stamp's centre in the slice \a depth. */
  std::optional<StampPosition>
  FindStacked(const CellStamp & stamp, std::size_t partner, PlacementWish wish, double depth, Random & random) const;

  /** Lays the stamp down. */
  void
  Paste(const CellStamp & stamp, const StampPosition & position);

private:
  struct Placed
  {
    PixelRuns mask; // its visible part
    PixelBox box;
    double centreX;
    double centreY;
    std::size_t maskSize;
    std::size_t supportSize;
    bool overlapping;
  };

  void
  Register(const PixelRuns & visibleMask, std::size_t supportSize);
  PixelRuns
  VisibleMask(const CellStamp & stamp, const StampPosition & position) const;
  bool
  IsVisible(const CellStamp & stamp, const PixelRuns & visibleMask) const;
  bool
  TouchesAny(const PixelRuns & mask) const;
  double
  OverlapIoU(const CellStamp & stamp, const StampPosition & position, std::size_t partner) const;
  bool
  MeetsWish(const PixelRuns & mask, PlacementWish wish) const;
  bool
  SharesFewVoxels(const CellStamp & stamp, const StampPosition & position) const;
  std::optional<std::int32_t>
  DrawSlice(const CellStamp & stamp, StampPosition position, Random & random) const;
  float
  OutsideFactor(const CellStamp & stamp, const StampPosition & position) const;

  const PasteCellsParameters & m_Parameters;
  TrainingSample & m_Sample;
  std::vector<Placed> m_Placed;
  std::vector<std::uint8_t> m_Cover; // pixels under any mask
  std::size_t m_Overlapping = 0;
};
} // namespace PenCore
} // namespace itk

#endif
