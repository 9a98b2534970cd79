// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkLinearDepthProjectionImageFilter_h
#define itkLinearDepthProjectionImageFilter_h

#include "itkImage.h"
#include "itkImageToImageFilter.h"
#include "itkRGBPixel.h"

namespace itk
{
/** \class LinearDepthProjectionImageFilter
 * \brief A stack X x Y x Z as an image X x Y in which each component is the maximum over z under a Gaussian depth
 * window.
 *
 * With C components and Z slices the windows are centred at slices (i + 1) s, s = Z / (C + 1), counted from the first
 * slice, and meet at one half (the paper's supplement S2; see PenCore::LinearDepthProjection()). Z is the stack's own
 * number of slices, or NumberOfSlices where that is more than 0: the stack is then first centred among slices of 0, or
 * binned by maximum. Values keep the stack's units. Region, spacing and origin of x and y are the stack's; the
 * direction is the upper left 2 x 2 of the stack's, or the identity where that is singular.
 *
 * Throws itk::ExceptionObject for an empty stack.
 *
 * \code
 * auto projection = itk::LinearDepthProjectionImageFilter<itk::Image<unsigned char, 3>>::New();
 * projection->SetInput(reader->GetOutput());
 * projection->Update();
 * const float red = projection->GetOutput()->GetPixel(index).GetRed(); // the shallowest window
 * \endcode
 *
 * \ingroup ProjectionEnhancement
 */
template <typename TInputImage, typename TOutputImage = Image<RGBPixel<float>, 2>>
class ITK_TEMPLATE_EXPORT LinearDepthProjectionImageFilter : public ImageToImageFilter<TInputImage, TOutputImage>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(LinearDepthProjectionImageFilter);

  using Self = LinearDepthProjectionImageFilter;
  using Superclass = ImageToImageFilter<TInputImage, TOutputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(LinearDepthProjectionImageFilter, ImageToImageFilter);

  using OutputPixelType = typename TOutputImage::PixelType;
  using OutputComponentType = typename OutputPixelType::ValueType;
  using OutputRegionType = typename TOutputImage::RegionType;

  static_assert(TInputImage::ImageDimension == 3, "a stack is X x Y x Z");
  static_assert(TOutputImage::ImageDimension == 2, "a projection is X x Y");

  /** Slices that the windows are laid over; 0, the default, means the stack's own number. */
  itkSetMacro(NumberOfSlices, unsigned int);
  itkGetConstMacro(NumberOfSlices, unsigned int);

protected:
  LinearDepthProjectionImageFilter() = default;
  ~LinearDepthProjectionImageFilter() override = default;

  void
  VerifyInputInformation() ITKv5_CONST override;

  void
  GenerateOutputInformation() override;

  void
  GenerateInputRequestedRegion() override;

  void
  GenerateData() override;

  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  // Writes a row of the output's requested region.
  void
  ProjectRow(const OutputRegionType & region, IndexValueType y);

  unsigned int m_NumberOfSlices{ 0 };
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkLinearDepthProjectionImageFilter.hxx"
#endif

#endif
