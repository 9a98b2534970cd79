// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkPublishedWeights_h
#define itkPublishedWeights_h

#include "ProjectionEnhancementExport.h"
#include "itkSegmentationNetwork.h"

#include <string>
#include <vector>

namespace itk
{
/** \brief A named array of a Keras weight file: C order, Keras' axes (kernel y, x, [z,] in, out). */
struct PublishedArray
{
  std::string name; ///< "<layer>/<weight>", for example "stem_conv_kernel1/kernel"
  std::vector<int64_t> shape;
  std::vector<float> values;
};

/** \brief Gives a network the weights of the published TensorFlow graph (github eddy6081/PEN).
 *
 * The network's options must describe the same graph. Every array of the network must be there in the right shape;
 * arrays the network has no place for are refused too, but for the loss metrics that Keras stores beside them
 * ("add_metric...").
 * \throws ExceptionObject naming the first array that is missing, unknown or of another shape; the network then
 * keeps the weights it had. */
ProjectionEnhancement_EXPORT void
SetPublishedWeights(SegmentationNetwork * network, const std::vector<PublishedArray> & arrays);

/** The name in the published graph of an array of ours, as "<layer>/<weight>". */
ProjectionEnhancement_EXPORT std::string
GetPublishedName(const SegmentationNetworkOptions & options, const std::string & name);
} // namespace itk

#endif
