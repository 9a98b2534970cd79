// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Flows_MaskedFlow_h
#define ProjectionEnhancement_Flows_MaskedFlow_h

#include "ProjectionEnhancement/Base/FlowFieldLayout.h"
#include "ProjectionEnhancement/Base/Threads.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace itk
{
namespace PenCore
{

/** \brief The flow of a page or of a window of its rows, (x, y) a pixel, zero on the background and one pixel around.
 */
class MaskedFlow
{
public:
  template <typename TIsForeground>
  MaskedFlow(const float * flowField, int width, int height, TIsForeground && isForeground,
             unsigned int numberOfThreads);

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
  std::size_t
  Stride() const
  {
    return static_cast<std::size_t>(m_Width) + 1;
  }
  const float *
  At(int x, int y) const
  {
    const auto stride = static_cast<std::ptrdiff_t>(Stride());
    return Data() + 2 * (static_cast<std::ptrdiff_t>(y) * stride + x);
  }
  /** Pixel (0, 0). */
  const float *
  Data() const
  {
    return m_Flow.get() + 2 * (Stride() + 1);
  }

private:
  int m_Width;
  int m_Height;
  std::unique_ptr<float[]> m_Flow;
};

template <typename TIsForeground>
MaskedFlow::MaskedFlow(const float * flowField, int width, int height, TIsForeground && isForeground,
                       unsigned int numberOfThreads)
  : m_Width(width)
  , m_Height(height)
  , m_Flow(new float[2 * (Stride() * (static_cast<std::size_t>(height) + 2) + 1)])
{
  // The zero behind a row is also the one in front of the next.
  constexpr std::size_t RowsPerPiece = 16;
  const std::size_t rowLength = 2 * Stride();
  std::fill_n(m_Flow.get(), rowLength + 2, 0.0F);
  std::fill_n(m_Flow.get() + (static_cast<std::size_t>(height) + 1) * rowLength + 2, rowLength, 0.0F);
  ParallelFor(
    static_cast<std::size_t>(height), RowsPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t y = begin; y < end; ++y)
      {
        float * out = m_Flow.get() + (y + 1) * rowLength + 2;
        const float * pixel = flowField + FlowFieldComponents * y * static_cast<std::size_t>(m_Width);
        for (int x = 0; x < m_Width; ++x, pixel += FlowFieldComponents)
        {
          const bool keep = isForeground(pixel);
          *out++ = keep ? pixel[0] : 0.0F;
          *out++ = keep ? pixel[1] : 0.0F;
        }
        *out++ = 0.0F;
        *out = 0.0F;
      }
    },
    numberOfThreads);
}
} // namespace PenCore
} // namespace itk

#endif
