// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkDepthChannelLabelMapFilter_h
#define itkDepthChannelLabelMapFilter_h

#include "ProjectionEnhancement/Base/ParameterMacros.h"
#include "ProjectionEnhancement/Depth/DepthChannels.h"
#include "itkCellLabelObject.h"
#include "itkInPlaceLabelMapFilter.h"

namespace itk
{
/** \class DepthChannelLabelMapFilter
 * \brief Gives each cell of a label map its depth channel, from the cells' depths.
 *
 * Input: a 2-D label map of itk::CellLabelObject whose Depth is set (um). Output: the same cells with Channel set, 0
 * the shallowest; nothing else changes. As with ITK's own label map filters the input is consumed unless InPlace is
 * off.
 *
 * Methods (the paper's supplement S1; itk::PenCore::AssignDepthChannels says how each breaks ties):
 * - ZKMeans (default): k-means of the depths, k = NumberOfChannels.
 * - PcaKMeans: k-means of the third principal component of the standardised centroids; x and y are pixel indices.
 * - SliceCells, SliceStack: equal parts of the slices between the shallowest and the deepest cell, or of the stack's
 *   NumberOfSlices slices. A cell's slice is (Depth - SliceOrigin) / SliceSpacing.
 * - Random: uniform, the same for a Seed on every platform.
 * - LocalOrder: one more than the highest channel among the shallower cells that a cell overlaps, at most
 *   NumberOfChannels - 1; isolated cells have channel 0. Cells that share less than MinimumOverlap of the smaller one's
 *   pixels do not count as overlapping.
 *
 * Throws itk::ExceptionObject for a depth that is not finite, for SliceStack without NumberOfSlices, and for a cell
 * with pixels outside the label map's region.
 *
 * \code
 * auto channels = itk::DepthChannelLabelMapFilter<>::New();
 * channels->SetInput(cells);
 * channels->SetMethod(itk::PenCore::DepthChannelMethod::LocalOrder);
 * channels->SetNumberOfChannels(2);
 * channels->Update();
 * \endcode
 *
 * \ingroup ProjectionEnhancement
 */
template <typename TLabelMap = CellLabelMap>
class ITK_TEMPLATE_EXPORT DepthChannelLabelMapFilter : public InPlaceLabelMapFilter<TLabelMap>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(DepthChannelLabelMapFilter);

  using Self = DepthChannelLabelMapFilter;
  using Superclass = InPlaceLabelMapFilter<TLabelMap>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(DepthChannelLabelMapFilter, InPlaceLabelMapFilter);

  using LabelMapType = TLabelMap;
  using LabelObjectType = typename LabelMapType::LabelObjectType;
  using MethodType = PenCore::DepthChannelMethod;
  using SeedType = std::uint64_t;
  using ParametersType = PenCore::DepthChannelParameters;

  static_assert(TLabelMap::ImageDimension == 2, "cells are 2-D masks");

  penParametersMacro(ParametersType);

  penParameterMacro(Method, method, MethodType);

  /** Number of depth channels, at least 1; default 3. */
  penClampedParameterMacro(NumberOfChannels, numberOfChannels, unsigned int, 1, NumericTraits<int>::max());

  /** Slices of the stack; SliceStack needs it. Default 0, unknown. */
  penClampedParameterMacro(NumberOfSlices, numberOfSlices, unsigned int, 0, NumericTraits<int>::max());

  /** Distance of two slices in the unit of Depth (um), more than 0; default 1. */
  itkSetMacro(SliceSpacing, double);
  itkGetConstMacro(SliceSpacing, double);

  /** Depth of the first slice; default 0. */
  itkSetMacro(SliceOrigin, double);
  itkGetConstMacro(SliceOrigin, double);

  /** Share of the smaller cell's pixels, 0 to 1, from which on two cells overlap for LocalOrder; default 0: any. */
  penClampedParameterMacro(MinimumOverlap, minimumOverlap, double, 0.0, 1.0);

  /** Seed of Random; default 0. */
  penParameterMacro(Seed, seed, SeedType);

protected:
  DepthChannelLabelMapFilter() = default;
  ~DepthChannelLabelMapFilter() override = default;

  void
  VerifyPreconditions() ITKv5_CONST override;

  void
  GenerateData() override;

  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  ParametersType m_Parameters;
  double m_SliceSpacing{ 1.0 };
  double m_SliceOrigin{ 0.0 };
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkDepthChannelLabelMapFilter.hxx"
#endif

#endif
