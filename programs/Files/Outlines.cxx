// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/Outlines.h"

#include "Files/AnnotatedStack.h"
#include "Files/ImageFile.h"
#include "Files/LayersFile.h"

#include "itkPolygonAnnotationReader.h"

namespace pen
{
namespace
{
itk::CellLabelMap::Pointer
ReadPolygonsOrLayers(const std::string & path)
{
  if (!IsJson(path))
  {
    return ReadCells(path);
  }
  RequireReadableFile(path);
  auto reader = itk::PolygonAnnotationReader::New();
  reader->SetFileName(path);
  reader->Update();
  return reader->GetOutput();
}
} // namespace

std::vector<itk::PenCore::CellOutline>
ReadOutlines(const std::string & path, double pixelSize, double otherwise)
{
  const itk::CellLabelMap::Pointer cells = ReadPolygonsOrLayers(path);
  const auto spacing = cells->GetSpacing();
  const bool saysNothing = spacing[0] == 1.0 && spacing[1] == 1.0; // what files without a spacing are read with
  const double size = pixelSize > 0.0 ? pixelSize : saysNothing ? otherwise : 0.0;
  const auto origin = cells->GetLargestPossibleRegion().GetIndex();
  std::vector<itk::PenCore::CellOutline> outlines;
  for (itk::SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    itk::PenCore::CellOutline outline;
    outline.runs = itk::PixelRunsFromLabelObject(cells->GetNthLabelObject(i), origin);
    for (const unsigned int axis : { 0u, 1u })
    {
      outline.pixelSize[axis] = size > 0.0 ? size : spacing[axis];
    }
    if (!outline.runs.empty())
    {
      outlines.push_back(outline);
    }
  }
  if (outlines.empty())
  {
    Fail("there is no cell whose outline could be taken", path);
  }
  return outlines;
}
} // namespace pen
