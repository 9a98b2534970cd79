// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkLabelMapToFlowFieldFilter_h
#define itkLabelMapToFlowFieldFilter_h

#include "ProjectionEnhancement/Base/ParameterMacros.h"
#include "ProjectionEnhancement/Flows/CellsToFlows.h"
#include "itkCellLabelObject.h"
#include "itkImage.h"
#include "itkImageToImageFilter.h"
#include "itkVector.h"

#include <type_traits>

namespace itk
{
/** \class LabelMapToFlowFieldFilter
 * \brief The flow field of cells: what a network is trained to predict, and what an exact one would.
 *
 * Input: a 2-D label map of itk::CellLabelObject. Output: X x Y x C, C depth channels; a pixel holds flow x (to the
 * right) and flow y (down), of unit length and pointing into the cell, the cell logit and the border logit (plus or
 * minus itk::PenCore::TargetLogit). A cell is painted on the page of its Channel. Where cells of one channel overlap,
 * the one with the higher label is visible, and flow and border are those of what remains visible of each.
 *
 * The flow is the direction in which heat rises that starts at the mask's centre and spreads in it:
 * with Method CellPose as Cellpose 3 computes it on the CPU, with Pen as published with PEN.
 * SolveToFixedPoint takes the heat's final state instead of that after the method's number of steps;
 * EachComponentItsOwnCentre gives every part of a mask in several parts a centre; off, the mask has one, as in
 * Cellpose.
 *
 * NumberOfChannels 0 (the default) means the highest channel of the cells plus one; the input is then brought up to
 * date by UpdateOutputInformation(). Start index, size, spacing, origin and direction of x and y are the input's; the
 * third axis has start index 0, spacing 1, origin 0 and direction (0, 0, 1).
 *
 * Throws itk::ExceptionObject for a cell outside the region or beyond NumberOfChannels, and for an empty region.
 *
 * \code
 * auto flows = itk::LabelMapToFlowFieldFilter<>::New();
 * flows->SetInput(cells);
 * flows->SetNumberOfChannels(3);
 * flows->Update();
 * writer->SetInput(flows->GetOutput());
 * \endcode
 *
 * \sa FlowFieldToLabelMapFilter
 * \ingroup ProjectionEnhancement
 */
template <typename TInputLabelMap = CellLabelMap, typename TOutputImage = Image<Vector<float, 4>, 3>>
class ITK_TEMPLATE_EXPORT LabelMapToFlowFieldFilter : public ImageToImageFilter<TInputLabelMap, TOutputImage>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(LabelMapToFlowFieldFilter);

  using Self = LabelMapToFlowFieldFilter;
  using Superclass = ImageToImageFilter<TInputLabelMap, TOutputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(LabelMapToFlowFieldFilter, ImageToImageFilter);

  using InputLabelMapType = TInputLabelMap;
  using OutputImageType = TOutputImage;
  using ParametersType = PenCore::CellsToFlowsParameters;
  using MethodType = ParametersType::Method;

  static_assert(TInputLabelMap::ImageDimension == 2, "cells are 2-D masks");
  static_assert(TOutputImage::ImageDimension == 3, "a flow field is X x Y x C");
  static_assert(std::is_same<typename OutputImageType::PixelType, Vector<float, 4>>::value,
                "a flow field's pixel is flow x, flow y, cell logit and border logit");

  penParametersMacro(ParametersType);

  /** Default CellPose. */
  penParameterMacro(Method, method, MethodType);

  /** Pages of the output; 0, the default, means as many as the cells need, at least one. */
  itkSetClampMacro(NumberOfChannels, unsigned int, 0, NumericTraits<std::int32_t>::max());
  itkGetConstMacro(NumberOfChannels, unsigned int);

  /** A centre for every 8-connected part of a mask; default on. */
  penParameterMacro(EachComponentItsOwnCentre, eachComponentItsOwnCentre, bool);
  penSwitchMacro(EachComponentItsOwnCentre);

  /** The heat's fixed point instead of its state after the method's number of steps; default off. */
  penParameterMacro(SolveToFixedPoint, solveToFixedPoint, bool);
  penSwitchMacro(SolveToFixedPoint);

protected:
  LabelMapToFlowFieldFilter() = default;
  ~LabelMapToFlowFieldFilter() override = default;

  void
  VerifyInputInformation() ITKv5_CONST override;

  void
  GenerateOutputInformation() override;

  void
  GenerateInputRequestedRegion() override;

  void
  EnlargeOutputRequestedRegion(DataObject * output) override;

  void
  GenerateData() override;

  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  SizeValueType
  CountChannels();

  ParametersType m_Parameters;
  unsigned int m_NumberOfChannels{ 0 };
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkLabelMapToFlowFieldFilter.hxx"
#endif

#endif
