// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Metrics_Boundary_h
#define ProjectionEnhancement_Metrics_Boundary_h

#include "ProjectionEnhancement/Cells/Overlap.h"
#include "ProjectionEnhancementExport.h"

#include <cstdint>

namespace itk
{
namespace PenCore
{
/** \brief A mask minus its 3 x 3 erosion: its pixels that have one of their 8 neighbours outside.
 *
 * Everything beyond the image counts as outside. */
ProjectionEnhancement_EXPORT PixelRuns
MaskBoundary(const PixelRuns & mask);

/** \brief How well the boundaries of two sets of masks lie on each other, in pixels that can be added over images. */
struct BoundaryCounts
{
  std::uint64_t truthPixels = 0;
  std::uint64_t truthPixelsFound = 0; ///< those with a predicted boundary pixel within the tolerance
  std::uint64_t predictionPixels = 0;
  std::uint64_t predictionPixelsRight = 0; ///< those with a true boundary pixel within the tolerance
};

/** \brief Compares the union of the masks' boundaries (a cell's boundary counts also under another cell).
 *
 * \param tolerance Euclidean distance in pixels, 0 or more; std::invalid_argument otherwise. */
ProjectionEnhancement_EXPORT BoundaryCounts
CompareBoundaries(const MaskPointers & truth, const MaskPointers & prediction, double tolerance,
                  unsigned int numberOfThreads = 0);
} // namespace PenCore
} // namespace itk

#endif
