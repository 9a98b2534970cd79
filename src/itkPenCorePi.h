// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkPenCorePi_h
#define itkPenCorePi_h

namespace itk
{
namespace PenCore
{
constexpr double Pi = 3.14159265358979323846;
} // namespace PenCore
} // namespace itk

#endif
