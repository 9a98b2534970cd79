// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Report_CellWarnings_h
#define pen_programs_Report_CellWarnings_h

#include "Frame/Program.h"

#include "ProjectionEnhancement/Flows/FlowsToCells.h"
#include "itkIntensityNormalization.h"

#include <cstddef>
#include <string>

namespace pen
{
/** Warns of masks that were removed as too large, and says why no cell is left where that is so.
 *
 * \param path  of the file that the masks come from */
void
WarnOfRemovedMasks(ProgramContext & context, const itk::PenCore::RemovedMasks & removed, std::size_t numberOfCells,
                   const std::string & path);

/** Warns where the range of a stack's intensities does not come from the percentile that the model names, and where
 * inverted intensities may be why there are no cells. */
void
WarnOfIntensities(ProgramContext & context, const itk::IntensityRemarks & remarks, std::size_t numberOfCells,
                  const std::string & path);
} // namespace pen

#endif
