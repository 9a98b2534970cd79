// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkDepthChannelLabelMapFilter_hxx
#define itkDepthChannelLabelMapFilter_hxx

#include "itkDepthChannelLabelMapFilter.h"

#include "ProjectionEnhancement/Cells/CellsFromLabelMap.h"

#include <cmath>
#include <stdexcept>

namespace itk
{
template <typename TLabelMap>
void
DepthChannelLabelMapFilter<TLabelMap>::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  if (!(m_SliceSpacing > 0.0) || !std::isfinite(m_SliceSpacing) || !std::isfinite(m_SliceOrigin))
  {
    itkExceptionMacro("SliceSpacing must be more than 0 and SliceOrigin finite, got " << m_SliceSpacing << " and "
                                                                                      << m_SliceOrigin);
  }
  if (m_Method == MethodType::SliceStack && m_NumberOfSlices == 0)
  {
    itkExceptionMacro("SliceStack needs NumberOfSlices");
  }
}

template <typename TLabelMap>
PenCore::DepthChannelParameters
DepthChannelLabelMapFilter<TLabelMap>::GetParameters() const
{
  PenCore::DepthChannelParameters parameters;
  parameters.method = m_Method;
  parameters.numberOfChannels = static_cast<int>(m_NumberOfChannels);
  parameters.numberOfSlices = static_cast<int>(m_NumberOfSlices);
  parameters.seed = m_Seed;
  parameters.minimumOverlap = m_MinimumOverlap;
  parameters.numberOfThreads = this->GetNumberOfWorkUnits();
  return parameters;
}

template <typename TLabelMap>
void
DepthChannelLabelMapFilter<TLabelMap>::GenerateData()
{
  this->UpdateProgress(0.0F);
  std::vector<PenCore::Cell> cells = CellsFromLabelMap(this->GetInput());
  if (m_Method == MethodType::SliceCells || m_Method == MethodType::SliceStack)
  {
    for (PenCore::Cell & cell : cells)
    {
      cell.depth = (cell.depth - m_SliceOrigin) / m_SliceSpacing;
    }
  }
  std::vector<int> channels;
  try
  {
    channels = PenCore::AssignDepthChannels(cells, this->GetParameters());
  }
  catch (const std::invalid_argument & error)
  {
    itkExceptionMacro(<< error.what());
  }

  this->AllocateOutputs();
  auto channel = channels.begin();
  for (typename LabelMapType::Iterator it(this->GetOutput()); !it.IsAtEnd(); ++it, ++channel)
  {
    it.GetLabelObject()->SetChannel(static_cast<typename LabelObjectType::ChannelType>(*channel));
  }
  this->UpdateProgress(1.0F);
}

template <typename TLabelMap>
void
DepthChannelLabelMapFilter<TLabelMap>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Method: " << m_Method << std::endl;
  os << indent << "NumberOfChannels: " << m_NumberOfChannels << std::endl;
  os << indent << "NumberOfSlices: " << m_NumberOfSlices << std::endl;
  os << indent << "SliceSpacing: " << m_SliceSpacing << std::endl;
  os << indent << "SliceOrigin: " << m_SliceOrigin << std::endl;
  os << indent << "MinimumOverlap: " << m_MinimumOverlap << std::endl;
  os << indent << "Seed: " << m_Seed << std::endl;
}
} // namespace itk

#endif
