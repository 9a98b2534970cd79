// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Options/Validation.h"

#include "itkCellSegmentationImageFilter.h"
#include "itkImportImageFilter.h"
#include "itkSpacingInMicrometers.h"

#include "ProjectionEnhancement/Cells/CellsFromLabelMap.h"
#include "ProjectionEnhancement/Metrics/Matching.h"

namespace pen
{
namespace
{
// As pen-segment finds them.
std::vector<itk::PenCore::Cell>
Segment(itk::SegmentationNetwork * network, const TrainingFolder & folder)
{
  using Import = itk::ImportImageFilter<float, 3>;
  const itk::TrainingSample & sample = folder.sample;
  const bool spacingIsKnown = folder.pixelSize > 0.0;
  const auto import = Import::New();
  Import::RegionType region;
  region.SetSize({ { sample.width, sample.height, sample.slices } });
  import->SetRegion(region);
  if (spacingIsKnown)
  {
    const double spacing[] = { folder.pixelSize, sample.spacing[1], folder.sliceSpacing };
    import->SetSpacing(spacing);
  }
  // The filter only reads them.
  import->SetImportPointer(const_cast<float *>(sample.stack.data()), sample.stack.size(), false);
  import->Update();
  const auto filter = itk::CellSegmentationImageFilter<StackImage>::New();
  itk::SetSpacingUnit(import->GetOutput(), spacingIsKnown ? "um" : "unknown");
  filter->SetInput(import->GetOutput());
  filter->SetNetwork(network);
  filter->Update();
  return itk::CellsFromLabelMap(filter->GetOutput());
}

itk::PenCore::PixelRuns
IgnoredRuns(const itk::TrainingSample & sample)
{
  itk::PenCore::PixelRuns runs;
  for (std::size_t i = 0; i < sample.ignore.size(); ++i)
  {
    const auto x = static_cast<std::int32_t>(i % sample.width);
    const auto y = static_cast<std::int32_t>(i / sample.width);
    if (sample.ignore[i] == 0)
    {
      continue;
    }
    if (x > 0 && sample.ignore[i - 1] != 0)
    {
      ++runs.back().length;
    }
    else
    {
      runs.push_back({ x, y, 1 });
    }
  }
  return runs;
}
} // namespace

itk::PenCore::InstanceMetrics
MeasureNetwork(itk::SegmentationNetwork * network, const std::vector<TrainingFolder> & folders)
{
  itk::PenCore::InstanceMetrics metrics;
  for (const TrainingFolder & folder : folders)
  {
    const std::vector<itk::PenCore::Cell> cells = Segment(network, folder);
    metrics += itk::PenCore::CompareInstances(itk::PenCore::MasksOf(folder.sample.cells), itk::PenCore::MasksOf(cells),
                                              IgnoredRuns(folder.sample))
                 .metrics;
  }
  return metrics;
}
} // namespace pen
