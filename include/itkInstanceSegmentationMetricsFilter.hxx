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
  const ParametersType & p = m_Parameters;
  const auto isShare = [](double value) { return value >= 0.0 && value <= 1.0; };
  if (!isShare(p.iouThreshold) || !isShare(p.ignoredShare))
  {
    itkExceptionMacro("IoUThreshold and IgnoredShare must be within 0 and 1, got " << p.iouThreshold << " and "
                                                                                   << p.ignoredShare);
  }
  if (!isShare(p.stackedShare))
  {
    itkExceptionMacro("StackedShare must be within 0 and 1, got " << p.stackedShare);
  }
  constexpr std::int32_t HighestDistance = 1000000;
  if (p.touchingDistance < 0 || p.touchingDistance > HighestDistance)
  {
    itkExceptionMacro("TouchingDistance must be within 0 and " << HighestDistance << " pixels, got "
                                                               << p.touchingDistance);
  }
  for (std::size_t i = 1; i < p.depthGapLimits.size(); ++i)
  {
    if (!(p.depthGapLimits[i - 1] < p.depthGapLimits[i]))
    {
      itkExceptionMacro("DepthGapLimits must ascend, got " << p.depthGapLimits[i - 1] << " before "
                                                           << p.depthGapLimits[i]);
    }
  }
  if (m_UseTruthDepths && !LabelObjectHasDepth<typename LabelMapType::LabelObjectType>::value)
  {
    itkExceptionMacro("UseTruthDepths needs label objects with a depth, such as CellLabelObject");
  }
  for (const double threshold : p.thresholds)
  {
    if (!isShare(threshold))
    {
      itkExceptionMacro("every threshold must be within 0 and 1, got " << threshold);
    }
  }
  constexpr double HighestTolerance = 1e6;
  if (!(p.boundaryTolerance >= 0.0 && p.boundaryTolerance <= HighestTolerance))
  {
    itkExceptionMacro("BoundaryTolerance must be within 0 and " << HighestTolerance << " pixels, got "
                                                                << p.boundaryTolerance);
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
  ParametersType parameters = m_Parameters;
  parameters.numberOfThreads = this->GetNumberOfWorkUnits();
  this->KeepResult(PenCore::CompareInstances(PenCore::MasksOf(truth), PenCore::MasksOf(prediction), ignored, parameters,
                                             this->GetTruthDepths()));
  progress(1.0F);
}

template <typename TLabelMap, typename TIgnoreImage>
void
InstanceSegmentationMetricsFilter<TLabelMap, TIgnoreImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  PrintParameters(os, indent, m_Parameters);
  PrintParameter(os, indent, "UseTruthDepths", m_UseTruthDepths);
  PrintParameter(os, indent, "CheckPhysicalSpace", m_CheckPhysicalSpace);
  PrintParameter(os, indent, "Jaccard", this->GetJaccard());
}
} // namespace itk

#endif
