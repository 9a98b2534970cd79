// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkCellSegmentationImageFilter_h
#define itkCellSegmentationImageFilter_h

#include "ProjectionEnhancement/Base/ParameterMacros.h"
#include "ProjectionEnhancement/Segmentation/StackSegmentation.h"
#include "itkCellLabelObject.h"
#include "itkImage.h"
#include "itkImageToImageFilter.h"
#include "itkRGBPixel.h"
#include "itkSegmentationNetwork.h"
#include "itkSegmentationRecipe.h"

#include <optional>
#include <string>
#include <vector>

namespace itk
{
/** \class CellSegmentationImageFilter
 * \brief Finds the cells of a stack, cells that lie over each other too, by the recipe that its model records.
 *
 * Input: X x Y x Z gray values of any scalar type. Its spacing is um, or what the image's dictionary says
 * (MicrometersPerSpacingUnit()); where it is not known, pixels count as the model's own. Outputs:
 * - GetOutput(): the cells, a 2-D label map of itk::CellLabelObject on the stack's x-y grid, which may overlap. A cell
 *   has its Depth in um as its first slice's origin has it, its Channel, Score and FlowError. Labels are 1 to n.
 * - GetFlowField(), with KeepFlowField on: X x Y x C, pixels of flow x, flow y, cell logit and border logit; the depth
 *   channels of the first depth window, then those of the next one.
 * - GetProjection(), with KeepProjection on: the RGB image X x Y that the network sees, colour by depth.
 *
 * The stack goes through the network whole or in windows of a few slices, each as a stack of its own, in overlapping
 * tiles; pixels follow the flows to cells; the copies of a cell in several channels and windows become one; the slices
 * under a cell tell its depth. SegmentationRecipe has each parameter. It is the network's own
 * (SegmentationNetworkOptions::GetRecipe()) unless SetRecipe() gives another.
 *
 * A stack that takes more than half of MemoryBudget is asked for in bands of rows, several times over; with a
 * ScratchFolder, planes and flows that do not fit lie in files there, which are gone when the filter is. The flow
 * field's rows can be asked for part by part. The cells depend neither on memory nor on the number of work units.
 *
 * Invokes IterationEvent when a stage begins, whose name GetStage() tells.
 *
 * Throws itk::ExceptionObject without a network, for an empty stack and for voxels that are not finite.
 *
 * \code
 * auto network = itk::SegmentationNetwork::New();
 * network->Load("models/pen-cellpose.pt");
 * auto cells = itk::CellSegmentationImageFilter<itk::Image<unsigned short, 3>>::New();
 * cells->SetInput(reader->GetOutput());
 * cells->SetNetwork(network);
 * cells->Update();
 * std::cout << cells->GetOutput()->GetNumberOfLabelObjects() << " cells\n";
 * \endcode
 *
 * \sa SegmentCells FlowFieldPredictionImageFilter FlowFieldToLabelMapFilter JoinDepthWindowsLabelMapFilter
 * \ingroup ProjectionEnhancement
 */
template <typename TInputImage>
class ITK_TEMPLATE_EXPORT CellSegmentationImageFilter : public ImageToImageFilter<TInputImage, CellLabelMap>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(CellSegmentationImageFilter);

  using Self = CellSegmentationImageFilter;
  using Superclass = ImageToImageFilter<TInputImage, CellLabelMap>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(CellSegmentationImageFilter, ImageToImageFilter);

  using InputImageType = TInputImage;
  using FlowFieldType = PenCore::FlowFieldImage;
  using ProjectionType = Image<RGBPixel<unsigned char>, 2>;
  using AheadType = PenCore::StackSegmentationParameters::Ahead;
  using typename Superclass::DataObjectPointer;
  using typename Superclass::DataObjectPointerArraySizeType;

  static_assert(TInputImage::ImageDimension == 3, "a stack is X x Y x Z");

  /** The network, which must have weights when the filter runs. */
  itkSetObjectMacro(Network, SegmentationNetwork);
  itkGetModifiableObjectMacro(Network, SegmentationNetwork);

  /** Makes cells by another recipe than the network's. */
  void
  SetRecipe(const SegmentationRecipe & recipe);

  /** Makes cells by the network's own recipe again, which is the default. */
  void
  UseRecipeOfNetwork();

  /** The recipe in force. \throws ExceptionObject where it is that of a network that is not set or has no weights. */
  SegmentationRecipe
  GetRecipe() const;

  /** Whether the image's spacing counts where it is known; default on. Off, pixels are the network's own. */
  itkSetMacro(UseImageSpacing, bool);
  itkGetConstMacro(UseImageSpacing, bool);
  itkBooleanMacro(UseImageSpacing);

  /** Grid, tiles, memory and scratch folder at once. */
  penPartOfParametersMacro(RunParameters, PenCore::NetworkRunParameters);

  /** um of the network's pixels; 0, the default, leaves it to the model. */
  penClampedParameterMacro(NetworkPixelSize, networkPixelSize, double, 0.0, NumericTraits<double>::max());

  /** Pixels of the stack across a cell, for a network that knows how large its cells are (imported from Cellpose);
   * 0, the default, leaves it to the spacings or to the images that the network learned from. */
  penClampedParameterMacro(CellDiameter, cellDiameter, double, 0.0, NumericTraits<double>::max());

