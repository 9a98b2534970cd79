// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Flows_HeatKernels_h
#define ProjectionEnhancement_Flows_HeatKernels_h

#include <cstddef>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief A mask in its bounding box, padded by zeros so that whole vectors can be read and written.
 *
 * Pixel (x, y) of the box is at Index(x, y); every row carries one block of zeros in front of it, which is also the
 * margin behind the row before. Rows -1 and height are zero. */
class HeatBox
{
public:
  static constexpr int Block = 8; ///< floats in a 256-bit vector

  /** Blocks [begin, end) of a row. */
  struct Span
  {
    int begin = 0;
    int end = 0;
  };
  struct Row
  {
    Span pixels;
    Span sums;
  };

  void
  Reset(int width, int height);

  std::size_t
  Index(int x, int y) const
  {
    return static_cast<std::size_t>(y + 1) * m_Stride + static_cast<std::size_t>(Block + x);
  }
  std::ptrdiff_t
  Stride() const
  {
    return static_cast<std::ptrdiff_t>(m_Stride);
  }

  /** Adds a pixel to the mask. */
  void
  Add(int x, int y);

  /** steps times: source is added at the centre, then every mask pixel becomes the mean of its 3 x 3 neighbourhood. */
  void
  Diffuse(std::size_t centre, float source, int steps);

  /** Solves heat = mean(heat) + inflow on the mask to the given reduction of the error, from heat = 0. Chebyshev's
   * iteration with the spectrum's bounds known from the number of pixels. */
  void
  Solve(std::size_t numberOfPixels, float reduction);

  std::vector<float> &
  Heat()
  {
    return m_Heat;
  }
  const std::vector<float> &
  Heat() const
  {
    return m_Heat;
  }
  void
  SetInflow(std::size_t index, float inflow);
  int
  Width() const
  {
    return m_Width;
  }
  int
  Height() const
  {
    return m_Height;
  }

private:
  void
  FitSpansOfSums();

  int m_Width{ 0 };
  int m_Height{ 0 };
  std::size_t m_Stride{ 0 };
  std::vector<Row> m_Rows; // rows -1 to height
  std::vector<float> m_NinthOfMask;
  std::vector<float> m_Heat;
  std::vector<float> m_Other;
  std::vector<float> m_Inflow;
  std::vector<float> m_Sums; // of three neighbours in a row; three rows
};
} // namespace PenCore
} // namespace itk

#endif
