// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Depth_PrincipalAxes_h
#define ProjectionEnhancement_Depth_PrincipalAxes_h

#include <array>

namespace itk
{
namespace PenCore
{
using SymmetricMatrix = std::array<std::array<double, 3>, 3>;

struct PrincipalAxis
{
  double variance;
  std::array<double, 3> direction; // of unit length; its sign means nothing
};

/** \brief The axis along which points with this covariance or correlation matrix vary least.
 *
 * Behind plain numbers because Eigen and ITK's own copy of it must not meet in one translation unit. */
PrincipalAxis
FindAxisOfLeastVariance(const SymmetricMatrix & covariance);
} // namespace PenCore
} // namespace itk

#endif
