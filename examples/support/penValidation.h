// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penValidation_h
#define penValidation_h

#include "penTrainingFolder.h"

#include "itkPenCoreInstanceMetrics.h"
#include "itkSegmentationNetwork.h"

#include <vector>

namespace pen
{
/** \brief The metrics of a network on whole annotated stacks, pooled.
 *
 * Segments each as pen-segment does by default, at the network's own pixel size where both sizes are known, and
 * compares with all annotated cells; regions that are to be ignored count for neither side. */
itk::PenCore::InstanceMetrics
MeasureNetwork(const itk::SegmentationNetwork & network, const std::vector<TrainingFolder> & folders);
} // namespace pen

#endif
