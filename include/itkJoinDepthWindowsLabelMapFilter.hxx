// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkJoinDepthWindowsLabelMapFilter_hxx
#define itkJoinDepthWindowsLabelMapFilter_hxx

#include "itkJoinDepthWindowsLabelMapFilter.h"

#include "ProjectionEnhancement/Base/FilterProgress.h"
#include "ProjectionEnhancement/Cells/CellsFromLabelMap.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace itk
{
template <typename TLabelMap>
void
JoinDepthWindowsLabelMapFilter<TLabelMap>::SetOwnDepths(unsigned int window, const PenCore::DepthRange & own)
{
  const PenCore::DepthRange old = this->GetOwnDepths(window);
  m_OwnDepths.resize(std::max<std::size_t>(m_OwnDepths.size(), std::size_t{ window } + 1));
  m_OwnDepths[window] = own;
  if (old.first != own.first || old.end != own.end)
  {
    this->Modified();
  }
}

template <typename TLabelMap>
PenCore::DepthRange
JoinDepthWindowsLabelMapFilter<TLabelMap>::GetOwnDepths(unsigned int window) const
{
  return window < m_OwnDepths.size() ? m_OwnDepths[window] : PenCore::DepthRange{};
}

template <typename TLabelMap>
void
JoinDepthWindowsLabelMapFilter<TLabelMap>::SetWindows(double extent, bool networkLearnedWindows)
{
  ParametersType parameters = PenCore::JoinParametersOf(extent, networkLearnedWindows);
  parameters.iouThreshold = m_Parameters.iouThreshold;
  parameters.adoptionShare = m_Parameters.adoptionShare;
  this->SetParameters(parameters);
}

template <typename TLabelMap>
void
JoinDepthWindowsLabelMapFilter<TLabelMap>::VerifyInputInformation() ITKv5_CONST
{
  // The superclass compares physical points: in a tilted stack those of the windows' first slices differ.
  const auto first = this->GetInput(0)->GetLargestPossibleRegion();
  for (unsigned int i = 1; i < this->GetNumberOfIndexedInputs(); ++i)
  {
    if (this->GetInput(i) == nullptr)
    {
      itkExceptionMacro("there is no label map for depth window " << i);
    }
    const auto other = this->GetInput(i)->GetLargestPossibleRegion();
    if (other != first)
    {
      itkExceptionMacro("the label map of depth window " << i << " covers " << other.GetSize() << " from "
                                                         << other.GetIndex() << ", that of window 0 " << first.GetSize()
                                                         << " from " << first.GetIndex());
    }
  }
}

template <typename TLabelMap>
void
JoinDepthWindowsLabelMapFilter<TLabelMap>::GenerateInputRequestedRegion()
{
  Superclass::GenerateInputRequestedRegion();
  for (unsigned int i = 0; i < this->GetNumberOfIndexedInputs(); ++i)
  {
    if (auto * input = const_cast<LabelMapType *>(this->GetInput(i)))
    {
      input->SetRequestedRegionToLargestPossibleRegion();
    }
  }
}

template <typename TLabelMap>
void
JoinDepthWindowsLabelMapFilter<TLabelMap>::EnlargeOutputRequestedRegion(DataObject * output)
{
  output->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TLabelMap>
void
JoinDepthWindowsLabelMapFilter<TLabelMap>::GenerateData()
{
  const auto progress = ProgressOfFilter(this);
  progress(0.0F);
  std::vector<PenCore::Cell> cells;
  std::vector<std::uint32_t> windowOfCell;
  std::vector<const LabelObjectType *> labelObjects;
  std::vector<PenCore::DepthRange> own;
  for (unsigned int i = 0; i < this->GetNumberOfIndexedInputs(); ++i)
  {
    std::vector<PenCore::Cell> found = CellsFromLabelMap(this->GetInput(i));
    windowOfCell.insert(windowOfCell.end(), found.size(), i);
    std::move(found.begin(), found.end(), std::back_inserter(cells));
    for (typename LabelMapType::ConstIterator it(this->GetInput(i)); !it.IsAtEnd(); ++it)
    {
      labelObjects.push_back(it.GetLabelObject());
    }
    own.push_back(this->GetOwnDepths(i));
  }
  ParametersType parameters = m_Parameters;
  parameters.numberOfThreads = this->GetNumberOfWorkUnits();
  std::vector<std::uint32_t> joined;
  try
  {
    joined = PenCore::JoinDepthWindows(cells, windowOfCell, own, parameters);
  }
  catch (const std::invalid_argument & error)
  {
    itkExceptionMacro(<< error.what());
  }
  progress(0.5F);

  this->AllocateOutputs();
  LabelMapType * output = this->GetOutput();
  output->SetBackgroundValue(0);
  for (const std::uint32_t i : joined)
  {
    auto labelObject = LabelObjectType::New();
    labelObject->template CopyAllFrom<LabelObjectType>(labelObjects[i]);
    labelObject->SetLabel(static_cast<LabelType>(output->GetNumberOfLabelObjects() + 1));
    output->AddLabelObject(labelObject);
  }
  progress(1.0F);
}

template <typename TLabelMap>
void
JoinDepthWindowsLabelMapFilter<TLabelMap>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  for (const PenCore::DepthRange & range : m_OwnDepths)
  {
    os << indent << "OwnDepths: " << range.first << ' ' << range.end << std::endl;
  }
  PrintParameters(os, indent, m_Parameters);
}
} // namespace itk

#endif
