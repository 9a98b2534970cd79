// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkFlowFieldToLabelMapFilter_h
#define itkFlowFieldToLabelMapFilter_h

#include "ProjectionEnhancement/Base/ParameterMacros.h"
#include "ProjectionEnhancement/Flows/FlowsToCells.h"
#include "itkCellLabelObject.h"
#include "itkImage.h"
#include "itkImageToImageFilter.h"
#include "itkVector.h"

#include <type_traits>

namespace itk
{
/** \class FlowFieldToLabelMapFilter
 * \brief Finds the cells of a flow field: pixels follow the flow, and those that end together are a cell.
 *
 * Input: X x Y x C (C depth channels) or X x Y; a pixel holds flow x (to the right) and flow y (down), of unit scale
 * and pointing into the cell, the cell logit and the border logit. A pixel with a value that is not finite is
 * background. Output: a 2-D label map of cells with labels 1 to n, ordered by channel, then by first pixel row by row.
 * Each channel is a pass of its own, so cells of different channels may overlap. A cell carries its Channel (counted
 * from the first page of the input's region), its Score (mean cell logit) and its FlowError (mean squared difference
 * between the flow field and the flow of its own mask); its Depth is 0, a flow field does not know it.
 *
 * Methods; itk::PenCore::FlowsToCellsParameters says what each parameter means:
 * - CellPose (default): as Cellpose 3's compute_masks.
 * - Pen: the published PEN dynamics. UsePublishedParameters(MethodType::Pen) also switches off what PEN does not do
 *   after them (flow check, size limits, hole filling).
 *
 * The output keeps start index, size, spacing and origin of the x and y axes and the upper left 2 x 2 part of the
 * direction, or the identity where that part is singular. The result does not depend on the number of work units.
 *
 * Throws itk::ExceptionObject for an input without pixels or with 2^30 pixels per channel and more.
 *
 * \code
 * auto cells = itk::FlowFieldToLabelMapFilter<>::New();
 * cells->SetInput(prediction->GetOutput());
 * cells->SetFlowThreshold(0.0); // keep cells whose flow is weak
 * cells->Update();
 * std::cout << cells->GetOutput()->GetNumberOfLabelObjects() << " cells\n";
 * \endcode
 *
 * \sa LabelMapToFlowFieldFilter FlowFieldPredictionImageFilter
 * \ingroup ProjectionEnhancement
 */
template <typename TInputImage = Image<Vector<float, 4>, 3>, typename TOutputLabelMap = CellLabelMap>
class ITK_TEMPLATE_EXPORT FlowFieldToLabelMapFilter : public ImageToImageFilter<TInputImage, TOutputLabelMap>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(FlowFieldToLabelMapFilter);

  using Self = FlowFieldToLabelMapFilter;
  using Superclass = ImageToImageFilter<TInputImage, TOutputLabelMap>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(FlowFieldToLabelMapFilter, ImageToImageFilter);

  using InputImageType = TInputImage;
  using OutputLabelMapType = TOutputLabelMap;
  using LabelObjectType = typename OutputLabelMapType::LabelObjectType;
  using LabelType = typename OutputLabelMapType::LabelType;
  using ParametersType = PenCore::FlowsToCellsParameters;
  using MethodType = ParametersType::Method;
  using SamplingType = PenCore::FlowSampling;

  static constexpr unsigned int InputImageDimension = InputImageType::ImageDimension;

  static_assert(std::is_same<typename InputImageType::PixelType, Vector<float, 4>>::value,
                "a flow field's pixel is flow x, flow y, cell logit and border logit");
  static_assert(InputImageDimension == 2 || InputImageDimension == 3, "a flow field is X x Y or X x Y x C");
  static_assert(TOutputLabelMap::ImageDimension == 2, "cells are 2-D masks");

  penParametersMacro(ParametersType);

  penParameterMacro(Method, method, MethodType);

  /** Sets every parameter to what the method was published with. */
  void
  UsePublishedParameters(MethodType method);

  /** Pixels with a cell logit above (Pen: not below) this are foreground; default 0. */
  penParameterMacro(CellThreshold, cellThreshold, float);

  /** A mask loses the pixels whose cell probability is below this share of its own level (see
   * PenCore::FlowsToCellsParameters); default 0, none. */
  penClampedParameterMacro(LevelShare, levelShare, double, 0.0, 1.0);

  /** Masks above this share of the image are removed; default 0.4. */
  penClampedParameterMacro(MaximumSizeShare, maximumSizeShare, double, 0.0, 1.0);

  /** Whether cells get a FlowError and are checked by it; default on. */
  penParameterMacro(ComputeFlowErrors, computeFlowErrors, bool);
  penSwitchMacro(ComputeFlowErrors);

