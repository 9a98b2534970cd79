// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Options/Validation.h"

#include "itkCellSegmentationImageFilter.h"
#include "itkImportImageFilter.h"
#include "itkSpacingInMicrometers.h"

#include "ProjectionEnhancement/Cells/CellsFromLabelMap.h"
#include "ProjectionEnhancement/Cells/PixelRuns.h"
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

} // namespace

itk::PenCore::InstanceMetrics
MeasureNetwork(itk::SegmentationNetwork * network, const std::vector<TrainingFolder> & folders)
{
  itk::PenCore::InstanceMetrics metrics;
  for (const TrainingFolder & folder : folders)
  {
    const itk::TrainingSample & sample = folder.sample;
    const std::vector<itk::PenCore::Cell> cells = Segment(network, folder);
    itk::PenCore::PixelRuns ignored;
    if (!sample.ignore.empty())
    {
      ignored = itk::PenCore::RunsOfMask(sample.ignore.data(), sample.width, sample.height);
    }
    metrics +=
      itk::PenCore::CompareInstances(itk::PenCore::MasksOf(sample.cells), itk::PenCore::MasksOf(cells), ignored)
        .metrics;
  }
  return metrics;
}
} // namespace pen
