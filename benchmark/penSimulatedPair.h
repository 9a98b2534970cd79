// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penSimulatedPair_h
#define penSimulatedPair_h

#include "ProjectionEnhancement/Base/Random.h"
#include "ProjectionEnhancement/Cells/Cell.h"
#include "itkImage.h"

#include <array>
#include <vector>

namespace pen
{
using StackImage = itk::Image<unsigned char, 3>;

// The paper's stacks, and test/data/mda231_stack.
constexpr double PixelSize = 0.538;   // um
constexpr double SliceSpacing = 10.0; // um
constexpr int FieldSize = 320;        // pixels in x and y: two of the longest cells end to end

enum class Shape
{
  Round,
  Elongated
};

/** \brief An ellipsoid with two axes in the focal plane, unevenly bright inside. um, from the field's centre and the
 * first slice. */
struct SimulatedCell
{
  struct Lump
  {
    double x;
    double y;
    double amplitude; // share of the brightness
  };

  double x = 0.0;
  double y = 0.0;
  double z = 0.0;
  double longAxis = 0.0; // semi-axes
  double shortAxis = 0.0;
  double axialAxis = 0.0;
  double angle = 0.0;      // of the long axis, radians
  double brightness = 0.0; // gray values above the background
  std::vector<Lump> lumps; // in units of the semi-axes
};

/** Mean 0, deviation 1. */
double
DrawNormal(itk::PenCore::Random & random);

/** A cell at the field's centre with sizes and brightness as in mda231_stack. */
SimulatedCell
DrawCell(Shape shape, itk::PenCore::Random & random);

/** The ellipse that the cell covers in projection. */
itk::PenCore::PixelRuns
MaskOf(const SimulatedCell & cell);

/** The inner half of a cell's area, as a cell. */
SimulatedCell
MiddleOf(SimulatedCell cell);

/** A third of a cell's area, at one end of its long axis, as a cell. */
SimulatedCell
EndOf(SimulatedCell cell);

/** Intersection over the smaller mask. */
double
ProjectedOverlap(const SimulatedCell & a, const SimulatedCell & b);

/** \brief Two cells whose projected overlap is within a hundredth of \a overlap; at 0 they lie 2 to 10 um apart.
 *
 * The cells are drawn anew until they can overlap so much: long ones that share 80 % are nearly parallel. */
std::array<SimulatedCell, 2>
DrawPair(const std::array<Shape, 2> & shapes, double overlap, itk::PenCore::Random & random);

/** \brief The stack a confocal microscope makes of the cells: axial blur, background, shot noise. */
StackImage::Pointer
RenderStack(const std::vector<SimulatedCell> & cells, int numberOfSlices, itk::PenCore::Random & random);
} // namespace pen

#endif
