// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkSimulatedCellStackSource_h
#define itkSimulatedCellStackSource_h

#include "ProjectionEnhancement/Base/ParameterMacros.h"
#include "ProjectionEnhancement/Simulation/Simulation.h"
#include "itkCellLabelObject.h"
#include "itkImage.h"
#include "itkImageSource.h"

#include <cstdint>

namespace itk
{
/** \class SimulatedCellStackSource
 * \brief A confocal stack of simulated cells, with their masks, depths and 3-D labels.
 *
 * Outputs: 0, the stack, X x Y x Z; 1, a CellLabelMap, X x Y, of the cells, hidden parts included, with labels 1 to n
 * in the order of placement and depths in um (coordinates along the stack's third axis); 2, a label image X x Y x Z of
 * std::uint32_t, where the label is the cell's. What is simulated, and how, is told at PenCore::SimulateCellStack() and
 * PenCore::SimulationParameters: ellipsoids as in the paper's supplement S6, or cells with processes. Size and spacing
 * (um) are the parameters'; origin and direction only place the grid. Gray values are rounded for integer pixels
 * and saturate at the pixel type's largest value.
 *
 * The same seed gives the same stack, whatever the number of work units.
 *
 * Throws itk::ExceptionObject for parameters that make no sense (PenCore::SimulationParameters::Verify()).
 *
 * \code
 * auto source = itk::SimulatedCellStackSource<itk::Image<unsigned char, 3>>::New();
 * auto parameters = source->GetParameters();
 * parameters.numberOfCells = 25;
 * source->SetParameters(parameters);
 * source->Update(); // source->GetOutput(), source->GetCells(), source->GetLabelImage()
 * \endcode
 *
 * \ingroup ProjectionEnhancement
 */
template <typename TOutputImage = Image<unsigned char, 3>>
class ITK_TEMPLATE_EXPORT SimulatedCellStackSource : public ImageSource<TOutputImage>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(SimulatedCellStackSource);

  using Self = SimulatedCellStackSource;
  using Superclass = ImageSource<TOutputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(SimulatedCellStackSource, ImageSource);

  static_assert(TOutputImage::ImageDimension == 3, "a stack is X x Y x Z");

  using OutputImageType = TOutputImage;
  using LabelImageType = Image<std::uint32_t, 3>;
  using ParametersType = PenCore::SimulationParameters;
  using ShapeType = PenCore::SimulatedShape;
  using PointType = typename TOutputImage::PointType;
  using DirectionType = typename TOutputImage::DirectionType;
  using DataObjectPointer = typename Superclass::DataObjectPointer;
  using DataObjectPointerArraySizeType = ProcessObject::DataObjectPointerArraySizeType;

  penParametersMacro(ParametersType);

  /** The most used of them. */
  penParameterMacro(Shape, shape, ShapeType);
  penParameterMacro(NumberOfCells, numberOfCells, SizeValueType);
  penParameterMacro(Seed, seed, std::uint64_t);

  /** Physical point of the first voxel's centre; default 0. */
  itkSetMacro(Origin, PointType);
  itkGetConstReferenceMacro(Origin, PointType);

  /** Direction cosines; default the identity. */
  itkSetMacro(Direction, DirectionType);
  itkGetConstReferenceMacro(Direction, DirectionType);

  /** The cells' masks and depths. */
  CellLabelMap *
  GetCells();

  /** The cells' voxels. */
  LabelImageType *
  GetLabelImage();

  using Superclass::MakeOutput;
  DataObjectPointer
  MakeOutput(DataObjectPointerArraySizeType output) override;

protected:
  SimulatedCellStackSource();
  ~SimulatedCellStackSource() override = default;

  void
  VerifyPreconditions() ITKv5_CONST override;

  void
  GenerateOutputInformation() override;

  void
  EnlargeOutputRequestedRegion(DataObject * output) override;

  void
  GenerateData() override;

  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  void
  FillCells(const PenCore::SimulatedStack & simulated);

  ParametersType m_Parameters;
  PointType m_Origin;
  DirectionType m_Direction;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkSimulatedCellStackSource.hxx"
#endif

#endif
