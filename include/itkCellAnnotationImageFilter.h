// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkCellAnnotationImageFilter_h
#define itkCellAnnotationImageFilter_h

#include "ProjectionEnhancement/Base/ParameterMacros.h"
#include "ProjectionEnhancement/Samples/CellAnnotation.h"
#include "itkImage.h"
#include "itkImageToImageFilter.h"

#include <cstdint>

namespace itk
{
/** \class CellAnnotationImageFilter
 * \brief The cells of a sparse stack as 3-D labels: smoothing, threshold, components, and touching cells split.
 *
 * 1. Each slice is smoothed by a Gaussian (SmoothingSigma, um). 2. The background is the median of the stack, its noise
 * 1.4826 times the median deviation from it. 3. Foreground is brighter than the background by Threshold; 0 means Otsu's
 * threshold of the logarithm of what rises over the background by at least ten times its noise, and by half of the least
 * difference of two values, which hides noise. 4. Foreground is split by a watershed of its distance map (um, so that slices count as far apart as
 * they are) from the maxima that stand out by SplitDepth; what nothing splits stays a component. 5. Objects below
 * MinimumVolume or MinimumArea, above MaximumArea, or with more than MaximumBorderShare of their projection on the edge
 * of the field are dropped: the last are artefacts of rows and columns.
 *
 * Input and output are X x Y x Z; labels count from 1 and 0 is the background. Throws itk::ExceptionObject for an empty
 * stack, and itk::ProcessAborted within the step that runs when SetAbortGenerateData(true) is called.
 *
 * \code
 * auto annotation = itk::CellAnnotationImageFilter<StackType>::New();
 * annotation->SetInput(reader->GetOutput());
 * annotation->SetMinimumArea(80.0); // um^2
 * annotation->Update();
 * \endcode
 *
 * \ingroup ProjectionEnhancement
 */
template <typename TInputImage, typename TOutputImage = Image<std::uint32_t, 3>>
class ITK_TEMPLATE_EXPORT CellAnnotationImageFilter : public ImageToImageFilter<TInputImage, TOutputImage>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(CellAnnotationImageFilter);

  using Self = CellAnnotationImageFilter;
  using Superclass = ImageToImageFilter<TInputImage, TOutputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(CellAnnotationImageFilter, ImageToImageFilter);

  static_assert(TInputImage::ImageDimension == 3 && TOutputImage::ImageDimension == 3, "stacks are X x Y x Z");

  using ParametersType = PenCore::CellAnnotationParameters;

  penParametersMacro(ParametersType);

  /** Standard deviation in um of the smoothing within a slice; default 0.5. */
  penClampedParameterMacro(SmoothingSigma, smoothingSigma, double, 0.0, NumericTraits<double>::max());

  /** Intensity over the background from which a voxel is foreground; 0, the default, means Otsu's. */
  penClampedParameterMacro(Threshold, threshold, double, 0.0, NumericTraits<double>::max());

  /** Depth in um of the neck at which touching cells are split; default 2, 0 switches splitting off. */
  penClampedParameterMacro(SplitDepth, splitDepth, double, 0.0, NumericTraits<double>::max());

  /** Least volume in um^3; default 500. */
  penParameterMacro(MinimumVolume, minimumVolume, double);

  /** Least and greatest area of the projection in um^2; default 100 and no limit. */
  penParameterMacro(MinimumArea, minimumArea, double);
  penParameterMacro(MaximumArea, maximumArea, double);

  /** Most of a projection's pixels that may lie on the edge of the field, as a share; default 0.15. */
  penClampedParameterMacro(MaximumBorderShare, maximumBorderShare, double, 0.0, 1.0);

  /** What the last run found, in the stack's intensities; the threshold is over the background. */
  itkGetConstMacro(Background, double);
  itkGetConstMacro(UsedThreshold, double);

protected:
  CellAnnotationImageFilter() = default;
  ~CellAnnotationImageFilter() override = default;

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
  using FloatImage = Image<float, 3>;
  using LabelImage = Image<std::uint32_t, 3>;

  using MaskImage = Image<unsigned char, 3>;

  // Where the steps of GenerateData() end in its progress.
  static constexpr float SmoothedShare = 0.15F;
  static constexpr float ThresholdShare = 0.25F;
  static constexpr float SplitShare = 0.95F;

  FloatImage::Pointer
  Smooth();

  double
  EstimateBackground(const FloatImage * smoothed);

  double
  StepOfValues() const;

  double
  OtsuThreshold(const FloatImage * smoothed, double leastRise) const;

  LabelImage::Pointer
  FindObjects(const FloatImage * smoothed);

  LabelImage::Pointer
  SplitForeground(MaskImage * foreground, float begin);

  void
  KeepCells(const LabelImage * objects);

  ParametersType m_Parameters;
  double m_Background{ 0.0 };
  double m_UsedThreshold{ 0.0 };
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkCellAnnotationImageFilter.hxx"
#endif

#endif