  /** Masks with a flow error above this are removed; 0 keeps all; default 0.4. */
  penClampedParameterMacro(FlowThreshold, flowThreshold, double, 0.0, NumericTraits<double>::max());

  /** Masks are removed whose flow points elsewhere than the flow field: 1 - the mean cosine between the two is above
   * this. 0 keeps all, the default. */
  penClampedParameterMacro(DirectionThreshold, directionThreshold, double, 0.0, 2.0);

  /** Masks with a lower Score (mean cell logit) are removed; the default keeps all. */
  penParameterMacro(MinimumScore, minimumScore, double);

  /** Masks of fewer pixels are removed; default 15. */
  penParameterMacro(MinimumSize, minimumSize, unsigned int);

  /** Whether a mask is one part, and other large parts of it are cells (see PenCore::FlowsToCellsParameters); default
   * on. */
  penParameterMacro(ConnectedMasks, connectedMasks, bool);
  penSwitchMacro(ConnectedMasks);

  /** Whether a mask's holes that no other cell lies in become part of it; default on. */
  penParameterMacro(FillHoles, fillHoles, bool);
  penSwitchMacro(FillHoles);

  /** Whether masks that touch the image's border are removed; default off. */
  penParameterMacro(RemoveCellsTouchingImageBorder, removeCellsTouchingImageBorder, bool);
  penSwitchMacro(RemoveCellsTouchingImageBorder);

  /** CellPose: where the flow of a position is read; default FlowSampling::PixelCentres. */
  penParameterMacro(Sampling, sampling, SamplingType);

  /** CellPose: number of Euler steps; default 200. */
  penParameterMacro(Iterations, iterations, unsigned int);

  /** CellPose: a seed has more end points than this; default 10. */
  penParameterMacro(MinimumSeedPeak, minimumSeedPeak, unsigned int);

  /** CellPose: a seed is the maximum of the square of this radius; default 2. */
  penClampedParameterMacro(SeedRadius, seedRadius, unsigned int, 0, 1000);

  /** CellPose: 3 x 3 growths of a seed; default 5. */
  penClampedParameterMacro(GrowthIterations, growthIterations, unsigned int, 0, 1000);

  /** CellPose: seeds grow over bins with more end points than this; default 2. */
  penParameterMacro(MinimumGrowthCount, minimumGrowthCount, unsigned int);

  /** Pen: centres are looked for from pixels with a border logit below this; default the logit of 0.8. */
  penParameterMacro(BorderThreshold, borderThreshold, float);

  /** Pen: steps that find the centres; default 500. */
  penParameterMacro(CentreIterations, centreIterations, unsigned int);

  /** Pen: factor of the last AcceleratedIterations of these; default 3. */
  penParameterMacro(CentreAcceleration, centreAcceleration, float);

  /** Pen: steps that take the pixels to the centres; default 300. */
  penParameterMacro(MaskIterations, maskIterations, unsigned int);

  /** Pen: factor of the last AcceleratedIterations of these; default 2. */
  penParameterMacro(MaskAcceleration, maskAcceleration, float);

  /** Pen: number of accelerated steps at the end; default 100. */
  penParameterMacro(AcceleratedIterations, acceleratedIterations, unsigned int);

  /** Pen: pixels in a side of the histogram's bins; default 5. */
  penClampedParameterMacro(BinWidth, binWidth, unsigned int, 1, 1000);

  /** Pen: a centre has more end points than this; default 50. */
  penParameterMacro(MinimumCentrePeak, minimumCentrePeak, unsigned int);

  /** Pen: pixels to a centre that lies on background; default 15. */
  penClampedParameterMacro(MaximumCentreDistance, maximumCentreDistance, double, 0.0, NumericTraits<double>::max());

  /** Pen: foreground components of fewer pixels are dropped; default 30. */
  penParameterMacro(MinimumComponentSize, minimumComponentSize, unsigned int);

  /** Bytes that the flow field may take. A larger one is asked for in windows of half of this, from an input
   * that can make them; the cells are the same. Windows overlap and are asked for one channel at a time, so the input
   * is best a file. Pen and the stretched sampling take whole pages all the same. Default: any number of bytes. */
  itkSetMacro(MemoryBudget, SizeValueType);
  itkGetConstMacro(MemoryBudget, SizeValueType);

  /** How many masks each check removed; valid after Update(). */
  const PenCore::RemovedMasks &
  GetRemovedMasks() const
  {
    return m_RemovedMasks;
  }

protected:
  FlowFieldToLabelMapFilter() = default;
  ~FlowFieldToLabelMapFilter() override = default;

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
  ParametersType m_Parameters;
  SizeValueType m_MemoryBudget{ NumericTraits<SizeValueType>::max() };
  PenCore::RemovedMasks m_RemovedMasks;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkFlowFieldToLabelMapFilter.hxx"
#endif

#endif
