// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Weights_TorchScriptSource_h
#define ProjectionEnhancement_Weights_TorchScriptSource_h

#include "itkTorchScriptExport.h"

#include <string>

namespace itk
{
/** \brief TorchScript programs of a network's parts, for a module that holds its arrays as attributes.
 *
 * Attributes are called as the network's arrays with "_" for "."; PEN's branches have their kernels in banded form as
 * "projection_branchK_bands" and "..._rows", with "..._bias" each. The programs are straight lines, written out
 * for the given options: "project(stack)" and "predict(planes)", and a "forward(x)" that calls them. */
std::string
ProjectionScript(const SegmentationNetworkOptions & options);

std::string
NetworkScript(const SegmentationNetworkOptions & options);

std::string
ForwardScript(ExportPart part);
} // namespace itk

#endif
