// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Projection_PaddedTile_h
#define ProjectionEnhancement_Projection_PaddedTile_h

#include "Projection/DirectProjectionKernel.h"

#include <algorithm>
#include <vector>

namespace itk
{
namespace PenCore
{
/** A normalised stack that somebody else owns, [slices][height][width]. */
struct StackView
{
  const float * values;
  std::size_t slices;
  std::size_t height;
  std::size_t width;
};

/** \brief A tile of a stack with margins, zeros beyond the stack. */
class PaddedTile
{
public:
  // A tile's 13 slices with margins of 5 are 300 kB, which stays in a core's second cache.
  static constexpr std::size_t Height = TransformedRows;
  static constexpr std::size_t Width = 2 * DirectBlock;

  PaddedTile(const StackView & stack, std::size_t margin)
    : m_Stack(stack)
    , m_Margin(margin)
    , m_RowStride(Width + 2 * margin + DirectPadding)
    , m_SliceStride((Height + 2 * margin) * m_RowStride)
    , m_Values(stack.slices * m_SliceStride)
  {
  }

  void
  Copy(std::size_t x, std::size_t y)
  {
    const std::size_t before = m_Margin - std::min(m_Margin, x); // columns of the tile left of the stack
    const std::size_t begin = x + before - m_Margin;
    const std::size_t columns = std::min(m_RowStride - before, m_Stack.width - begin);
    float * row = m_Values.data();
    for (std::size_t z = 0; z < m_Stack.slices; ++z)
    {
      for (std::size_t i = 0; i < Height + 2 * m_Margin; ++i, row += m_RowStride)
      {
        const std::size_t stackRow = y + i - m_Margin; // wraps around above the stack, which is outside too
        if (stackRow >= m_Stack.height)
        {
          std::fill_n(row, m_RowStride, 0.0f);
          continue;
        }
        const float * source = m_Stack.values + (z * m_Stack.height + stackRow) * m_Stack.width + begin;
        std::fill_n(row, before, 0.0f);
        std::copy_n(source, columns, row + before);
        std::fill(row + before + columns, row + m_RowStride, 0.0f);
      }
    }
  }

  DirectWindow
  GetWindow() const
  {
    return { m_Values.data() + m_Margin * m_RowStride + m_Margin, static_cast<std::ptrdiff_t>(m_SliceStride),
             static_cast<std::ptrdiff_t>(m_RowStride), static_cast<int>(m_Stack.slices) };
  }

private:
  StackView m_Stack;
  std::size_t m_Margin;
  std::size_t m_RowStride;
  std::size_t m_SliceStride;
  std::vector<float> m_Values;
};
} // namespace PenCore
} // namespace itk

#endif
