// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Options_Validation_h
#define pen_programs_Options_Validation_h

#include "Files/TrainingFolder.h"

#include "ProjectionEnhancement/Metrics/InstanceMetrics.h"
#include "itkSegmentationNetwork.h"

#include <vector>

namespace pen
{
/** \brief The metrics of a network on whole annotated stacks, pooled.
 *
 * Segments each as pen-segment does by default, at the network's own pixel size where both sizes are known, and
 * compares with all annotated cells; regions that are to be ignored count for neither side. */
itk::PenCore::InstanceMetrics
MeasureNetwork(itk::SegmentationNetwork * network, const std::vector<TrainingFolder> & folders);
} // namespace pen

#endif
