// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Options_InitialNetwork_h
#define pen_programs_Options_InitialNetwork_h

#include "itkSegmentationNetwork.h"

namespace pen
{
/** Copies a model's weights into a network that differs from it in its depth channels only: channels that the model
 * does not have become as its last one. */
void
CopyWeights(const itk::SegmentationNetwork * model, itk::SegmentationNetwork * network);
} // namespace pen

#endif
