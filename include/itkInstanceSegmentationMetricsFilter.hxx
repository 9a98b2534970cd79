// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkInstanceSegmentationMetricsFilter_hxx
#define itkInstanceSegmentationMetricsFilter_hxx

#include "itkInstanceSegmentationMetricsFilter.h"

#include "ProjectionEnhancement/Base/FilterProgress.h"
#include "ProjectionEnhancement/Cells/CellsFromLabelMap.h"
#include "ProjectionEnhancement/Cells/PixelRuns.h"

#include <type_traits>
#include <utility>

namespace itk
{
/** \brief Whether label objects of a type know their depth, as CellLabelObject does. */
template <typename TLabelObject, typename = void>
struct LabelObjectHasDepth : std::false_type
{
};

template <typename TLabelObject>
struct LabelObjectHasDepth<TLabelObject, std::void_t<decltype(std::declval<const TLabelObject &>().GetDepth())>>
  : std::true_type
{
};

template <typename TLabelMap, typename TIgnoreImage>
InstanceSegmentationMetricsFilter<TLabelMap, TIgnoreImage>::InstanceSegmentationMetricsFilter()
{
  this->SetPrimaryInputName("Truth");
  this->AddRequiredInputName("Prediction", 1);
  this->AddOptionalInputName("IgnoreImage", 2);
}

template <typename TLabelMap, typename TIgnoreImage>
void
InstanceSegmentationMetricsFilter<TLabelMap, TIgnoreImage>::SetThresholds(const ThresholdsType & thresholds)
{
  if (m_Thresholds != thresholds)
  {
    m_Thresholds = thresholds;
    this->Modified();
  }
}

template <typename TLabelMap, typename TIgnoreImage>
void
InstanceSegmentationMetricsFilter<TLabelMap, TIgnoreImage>::SetDepthGapLimits(const DepthGapLimitsType & limits)
{
  if (m_DepthGapLimits != limits)
  {
    m_DepthGapLimits = limits;
    this->Modified();
  }
}

template <typename TLabelMap, typename TIgnoreImage>
typename InstanceSegmentationMetricsFilter<TLabelMap, TIgnoreImage>::LabelType
InstanceSegmentationMetricsFilter<TLabelMap, TIgnoreImage>::GetPredictionOfTruth(LabelType truthLabel) const
{
  const auto match = m_MatchOfTruth.find(truthLabel);
  return match == m_MatchOfTruth.end() ? LabelType{ 0 } : match->second.prediction;
}

template <typename TLabelMap, typename TIgnoreImage>
double
InstanceSegmentationMetricsFilter<TLabelMap, TIgnoreImage>::GetIoUOfTruth(LabelType truthLabel) const
{
  const auto match = m_MatchOfTruth.find(truthLabel);
  return match == m_MatchOfTruth.end() ? 0.0 : match->second.iou;
}

template <typename TLabelMap, typename TIgnoreImage>
PenCore::OverlapClass
InstanceSegmentationMetricsFilter<TLabelMap, TIgnoreImage>::GetOverlapClassOfTruth(LabelType truthLabel) const
{
  const auto found = m_OverlapClassOfTruth.find(truthLabel);
  if (found == m_OverlapClassOfTruth.end())
  {
    itkExceptionMacro("no true cell has the label " << truthLabel);
  }
  return found->second;
}

template <typename TLabelMap, typename TIgnoreImage>
void
InstanceSegmentationMetricsFilter<TLabelMap, TIgnoreImage>::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  const auto isShare = [](double value) { return value >= 0.0 && value <= 1.0; };
  if (!isShare(m_IoUThreshold) || !isShare(m_IgnoredShare))
  {
    itkExceptionMacro("IoUThreshold and IgnoredShare must be within 0 and 1, got " << m_IoUThreshold << " and "
                                                                                   << m_IgnoredShare);
  }
  if (!isShare(m_StackedShare))
  {
    itkExceptionMacro("StackedShare must be within 0 and 1, got " << m_StackedShare);
  }
  constexpr unsigned int HighestDistance = 1000000;
  if (m_TouchingDistance > HighestDistance)
  {
    itkExceptionMacro("TouchingDistance must be at most " << HighestDistance << " pixels, got " << m_TouchingDistance);
  }
  for (std::size_t i = 1; i < m_DepthGapLimits.size(); ++i)
  {
    if (!(m_DepthGapLimits[i - 1] < m_DepthGapLimits[i]))
    {
      itkExceptionMacro("DepthGapLimits must ascend, got " << m_DepthGapLimits[i - 1] << " before "
                                                           << m_DepthGapLimits[i]);
    }
  }
  if (m_UseTruthDepths && !LabelObjectHasDepth<typename LabelMapType::LabelObjectType>::value)
  {
    itkExceptionMacro("UseTruthDepths needs label objects with a depth, such as CellLabelObject");
  }
  for (const double threshold : m_Thresholds)
  {
    if (!isShare(threshold))
    {
      itkExceptionMacro("every threshold must be within 0 and 1, got " << threshold);
    }
  }
  constexpr double HighestTolerance = 1e6;
  if (!(m_BoundaryTolerance >= 0.0 && m_BoundaryTolerance <= HighestTolerance))
  {
    itkExceptionMacro("BoundaryTolerance must be within 0 and " << HighestTolerance << " pixels, got "
                                                                << m_BoundaryTolerance);
  }
}

