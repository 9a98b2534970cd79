// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkProjectionEnhancementImageFilter_h
#define itkProjectionEnhancementImageFilter_h

#include "itkImage.h"
#include "itkRGBPixel.h"
#include "itkStackNetworkImageFilter.h"

namespace itk
{
/** \class ProjectionEnhancementImageFilter
 * \brief PEN: the learned projection of a stack X x Y x Z to an RGB image X x Y in which colour means depth.
 *
 * The output is the image that the network's 2-D part sees, rescaled over all three planes to [0, 1] (or to the whole
 * range of an integer component), on the stack's own x-y grid. Region, spacing and origin of x and y are the stack's;
 * the direction is the upper left 2 x 2 of the stack's, or the identity where that is singular. A stack without
 * contrast gives a black image.
 *
 * \code
 * auto projection = itk::ProjectionEnhancementImageFilter<itk::Image<unsigned short, 3>>::New();
 * projection->SetInput(reader->GetOutput());
 * projection->SetNetwork(network);
 * writer->SetInput(projection->GetOutput());
 * writer->Update();
 * \endcode
 *
 * Source: Eddy et al., "PEN Architecture".
 *
 * \ingroup ProjectionEnhancement
 */
template <typename TInputImage, typename TOutputImage = Image<RGBPixel<unsigned char>, 2>>
class ITK_TEMPLATE_EXPORT ProjectionEnhancementImageFilter : public StackNetworkImageFilter<TInputImage, TOutputImage>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(ProjectionEnhancementImageFilter);

  using Self = ProjectionEnhancementImageFilter;
  using Superclass = StackNetworkImageFilter<TInputImage, TOutputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(ProjectionEnhancementImageFilter, StackNetworkImageFilter);

  using OutputPixelType = typename TOutputImage::PixelType;
  using OutputComponentType = typename OutputPixelType::ValueType;

  static_assert(TOutputImage::ImageDimension == 2, "a projection is X x Y");
  static_assert(OutputPixelType::Dimension == SegmentationNetwork::NumberOfProjectionPlanes,
                "a projection's pixel has three components");

protected:
  ProjectionEnhancementImageFilter() = default;
  ~ProjectionEnhancementImageFilter() override = default;

  void
  GenerateOutputInformation() override;

  void
  GenerateRows(PenCore::StackPrediction & prediction) override;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkProjectionEnhancementImageFilter.hxx"
#endif

#endif
