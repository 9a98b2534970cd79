// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkMergeDuplicateCellsLabelMapFilter_h
#define itkMergeDuplicateCellsLabelMapFilter_h

#include "ProjectionEnhancement/Base/ParameterMacros.h"
#include "ProjectionEnhancement/Depth/MergeDuplicates.h"
#include "itkCellLabelObject.h"
#include "itkImage.h"
#include "itkInPlaceLabelMapFilter.h"
#include "itkVector.h"

#include <unordered_map>
#include <vector>

namespace itk
{
/** \class MergeDuplicateCellsLabelMapFilter
 * \brief Turns one cell that a network shows in several depth channels into one cell.
 *
 * Input: a 2-D label map of itk::CellLabelObject with channels and scores, and optionally with SetFlowField() the flow
 * field they come from, X x Y x C on the same grid. Output: the cells that stay, with label, mask and attributes
 * unchanged. As with ITK's own label map filters the input is consumed unless InPlace is off.
 *
 * Two cells of different channels, at most MaximumChannelDistance (1) apart, are one when their IoU is at least
 * IoUThreshold (0.5), or when the smaller one, of at most MaximumPartSize (0.7) of the larger one's pixels and with no
 * higher score, lies in it with at least ContainmentThreshold (0.8) of its pixels; and when, where there is a flow
 * field, the flows of their channels agree by at least FlowAgreementThreshold (0.7) in the pixels they share. The cell
 * with the highest score stays. Cells of one channel are never merged, and neither are cells that merely cross.
 * itk::PenCore::FindDuplicateCells() has the rule in full, and the cases that it gets wrong.
 *
 * Throws itk::ExceptionObject for a parameter out of its range, a score that is not finite, and a flow field that does
 * not cover the label map or lacks one of the channels.
 *
 * \code
 * auto merge = itk::MergeDuplicateCellsLabelMapFilter<>::New();
 * merge->SetInput(cells->GetOutput());
 * merge->SetFlowField(network->GetOutput());
 * merge->SetIoUThreshold(0.6);
 * merge->Update();
 * \endcode
 *
 * \ingroup ProjectionEnhancement
 */
template <typename TLabelMap = CellLabelMap>
class ITK_TEMPLATE_EXPORT MergeDuplicateCellsLabelMapFilter : public InPlaceLabelMapFilter<TLabelMap>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(MergeDuplicateCellsLabelMapFilter);

  using Self = MergeDuplicateCellsLabelMapFilter;
  using Superclass = InPlaceLabelMapFilter<TLabelMap>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(MergeDuplicateCellsLabelMapFilter, InPlaceLabelMapFilter);

  using LabelMapType = TLabelMap;
  using LabelType = typename LabelMapType::LabelType;
  using FlowFieldType = Image<Vector<float, 4>, 3>;
  using ParametersType = PenCore::MergeDuplicatesParameters;

  static_assert(TLabelMap::ImageDimension == 2, "cells are 2-D masks");

  itkSetInputMacro(FlowField, FlowFieldType);
  itkGetInputMacro(FlowField, FlowFieldType);

  penParametersMacro(ParametersType);

  /** Cells with at least this IoU are the same; within [0, 1], default 0.5. */
  penParameterMacro(IoUThreshold, iouThreshold, double);

  /** Share of a smaller cell that must lie in a larger one to be part of it; within [0, 1], default 0.8. */
  penParameterMacro(ContainmentThreshold, containmentThreshold, double);

  /** Most pixels a part may have, as a share of the larger cell's; within [0, 1], default 0.7. 0: no parts. */
  penParameterMacro(MaximumPartSize, maximumPartSize, double);

  /** Channels further apart than this never show one cell; at least 1, default 1. */
  penClampedParameterMacro(MaximumChannelDistance, maximumChannelDistance, unsigned int, 1,
                           NumericTraits<std::int32_t>::max());

  /** Bytes that the flow field may take; of a larger one only the rows under cells that may be one are asked for.
   * Default: any number. */
  itkSetMacro(MemoryBudget, SizeValueType);
  itkGetConstMacro(MemoryBudget, SizeValueType);

  /** Agreement of the flows of two channels, within [-1, 1], default 0.7; of no effect without a flow field. */
  penParameterMacro(FlowAgreementThreshold, flowAgreementThreshold, double);

  /** Label of the cell that stands for \a label after the last Update(): its own if it stayed, 0 if unknown. */
  LabelType
  GetRemainingLabel(LabelType label) const;

  /** Cells that the last Update() took away. */
  itkGetConstMacro(NumberOfMergedCells, SizeValueType);

protected:
  MergeDuplicateCellsLabelMapFilter();
  ~MergeDuplicateCellsLabelMapFilter() override = default;

  void
  VerifyPreconditions() ITKv5_CONST override;

  void
  VerifyInputInformation() ITKv5_CONST override;

  void
  GenerateInputRequestedRegion() override;

  void
  GenerateData() override;

  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  PenCore::FlowFieldView
  ViewFlowField() const;

  ParametersType m_Parameters;
  SizeValueType m_MemoryBudget{ NumericTraits<SizeValueType>::max() };
  SizeValueType m_NumberOfMergedCells{ 0 };

  std::unordered_map<LabelType, LabelType> m_RemainingLabels;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkMergeDuplicateCellsLabelMapFilter.hxx"
#endif

#endif
