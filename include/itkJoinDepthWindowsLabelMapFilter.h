// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkJoinDepthWindowsLabelMapFilter_h
#define itkJoinDepthWindowsLabelMapFilter_h

#include "ProjectionEnhancement/Base/ParameterMacros.h"
#include "ProjectionEnhancement/Depth/DepthWindows.h"
#include "itkCellLabelObject.h"
#include "itkImageToImageFilter.h"

#include <vector>

namespace itk
{
/** \class JoinDepthWindowsLabelMapFilter
 * \brief Makes one label map of the cells that were found in several depth windows of a stack.
 *
 * Where many cells lie over each other, a stack is segmented in overlapping windows of a few slices
 * (itk::PenCore::MakeDepthWindows()), each as if it were a stack of its own. Inputs 0 to n - 1: the 2-D label maps of
 * itk::CellLabelObject of the windows, of one region, with depths (itk::CellDepthLabelMapFilter, of the window's
 * slices) and scores. Output: a copy of the cells that stay, numbered from 1 by window, then label, where the first
 * input lies.
 *
 * A cell stays where its depth lies within its window's own depths (SetOwnDepths()), unless a cell of another window
 * with a higher score stays that has an IoU of IoUThreshold (0.5) or more with it and a depth within DepthTolerance
 * (15, as depths in um). Where the window that owns a depth misses a cell that another one sees, that cell is adopted:
 * a cell of any depth whose score is AdoptionScore (1) or more and that shares less than AdoptionShare (0.5) of the
 * smaller mask with each cell that stays within AdoptionReach (40) of its depth. Channels remain those of the windows:
 * cells of one channel may overlap.
 *
 * Throws itk::ExceptionObject for label maps of different regions, a parameter out of its range, a depth or score that
 * is not finite, and a cell with pixels outside the label map's region.
 *
 * \code
 * auto join = itk::JoinDepthWindowsLabelMapFilter<>::New();
 * const auto windows = itk::PenCore::MakeDepthWindows(stack->GetLargestPossibleRegion().GetSize(2), 4);
 * for (unsigned int i = 0; i < windows.size(); ++i)
 * {
 *   join->SetInput(i, cellsOfWindow[i]); // from itk::CellDepthLabelMapFilter
 *   join->SetOwnDepths(i, itk::OwnDepthsOf(stack, windows[i])); // of ProjectionEnhancement/Depth/DepthWindowsOfStack.h
 * }
 * join->SetWindows(windows[0].Count() * stack->GetSpacing()[2], network->GetOptions().depthWindows);
 * join->Update();
 * \endcode
 *
 * \sa CellDepthLabelMapFilter MergeDuplicateCellsLabelMapFilter
 * \ingroup ProjectionEnhancement
 */
template <typename TLabelMap = CellLabelMap>
class ITK_TEMPLATE_EXPORT JoinDepthWindowsLabelMapFilter : public ImageToImageFilter<TLabelMap, TLabelMap>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(JoinDepthWindowsLabelMapFilter);

  using Self = JoinDepthWindowsLabelMapFilter;
  using Superclass = ImageToImageFilter<TLabelMap, TLabelMap>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(JoinDepthWindowsLabelMapFilter, ImageToImageFilter);

  using LabelMapType = TLabelMap;
  using LabelObjectType = typename LabelMapType::LabelObjectType;
  using LabelType = typename LabelMapType::LabelType;
  using ParametersType = PenCore::JoinDepthWindowsParameters;

  static_assert(TLabelMap::ImageDimension == 2, "cells are 2-D masks");

  /** Depths, in the unit of the cells' depths, whose cells are input \a window's. All depths where nothing is set. */
  void
  SetOwnDepths(unsigned int window, const PenCore::DepthRange & own);

  /** The depths of a window; its first and the one that ends it. */
  PenCore::DepthRange
  GetOwnDepths(unsigned int window) const;

  /** Sets DepthTolerance, AdoptionReach and AdoptionScore for windows of this extent, in the unit of the cells' depths,
   * and a network that learned depth windows or not (PenCore::JoinParametersOf()). */
  void
  SetWindows(double extent, bool networkLearnedWindows);

  penParametersMacro(ParametersType);

  /** Cells of two windows with at least this IoU may be the same; within [0, 1], default 0.5. */
  penParameterMacro(IoUThreshold, iouThreshold, double);

  /** Most that the depths of the same cell differ in two windows; no less than 0, default 15. */
  penParameterMacro(DepthTolerance, depthTolerance, double);

  /** Least score of a cell that stays though its depth is not its window's; infinity: none does, as is right for a
   * network that has not learned depth windows (SegmentationNetworkOptions::depthWindows). Default 1. */
  penParameterMacro(AdoptionScore, adoptionScore, double);

  /** Share of the smaller of two masks from which on a cell that stays keeps another from being adopted; within (0, 1],
   * default 0.5. */
  penParameterMacro(AdoptionShare, adoptionShare, double);

  /** Difference in depth up to which a cell that stays keeps another from being adopted: how far a window sees. No less
   * than 0, default 40. */
  penParameterMacro(AdoptionReach, adoptionReach, double);

protected:
  JoinDepthWindowsLabelMapFilter() = default;
  ~JoinDepthWindowsLabelMapFilter() override = default;

  void
  VerifyInputInformation() ITKv5_CONST override;

  void
  GenerateInputRequestedRegion() override;

  void
  EnlargeOutputRequestedRegion(DataObject * output) override;

  void
  GenerateData() override;

  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  std::vector<PenCore::DepthRange> m_OwnDepths;
  // For windows of 40 um.
  ParametersType m_Parameters{ PenCore::JoinParametersOf(40.0, true) };
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkJoinDepthWindowsLabelMapFilter.hxx"
#endif

#endif
