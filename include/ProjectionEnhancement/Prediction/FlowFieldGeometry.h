// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Prediction_FlowFieldGeometry_h
#define ProjectionEnhancement_Prediction_FlowFieldGeometry_h

#include "ProjectionEnhancement/Base/PlaneGeometry.h"

namespace itk
{
/** \brief Gives the flow field of a stack its geometry: x and y are the stack's, \a pages count from index 0 with
 * spacing 1 and lie where the stack's first slice lies. */
template <typename TStackImage, typename TFlowField>
void
CopyFlowFieldGeometry(const TStackImage * stack, SizeValueType pages, TFlowField * flowField)
{
  auto region = stack->GetLargestPossibleRegion();
  region.SetIndex(2, 0);
  region.SetSize(2, pages);
  auto spacing = stack->GetSpacing();
  spacing[2] = 1.0;
  flowField->SetLargestPossibleRegion(region);
  flowField->SetSpacing(spacing);
  flowField->SetDirection(stack->GetDirection());
  flowField->SetOrigin(FirstSliceOrigin(stack));
}
} // namespace itk

#endif
