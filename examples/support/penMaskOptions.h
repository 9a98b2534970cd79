// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penMaskOptions_h
#define penMaskOptions_h

#include "penProgram.h"

#include "itkFlowFieldToLabelMapFilter.h"

#include <string>

namespace pen
{
using MaskFilter = itk::FlowFieldToLabelMapFilter<>;

/** How a flow field becomes cells, as the options of pen-masks and pen-segment say it. */
struct MaskOptions
{
  std::string method = "cellpose";
  double cellThreshold = 0.0;
  double flowThreshold = 0.4;
  unsigned int minimumSize = 15;
  unsigned int iterations = 200;
  std::string sampling = "exact";
};

/** Adds --method, --cell-threshold, --flow-threshold, --min-size, --iterations and --sampling. */
void
AddMaskOptions(CLI::App & app, MaskOptions & options);

/** The dynamics that the options ask for, without an input. */
MaskFilter::Pointer
MakeMaskFilter(const MaskOptions & options);
} // namespace pen

#endif
