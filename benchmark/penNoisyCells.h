// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penNoisyCells_h
#define penNoisyCells_h

#include "ProjectionEnhancement/Cells/Cell.h"

#include <vector>

namespace pen
{
/** About numberOfCells wavy ellipses on a jittered grid of a square image, none over another; 45 % of the image. */
std::vector<itk::PenCore::Cell>
MakeCells(int size, int numberOfCells, unsigned int seed);

/** What a network might say of the cells, one page: their flow field with white noise of the given deviation on both
 * flows, logits of plus or minus 5 with noise of deviation 1.5. */
std::vector<float>
MakeNoisyFlowField(const std::vector<itk::PenCore::Cell> & cells, int size, double flowNoise, unsigned int seed);
} // namespace pen

#endif
