// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkInstanceSegmentationMetricsFilter_h
#define itkInstanceSegmentationMetricsFilter_h

#include "ProjectionEnhancement/Base/ParameterMacros.h"
#include "ProjectionEnhancement/Metrics/Matching.h"
#include "itkCellLabelObject.h"
#include "itkImage.h"
#include "itkImageToImageFilter.h"

#include <unordered_map>
#include <vector>

namespace itk
{
/** \class InstanceSegmentationMetricsFilter
 * \brief Measures how well predicted cells agree with true ones; cells may overlap on both sides.
 *
 * Inputs: two 2-D label maps, SetTruth() and SetPrediction(), of one size, and optionally SetIgnoreImage(), a 2-D
 * image that is not 0 where nothing is known. Output: the truth, passed through.
 *
 * IoU of all predicted against all true cells, across depth channels; IoU below IoUThreshold (default 0.5) set to 0;
 * Hungarian assignment that maximises the total IoU; then Jaccard = TP / (TP + FP + FN), precision, recall and
 * quality = mean IoU of the matches (the paper's supplement S4). Beside them the same at a list of
 * thresholds (.5, .55, ... .95), the aggregated Jaccard index, panoptic quality and the boundary F-score (boundary
 * pixels within BoundaryTolerance pixels of the other side's).
 *
 * True cells are also counted by how they meet each other (OverlapClass): isolated; touching, with another within
 * TouchingDistance pixels along either axis (default 2) but no common pixel; overlapping; stacked, with StackedShare
 * (default 0.5) of their own pixels or more common with one other. With UseTruthDepths, the depths of the true label
 * objects (um) tell for each that shares pixels how far in depth the one lies that shares most, and cells are counted
 * by DepthGapLimits (default 10, 20, 40 um: four groups).
 *
 * A prediction with more than IgnoredShare (default 0.5) of its pixels in the ignored region does not count unless it
 * matches a true cell. Where there is neither a true nor a predicted cell every score is 1; where only one side is
 * empty every score is 0; no score is NaN.
 *
 * Several images pool by adding up GetMetrics(): counts are summed before the scores are formed.
 *
 * Both label maps and the ignore image must lie in the same place in physical space, unless CheckPhysicalSpace is
 * off; then only their sizes must agree, and the first pixels of their regions are laid on each other.
 * Throws itk::ExceptionObject when they do not.
 *
 * \code
 * auto metrics = itk::InstanceSegmentationMetricsFilter<>::New();
 * metrics->SetTruth(truth->GetOutput());
 * metrics->SetPrediction(prediction->GetOutput());
 * metrics->Update();
 * std::cout << metrics->GetJaccard() << ' ' << metrics->GetQuality() << '\n';
 * \endcode
 *
 * \ingroup ProjectionEnhancement
 */
template <typename TLabelMap = CellLabelMap, typename TIgnoreImage = Image<unsigned char, 2>>
class ITK_TEMPLATE_EXPORT InstanceSegmentationMetricsFilter : public ImageToImageFilter<TLabelMap, TLabelMap>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(InstanceSegmentationMetricsFilter);

  using Self = InstanceSegmentationMetricsFilter;
  using Superclass = ImageToImageFilter<TLabelMap, TLabelMap>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(InstanceSegmentationMetricsFilter, ImageToImageFilter);

  using LabelMapType = TLabelMap;
  using LabelType = typename LabelMapType::LabelType;
  using IgnoreImageType = TIgnoreImage;
  using MetricsType = PenCore::InstanceMetrics;
  using ParametersType = PenCore::InstanceMetricsParameters;
  using ThresholdsType = std::vector<double>;
  using DepthGapLimitsType = std::vector<double>;

  static_assert(TLabelMap::ImageDimension == 2, "cells are 2-D masks");
  static_assert(TIgnoreImage::ImageDimension == 2, "the ignore image is 2-D");

  itkSetInputMacro(Truth, LabelMapType);
  itkGetInputMacro(Truth, LabelMapType);
  itkSetInputMacro(Prediction, LabelMapType);
  itkGetInputMacro(Prediction, LabelMapType);
  itkSetInputMacro(IgnoreImage, IgnoreImageType);
  itkGetInputMacro(IgnoreImage, IgnoreImageType);

