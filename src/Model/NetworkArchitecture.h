// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Model_NetworkArchitecture_h
#define ProjectionEnhancement_Model_NetworkArchitecture_h

#include "itkSegmentationNetworkOptions.h"

namespace itk
{
/** Whether the weights of a network with some options fit one with others.
 * \throws ExceptionObject where an option has a value without a name. */
ProjectionEnhancement_EXPORT bool
HaveSameArchitecture(const SegmentationNetworkOptions & a, const SegmentationNetworkOptions & b);
} // namespace itk

#endif
