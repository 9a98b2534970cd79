// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkCellposeWeights_h
#define itkCellposeWeights_h

#include "ProjectionEnhancementNetworkExport.h"
#include "itkSegmentationNetwork.h"
#include "itkTorchStateDict.h"

namespace itk
{
/** \brief Reads the options of a Cellpose 1 to 3 network off the arrays of its state dict.
 *
 * The network sees the maximum projection as its first plane and zeros as its further ones, normalised, resized, tiled
 * and averaged as Cellpose 3 does; its border logits are -PenCore::TargetLogit. networkDiameter and cellDiameter are
 * the state dict's diam_mean and diam_labels; files of Cellpose 1 hold neither: \a diameter stands for both then.
 * \throws ExceptionObject where the arrays belong to no such network. */
ProjectionEnhancementNetwork_EXPORT SegmentationNetworkOptions
GetCellposeOptions(const std::vector<TorchArray> & arrays, double diameter = 30.0);

/** \brief Gives a network the weights of a Cellpose state dict.
 *
 * The network's options must be those of GetCellposeOptions(). Cellpose puts y-flows before x-flows; the head's first
 * two maps change places.
 * \throws ExceptionObject naming the first array that is missing, unknown or of another shape; the network then
 * keeps the weights it had. */
ProjectionEnhancementNetwork_EXPORT void
SetCellposeWeights(SegmentationNetwork * network, const std::vector<TorchArray> & arrays);

/** The name in Cellpose's state dict of an array of ours. */
ProjectionEnhancementNetwork_EXPORT std::string
GetCellposeName(const std::string & name);
} // namespace itk

#endif
