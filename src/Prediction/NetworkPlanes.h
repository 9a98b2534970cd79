// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Prediction_NetworkPlanes_h
#define ProjectionEnhancement_Prediction_NetworkPlanes_h

#include "ProjectionEnhancement/Base/ScratchFile.h"
#include "ProjectionEnhancement/Prediction/StackPrediction.h"
#include "Stacks/IntensityMap.h"
#include "Stacks/IntensityStatistics.h"

#include <limits>
#include <memory>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief The planes [P][height][width] that a network sees of a stack, on the network's grid, in bands of rows.
 *
 * Made in two turns: intensities and the planes' range are properties of the whole stack, so the first turn reads all
 * of it. Planes are kept from that turn where the memory budget, or else a scratch folder, has room for them, and made
 * again where not, which gives the same bits. */
class NetworkPlanes
{
public:
  /** \throws ExceptionObject where a voxel is not finite. */
  NetworkPlanes(const SegmentationNetwork & network, StackRows rows, const GridSize & size,
                const StackPredictionParameters & parameters);

  /** depth is the number of planes. */
  const GridSize &
  GetSize() const
  {
    return m_PlanesSize;
  }

  const IntensityRemarks &
  GetIntensityRemarks() const
  {
    return m_Intensities.remarks;
  }

  /** Whether the stack has no contrast, so that there is nothing to see. */
  bool
  IsBlank() const
  {
    return m_IsBlank;
  }

  /** Rows [P][wanted.Count()][width]. */
  std::vector<float>
  GetRows(const RowRange & wanted) const;

private:
  IntensityMap
  IntensitiesOf(const StackRows & rows, const GridSize & size, const ProgressCallback & progress) const;
  void
  NormalizeProjection();
  void
  ProjectAllRows();
  std::vector<float>
  ReadStackRows(const RowRange & wanted) const;
  std::vector<float>
  NormalizedRows(const RowRange & wanted) const;
  RowRange
  RowsToProject(const RowRange & wanted) const;
  std::vector<float>
  ProjectRows(const RowRange & wanted, ValueRange & voxels) const;
  void
  KeepProjectedRows(const std::vector<float> & planes, const RowRange & band);
  std::vector<float>
  ReadRowsBack(const RowRange & wanted) const;
  std::vector<float>
  ProjectRowsAgain(const RowRange & wanted) const;
  void
  Rescale(std::vector<float> & planes) const;
  std::size_t
  RowsPerBand() const;

  const SegmentationNetwork & m_Network;
  const SegmentationNetworkOptions & m_Options;
  StackRows m_StackRows;
  GridSize m_StackSize;
  GridSize m_NetworkSize;
  GridSize m_PlanesSize;
  StackPredictionParameters m_Parameters;
  IntensityMap m_Intensities;
  bool m_IsBlank = false;
  ValueRange m_Range; // of the projection
  // All planes are in one of these, or in none.
  std::vector<float> m_Kept;
  std::unique_ptr<ScratchFile> m_Scratch; // not rescaled
};
} // namespace PenCore
} // namespace itk

#endif
