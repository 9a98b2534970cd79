// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penSlicerSegmentation.h"
#include "penImageFile.h"
#include "penLabelColour.h"

#include "itkMetaDataObject.h"
#include "itkVectorImage.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <sstream>
#include <unordered_map>

namespace pen
{
namespace
{
// One slice whose voxels are as deep as the stack, with a component a page.
template <typename TLabel>
typename itk::VectorImage<TLabel, 3>::Pointer
OneThickSlice(const LayersImage * layers, const itk::ImageBase<3> * stack)
{
  const auto layersSize = layers->GetLargestPossibleRegion().GetSize();
  const auto slices = stack->GetLargestPossibleRegion().GetSize(2);
  auto region = stack->GetLargestPossibleRegion();
  region.SetSize(2, 1);
  auto spacing = stack->GetSpacing();
  spacing[2] *= static_cast<double>(slices);
  itk::ContinuousIndex<double, 3> middle;
  for (unsigned int axis = 0; axis < 3; ++axis)
  {
    middle[axis] = static_cast<double>(region.GetIndex(axis));
  }
  middle[2] += 0.5 * (static_cast<double>(slices) - 1.0);
  itk::ImageBase<3>::PointType origin;
  stack->TransformContinuousIndexToPhysicalPoint(middle, origin);

  const auto image = itk::VectorImage<TLabel, 3>::New();
  image->SetRegions(itk::Size<3>{ { layersSize[0], layersSize[1], 1 } });
  image->SetSpacing(spacing);
  image->SetOrigin(origin);
  image->SetDirection(stack->GetDirection());
  image->SetNumberOfComponentsPerPixel(static_cast<unsigned int>(layersSize[2]));
  image->Allocate();
  const std::size_t pixels = layersSize[0] * layersSize[1];
  for (std::size_t page = 0; page < layersSize[2]; ++page)
  {
    for (std::size_t i = 0; i < pixels; ++i)
    {
      image->GetBufferPointer()[i * layersSize[2] + page] =
        static_cast<TLabel>(layers->GetBufferPointer()[page * pixels + i]);
    }
  }
  return image;
}

// What Slicer needs to know of a segment: the layer it lies on and the voxels it spans there.
struct Placement
{
  std::size_t page;
  std::size_t left;
  std::size_t right;
  std::size_t top;
  std::size_t bottom;
};

std::unordered_map<unsigned int, Placement>
PlaceLabels(const LayersImage * layers)
{
  const auto size = layers->GetLargestPossibleRegion().GetSize();
  const unsigned int * label = layers->GetBufferPointer();
  std::unordered_map<unsigned int, Placement> placements;
  for (std::size_t page = 0; page < size[2]; ++page)
  {
    for (std::size_t y = 0; y < size[1]; ++y)
    {
      for (std::size_t x = 0; x < size[0]; ++x, ++label)
      {
        if (*label == 0)
        {
          continue;
        }
        Placement & placement = placements.try_emplace(*label, Placement{ page, x, x, y, y }).first->second;
        placement.left = std::min(placement.left, x);
        placement.right = std::max(placement.right, x);
        placement.bottom = y;
      }
    }
  }
  return placements;
}

template <typename... TParts>
std::string
Text(const TParts &... parts)
{
  std::ostringstream stream;
  (stream << ... << parts);
  return stream.str();
}

void
DescribeSegments(const itk::CellLabelMap * cells, const LayersImage * layers, itk::MetaDataDictionary & dictionary)
{
  const auto add = [&](const std::string & key, const std::string & value)
  { itk::EncapsulateMetaData<std::string>(dictionary, key, value); };
  add("Segmentation_MasterRepresentation", "Binary labelmap");
  add("Segmentation_ContainedRepresentationNames", "Binary labelmap|");
  add("Segmentation_ReferenceImageExtentOffset", "0 0 0");

  const std::unordered_map<unsigned int, Placement> placements = PlaceLabels(layers);
  for (itk::SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    const auto * cell = cells->GetNthLabelObject(i);
    const auto label = static_cast<unsigned int>(cell->GetLabel());
    const Placement & placement = placements.at(label);
    const std::array<double, 3> colour = LabelColour(label);
    const std::string segment = Text("Segment", i, '_');
    add(segment + "ID", Text("Cell_", label));
    add(segment + "Name", Text("cell ", label, ", z ", cell->GetDepth(), " um"));
    add(segment + "Color", Text(colour[0], ' ', colour[1], ' ', colour[2]));
    add(segment + "Layer", Text(placement.page));
    add(segment + "LabelValue", Text(label));
    add(segment + "Extent",
        Text(placement.left, ' ', placement.right, ' ', placement.top, ' ', placement.bottom, " 0 0"));
  }
}

template <typename TLabel>
void
WriteAs(const itk::CellLabelMap * cells, const LayersImage * layers, const itk::ImageBase<3> * stack,
        const OutputFile & output)
{
  const auto image = OneThickSlice<TLabel>(layers, stack);
  DescribeSegments(cells, layers, image->GetMetaDataDictionary());
  WritePixels(image.GetPointer(), output);
}
} // namespace

void
WriteSlicerSegmentation(const itk::CellLabelMap * cells, const LayersImage * layers, const itk::ImageBase<3> * stack,
                        const OutputFile & output)
{
  itk::SizeValueType highest = 0;
  for (itk::SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    highest = std::max(highest, cells->GetNthLabelObject(i)->GetLabel());
  }
  if (highest <= std::numeric_limits<std::uint16_t>::max())
  {
    WriteAs<std::uint16_t>(cells, layers, stack, output);
  }
  else
  {
    WriteAs<std::uint32_t>(cells, layers, stack, output);
  }
}
} // namespace pen
