// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Flows/HeatKernels.h"

#include "Base/Simd.h"
#include "itkMath.h"

#include <algorithm>
#include <cmath>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr int Block = HeatBox::Block;

// Denormal numbers would cost a hundred cycles each; heat below this counts as none.
constexpr float SmallestHeat = 1e-30F;

// Sums are symmetric, so that a flipped mask gives the flipped heat to the last bit. Rows of sums are written and read
// back at the same offsets: loads that straddle two fresh stores would wait for them.
inline void
SumRow(const float * PEN_RESTRICT row, HeatBox::Span span, float * PEN_RESTRICT sums)
{
  for (int block = span.begin; block < span.end; ++block)
  {
    for (int i = block * Block; i < (block + 1) * Block; ++i)
    {
      sums[i] = (row[i - 1] + row[i + 1]) + row[i];
    }
  }
}

struct RingOfSums
{
  float * rows;
  std::ptrdiff_t stride;

  float *
  Row(int y) const
  {
    return rows + static_cast<std::ptrdiff_t>((y + 3) % 3) * stride;
  }
};

inline void
DiffuseRow(const float * PEN_RESTRICT above, const float * PEN_RESTRICT here, const float * PEN_RESTRICT below,
           const float * PEN_RESTRICT ninthOfMask, HeatBox::Span span, float * PEN_RESTRICT next)
{
  for (int block = span.begin; block < span.end; ++block)
  {
    for (int i = block * Block; i < (block + 1) * Block; ++i)
    {
      const float mean = ninthOfMask[i] * ((above[i] + below[i]) + here[i]);
      next[i] = mean >= SmallestHeat ? mean : 0.0F;
    }
  }
}

inline void
ChebyshevRow(const float * PEN_RESTRICT above, const float * PEN_RESTRICT here, const float * PEN_RESTRICT below,
             const float * PEN_RESTRICT ninthOfMask, const float * PEN_RESTRICT inflow, const float * PEN_RESTRICT heat,
             float step, float momentum, HeatBox::Span span, float * PEN_RESTRICT previousToNext)
{
  for (int block = span.begin; block < span.end; ++block)
  {
    for (int i = block * Block; i < (block + 1) * Block; ++i)
    {
      const float residual = inflow[i] + ninthOfMask[i] * ((above[i] + below[i]) + here[i]) - heat[i];
      const float previous = previousToNext[i];
      previousToNext[i] = previous + momentum * ((heat[i] - previous) + step * residual);
    }
  }
}

PEN_SIMD_CLONES void
DiffuseRows(const float * heat, std::ptrdiff_t stride, const float * ninthOfMask, const HeatBox::Row * rows,
            int firstRow, int lastRow, RingOfSums ring, float * out)
{
  SumRow(heat + (firstRow - 1) * stride, rows[firstRow - 1].sums, ring.Row(firstRow - 1));
  SumRow(heat + firstRow * stride, rows[firstRow].sums, ring.Row(firstRow));
  for (int y = firstRow; y <= lastRow; ++y)
  {
    SumRow(heat + (y + 1) * stride, rows[y + 1].sums, ring.Row(y + 1));
    DiffuseRow(ring.Row(y - 1), ring.Row(y), ring.Row(y + 1), ninthOfMask + y * stride, rows[y].pixels,
               out + y * stride);
  }
}

PEN_SIMD_CLONES void
ChebyshevRows(const float * heat, std::ptrdiff_t stride, const float * ninthOfMask, const float * inflow,
              const HeatBox::Row * rows, int height, float step, float momentum, RingOfSums ring,
              float * previousToNext)
{
  SumRow(heat - stride, rows[-1].sums, ring.Row(-1));
  SumRow(heat, rows[0].sums, ring.Row(0));
  for (int y = 0; y < height; ++y)
  {
    SumRow(heat + (y + 1) * stride, rows[y + 1].sums, ring.Row(y + 1));
    ChebyshevRow(ring.Row(y - 1), ring.Row(y), ring.Row(y + 1), ninthOfMask + y * stride, inflow + y * stride,
                 heat + y * stride, step, momentum, rows[y].pixels, previousToNext + y * stride);
  }
}
} // namespace

