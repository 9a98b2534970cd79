// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Tables_CellsTable_h
#define pen_programs_Tables_CellsTable_h

#include "Frame/OutputFile.h"
#include "ProjectionEnhancement/Formats/LabelBands.h"

#include "itkCellLabelObject.h"

#include <string>
#include <vector>

namespace pen
{
/** \brief Writes one row a cell, with the columns that doc/results.md tells: where it is, its shape, its intensity in
 * the stack and the cells it overlaps. The caller commits.
 *
 * x and y are the physical point of the mask's centroid on the label map's grid, z is the cell's depth. Every cell
 * must have a place on a page of the layers, and the stack must have the label map's x-y region. */
void
WriteCellsTable(const itk::CellLabelMap * cells, const itk::PenCore::LabelPlaces & places,
                const itk::Image<float, 3> * stack, const OutputFile & output);

/** A cell as a table tells it. */
struct CellRow
{
  itk::SizeValueType label;
  double x;
  double y;
  double z;
};

/** \brief Reads a CSV whose header names at least label, x, y and z, in any order; other columns are left alone.
 *
 * Throws with one clear line that names the row at fault. */
std::vector<CellRow>
ReadCellsTable(const std::string & path);
} // namespace pen

#endif
