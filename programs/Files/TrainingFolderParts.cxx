// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/TrainingFolderParts.h"
#include "Files/LayersFile.h"

#include "ProjectionEnhancement/Stacks/DepthOfSlice.h"
#include "itkLayersImageToCellLabelMapFilter.h"
#include "itkSpacingInMicrometers.h"

#include <sstream>
#include <stdexcept>

namespace pen
{
namespace
{
void
VerifyPlane(const itk::ImageRegion<3> & region, const itk::TrainingSample & sample, const std::string & path)
{
  if (region.GetSize(0) != sample.width || region.GetSize(1) != sample.height)
  {
    std::ostringstream message;
    message << path << " has " << region.GetSize(0) << " x " << region.GetSize(1) << " pixels, the stack beside it "
            << sample.width << " x " << sample.height;
    throw std::runtime_error(message.str());
  }
}
} // namespace

TrainingFolder
ReadStackOfSample(const std::string & path, const StackOptions & options, ProgramContext & context)
{
  TrainingFolder folder;
  const StackFile stack = ReadStack(path, options, context);
  const auto size = stack.image->GetLargestPossibleRegion().GetSize();
  if (stack.spacingIsKnown)
  {
    folder.pixelSize = stack.image->GetSpacing()[0];
    folder.sliceSpacing = stack.image->GetSpacing()[2];
    folder.firstSlice = itk::DepthOfSlice(stack.image.GetPointer());
    folder.doubtAboutSpacing = itk::DoubtAboutSpacing(stack.image);
  }
  for (unsigned int axis = 0; axis < 3; ++axis)
  {
    folder.sample.spacing[axis] = stack.image->GetSpacing()[axis];
  }
  folder.sample.width = static_cast<unsigned int>(size[0]);
  folder.sample.height = static_cast<unsigned int>(size[1]);
  folder.sample.slices = static_cast<unsigned int>(size[2]);
  const float * voxels = stack.image->GetBufferPointer();
  folder.sample.stack.assign(voxels, voxels + stack.image->GetLargestPossibleRegion().GetNumberOfPixels());
  return folder;
}

std::vector<itk::SizeValueType>
ReadCellMasks(const std::string & path, itk::TrainingSample & sample)
{
  const LayersImage::Pointer layers = ReadLayers(path);
  VerifyPlane(layers->GetLargestPossibleRegion(), sample, path);
  const itk::CellLabelMap::Pointer cells = CellsOfLayers(layers, path);
  const auto origin = cells->GetLargestPossibleRegion().GetIndex();
  std::vector<itk::SizeValueType> labels;
  for (itk::SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    const auto * object = cells->GetNthLabelObject(i);
    itk::PenCore::Cell cell;
    cell.runs = itk::PixelRunsFromLabelObject(object, origin);
    sample.cells.push_back(cell);
    labels.push_back(object->GetLabel());
  }
  return labels;
}

void
SetDepthsFromTable(const std::string & path, const std::string & layers, const std::vector<itk::SizeValueType> & labels,
                   const itk::PenCore::SliceGrid & slices, itk::TrainingSample & sample)
{
  const auto depths = itk::PenCore::ReadCellDepths(path, itk::PenCore::DepthUnit::Slices, slices);
  for (std::size_t i = 0; i < labels.size(); ++i)
  {
    sample.cells[i].depth = itk::PenCore::DepthInTable(depths, labels[i], layers, path);
    itk::PenCore::RequireDepthInStack(labels[i], sample.cells[i].depth, sample.slices, path);
  }
}

void
ReadIgnoreMask(const std::string & path, itk::TrainingSample & sample)
{
  const LayersImage::Pointer ignore = ReadLayers(path);
  VerifyPlane(ignore->GetLargestPossibleRegion(), sample, path);
  const std::size_t pixels = static_cast<std::size_t>(sample.width) * sample.height;
  sample.ignore.assign(pixels, 0);
  const std::size_t voxels = ignore->GetLargestPossibleRegion().GetNumberOfPixels();
  for (std::size_t i = 0; i < voxels; ++i)
  {
    if (ignore->GetBufferPointer()[i] != 0)
    {
      sample.ignore[i % pixels] = 1;
    }
  }
}
} // namespace pen
