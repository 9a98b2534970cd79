// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Depth/PrincipalAxes.h"

#include <Eigen/Eigenvalues>

namespace itk
{
namespace PenCore
{
PrincipalAxis
FindAxisOfLeastVariance(const SymmetricMatrix & covariance)
{
  Eigen::Matrix3d matrix;
  for (int i = 0; i < 3; ++i)
  {
    for (int j = 0; j < 3; ++j)
    {
      matrix(i, j) = covariance[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
    }
  }
  // Eigenvalues come in rising order.
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solver(matrix);
  const Eigen::Vector3d direction = solver.eigenvectors().col(0);
  return { solver.eigenvalues()[0], { direction[0], direction[1], direction[2] } };
}
} // namespace PenCore
} // namespace itk
