// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkCellDepthLabelMapFilter_h
#define itkCellDepthLabelMapFilter_h

#include "itkCellLabelObject.h"
#include "itkInPlaceLabelMapFilter.h"

namespace itk
{
/** \class CellDepthLabelMapFilter
 * \brief Gives each cell its depth in um, measured in the stack it was found in.
 *
 * Inputs: a label map of cells (X x Y) and the stack (X x Y x Z, any scalar type) with the same x-y region. A cell's
 * depth is the centre of the brightest part of its axial intensity profile (see PenCore::EstimateDepths()), as a
 * coordinate along the stack's third axis: third origin component plus slice index times slice spacing. Nothing else of
 * a cell changes. Throws itk::ExceptionObject without a stack or where the regions differ.
 *
 * \code
 * auto depth = itk::CellDepthLabelMapFilter<itk::CellLabelMap, StackType>::New();
 * depth->SetInput(toCells->GetOutput());
 * depth->SetStackImage(reader->GetOutput());
 * depth->Update();
 * const double um = depth->GetOutput()->GetNthLabelObject(0)->GetDepth();
 * \endcode
 *
 * \ingroup ProjectionEnhancement
 */
template <typename TLabelMap, typename TStackImage>
class ITK_TEMPLATE_EXPORT CellDepthLabelMapFilter : public InPlaceLabelMapFilter<TLabelMap>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(CellDepthLabelMapFilter);

  using Self = CellDepthLabelMapFilter;
  using Superclass = InPlaceLabelMapFilter<TLabelMap>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(CellDepthLabelMapFilter, InPlaceLabelMapFilter);

  using StackImageType = TStackImage;

  static_assert(TLabelMap::ImageDimension == 2, "cells are 2-D masks");
  static_assert(TStackImage::ImageDimension == 3, "a stack is X x Y x Z");

  /** The stack that the cells were found in. */
  itkSetInputMacro(StackImage, StackImageType);
  itkGetInputMacro(StackImage, StackImageType);

protected:
  CellDepthLabelMapFilter();
  ~CellDepthLabelMapFilter() override = default;

  void
  VerifyInputInformation() ITKv5_CONST override;

  void
  GenerateInputRequestedRegion() override;

  void
  GenerateData() override;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkCellDepthLabelMapFilter.hxx"
#endif

#endif
