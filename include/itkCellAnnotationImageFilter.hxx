// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkCellAnnotationImageFilter_hxx
#define itkCellAnnotationImageFilter_hxx

#include "itkCellAnnotationImageFilter.h"

#include "ProjectionEnhancement/Base/FilterProgress.h"
#include "ProjectionEnhancement/Base/PlaneGeometry.h"
#include "itkBinaryThresholdImageFilter.h"
#include "itkCastImageFilter.h"
#include "itkConnectedComponentImageFilter.h"
#include "itkDiscreteGaussianImageFilter.h"
#include "itkHMaximaImageFilter.h"
#include "itkHistogram.h"
#include "itkMaskImageFilter.h"
#include "itkMorphologicalWatershedFromMarkersImageFilter.h"
#include "itkOtsuThresholdCalculator.h"
#include "itkRegionalMaximaImageFilter.h"
#include "itkShiftScaleImageFilter.h"
#include "itkSignedMaurerDistanceMapImageFilter.h"
#include "itkSpacingInMicrometers.h"
#include "itkThresholdImageFilter.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace itk
{
template <typename TInputImage, typename TOutputImage>
void
CellAnnotationImageFilter<TInputImage, TOutputImage>::VerifyInputInformation() ITKv5_CONST
{
  Superclass::VerifyInputInformation();
  VerifyStackIsNotEmpty(this, this->GetInput());
}

template <typename TInputImage, typename TOutputImage>
void
CellAnnotationImageFilter<TInputImage, TOutputImage>::GenerateInputRequestedRegion()
{
  Superclass::GenerateInputRequestedRegion();
  const_cast<TInputImage *>(this->GetInput())->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputImage, typename TOutputImage>
void
CellAnnotationImageFilter<TInputImage, TOutputImage>::EnlargeOutputRequestedRegion(DataObject * output)
{
  output->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputImage, typename TOutputImage>
void
CellAnnotationImageFilter<TInputImage, TOutputImage>::GenerateData()
{
  const PenCore::ProgressCallback report = ProgressOfFilter(this);
  report(0.0F);
  const auto smoothed = this->Smooth();
  report(SmoothedShare);
  const double leastRise = this->EstimateBackground(smoothed);
  report(0.5F * (SmoothedShare + ThresholdShare));
  m_UsedThreshold = m_Parameters.threshold > 0.0 ? m_Parameters.threshold : this->OtsuThreshold(smoothed, leastRise);
  report(ThresholdShare);
  const auto objects = this->FindObjects(smoothed);
  report(SplitShare);
  this->KeepCells(objects);
  report(1.0F);
}

template <typename TInputImage, typename TOutputImage>
typename CellAnnotationImageFilter<TInputImage, TOutputImage>::FloatImage::Pointer
CellAnnotationImageFilter<TInputImage, TOutputImage>::Smooth()
{
  auto toFloat = CastImageFilter<TInputImage, FloatImage>::New();
  toFloat->SetInput(this->GetInput());
  toFloat->SetNumberOfWorkUnits(this->GetNumberOfWorkUnits());
  FollowInnerFilter(this, toFloat, 0.0F, 0.1F * SmoothedShare);
  toFloat->Update();
  const typename FloatImage::Pointer stack = toFloat->GetOutput();
  stack->DisconnectPipeline();
  stack->SetSpacing(SpacingInMicrometers(this->GetInput()));
  auto smoothing = DiscreteGaussianImageFilter<FloatImage, FloatImage>::New();
  smoothing->SetInput(stack);
  smoothing->SetVariance(m_Parameters.smoothingSigma * m_Parameters.smoothingSigma);
  smoothing->SetFilterDimensionality(2);
  smoothing->SetNumberOfWorkUnits(this->GetNumberOfWorkUnits());
  FollowInnerFilter(this, smoothing, 0.1F * SmoothedShare, SmoothedShare);
  smoothing->Update();
  return smoothing->GetOutput();
}

// Sets the background, and returns what rises over it for certain.
template <typename TInputImage, typename TOutputImage>
double
CellAnnotationImageFilter<TInputImage, TOutputImage>::EstimateBackground(const FloatImage * smoothed)
{
  constexpr double DeviationOfMedianDeviation = 1.4826;
  constexpr double NoisesOverBackground = 10.0;
  const std::size_t count = smoothed->GetBufferedRegion().GetNumberOfPixels();
  std::vector<float> values(smoothed->GetBufferPointer(), smoothed->GetBufferPointer() + count);
  const auto median = [&values]
  {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
  };
  const float background = median();
  for (float & value : values)
  {
    value = std::abs(value - background);
  }
  m_Background = static_cast<double>(background);
  const double noise = DeviationOfMedianDeviation * static_cast<double>(median());
  return std::max(NoisesOverBackground * noise, 0.5 * this->StepOfValues());
}

// The least distance of two different values: noise below one half of it is hidden, whatever the unit of intensity is.
template <typename TInputImage, typename TOutputImage>
double
CellAnnotationImageFilter<TInputImage, TOutputImage>::StepOfValues() const
{
  const TInputImage * input = this->GetInput();
  const auto * first = input->GetBufferPointer();
  std::vector<typename TInputImage::PixelType> values(first, first + input->GetBufferedRegion().GetNumberOfPixels());
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  double step = NumericTraits<double>::max();
  for (std::size_t i = 1; i < values.size(); ++i)
  {
    step = std::min(step, static_cast<double>(values[i]) - static_cast<double>(values[i - 1]));
  }
  return values.size() > 1 ? step : 1.0; // nothing rises over a constant
}

// Otsu's threshold of the logarithm of what rises over the background by more than the least.
template <typename TInputImage, typename TOutputImage>
double
CellAnnotationImageFilter<TInputImage, TOutputImage>::OtsuThreshold(const FloatImage * smoothed, double leastRise) const
{
  const std::size_t count = smoothed->GetBufferedRegion().GetNumberOfPixels();
  std::vector<float> values;
  for (std::size_t i = 0; i < count; ++i)
  {
    const double rise = static_cast<double>(smoothed->GetBufferPointer()[i]) - m_Background;
    if (rise > leastRise)
    {
      values.push_back(static_cast<float>(std::log(rise)));
    }
  }
  if (values.size() < 2 || *std::max_element(values.begin(), values.end()) <= std::log(2.0 * leastRise))
  {
    return leastRise;
  }
  using HistogramType = Statistics::Histogram<float>;
  auto histogram = HistogramType::New();
  histogram->SetMeasurementVectorSize(1);
  HistogramType::SizeType bins(1);
  bins.Fill(256);
  HistogramType::MeasurementVectorType lower(1);
  HistogramType::MeasurementVectorType upper(1);
  lower.Fill(static_cast<float>(std::log(leastRise)));
  upper.Fill(*std::max_element(values.begin(), values.end()));
  histogram->Initialize(bins, lower, upper);
  histogram->SetClipBinsAtEnds(false);
  HistogramType::MeasurementVectorType measurement(1);
  HistogramType::IndexType index(1);
  for (const float value : values)
  {
    measurement[0] = value;
    histogram->GetIndex(measurement, index);
    histogram->IncreaseFrequencyOfIndex(index, 1);
  }
  auto otsu = OtsuThresholdCalculator<HistogramType, float>::New();
  otsu->SetInput(histogram);
  otsu->Update();
  return std::exp(static_cast<double>(otsu->GetOutput()->Get()));
}

template <typename TInputImage, typename TOutputImage>
typename CellAnnotationImageFilter<TInputImage, TOutputImage>::LabelImage::Pointer
CellAnnotationImageFilter<TInputImage, TOutputImage>::FindObjects(const FloatImage * smoothed)
{
  constexpr float Foreground = ThresholdShare + 0.03F;
  auto threshold = BinaryThresholdImageFilter<FloatImage, MaskImage>::New();
  threshold->SetInput(smoothed);
  threshold->SetLowerThreshold(static_cast<float>(m_Background + m_UsedThreshold));
  threshold->SetInsideValue(1);
  threshold->SetOutsideValue(0);
  FollowInnerFilter(this, threshold, ThresholdShare, Foreground);
  threshold->Update();
  if (m_Parameters.splitDepth > 0.0)
  {
    return this->SplitForeground(threshold->GetOutput(), Foreground);
  }
  auto components = ConnectedComponentImageFilter<MaskImage, LabelImage>::New();
  components->FullyConnectedOn();
  components->SetInput(threshold->GetOutput());
  FollowInnerFilter(this, components, Foreground, SplitShare);
  components->Update();
  return components->GetOutput();
}

template <typename TInputImage, typename TOutputImage>
typename CellAnnotationImageFilter<TInputImage, TOutputImage>::LabelImage::Pointer
CellAnnotationImageFilter<TInputImage, TOutputImage>::SplitForeground(MaskImage * foreground, float begin)
{
  // In the order in which the filters run.
  const auto follow = [this, &begin](ProcessObject * inner, float share)
  {
    FollowInnerFilter(this, inner, begin, begin + share);
    begin += share;
  };
  auto distance = SignedMaurerDistanceMapImageFilter<MaskImage, FloatImage>::New();
  distance->SetInput(foreground);
  distance->InsideIsPositiveOn();
  distance->SquaredDistanceOff();
  distance->UseImageSpacingOn();
  follow(distance, 0.12F);
  // Far below the objects, so that each keeps a maximum, however flat it is.
  auto background = ThresholdImageFilter<FloatImage>::New();
  background->SetInput(distance->GetOutput());
  background->ThresholdBelow(0.0F);
  background->SetOutsideValue(static_cast<float>(-1000.0 * m_Parameters.splitDepth));
  follow(background, 0.02F);
  auto depth = ShiftScaleImageFilter<FloatImage, FloatImage>::New();
  depth->SetInput(background->GetOutput());
  depth->SetScale(-1.0);
  follow(depth, 0.02F);
  auto maxima = HMaximaImageFilter<FloatImage, FloatImage>::New();
  maxima->SetInput(background->GetOutput());
  maxima->SetHeight(static_cast<float>(m_Parameters.splitDepth));
  maxima->FullyConnectedOn();
  follow(maxima, 0.16F);
  auto peaks = RegionalMaximaImageFilter<FloatImage, MaskImage>::New();
  peaks->SetInput(maxima->GetOutput());
  peaks->FullyConnectedOn();
  peaks->SetForegroundValue(1);
  peaks->SetBackgroundValue(0);
  follow(peaks, 0.08F);
  auto peaksInside = MaskImageFilter<MaskImage, MaskImage>::New();
  peaksInside->SetInput(peaks->GetOutput());
  peaksInside->SetMaskImage(foreground);
  follow(peaksInside, 0.02F);
  auto markers = ConnectedComponentImageFilter<MaskImage, LabelImage>::New();
  markers->FullyConnectedOn();
  markers->SetInput(peaksInside->GetOutput());
  follow(markers, 0.05F);
  auto watershed = MorphologicalWatershedFromMarkersImageFilter<FloatImage, LabelImage>::New();
  watershed->SetInput(depth->GetOutput());
  watershed->SetMarkerImage(markers->GetOutput());
  watershed->MarkWatershedLineOff();
  watershed->FullyConnectedOn();
  follow(watershed, 0.18F);
  auto objects = MaskImageFilter<LabelImage, MaskImage>::New();
  objects->SetInput(watershed->GetOutput());
  objects->SetMaskImage(foreground);
  follow(objects, 0.02F);
  objects->Update();
  return objects->GetOutput();
}

template <typename TInputImage, typename TOutputImage>
void
CellAnnotationImageFilter<TInputImage, TOutputImage>::KeepCells(const LabelImage * objects)
{
  struct Extent
  {
    SizeValueType voxels = 0;
    SizeValueType pixels = 0;
    SizeValueType borderPixels = 0;
  };
  const auto size = objects->GetBufferedRegion().GetSize();
  const std::uint32_t * labels = objects->GetBufferPointer();
  const SizeValueType plane = size[0] * size[1];
  const SizeValueType count = plane * size[2];
  std::vector<Extent> extents(count > 0 ? *std::max_element(labels, labels + count) + 1U : 0U);
  for (SizeValueType pixel = 0; pixel < plane; ++pixel)
  {
    const SizeValueType x = pixel % size[0];
    const SizeValueType y = pixel / size[0];
    const bool isOnBorder = x == 0 || y == 0 || x + 1 == size[0] || y + 1 == size[1];
    std::vector<std::uint32_t> seen;
    for (SizeValueType i = pixel; i < count; i += plane)
    {
      Extent & extent = extents[labels[i]];
      ++extent.voxels;
      if (labels[i] != 0 && std::find(seen.begin(), seen.end(), labels[i]) == seen.end())
      {
        seen.push_back(labels[i]);
        ++extent.pixels;
        extent.borderPixels += isOnBorder ? 1 : 0;
      }
    }
  }

  const auto spacing = SpacingInMicrometers(this->GetInput());
  const double pixelArea = spacing[0] * spacing[1];
  std::vector<std::uint32_t> newLabels(extents.size(), 0);
  std::uint32_t newLabel = 0;
  for (std::size_t label = 1; label < extents.size(); ++label)
  {
    const double area = static_cast<double>(extents[label].pixels) * pixelArea;
    const double volume = static_cast<double>(extents[label].voxels) * pixelArea * spacing[2];
    const double borderShare = static_cast<double>(extents[label].borderPixels) /
                               static_cast<double>(std::max<SizeValueType>(extents[label].pixels, 1));
    if (volume >= m_Parameters.minimumVolume && area >= m_Parameters.minimumArea && area <= m_Parameters.maximumArea &&
        borderShare <= m_Parameters.maximumBorderShare)
    {
      newLabels[label] = ++newLabel;
    }
  }
  this->AllocateOutputs();
  std::transform(labels, labels + count, this->GetOutput()->GetBufferPointer(),
                 [&newLabels](std::uint32_t label)
                 { return static_cast<typename TOutputImage::PixelType>(newLabels[label]); });
}

template <typename TInputImage, typename TOutputImage>
void
CellAnnotationImageFilter<TInputImage, TOutputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  PrintParameters(os, indent, m_Parameters);
  PrintParameter(os, indent, "Background", m_Background);
  PrintParameter(os, indent, "UsedThreshold", m_UsedThreshold);
}
} // namespace itk

#endif
