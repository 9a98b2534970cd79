// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkPublishedWeights_h
#define itkPublishedWeights_h

#include "ProjectionEnhancementNetworkExport.h"
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

/** \brief What a Keras weight file holds. */
struct PublishedWeights
{
  std::vector<PublishedArray> arrays;
  std::vector<std::string> layers; ///< also those without weights, where the file names them
};

/** \brief What the arrays of a weight file may leave open. */
struct PublishedChoices
{
  unsigned int slices = 0; ///< 0: read off the shapes, or the published 27
  std::string collect;     ///< "mean" or "max", where branches are not collected by a convolution
  std::string projection;  ///< "mip" or "linear", where there is no PEN
};

/** \brief The options of the graph that a weight file belongs to, and what had to be taken on trust. */
struct PublishedGraph
{
  SegmentationNetworkOptions options;
  std::vector<std::string> assumptions; ///< one sentence each
};

/** \brief Reads the HDF5 file of Keras' model.save_weights() or model.save().
 *
 * Takes the arrays that the attributes layer_names and weight_names list, in one piece or numbered chunks, of nested
 * models too. Only numbers and names are read: no configuration is interpreted, links and storage outside the file are
 * refused.
 * \throws ExceptionObject naming the file and the array that is missing, unlisted, too large or not finite. */
ProjectionEnhancementNetwork_EXPORT PublishedWeights
ReadKerasWeights(const std::string & fileName);

/** \brief Reads the options of the published graph off the names and shapes of its arrays.
 *
 * Published networks put out 10 times the outward flow, ours are told to divide by -10.
 * \throws ExceptionObject where the arrays belong to no published graph, or contradict \a choices. */
ProjectionEnhancementNetwork_EXPORT PublishedGraph
GetPublishedGraph(const PublishedWeights & weights, const PublishedChoices & choices = {});

/** \brief Gives a network the weights of the published TensorFlow graph (github eddy6081/PEN).
 *
 * The network's options must describe the same graph. Every array of the network must be there in the right shape;
 * arrays the network has no place for are refused too, but for the loss metrics that Keras stores beside them
 * ("add_metric...").
 * \throws ExceptionObject naming the first array that is missing, unknown or of another shape; the network then
 * keeps the weights it had. */
ProjectionEnhancementNetwork_EXPORT void
SetPublishedWeights(SegmentationNetwork * network, const std::vector<PublishedArray> & arrays);

/** The name in the published graph of an array of ours, as "<layer>/<weight>". */
ProjectionEnhancementNetwork_EXPORT std::string
GetPublishedName(const SegmentationNetworkOptions & options, const std::string & name);
} // namespace itk

#endif
