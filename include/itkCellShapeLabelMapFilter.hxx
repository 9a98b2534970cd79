// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkCellShapeLabelMapFilter_hxx
#define itkCellShapeLabelMapFilter_hxx

#include "itkCellShapeLabelMapFilter.h"

#include "ProjectionEnhancement/Base/FilterProgress.h"
#include "ProjectionEnhancement/Base/PlaneGeometry.h"
#include "ProjectionEnhancement/Cells/CellShape.h"
#include "ProjectionEnhancement/Cells/CellsFromLabelMap.h"
#include "ProjectionEnhancement/Cells/PixelBox.h"
#include "ProjectionEnhancement/Stacks/Projections.h"
#include "ProjectionEnhancement/Stacks/StackRowsOfImage.h"
#include "itkMath.h"
#include "itkShapeLabelMapFilter.h"
#include "itkStatisticsLabelMapFilter.h"

#include <algorithm>
#include <cmath>

namespace itk
{
template <typename TLabelMap, typename TStackImage>
CellShapeLabelMapFilter<TLabelMap, TStackImage>::CellShapeLabelMapFilter()
{
  this->AddRequiredInputName("StackImage");
}

template <typename TLabelMap, typename TStackImage>
auto
CellShapeLabelMapFilter<TLabelMap, TStackImage>::Find(LabelType label) const -> const Measures &
{
  const auto found = m_Measures.find(label);
  if (found == m_Measures.end())
  {
    itkExceptionMacro("no cell with label " << label << " was measured");
  }
  return found->second;
}

template <typename TLabelMap, typename TStackImage>
void
CellShapeLabelMapFilter<TLabelMap, TStackImage>::VerifyInputInformation() ITKv5_CONST
{
  // The inputs differ in dimension, so the superclass's comparison of their grids does not apply.
  VerifyStackIsNotEmpty(this, this->GetStackImage());
  const auto plane = this->GetInput()->GetLargestPossibleRegion();
  const auto stack = this->GetStackImage()->GetLargestPossibleRegion();
  for (unsigned int axis = 0; axis < 2; ++axis)
  {
    if (plane.GetIndex(axis) != stack.GetIndex(axis) || plane.GetSize(axis) != stack.GetSize(axis))
    {
      itkExceptionMacro("the cells lie in a region of " << plane.GetSize() << " pixels from " << plane.GetIndex()
                                                        << ", the stack's is " << stack.GetSize() << " from "
                                                        << stack.GetIndex());
    }
  }
}

template <typename TLabelMap, typename TStackImage>
void
CellShapeLabelMapFilter<TLabelMap, TStackImage>::GenerateInputRequestedRegion()
{
  Superclass::GenerateInputRequestedRegion();
  const_cast<StackImageType *>(this->GetStackImage())->SetRequestedRegion(FirstRowOf(this->GetStackImage()));
}

// The projection in the cell's bounding box, of which ITK's filter asks for no more.
template <typename TLabelMap, typename TStackImage>
auto
CellShapeLabelMapFilter<TLabelMap, TStackImage>::MakeWindow(const PenCore::PixelRuns & mask) const ->
  typename PlaneType::Pointer
{
  const TLabelMap * cells = this->GetOutput();
  const PenCore::PixelBox box = PenCore::BoundingBox(mask);
  const auto start = cells->GetLargestPossibleRegion().GetIndex();
  typename PlaneType::RegionType region;
  region.SetIndex({ { start[0] + box.left, start[1] + box.top } });
  region.SetSize({ { static_cast<SizeValueType>(box.Width()), static_cast<SizeValueType>(box.Height()) } });
  auto window = PlaneType::New();
  window->CopyInformation(cells);
  window->SetRegions(region);
  window->Allocate();
  return window;
}

template <typename TLabelMap, typename TStackImage>
void
CellShapeLabelMapFilter<TLabelMap, TStackImage>::UpdateAttributes(LabelObjectType * cell, PlaneType * window) const
{
  // In place on a map that shares the label object with the output.
  auto map = TLabelMap::New();
  map->CopyInformation(this->GetOutput());
  map->SetRegions(window->GetLargestPossibleRegion());
  map->AddLabelObject(cell);
  auto statistics = StatisticsLabelMapFilter<TLabelMap, PlaneType>::New();
  statistics->SetInput(map);
  statistics->SetFeatureImage(window);
  statistics->InPlaceOn();
  statistics->ComputePerimeterOff(); // UpdateShapes() does
  statistics->SetNumberOfWorkUnits(1);
  statistics->Update();
}

// Once more after the statistics, which took a cell's window for the field that its border is.
template <typename TLabelMap, typename TStackImage>
void
CellShapeLabelMapFilter<TLabelMap, TStackImage>::UpdateShapes()
{
  auto shared = TLabelMap::New();
  shared->Graft(this->GetOutput());
  auto shapes = ShapeLabelMapFilter<TLabelMap>::New();
  shapes->SetInput(shared);
  shapes->InPlaceOn();
  shapes->SetNumberOfWorkUnits(this->GetNumberOfWorkUnits());
  FollowInnerFilter(this, shapes, 0.5F, 0.7F);
  shapes->Update();
}

template <typename TLabelMap, typename TStackImage>
void
CellShapeLabelMapFilter<TLabelMap, TStackImage>::MeasureAxes(const LabelObjectType * cell, Measures & measures) const
{
  // Below this share of a pixel's area a second moment is rounding: the mask is one straight line.
  constexpr double smallestMoment = 1e-6;
  const auto spacing = this->GetOutput()->GetSpacing();
  const double rounding = smallestMoment * spacing[0] * spacing[1];
  const auto length = [rounding](double moment) { return moment > rounding ? 4.0 * std::sqrt(moment) : 0.0; };
  const auto moments = cell->GetPrincipalMoments();
  measures.minorAxisLength = length(moments[0]);
  measures.majorAxisLength = length(moments[1]);
  if (moments[1] - moments[0] > rounding)
  {
    const auto axes = cell->GetPrincipalAxes();
    const double degrees = std::atan2(axes[1][1], axes[1][0]) * 180.0 / Math::pi;
    measures.orientation = degrees > 90.0 ? degrees - 180.0 : (degrees <= -90.0 ? degrees + 180.0 : degrees);
  }
}

template <typename TLabelMap, typename TStackImage>
void
CellShapeLabelMapFilter<TLabelMap, TStackImage>::GenerateData()
{
  m_Measures.clear();
  ProgressOfFilter(this)(0.0F);
  this->AllocateOutputs();
  TLabelMap * cells = this->GetOutput();
  const StackImageType * stack = this->GetStackImage();
  const PenCore::GridSize size = GridSizeOfStack(stack);
  const auto progress = ProgressOfFilter(this, 0.7F, 1.0F);

  std::vector<PenCore::PixelRuns> masks;
  LabelVectorType labels;
  for (typename TLabelMap::Iterator it(cells); !it.IsAtEnd(); ++it)
  {
    // ITK's perimeter counts the ends of lines, so lines that touch must be one.
    it.GetLabelObject()->Optimize();
    masks.push_back(PixelRunsWithinRegion(it.GetLabelObject(), cells->GetLargestPossibleRegion()));
    labels.push_back(it.GetLabel());
  }
  const PenCore::MaskPointers pointers = PenCore::MasksOf(masks);
  const unsigned int threads = this->GetNumberOfWorkUnits();
  std::vector<double> sums(masks.size(), 0.0);
  // Whole, the projection would be as large as the image: a cell is measured once the bands have passed it.
  std::vector<typename PlaneType::Pointer> windows(masks.size());
  std::vector<float> projection;
  const auto measure = [&](std::size_t i, const PenCore::RowRange & band)
  {
    const auto top = static_cast<std::size_t>(masks[i].front().y);
    const auto end = static_cast<std::size_t>(masks[i].back().y) + 1;
    if (top >= band.end || end <= band.begin)
    {
      return;
    }
    if (windows[i].IsNull())
    {
      windows[i] = this->MakeWindow(masks[i]);
    }
    const auto region = windows[i]->GetBufferedRegion();
    const auto left = static_cast<std::size_t>(region.GetIndex(0) - cells->GetLargestPossibleRegion().GetIndex(0));
    for (std::size_t y = std::max(top, band.begin); y < std::min(end, band.end); ++y)
    {
      std::copy_n(projection.data() + (y - band.begin) * size.width + left, region.GetSize(0),
                  windows[i]->GetBufferPointer() + (y - top) * region.GetSize(0));
    }
    if (end <= band.end)
    {
      this->UpdateAttributes(cells->GetLabelObject(labels[i]), windows[i]);
      windows[i] = nullptr;
    }
  };
  if (!masks.empty())
  {
    PenCore::ForEachBandOfRows(
      StackRowsOfImage(stack, threads), size,
      [&](const PenCore::RowRange & band, const std::vector<float> & rows)
      {
        projection.resize(band.Count() * size.width);
        PenCore::MaximumProjection(rows.data(), static_cast<unsigned int>(size.depth), projection.size(),
                                   projection.data(), threads);
        PenCore::AddUnderMasks(pointers, rows, band, size, sums, threads);
        for (std::size_t i = 0; i < masks.size(); ++i)
        {
          if (!masks[i].empty())
          {
            measure(i, band);
          }
        }
      },
      PenCore::UsualBytesPerBand, ProgressOfFilter(this, 0.0F, 0.5F));
    this->UpdateShapes();
  }
  const auto neighbours = PenCore::OverlapNeighbours(PenCore::FindOverlappingPairs(pointers, threads), masks.size());
  for (std::size_t i = 0; i < masks.size(); ++i)
  {
    Measures & measures = m_Measures[labels[i]];
    const auto pixels = static_cast<double>(PenCore::CountPixels(masks[i]));
    measures.solidity = pixels / static_cast<double>(PenCore::CountConvexPixels(masks[i]));
    measures.stackSum = sums[i];
    measures.stackMean = sums[i] / (pixels * static_cast<double>(size.depth));
    std::transform(neighbours[i].begin(), neighbours[i].end(), std::back_inserter(measures.overlappingLabels),
                   [&](std::uint32_t other) { return labels[other]; });
    this->MeasureAxes(cells->GetLabelObject(labels[i]), measures);
  }
  progress(1.0F);
}

template <typename TLabelMap, typename TStackImage>
void
CellShapeLabelMapFilter<TLabelMap, TStackImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "MeasuredCells: " << m_Measures.size() << std::endl;
}
} // namespace itk

#endif