  penParametersMacro(ParametersType);

  /** Pairs with a lower IoU are no match; within [0, 1], default 0.5. */
  penParameterMacro(IoUThreshold, iouThreshold, double);

  /** Further thresholds to report on; default .5, .55, ... .95. */
  penReferenceParameterMacro(Thresholds, thresholds, ThresholdsType);

  /** A prediction with more than this share of its pixels in the ignored region may be left out; default 0.5. */
  penParameterMacro(IgnoredShare, ignoredShare, double);

  /** Euclidean distance in pixels within which boundaries agree; default 2. */
  penParameterMacro(BoundaryTolerance, boundaryTolerance, double);

  /** Pixels along either axis within which another true cell is near; default 2. */
  penParameterMacro(TouchingDistance, touchingDistance, unsigned int);

  /** Share of a true cell's pixels from which the cell counts as stacked; within [0, 1], default 0.5. */
  penParameterMacro(StackedShare, stackedShare, double);

  /** Whether the true label objects' depths count; default off. They must be CellLabelObjects. */
  itkSetMacro(UseTruthDepths, bool);
  itkGetConstMacro(UseTruthDepths, bool);
  itkBooleanMacro(UseTruthDepths);

  /** Gaps in depth, in um and ascending, between which true cells that overlap are counted; default 10, 20, 40. */
  penReferenceParameterMacro(DepthGapLimits, depthGapLimits, DepthGapLimitsType);

  /** Whether the inputs must lie in the same place in physical space; default on. */
  itkSetMacro(CheckPhysicalSpace, bool);
  itkGetConstMacro(CheckPhysicalSpace, bool);
  itkBooleanMacro(CheckPhysicalSpace);

  /** Everything counted by the last Update(); metrics of several images are pooled with +=. */
  const MetricsType &
  GetMetrics() const
  {
    return m_Metrics;
  }

  double
  GetJaccard() const
  {
    return m_Metrics.counts.Jaccard();
  }
  double
  GetPrecision() const
  {
    return m_Metrics.counts.Precision();
  }
  double
  GetRecall() const
  {
    return m_Metrics.counts.Recall();
  }
  double
  GetQuality() const
  {
    return m_Metrics.counts.Quality();
  }
  double
  GetPanopticQuality() const
  {
    return m_Metrics.counts.PanopticQuality();
  }
  double
  GetAggregatedJaccard() const
  {
    return m_Metrics.AggregatedJaccard();
  }
  double
  GetMeanJaccard() const
  {
    return m_Metrics.MeanJaccard();
  }
  double
  GetBoundaryFScore() const
  {
    return m_Metrics.BoundaryFScore();
  }

  /** Label of the prediction that matches a true cell, or 0 where it was missed. */
  LabelType
  GetPredictionOfTruth(LabelType truthLabel) const;

  /** IoU of a true cell with its match, or 0 where it was missed. */
  double
  GetIoUOfTruth(LabelType truthLabel) const;

  /** How a true cell meets the other true cells. \throws ExceptionObject for a label that no true cell has. */
  PenCore::OverlapClass
  GetOverlapClassOfTruth(LabelType truthLabel) const;

  /** Labels of the predictions that were left out because of the ignored region, in ascending order. */
  const std::vector<LabelType> &
  GetIgnoredPredictions() const
  {
    return m_IgnoredPredictions;
  }

protected:
  InstanceSegmentationMetricsFilter();
  ~InstanceSegmentationMetricsFilter() override = default;

  void
  VerifyPreconditions() ITKv5_CONST override;

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
  struct MatchType
  {
    LabelType prediction;
    double iou;
  };

  std::vector<double>
  GetTruthDepths() const;

  void
  KeepResult(const PenCore::InstanceComparison & comparison);

  ParametersType m_Parameters;
  bool m_UseTruthDepths{ false };
  bool m_CheckPhysicalSpace{ true };

  MetricsType m_Metrics;
  std::unordered_map<LabelType, MatchType> m_MatchOfTruth;
  std::unordered_map<LabelType, PenCore::OverlapClass> m_OverlapClassOfTruth;
  std::vector<LabelType> m_IgnoredPredictions;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkInstanceSegmentationMetricsFilter.hxx"
#endif

#endif
