// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penInitialNetwork_h
#define penInitialNetwork_h

#include "itkSegmentationNetwork.h"

namespace pen
{
/** A network of other depth channels than its model: it keeps all weights and the head's for the channels that both
 * have; channels that the model does not have start as its last one. The options differ from the model's in nothing
 * else that its weights depend on. */
itk::SegmentationNetwork::Pointer
WithOtherChannels(const itk::SegmentationNetwork * model, itk::SegmentationNetwork::Pointer network,
                  const itk::SegmentationNetworkOptions & options);
} // namespace pen

#endif
