// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkLayersImageToCellLabelMapFilter_hxx
#define itkLayersImageToCellLabelMapFilter_hxx

#include "itkLayersImageToCellLabelMapFilter.h"

#include "ProjectionEnhancement/Base/FilterProgress.h"
#include "ProjectionEnhancement/Base/PlaneGeometry.h"
#include "ProjectionEnhancement/Cells/CellsFromLabelMap.h"
#include "itkImageScanlineConstIterator.h"

namespace itk
{
template <typename TInputImage, typename TOutputLabelMap>
void
LayersImageToCellLabelMapFilter<TInputImage, TOutputLabelMap>::VerifyInputInformation() ITKv5_CONST
{
  Superclass::VerifyInputInformation();
  const auto region = this->GetInput()->GetLargestPossibleRegion();
  if (region.GetNumberOfPixels() == 0)
  {
    itkExceptionMacro("The label image has no pixels: its size is " << region.GetSize());
  }
}

template <typename TInputImage, typename TOutputLabelMap>
void
LayersImageToCellLabelMapFilter<TInputImage, TOutputLabelMap>::GenerateOutputInformation()
{
  CopyPlaneGeometry(this->GetInput(), this->GetOutput());
}

template <typename TInputImage, typename TOutputLabelMap>
void
LayersImageToCellLabelMapFilter<TInputImage, TOutputLabelMap>::GenerateInputRequestedRegion()
{
  auto * input = const_cast<InputImageType *>(this->GetInput());
  input->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputImage, typename TOutputLabelMap>
void
LayersImageToCellLabelMapFilter<TInputImage, TOutputLabelMap>::EnlargeOutputRequestedRegion(DataObject * output)
{
  output->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputImage, typename TOutputLabelMap>
typename LayersImageToCellLabelMapFilter<TInputImage, TOutputLabelMap>::LabelledRuns
LayersImageToCellLabelMapFilter<TInputImage, TOutputLabelMap>::ScanRow(SizeValueType y, SizeValueType page) const
{
  const InputImageType * input = this->GetInput();
  auto row = input->GetLargestPossibleRegion();
  row.SetIndex(1, row.GetIndex(1) + static_cast<IndexValueType>(y));
  row.SetSize(1, 1);
  if (InputImageDimension == 3)
  {
    row.SetIndex(InputImageDimension - 1, row.GetIndex(InputImageDimension - 1) + static_cast<IndexValueType>(page));
    row.SetSize(InputImageDimension - 1, 1);
  }

  LabelledRuns runs;
  std::int32_t x = 0;
  for (ImageScanlineConstIterator<InputImageType> it(input, row); !it.IsAtEndOfLine(); ++it, ++x)
  {
    const InputPixelType label = it.Get();
    if (label == 0)
    {
      continue;
    }
    if (!runs.empty() && runs.back().first == label && runs.back().second.x + runs.back().second.length == x)
    {
      ++runs.back().second.length;
    }
    else
    {
      runs.emplace_back(label, PenCore::PixelRun{ x, static_cast<std::int32_t>(y), 1 });
    }
  }
  return runs;
}

template <typename TInputImage, typename TOutputLabelMap>
std::vector<typename LayersImageToCellLabelMapFilter<TInputImage, TOutputLabelMap>::LabelledRuns>
LayersImageToCellLabelMapFilter<TInputImage, TOutputLabelMap>::ScanRows()
{
  const auto region = this->GetInput()->GetLargestPossibleRegion();
  const SizeValueType height = region.GetSize(1);
  const SizeValueType pages =
    region.GetNumberOfPixels() == 0 ? 0 : region.GetNumberOfPixels() / height / region.GetSize(0);
  std::vector<LabelledRuns> rows(height * pages);
  constexpr SizeValueType RowsPerPiece = 16;
  PenCore::ParallelFor(
    rows.size(), RowsPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t i = begin; i < end; ++i)
      {
        rows[i] = this->ScanRow(i % height, i / height);
      }
    },
    this->GetNumberOfWorkUnits(), ProgressOfFilter(this));
  return rows;
}

template <typename TInputImage, typename TOutputLabelMap>
typename LayersImageToCellLabelMapFilter<TInputImage, TOutputLabelMap>::LabelledMasks
LayersImageToCellLabelMapFilter<TInputImage, TOutputLabelMap>::CollectMasks(
  const std::vector<LabelledRuns> & rows) const
{
  const SizeValueType height = this->GetInput()->GetLargestPossibleRegion().GetSize(1);
  LabelledMasks masks;
  for (SizeValueType i = 0; i < rows.size(); ++i)
  {
    const SizeValueType page = i / height;
    for (const LabelledRun & run : rows[i])
    {
      LabelledMask & mask = masks.emplace(run.first, LabelledMask{ page, {} }).first->second;
      if (mask.page != page)
      {
        itkExceptionMacro("label " << +run.first << " occurs on page " << mask.page << " and on page " << page
                                   << "; a label must be unique over the pages of a layers image");
      }
      if (run.first < 0)
      {
        itkExceptionMacro("negative label " << +run.first << " on page " << page);
      }
      mask.runs.push_back(run.second);
    }
  }
  return masks;
}

template <typename TInputImage, typename TOutputLabelMap>
void
LayersImageToCellLabelMapFilter<TInputImage, TOutputLabelMap>::GenerateData()
{
  this->AllocateOutputs();
  OutputLabelMapType * output = this->GetOutput();
  output->SetBackgroundValue(0);
  const auto origin = output->GetLargestPossibleRegion().GetIndex();
  for (const auto & entry : this->CollectMasks(this->ScanRows()))
  {
    auto cell = LabelObjectType::New();
    cell->SetLabel(static_cast<LabelType>(entry.first));
    cell->SetChannel(static_cast<typename LabelObjectType::ChannelType>(entry.second.page));
    AddPixelRunsToLabelObject(entry.second.runs, origin, cell.GetPointer());
    output->AddLabelObject(cell);
  }
}
} // namespace itk

#endif
