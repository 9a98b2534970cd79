// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkFlowFieldPredictionImageFilter_h
#define itkFlowFieldPredictionImageFilter_h

#include "itkImage.h"
#include "itkStackNetworkImageFilter.h"
#include "itkVector.h"

namespace itk
{
/** \class FlowFieldPredictionImageFilter
 * \brief Sends a stack through a network: X x Y x Z gray values to an X x Y x C flow field, C depth channels.
 *
 * A pixel of the flow field holds flow x (to the right) and flow y (down), of unit scale and pointing into the cell,
 * the cell logit and the border logit. x-y region, spacing, origin and direction are the stack's; pages count from
 * index 0 with spacing 1, and lie where the stack's first slice lies. The network sees overlapping tiles, blended
 * smoothly. A stack without contrast gives a blank flow field.
 *
 * \code
 * auto prediction = itk::FlowFieldPredictionImageFilter<itk::Image<unsigned char, 3>>::New();
 * prediction->SetInput(reader->GetOutput());
 * prediction->SetNetwork(network);
 * toCells->SetInput(prediction->GetOutput());
 * toCells->Update();
 * \endcode
 *
 * \sa FlowFieldToLabelMapFilter ProjectionEnhancementImageFilter
 * \ingroup ProjectionEnhancement
 */
template <typename TInputImage, typename TOutputImage = Image<Vector<float, 4>, 3>>
class ITK_TEMPLATE_EXPORT FlowFieldPredictionImageFilter : public StackNetworkImageFilter<TInputImage, TOutputImage>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(FlowFieldPredictionImageFilter);

  using Self = FlowFieldPredictionImageFilter;
  using Superclass = StackNetworkImageFilter<TInputImage, TOutputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(FlowFieldPredictionImageFilter, StackNetworkImageFilter);

  static_assert(TOutputImage::ImageDimension == 3, "a flow field is X x Y x C");
  static_assert(std::is_same<typename TOutputImage::PixelType, Vector<float, 4>>::value,
                "a flow field's pixel is flow x, flow y, cell logit and border logit");

protected:
  FlowFieldPredictionImageFilter() = default;
  ~FlowFieldPredictionImageFilter() override = default;

  void
  GenerateOutputInformation() override;

  void
  GenerateRows(PenCore::StackPrediction & prediction) override;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkFlowFieldPredictionImageFilter.hxx"
#endif

#endif