  /** Side of the tiles that the network sees at once, in its pixels; default 512. */
  penParameterMacro(TileSize, tileSize, unsigned int);

  /** Pixels that neighbouring tiles share at least, blended smoothly; default 48. */
  penParameterMacro(TileOverlap, tileOverlap, unsigned int);

  /** Bytes that stack, projection and flow field may take in memory; default 2^30. */
  penParameterMacro(MemoryBudget, memory, SizeValueType);

  /** A folder for planes and flows that take more than half of MemoryBudget. Empty, the default: planes are made again,
   * and flows are in memory all the same. */
  penStringParameterMacro(ScratchFolder, scratchFolder);

  /** Intensity that counts as 0. Together with HighestIntensity, where that is higher, it stands in for what the
   * model's normalisation makes of each stack; default 0 for both. */
  penParameterMacro(LowestIntensity, lowestIntensity, double);

  /** Intensity that counts as 1. */
  penParameterMacro(HighestIntensity, highestIntensity, double);

  /** Whether rows are read, tiles and depth windows go through the network, and cells are looked for in the window
   * before, all at once; default Auto: where the network is on a GPU. */
  penParameterMacro(Ahead, ahead, AheadType);

  /** Whether GetFlowField() is made; default off. */
  penParameterMacro(KeepFlowField, keepFlows, bool);
  penSwitchMacro(KeepFlowField);

  /** Whether GetProjection() is made; default off. */
  itkSetMacro(KeepProjection, bool);
  itkGetConstMacro(KeepProjection, bool);
  itkBooleanMacro(KeepProjection);

  /** The flow field; without a pixel unless KeepFlowField is on. */
  FlowFieldType *
  GetFlowField();

  /** The projection; without a pixel unless KeepProjection is on. */
  ProjectionType *
  GetProjection();

  /** Depth windows that the stack is segmented in; valid after UpdateOutputInformation(). */
  itkGetConstMacro(NumberOfDepthWindows, unsigned int);

  /** Slices of each of them; valid after UpdateOutputInformation(). */
  itkGetConstMacro(SlicesPerDepthWindow, unsigned int);

  /** \brief How many masks each of the recipe's checks removed, over all depth windows; valid after Update().
   *
   * Where there are few cells or none this says which parameter to look at. */
  const PenCore::RemovedMasks &
  GetRemovedMasks() const
  {
    return m_Result.removed;
  }

  /** What the normalisation of intensities saw, in whichever depth window; valid after Update(). */
  const IntensityRemarks &
  GetIntensityRemarks() const
  {
    return m_Result.intensities;
  }

  /** "network", "masks", "merge", "depths" or "projection", while the filter runs. */
  itkGetStringMacro(Stage);

  /** The network's changes count as the filter's own. */
  ModifiedTimeType
  GetMTime() const override;

  DataObjectPointer
  MakeOutput(DataObjectPointerArraySizeType index) override;

protected:
  CellSegmentationImageFilter();
  ~CellSegmentationImageFilter() override = default;

  void
  VerifyPreconditions() ITKv5_CONST override;

  void
  VerifyInputInformation() ITKv5_CONST override;

  void
  GenerateOutputInformation() override;

  void
  GenerateOutputRequestedRegion(DataObject * output) override;

  void
  EnlargeOutputRequestedRegion(DataObject * output) override;

  void
  GenerateInputRequestedRegion() override;

  void
  GenerateData() override;

  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  using StackImage = Image<float, 3>;

  /** um in the unit of the stack's spacing; 0 where it does not count. */
  double
  MicrometersPerUnit() const;

  PenCore::StackSegmentationParameters
  ParametersOfRun() const;

  /** The input as float pixels with a spacing in um; \a parts keeps what makes it. */
  StackImage *
  StackInMicrometers(std::vector<ProcessObject::Pointer> & parts);

  /** Of everything that the cells depend on. */
  ModifiedTimeType
  GetResultMTime() const;

  void
  BeginStage(const std::string & stage);

  void
  GenerateFlowField();

  void
  GenerateProjection(StackImage * stack);

  SegmentationNetwork::Pointer m_Network;
  std::optional<SegmentationRecipe> m_Recipe;
  bool m_UseImageSpacing{ true };
  PenCore::StackSegmentationParameters m_Parameters;
  bool m_KeepProjection{ false };
  unsigned int m_NumberOfDepthWindows{ 0 };
  unsigned int m_SlicesPerDepthWindow{ 0 };
  std::string m_Stage;

  PenCore::StackSegmentationResult m_Result; // of m_ResultMTime
  typename ProjectionType::Pointer m_MadeProjection;
  ModifiedTimeType m_ResultMTime{ 0 };
};

/** \brief The cells of a stack, by a model's own recipe.
 *
 * \param stack     X x Y x Z gray values, brought up to date
 * \param fileName  of a model
 * \throws ExceptionObject where the model cannot be loaded or the stack cannot be segmented */
template <typename TImage>
CellLabelMap::Pointer
SegmentCells(const TImage * stack, const std::string & fileName);
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkCellSegmentationImageFilter.hxx"
#endif

#endif
