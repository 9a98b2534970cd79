// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_Pi_h
#define ProjectionEnhancement_Base_Pi_h

namespace itk
{
namespace PenCore
{
constexpr double Pi = 3.14159265358979323846;
} // namespace PenCore
} // namespace itk

#endif
