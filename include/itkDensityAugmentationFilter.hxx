// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkDensityAugmentationFilter_hxx
#define itkDensityAugmentationFilter_hxx

#include "itkDensityAugmentationFilter.h"

#include "ProjectionEnhancement/Base/FilterProgress.h"
#include "ProjectionEnhancement/Base/PlaneGeometry.h"
#include "ProjectionEnhancement/Stacks/DepthOfSlice.h"
#include "itkImageRegionConstIterator.h"
#include "itkMath.h"
#include "itkSpacingInMicrometers.h"
#include "itkTrainingSampleFromImages.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <type_traits>
#include <unordered_map>

namespace itk
{
template <typename TStackImage, typename TLabelMap>
DensityAugmentationFilter<TStackImage, TLabelMap>::DensityAugmentationFilter()
{
  m_Parameters.slices = 27;
  this->AddRequiredInputName("Cells", 1);
  this->AddOptionalInputName("Labels3D", 2);
  this->SetNumberOfRequiredOutputs(3);
  for (DataObjectPointerArraySizeType index = 1; index < 3; ++index)
  {
    this->SetNthOutput(index, this->MakeOutput(index));
  }
}

template <typename TStackImage, typename TLabelMap>
auto
DensityAugmentationFilter<TStackImage, TLabelMap>::MakeOutput(DataObjectPointerArraySizeType index) -> DataObjectPointer
{
  switch (index)
  {
    case 1:
      return LabelMapType::New().GetPointer();
    case 2:
      return LabelImageType::New().GetPointer();
    default:
      return Superclass::MakeOutput(index);
  }
}

template <typename TStackImage, typename TLabelMap>
auto
DensityAugmentationFilter<TStackImage, TLabelMap>::GetOutputCells() -> LabelMapType *
{
  return static_cast<LabelMapType *>(this->ProcessObject::GetOutput(1));
}

template <typename TStackImage, typename TLabelMap>
auto
DensityAugmentationFilter<TStackImage, TLabelMap>::GetOutputLabels3D() -> LabelImageType *
{
  return static_cast<LabelImageType *>(this->ProcessObject::GetOutput(2));
}

template <typename TStackImage, typename TLabelMap>
void
DensityAugmentationFilter<TStackImage, TLabelMap>::VerifyInputInformation() ITKv5_CONST
{
  Superclass::VerifyInputInformation();
  VerifyStackIsNotEmpty(this, this->GetInput());
  const auto stack = this->GetInput()->GetLargestPossibleRegion();
  const auto cells = this->GetCells()->GetLargestPossibleRegion();
  for (unsigned int axis = 0; axis < 2; ++axis)
  {
    if (cells.GetIndex(axis) != stack.GetIndex(axis) || cells.GetSize(axis) != stack.GetSize(axis))
    {
      itkExceptionMacro("the cells lie in a region of " << cells.GetSize() << " pixels from " << cells.GetIndex()
                                                        << ", the stack's is " << stack.GetSize() << " from "
                                                        << stack.GetIndex());
    }
  }
  if (this->GetLabels3D() != nullptr && this->GetLabels3D()->GetLargestPossibleRegion() != stack)
  {
    itkExceptionMacro("the 3-D labels have " << this->GetLabels3D()->GetLargestPossibleRegion().GetSize()
                                             << " voxels, the stack " << stack.GetSize());
  }
  if (m_Mode != ModeType::Stack && m_Mode != ModeType::Cells && stack.GetSize(2) > m_Parameters.slices)
  {
    itkExceptionMacro("the stack has " << stack.GetSize(2) << " slices, more than the " << m_Parameters.slices
                                       << " that copies are shifted within");
  }
}

template <typename TStackImage, typename TLabelMap>
PenCore::CopyParameters
DensityAugmentationFilter<TStackImage, TLabelMap>::GetCopyParameters() const
{
  PenCore::CopyParameters parameters;
  parameters.slices = m_Parameters.slices;
  parameters.copies = m_Copies;
  parameters.seed = m_Parameters.seed;
  return parameters;
}

template <typename TStackImage, typename TLabelMap>
unsigned int
DensityAugmentationFilter<TStackImage, TLabelMap>::NumberOfOutputSlices() const
{
  const auto slices = static_cast<unsigned int>(this->GetInput()->GetLargestPossibleRegion().GetSize(2));
  return slices == 0 ? 0 : PenCore::SlicesAfterCopying(slices, m_Mode, this->GetCopyParameters());
}

template <typename TStackImage, typename TLabelMap>
void
DensityAugmentationFilter<TStackImage, TLabelMap>::GenerateOutputInformation()
{
  const StackImageType * input = this->GetInput();
  auto region = input->GetLargestPossibleRegion();
  region.SetSize(2, this->NumberOfOutputSlices());
  this->GetOutput()->CopyInformation(input);
  this->GetOutput()->SetLargestPossibleRegion(region);
  this->GetOutputLabels3D()->CopyInformation(input);
  this->GetOutputLabels3D()->SetLargestPossibleRegion(region);
  this->GetOutputCells()->CopyInformation(this->GetCells());
}

template <typename TStackImage, typename TLabelMap>
void
DensityAugmentationFilter<TStackImage, TLabelMap>::GenerateInputRequestedRegion()
{
  for (const auto & name : this->GetInputNames())
  {
    if (DataObject * input = this->ProcessObject::GetInput(name))
    {
      input->SetRequestedRegionToLargestPossibleRegion();
    }
  }
}

template <typename TStackImage, typename TLabelMap>
void
DensityAugmentationFilter<TStackImage, TLabelMap>::EnlargeOutputRequestedRegion(DataObject *)
{
  for (DataObjectPointerArraySizeType index = 0; index < this->GetNumberOfIndexedOutputs(); ++index)
  {
    this->ProcessObject::GetOutput(index)->SetRequestedRegionToLargestPossibleRegion();
  }
}

template <typename TStackImage, typename TLabelMap>
TrainingSample
DensityAugmentationFilter<TStackImage, TLabelMap>::SampleFromInputs() const
{
  const StackImageType * stack = this->GetInput();
  TrainingSample sample = TrainingSampleFromImages(stack, this->GetCells());
  if (this->GetLabels3D() == nullptr)
  {
    sample.labels3d = PenCore::LabelsFromColumns(sample, PenCore::CutCellsParameters());
    return sample;
  }
  std::unordered_map<SizeValueType, std::uint32_t> numbers;
  for (const auto label : this->GetCells()->GetLabels())
  {
    numbers.emplace(label, static_cast<std::uint32_t>(numbers.size() + 1));
  }
  sample.labels3d.reserve(sample.stack.size());
  for (ImageRegionConstIterator<LabelImageType> it(this->GetLabels3D(), stack->GetLargestPossibleRegion());
       !it.IsAtEnd(); ++it)
  {
    const auto found = it.Get() == 0 ? numbers.end() : numbers.find(it.Get());
    sample.labels3d.push_back(found == numbers.end() ? 0u : found->second);
  }
  return sample;
}

template <typename TStackImage, typename TLabelMap>
TrainingSample
DensityAugmentationFilter<TStackImage, TLabelMap>::PasteCells(const TrainingSample & sample)
{
  const PenCore::BackgroundLevel background = PenCore::EstimateBackground(sample);
  ParametersType parameters = m_Parameters;
  parameters.width = sample.width;
  parameters.height = sample.height;
  parameters.spacing = sample.spacing;
  parameters.backgroundLevel = background.level;
  parameters.backgroundNoise = background.noise;
  parameters.progress = ProgressOfFilter(this, 0.1F, 0.9F);
  return PenCore::PasteCells(PenCore::CutCells(sample), parameters);
}

template <typename TStackImage, typename TLabelMap>
TrainingSample
DensityAugmentationFilter<TStackImage, TLabelMap>::Augment(const TrainingSample & sample)
{
  if (m_Mode == ModeType::Cells)
  {
    return this->PasteCells(sample);
  }
  PenCore::CopyParameters parameters = this->GetCopyParameters();
  parameters.background = PenCore::EstimateBackground(sample).level;
  parameters.progress = ProgressOfFilter(this, 0.1F, 0.9F);
  switch (m_Mode)
  {
    case ModeType::Stack:
      return PenCore::StackCopies(sample, parameters);
    case ModeType::Dense:
      return PenCore::OverlayCopies(sample, parameters);
    default:
      return PenCore::AugmentDensity(sample, parameters);
  }
}

template <typename TStackImage, typename TLabelMap>
void
DensityAugmentationFilter<TStackImage, TLabelMap>::WriteOutputs(const TrainingSample & sample)
{
  StackImageType * stack = this->GetOutput();
  stack->SetBufferedRegion(stack->GetLargestPossibleRegion());
  stack->Allocate();
  std::transform(sample.stack.begin(), sample.stack.end(), stack->GetBufferPointer(),
                 [](float value)
                 {
                   if constexpr (std::is_integral<PixelType>::value)
                   {
                     const double lowest = static_cast<double>(NumericTraits<PixelType>::NonpositiveMin());
                     const double highest = static_cast<double>(NumericTraits<PixelType>::max());
                     return static_cast<PixelType>(
                       std::min(std::max(std::round(static_cast<double>(value)), lowest), highest));
                   }
                   else
                   {
                     return static_cast<PixelType>(value);
                   }
                 });

  LabelImageType * labels = this->GetOutputLabels3D();
  labels->SetBufferedRegion(labels->GetLargestPossibleRegion());
  labels->Allocate();
  std::copy(sample.labels3d.begin(), sample.labels3d.end(), labels->GetBufferPointer());

  LabelMapType * cells = this->GetOutputCells();
  cells->ClearLabels();
  cells->SetBufferedRegion(cells->GetLargestPossibleRegion());
  for (std::size_t i = 0; i < sample.cells.size(); ++i)
  {
    auto object = LabelMapType::LabelObjectType::New();
    object->SetLabel(static_cast<typename LabelMapType::LabelType>(i + 1));
    object->SetDepth(DepthOfSlice(stack, sample.cells[i].depth));
    object->SetChannel(static_cast<unsigned int>(sample.cells[i].channel));
    AddPixelRunsToLabelObject(sample.cells[i].runs, cells->GetLargestPossibleRegion().GetIndex(), object.GetPointer());
    cells->AddLabelObject(object);
  }
}

template <typename TStackImage, typename TLabelMap>
void
DensityAugmentationFilter<TStackImage, TLabelMap>::GenerateData()
{
  const auto progress = ProgressOfFilter(this);
  progress(0.0F);
  TrainingSample augmented;
  try
  {
    const TrainingSample sample = this->SampleFromInputs();
    progress(0.1F);
    augmented = this->Augment(sample);
  }
  catch (const std::invalid_argument & error)
  {
    itkExceptionMacro(<< error.what());
  }
  this->WriteOutputs(augmented);
  progress(1.0F);
}

template <typename TStackImage, typename TLabelMap>
void
DensityAugmentationFilter<TStackImage, TLabelMap>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  PrintParameter(os, indent, "Mode", m_Mode);
  PrintParameter(os, indent, "Copies", m_Copies);
  PrintParameters(os, indent, m_Parameters);
}
} // namespace itk

#endif