template <typename TLabelMap, typename TIgnoreImage>
void
InstanceSegmentationMetricsFilter<TLabelMap, TIgnoreImage>::VerifyInputInformation() ITKv5_CONST
{
  if (m_CheckPhysicalSpace)
  {
    Superclass::VerifyInputInformation();
  }
  const auto verifyRegion = [this](const char * name, const ImageRegion<2> & region)
  {
    const ImageRegion<2> expected = this->GetTruth()->GetLargestPossibleRegion();
    if (region.GetSize() != expected.GetSize() || (m_CheckPhysicalSpace && region.GetIndex() != expected.GetIndex()))
    {
      itkExceptionMacro("the " << name << " covers " << region.GetSize() << " pixels from " << region.GetIndex()
                               << ", but the truth " << expected.GetSize() << " from " << expected.GetIndex());
    }
  };
  verifyRegion("prediction", this->GetPrediction()->GetLargestPossibleRegion());
  if (this->GetIgnoreImage() != nullptr)
  {
    verifyRegion("ignore image", this->GetIgnoreImage()->GetLargestPossibleRegion());
  }
}

template <typename TLabelMap, typename TIgnoreImage>
void
InstanceSegmentationMetricsFilter<TLabelMap, TIgnoreImage>::GenerateInputRequestedRegion()
{
  for (const auto & name : this->GetInputNames())
  {
    DataObject * input = this->ProcessObject::GetInput(name);
    if (input != nullptr)
    {
      input->SetRequestedRegionToLargestPossibleRegion();
    }
  }
}

