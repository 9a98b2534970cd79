// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Prediction_NetworkRun_h
#define ProjectionEnhancement_Prediction_NetworkRun_h

#include "ProjectionEnhancement/Base/Parameters.h"

#include <cstddef>
#include <string>

namespace itk
{
namespace PenCore
{
/** \brief On what grid, in what tiles and with how much memory a network runs over a stack. */
struct NetworkRunParameters
{
  double networkPixelSize = 0.0; ///< um; overrides the model's own where more than 0
  double cellDiameter = 0.0;     ///< pixels of the stack across a cell; for networks that know their cells' diameter
  /** Pixels of the network's grid; networks with Cellpose's tiling have their own. With these no pixel is computed more
   * than 1.25 times. */
  std::size_t tileSize = 512;
  std::size_t tileOverlap = 48;
  /** Bytes that bands of the stack and kept planes may take; a tile of the network and a row of tiles come on top. */
  std::size_t memory = std::size_t{ 1 } << 30;
  /** Where planes that take more than half of the memory are kept in a file; empty: they are made again for each row of
   * tiles, from the stack. */
  std::string scratchFolder;

  /** Intensities that count as 0 and as 1, where the second is the higher: in place of what the model's normalisation
   * makes of each stack. */
  double lowestIntensity = 0.0;
  double highestIntensity = 0.0;

  /** The one list of them, for ForEachParameter(). */
  template <typename TVisit, typename... TParameters>
  static void
  VisitParameters(TVisit && visit, TParameters &... parameters)
  {
    visit("NetworkPixelSize", parameters.networkPixelSize...);
    visit("CellDiameter", parameters.cellDiameter...);
    visit("TileSize", parameters.tileSize...);
    visit("TileOverlap", parameters.tileOverlap...);
    visit("MemoryBudget", parameters.memory...);
    visit("ScratchFolder", parameters.scratchFolder...);
    visit("LowestIntensity", parameters.lowestIntensity...);
    visit("HighestIntensity", parameters.highestIntensity...);
  }
};
} // namespace PenCore
} // namespace itk

#endif