void
HeatBox::Reset(int width, int height)
{
  const int blocksPerRow = (width + Block) / Block; // at least one zero behind the last pixel
  m_Width = width;
  m_Height = height;
  m_Stride = static_cast<std::size_t>((blocksPerRow + 1) * Block);
  const std::size_t size = m_Stride * static_cast<std::size_t>(height + 2) + Block;
  m_Rows.assign(static_cast<std::size_t>(height) + 2, Row{});
  m_NinthOfMask.assign(size, 0.0F);
  m_Heat.assign(size, 0.0F);
  m_Other.assign(size, 0.0F);
  m_Inflow.clear();
  m_Sums.assign(3 * m_Stride, 0.0F);
}

void
HeatBox::Add(int x, int y)
{
  m_NinthOfMask[Index(x, y)] = 1.0F / 9.0F;
  Span & span = m_Rows[static_cast<std::size_t>(y) + 1].pixels;
  const int block = x / Block;
  span.begin = span.end == 0 ? block : std::min(span.begin, block);
  span.end = std::max(span.end, block + 1);
}

void
HeatBox::SetInflow(std::size_t index, float inflow)
{
  m_Inflow.resize(m_Heat.size(), 0.0F);
  m_Inflow[index] = inflow;
}

// A row of sums is read by the rows above and below it too.
void
HeatBox::FitSpansOfSums()
{
  for (std::size_t y = 0; y < m_Rows.size(); ++y)
  {
    Span & sums = m_Rows[y].sums;
    sums = Span{};
    for (std::size_t other = y == 0 ? 0 : y - 1; other <= std::min(y + 1, m_Rows.size() - 1); ++other)
    {
      const Span & pixels = m_Rows[other].pixels;
      if (pixels.begin < pixels.end)
      {
        sums.begin = sums.end == 0 ? pixels.begin : std::min(sums.begin, pixels.begin);
        sums.end = std::max(sums.end, pixels.end);
      }
    }
  }
}

void
HeatBox::Diffuse(std::size_t centre, float source, int steps)
{
  FitSpansOfSums();
  const int centreRow = static_cast<int>(centre / m_Stride) - 1;
  const auto stride = static_cast<std::ptrdiff_t>(m_Stride);
  const std::size_t origin = Index(0, 0);
  for (int step = 0; step < steps; ++step)
  {
    m_Heat[centre] += source;
    // Heat travels one row a step.
    const int firstRow = std::max(0, centreRow - step - 1);
    const int lastRow = std::min(m_Height - 1, centreRow + step + 1);
    DiffuseRows(&m_Heat[origin], stride, &m_NinthOfMask[origin], m_Rows.data() + 1, firstRow, lastRow,
                { m_Sums.data(), stride }, &m_Other[origin]);
    m_Heat.swap(m_Other);
  }
}

void
HeatBox::Solve(std::size_t numberOfPixels, float reduction)
{
  // Faber and Krahn: of all domains of one area the disc loses heat most slowly. The disc's radius is taken one
  // pixel larger, since heat is zero only at the pixels outside; a step spreads heat with variance 2/3 an axis.
  constexpr double FirstZeroOfBesselJ0 = 2.404825557695773;
  const double radius = std::sqrt(static_cast<double>(numberOfPixels) / Math::pi) + 1.0;
  const double smallest = std::pow(FirstZeroOfBesselJ0 / radius, 2.0) / 3.0;
  constexpr double Largest = 4.0 / 3.0;
  const double ratio = (Largest + smallest) / (Largest - smallest);
  const double rate = std::log(ratio + std::sqrt(ratio * ratio - 1.0));
  const int steps = static_cast<int>(std::ceil(std::log(2.0 / static_cast<double>(reduction)) / rate));

  FitSpansOfSums();
  const auto stride = static_cast<std::ptrdiff_t>(m_Stride);
  const std::size_t origin = Index(0, 0);
  const auto step = static_cast<float>(2.0 / (Largest + smallest));
  double momentum = 1.0;
  for (int k = 0; k < steps; ++k)
  {
    ChebyshevRows(&m_Heat[origin], stride, &m_NinthOfMask[origin], &m_Inflow[origin], m_Rows.data() + 1, m_Height, step,
                  static_cast<float>(momentum), { m_Sums.data(), stride }, &m_Other[origin]);
    m_Heat.swap(m_Other);
    momentum =
      k == 0 ? 2.0 * ratio * ratio / (2.0 * ratio * ratio - 1.0) : 1.0 / (1.0 - momentum / (4.0 * ratio * ratio));
  }
}
} // namespace PenCore
} // namespace itk
