// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_CellsTable_h
#define ProjectionEnhancement_Formats_CellsTable_h

#include "ProjectionEnhancement/Formats/LabelBands.h"
#include "ProjectionEnhancementExport.h"
#include "itkCellLabelObject.h"

#include <map>
#include <string>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief Writes one row per cell, with the columns that doc/results.md tells: where it is, its shape, its intensity in
 * the stack and the cells it overlaps.
 *
 * x and y are the physical point of the mask's centroid on the label map's grid, z is the cell's depth. Every cell
 * must have a place on a page of the layers, and the stack must have the label map's x-y region. Throws ExceptionObject
 * where they do not, or the file cannot be written. */
ProjectionEnhancement_EXPORT void
WriteCellsTable(const CellLabelMap * cells, const LabelPlaces & places, const Image<float, 3> * stack,
                const std::string & fileName);

/** A cell's place as a table tells it, in the table's unit. */
struct CellsTableRow
{
  unsigned int label;
  double x;
  double y;
  double z;
};

/** \brief The rows of a table with at least the columns label, x, y and z, as WriteCellsTable() makes it; see
 * DelimitedTable for what else a table may be like.
 *
 * Throws ExceptionObject with one line that names the row at fault, also where a label comes twice. */
ProjectionEnhancement_EXPORT std::vector<CellsTableRow>
ReadCellsTable(const std::string & fileName);

/** What depths count. */
enum class DepthUnit
{
  Slices,
  Micrometers
};

/** Where the slices of a stack lie along z, in um. */
struct SliceGrid
{
  double spacing = 0.0; ///< 0: not known
  double first = 0.0;   ///< depth of slice 0, see DepthOfSlice()
};

using DepthOfLabel = std::map<SizeValueType, double>;

/** \brief The depth of each label of a table with columns label and approx_z (slices, from 0), as training folders
 * have, or z (um), as WriteCellsTable() writes.
 *
 * Where both are there, the one in the wanted unit serves; where only the other is, it is converted by \a slices.
 * Throws ExceptionObject with one line that names the row at fault, or what is missing. */
ProjectionEnhancement_EXPORT DepthOfLabel
ReadCellDepths(const std::string & fileName, DepthUnit unit, const SliceGrid & slices = {});

/** \brief The depth that a table has for a label.
 *
 * Throws ExceptionObject where it has none.
 * \param what  names what the label is in */
ProjectionEnhancement_EXPORT double
DepthInTable(const DepthOfLabel & depths, SizeValueType label, const std::string & what, const std::string & fileName);

/** \brief Throws ExceptionObject where a depth that a table tells in slices lies in none of the stack's, of which the
 * first is 0: then the table belongs to another stack, or counts in another unit. */
ProjectionEnhancement_EXPORT void
RequireDepthInStack(SizeValueType label, double depth, SizeValueType numberOfSlices, const std::string & fileName);
} // namespace PenCore
} // namespace itk

#endif
