// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Cells_CellsFromLabelMap_h
#define ProjectionEnhancement_Cells_CellsFromLabelMap_h

#include "itkCellLabelObject.h"

#include <limits>
#include <utility>
#include <vector>

namespace itk
{
/** \brief The mask of a 2-D label object as runs relative to the start of \a region.
 *
 * \throws ExceptionObject if a pixel lies outside the region. */
template <typename TLabelObject, typename TRegion>
PenCore::PixelRuns
PixelRunsWithinRegion(const TLabelObject * labelObject, const TRegion & region)
{
  const auto size = region.GetSize();
  const PenCore::PixelRuns runs = PixelRunsFromLabelObject(labelObject, region.GetIndex());
  for (const PenCore::PixelRun & run : runs)
  {
    if (run.x < 0 || run.y < 0 || static_cast<SizeValueType>(run.x) + run.length > size[0] ||
        static_cast<SizeValueType>(run.y) >= size[1])
    {
      itkGenericExceptionMacro("label " << labelObject->GetLabel() << " has pixels outside its label map's region "
                                        << region.GetIndex() << ' ' << size);
    }
  }
  return runs;
}

/** \brief The cells of a label map of itk::CellLabelObject in the order of their labels, masks relative to the start
 * of the map's largest possible region.
 *
 * \throws ExceptionObject if a cell has pixels outside that region or a channel beyond 2^31 - 2. */
template <typename TLabelMap>
std::vector<PenCore::Cell>
CellsFromLabelMap(const TLabelMap * labelMap)
{
  constexpr auto highestChannel = static_cast<unsigned int>(std::numeric_limits<std::int32_t>::max() - 1);

  std::vector<PenCore::Cell> cells;
  cells.reserve(labelMap->GetNumberOfLabelObjects());
  for (typename TLabelMap::ConstIterator it(labelMap); !it.IsAtEnd(); ++it)
  {
    const auto * labelObject = it.GetLabelObject();
    if (labelObject->GetChannel() > highestChannel)
    {
      itkGenericExceptionMacro("label " << it.GetLabel() << " has channel " << labelObject->GetChannel()
                                        << "; the highest allowed is " << highestChannel);
    }
    PenCore::Cell cell;
    cell.runs = PixelRunsWithinRegion(labelObject, labelMap->GetLargestPossibleRegion());
    cell.channel = static_cast<std::int32_t>(labelObject->GetChannel());
    cell.depth = labelObject->GetDepth();
    cell.score = labelObject->GetScore();
    cell.flowError = labelObject->GetFlowError();
    cells.push_back(std::move(cell));
  }
  return cells;
}
} // namespace itk

#endif
