// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Flows_MaskHeat_h
#define ProjectionEnhancement_Flows_MaskHeat_h

#include "Flows/HeatKernels.h"
#include "ProjectionEnhancement/Flows/CellsToFlows.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief Heat of one mask, and the flow that climbs it. One object serves many masks: it keeps its buffers.
 *
 * The heat of most pixels comes from one run over the whole mask. Where that run leaves a pixel's heat too small to be
 * exact (a float ends at 1e-38; Chebyshev's error is relative to the hottest pixel) the remote part is solved again,
 * stretch by stretch outward, each at a scale of its own with the heat of what lies before it as its boundary. */
class MaskHeat
{
public:
  void
  ComputeFlow(const PixelRuns & runs, const MaskFlowParameters & parameters, float * flow);

private:
  struct Pixel
  {
    std::int32_t x; // in the mask's bounding box
    std::int32_t y;
    std::size_t flow; // place of its flow in the output
  };
  enum State : unsigned char
  {
    Outside,
    Unvisited, // its component has not been met yet
    Unsolved,
    Solved
  };
  using Pixels = std::vector<Pixel>;

  void
  GatherPixels(const PixelRuns & runs);
  void
  MakeGrids(State state);
  Pixels
  ExtractComponent(std::size_t position);
  void
  SolvePart(const Pixels & part, const MaskFlowParameters & parameters, float * flow);
  float
  SolvePartFromSource(const Pixels & part, const MaskFlowParameters & parameters);
  void
  TakeLogarithm(const Pixels & part, double gain);
  void
  WriteFlows(const Pixels & part, float noise, float * flow) const;
  void
  RememberHeat(const Pixels & part, float smallest);
  void
  SolveRemainder(const Pixels & part, float * flow);
  bool
  TouchesSolved(std::size_t position) const;
  void
  GatherStretch(std::size_t front, int depth);
  float
  SolveStretch();
  bool
  StretchEndsCold(float hottest) const;
  void
  AcceptStretch(float hottest, float * flow, std::vector<std::size_t> & fronts);

  std::size_t
  Position(int x, int y) const
  {
    return static_cast<std::size_t>(y + 1) * static_cast<std::size_t>(m_Stride) + static_cast<std::size_t>(x + 1);
  }
  int
  ColumnOf(std::size_t position) const
  {
    return static_cast<int>(position % static_cast<std::size_t>(m_Stride)) - 1;
  }
  int
  RowOf(std::size_t position) const
  {
    return static_cast<int>(position / static_cast<std::size_t>(m_Stride)) - 1;
  }
  std::size_t
  BoxIndex(int x, int y) const
  {
    return m_Box.Index(x - m_BoxLeft, y - m_BoxTop);
  }
  void
  FitBox(const Pixels & pixels);
  std::size_t
  Neighbour(std::size_t position, int k) const
  {
    return static_cast<std::size_t>(static_cast<std::ptrdiff_t>(position) + m_Neighbours[k]);
  }

  int m_Left{ 0 };
  int m_Top{ 0 };
  int m_Width{ 0 };
  int m_Height{ 0 };
  int m_Stride{ 0 };
  std::ptrdiff_t m_Neighbours[8]{}; // offsets in the grids below
  Pixels m_Pixels;
  HeatBox m_Box;
  int m_BoxLeft{ 0 };
  int m_BoxTop{ 0 };

  // Grids over the bounding box and one pixel around it, only made where they are needed.
  std::vector<unsigned char> m_State;
  std::vector<std::uint32_t> m_PixelNumber;
  std::vector<double> m_LogHeat;
  std::vector<std::int32_t> m_Layer; // in the stretch in work, counted from 1 at its front; 0 outside it

  Pixels m_Stretch;
  double m_StretchReference{ 0.0 }; // logarithm of the heat that counts as 1 in it
  bool m_StretchIsCutOff{ false };
};
} // namespace PenCore
} // namespace itk

#endif