template <typename TLabelMap, typename TIgnoreImage>
void
InstanceSegmentationMetricsFilter<TLabelMap, TIgnoreImage>::EnlargeOutputRequestedRegion(DataObject * output)
{
  output->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TLabelMap, typename TIgnoreImage>
PenCore::InstanceMetricsParameters
InstanceSegmentationMetricsFilter<TLabelMap, TIgnoreImage>::GetParameters() const
{
  PenCore::InstanceMetricsParameters parameters;
  parameters.iouThreshold = m_IoUThreshold;
  parameters.thresholds = m_Thresholds;
  parameters.ignoredShare = m_IgnoredShare;
  parameters.boundaryTolerance = m_BoundaryTolerance;
  parameters.touchingDistance = static_cast<std::int32_t>(m_TouchingDistance);
  parameters.stackedShare = m_StackedShare;
  parameters.depthGapLimits = m_DepthGapLimits;
  parameters.numberOfThreads = this->GetNumberOfWorkUnits();
  return parameters;
}

template <typename TLabelMap, typename TIgnoreImage>
std::vector<double>
InstanceSegmentationMetricsFilter<TLabelMap, TIgnoreImage>::GetTruthDepths() const
{
  std::vector<double> depths;
  if constexpr (LabelObjectHasDepth<typename LabelMapType::LabelObjectType>::value)
  {
    for (typename LabelMapType::ConstIterator it(this->GetTruth()); m_UseTruthDepths && !it.IsAtEnd(); ++it)
    {
      depths.push_back(it.GetLabelObject()->GetDepth());
    }
  }
  return depths;
}

template <typename TLabelMap, typename TIgnoreImage>
void
InstanceSegmentationMetricsFilter<TLabelMap, TIgnoreImage>::KeepResult(const PenCore::InstanceComparison & comparison)
{
  const auto truthLabels = this->GetTruth()->GetLabels();
  const auto predictionLabels = this->GetPrediction()->GetLabels();
  m_Metrics = comparison.metrics;
  for (const PenCore::CellMatch & match : comparison.matches)
  {
    m_MatchOfTruth[truthLabels[match.truth]] = { predictionLabels[match.prediction], match.iou };
  }
  for (std::size_t i = 0; i < truthLabels.size(); ++i)
  {
    m_OverlapClassOfTruth[truthLabels[i]] = comparison.truthOverlaps[i].overlapClass;
  }
  for (std::size_t i = 0; i < predictionLabels.size(); ++i)
  {
    if (comparison.isPredictionIgnored[i])
    {
      m_IgnoredPredictions.push_back(predictionLabels[i]);
    }
  }
}

template <typename TLabelMap, typename TIgnoreImage>
void
InstanceSegmentationMetricsFilter<TLabelMap, TIgnoreImage>::GenerateData()
{
  const auto progress = ProgressOfFilter(this);
  progress(0.0F);
  m_Metrics = MetricsType();
  m_MatchOfTruth.clear();
  m_OverlapClassOfTruth.clear();
  m_IgnoredPredictions.clear();
  this->GraftOutput(const_cast<LabelMapType *>(this->GetTruth()));

  const auto masksOf = [](const LabelMapType * labelMap)
  {
    std::vector<PenCore::PixelRuns> masks;
    for (typename LabelMapType::ConstIterator it(labelMap); !it.IsAtEnd(); ++it)
    {
      masks.push_back(PixelRunsWithinRegion(it.GetLabelObject(), labelMap->GetLargestPossibleRegion()));
    }
    return masks;
  };
  const std::vector<PenCore::PixelRuns> truth = masksOf(this->GetTruth());
  const std::vector<PenCore::PixelRuns> prediction = masksOf(this->GetPrediction());
  PenCore::PixelRuns ignored;
  if (const IgnoreImageType * image = this->GetIgnoreImage())
  {
    const auto size = image->GetBufferedRegion().GetSize();
    ignored = PenCore::RunsOfMask(image->GetBufferPointer(), size[0], size[1]);
  }
  this->KeepResult(PenCore::CompareInstances(PenCore::MasksOf(truth), PenCore::MasksOf(prediction), ignored,
                                             this->GetParameters(), this->GetTruthDepths()));
  progress(1.0F);
}

template <typename TLabelMap, typename TIgnoreImage>
void
InstanceSegmentationMetricsFilter<TLabelMap, TIgnoreImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "IoUThreshold: " << m_IoUThreshold << std::endl;
  os << indent << "Thresholds:";
  for (const double threshold : m_Thresholds)
  {
    os << ' ' << threshold;
  }
  os << std::endl;
  os << indent << "IgnoredShare: " << m_IgnoredShare << std::endl;
  os << indent << "BoundaryTolerance: " << m_BoundaryTolerance << std::endl;
  os << indent << "TouchingDistance: " << m_TouchingDistance << std::endl;
  os << indent << "StackedShare: " << m_StackedShare << std::endl;
  os << indent << "UseTruthDepths: " << (m_UseTruthDepths ? "On" : "Off") << std::endl;
  os << indent << "DepthGapLimits:";
  for (const double limit : m_DepthGapLimits)
  {
    os << ' ' << limit;
  }
  os << std::endl;
  os << indent << "CheckPhysicalSpace: " << (m_CheckPhysicalSpace ? "On" : "Off") << std::endl;
  os << indent << "Jaccard: " << this->GetJaccard() << std::endl;
}
} // namespace itk

#endif
