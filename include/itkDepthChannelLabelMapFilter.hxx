// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkDepthChannelLabelMapFilter_hxx
#define itkDepthChannelLabelMapFilter_hxx

#include "itkDepthChannelLabelMapFilter.h"

#include "ProjectionEnhancement/Base/FilterProgress.h"
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
  if (m_Parameters.method == MethodType::SliceStack && m_Parameters.numberOfSlices == 0)
  {
    itkExceptionMacro("SliceStack needs NumberOfSlices");
  }
}

template <typename TLabelMap>
void
DepthChannelLabelMapFilter<TLabelMap>::GenerateData()
{
  const auto progress = ProgressOfFilter(this);
  progress(0.0F);
  std::vector<PenCore::Cell> cells = CellsFromLabelMap(this->GetInput());
  if (m_Parameters.method == MethodType::SliceCells || m_Parameters.method == MethodType::SliceStack)
  {
    for (PenCore::Cell & cell : cells)
    {
      cell.depth = (cell.depth - m_SliceOrigin) / m_SliceSpacing;
    }
  }
  ParametersType parameters = m_Parameters;
  parameters.numberOfThreads = this->GetNumberOfWorkUnits();
  std::vector<int> channels;
  try
  {
    channels = PenCore::AssignDepthChannels(cells, parameters);
  }
  catch (const std::invalid_argument & error)
  {
    itkExceptionMacro(<< error.what());
  }
  progress(0.5F);

  this->AllocateOutputs();
  auto channel = channels.begin();
  for (typename LabelMapType::Iterator it(this->GetOutput()); !it.IsAtEnd(); ++it, ++channel)
  {
    it.GetLabelObject()->SetChannel(static_cast<typename LabelObjectType::ChannelType>(*channel));
  }
  progress(1.0F);
}

template <typename TLabelMap>
void
DepthChannelLabelMapFilter<TLabelMap>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  PrintParameters(os, indent, m_Parameters);
  PrintParameter(os, indent, "SliceSpacing", m_SliceSpacing);
  PrintParameter(os, indent, "SliceOrigin", m_SliceOrigin);
}
} // namespace itk

#endif
