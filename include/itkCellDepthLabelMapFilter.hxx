// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkCellDepthLabelMapFilter_hxx
#define itkCellDepthLabelMapFilter_hxx

#include "itkCellDepthLabelMapFilter.h"

#include "ProjectionEnhancement/Base/FilterProgress.h"
#include "ProjectionEnhancement/Base/PlaneGeometry.h"
#include "ProjectionEnhancement/Cells/CellsFromLabelMap.h"
#include "ProjectionEnhancement/Depth/Depth.h"
#include "ProjectionEnhancement/Stacks/DepthOfSlice.h"
#include "ProjectionEnhancement/Stacks/StackRowsOfImage.h"

namespace itk
{
template <typename TLabelMap, typename TStackImage>
CellDepthLabelMapFilter<TLabelMap, TStackImage>::CellDepthLabelMapFilter()
{
  this->AddRequiredInputName("StackImage");
}

template <typename TLabelMap, typename TStackImage>
void
CellDepthLabelMapFilter<TLabelMap, TStackImage>::VerifyInputInformation() ITKv5_CONST
{
  // The inputs differ in dimension, so the superclass's comparison of their grids does not apply.
  VerifyStackIsNotEmpty(this, this->GetStackImage());
  const auto plane = this->GetInput()->GetLargestPossibleRegion();
  const auto stack = this->GetStackImage()->GetLargestPossibleRegion();
  for (unsigned int axis = 0; axis < 2; ++axis)
  {
    if (plane.GetIndex(axis) != stack.GetIndex(axis) || plane.GetSize(axis) != stack.GetSize(axis))
    {
      itkExceptionMacro("the cells lie in a region of " << plane.GetSize() << " pixels from " << plane.GetIndex()
                                                        << ", the stack's is " << stack.GetSize() << " from "
                                                        << stack.GetIndex());
    }
  }
}

template <typename TLabelMap, typename TStackImage>
void
CellDepthLabelMapFilter<TLabelMap, TStackImage>::GenerateInputRequestedRegion()
{
  Superclass::GenerateInputRequestedRegion();
  const_cast<StackImageType *>(this->GetStackImage())->SetRequestedRegion(FirstRowOf(this->GetStackImage()));
}

template <typename TLabelMap, typename TStackImage>
void
CellDepthLabelMapFilter<TLabelMap, TStackImage>::GenerateData()
{
  const auto progress = ProgressOfFilter(this);
  progress(0.0F);
  this->AllocateOutputs();
  TLabelMap * cells = this->GetOutput();
  const StackImageType * stack = this->GetStackImage();
  const std::vector<double> depths =
    PenCore::EstimateDepths(CellsFromLabelMap(cells), StackRowsOfImage(stack, this->GetNumberOfWorkUnits()),
                            GridSizeOfStack(stack), this->GetNumberOfWorkUnits(), progress);
  std::size_t i = 0;
  for (typename TLabelMap::Iterator it(cells); !it.IsAtEnd(); ++it)
  {
    it.GetLabelObject()->SetDepth(DepthOfSlice(stack, depths[i++]));
  }
}
} // namespace itk

#endif
