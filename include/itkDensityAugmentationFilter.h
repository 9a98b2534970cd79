// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkDensityAugmentationFilter_h
#define itkDensityAugmentationFilter_h

#include "ProjectionEnhancement/Augmentation/CellPasting.h"
#include "ProjectionEnhancement/Augmentation/DensityAugmentation.h"
#include "ProjectionEnhancement/Base/ParameterMacros.h"
#include "itkCellLabelObject.h"
#include "itkImage.h"
#include "itkImageToImageFilter.h"

namespace itk
{
/** \class DensityAugmentationFilter
 * \brief Makes an annotated stack denser: copies of the stack or of its cells, with their truth.
 *
 * Inputs: the stack, X x Y x Z; its cells with SetCells(), a 2-D label map on the stack's x-y grid whose depths are in
 * um; and optionally SetLabels3D(), a label image on the stack's grid that says which voxels are a cell's.
 *
 * Outputs: GetOutput() the denser stack, X x Y x Z'; GetOutputCells() its cells, labels 1, 2, ..., that may overlap,
 * depths in um; GetOutputLabels3D() the voxels of each cell. Region start, spacing, origin and direction are the
 * input's.
 *
 * Modes: Stack puts mirrored and turned copies below the stack (as many as Slices holds), Dense lays Copies (3) over
 * each other, shifted in z within Slices, Auto is Stack where two stacks fit into Slices and Dense otherwise (the
 * paper's supplement S3), and Cells composes a stack of Slices slices from single cells at any angle and place until
 * the wished share of them overlaps (see PenCore::PasteCells()). The same Seed gives the same output for any number of
 * threads.
 *
 * Throws itk::ExceptionObject for an empty stack, cells or labels on another grid, more slices than Slices in mode
 * Dense, and in mode Cells for a parameter out of its range and for a stack without a whole cell.
 *
 * \code
 * auto augment = itk::DensityAugmentationFilter<itk::Image<unsigned char, 3>>::New();
 * augment->SetInput(reader->GetOutput());
 * augment->SetCells(cells);
 * augment->SetMode(itk::PenCore::DensityAugmentationMode::Dense);
 * augment->Update();
 * \endcode
 *
 * \ingroup ProjectionEnhancement
 */
template <typename TStackImage, typename TLabelMap = CellLabelMap>
class ITK_TEMPLATE_EXPORT DensityAugmentationFilter : public ImageToImageFilter<TStackImage, TStackImage>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(DensityAugmentationFilter);

  using Self = DensityAugmentationFilter;
  using Superclass = ImageToImageFilter<TStackImage, TStackImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(DensityAugmentationFilter, ImageToImageFilter);

  using StackImageType = TStackImage;
  using PixelType = typename TStackImage::PixelType;
  using LabelMapType = TLabelMap;
  using LabelImageType = Image<unsigned int, 3>;
  using ModeType = PenCore::DensityAugmentationMode;
  using SeedType = std::uint64_t;
  using ParametersType = PenCore::PasteCellsParameters;
  using typename Superclass::DataObjectPointer;
  using typename Superclass::DataObjectPointerArraySizeType;

  static_assert(TStackImage::ImageDimension == 3, "a stack is X x Y x Z");
  static_assert(TLabelMap::ImageDimension == 2, "cells are 2-D masks");

  itkSetInputMacro(Cells, LabelMapType);
  itkGetInputMacro(Cells, LabelMapType);
  itkSetInputMacro(Labels3D, LabelImageType);
  itkGetInputMacro(Labels3D, LabelImageType);

  /** The cells of the denser stack. */
  LabelMapType *
  GetOutputCells();

  /** Their voxels. */
  LabelImageType *
  GetOutputLabels3D();

  itkSetEnumMacro(Mode, ModeType);
  itkGetEnumMacro(Mode, ModeType);

  /** Mode Cells: all wishes at once, of which the most used follow; Slices and Seed count in every mode. Width, height,
   * spacing and background are the stack's. */
  penParametersMacro(ParametersType);

  /** Slices that the network takes; default 27. */
  penClampedParameterMacro(Slices, slices, unsigned int, 1, NumericTraits<unsigned int>::max());

  /** Most copies, the original counted; 0, the default: as many as fit below each other, 3 over each other. */
  itkSetMacro(Copies, unsigned int);
  itkGetConstMacro(Copies, unsigned int);

  penParameterMacro(Seed, seed, SeedType);

  /** Mode Cells: most cells; default 20. */
  penParameterMacro(NumberOfCells, numberOfCells, unsigned int);

  /** Mode Cells: share of the cells that overlap another; default 0.368. */
  penParameterMacro(OverlapShare, overlapShare, double);

  /** Mode Cells: mean IoU of cells that overlap; default 0.127. */
  penParameterMacro(MeanOverlapIoU, meanOverlapIoU, double);

  /** Mode Cells: share of the overlapping cells that lie right above or below another; default 0. */
  penParameterMacro(StackedShare, stackedShare, double);

  /** Mode Cells: um between the depths of such cells; default 10 to 30. */
  penParameterMacro(MinimumStackedDistance, stackedDistance[0], double);
  penParameterMacro(MaximumStackedDistance, stackedDistance[1], double);

  /** Mode Cells: share of the smaller of two cells' voxels that both may claim; default 0.05. */
  penParameterMacro(MaximumSharedVoxels, maximumSharedVoxels, double);

  itkConceptMacro(PixelConvertibleToDoubleCheck, (Concept::Convertible<PixelType, double>));

protected:
  DensityAugmentationFilter();
  ~DensityAugmentationFilter() override = default;

  using Superclass::MakeOutput;
  DataObjectPointer
  MakeOutput(DataObjectPointerArraySizeType index) override;

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
  unsigned int
  NumberOfOutputSlices() const;

  TrainingSample
  SampleFromInputs() const;

  TrainingSample
  Augment(const TrainingSample & sample);

  PenCore::CopyParameters
  GetCopyParameters() const;

  TrainingSample
  PasteCells(const TrainingSample & sample);

  void
  WriteOutputs(const TrainingSample & sample);

  ModeType m_Mode{ ModeType::Auto };
  unsigned int m_Copies{ 0 };
  ParametersType m_Parameters;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkDensityAugmentationFilter.hxx"
#endif

#endif
