// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_FlowFieldLayout_h
#define ProjectionEnhancement_Base_FlowFieldLayout_h

#include <cstddef>

namespace itk
{
namespace PenCore
{
/** Components of a flow field's pixel: inward flow x and y, cell logit, border logit. */
constexpr std::size_t FlowFieldComponents = 4;

/** Cell and border logits of a target are plus or minus this: a probability within 5e-5 of one or zero. */
constexpr float TargetLogit = 10.0F;
} // namespace PenCore
} // namespace itk

#endif
