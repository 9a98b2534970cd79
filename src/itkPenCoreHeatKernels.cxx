// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPenCoreHeatKernels.h"

#include "itkPenCoreSimd.h"

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

// Sums are symmetric, so that a flipped mask gives the flipped heat to the last bit.
PEN_SIMD_CLONES void
SumColumns(const float * middle, std::ptrdiff_t stride, int blocks, float * sums)
{
  const float * above = middle - stride;
  const float * below = middle + stride;
  for (int block = 0; block < blocks; ++block)
  {
    for (int i = block * Block; i < (block + 1) * Block; ++i)
    {
      sums[i] = (above[i] + below[i]) + middle[i];
    }
  }
}

PEN_SIMD_CLONES void
DiffuseRow(const float * sums, const float * ninthOfMask, int blocks, float * out)
{
  for (int block = 0; block < blocks; ++block)
  {
    for (int i = block * Block; i < (block + 1) * Block; ++i)
    {
      const float heat = ninthOfMask[i] * ((sums[i - 1] + sums[i + 1]) + sums[i]);
      out[i] = heat >= SmallestHeat ? heat : 0.0F;
    }
  }
}

PEN_SIMD_CLONES void
ChebyshevRow(const float * sums, const float * ninthOfMask, const float * inflow, const float * heat, float step,
             float momentum, int blocks, float * previousToNext)
{
  for (int block = 0; block < blocks; ++block)
  {
    for (int i = block * Block; i < (block + 1) * Block; ++i)
    {
      const float residual = inflow[i] + ninthOfMask[i] * ((sums[i - 1] + sums[i + 1]) + sums[i]) - heat[i];
      const float previous = previousToNext[i];
      previousToNext[i] = previous + momentum * ((heat[i] - previous) + step * residual);
    }
  }
}
} // namespace

void
HeatBox::Reset(int width, int height)
{
  const int blocksPerRow = (width + Block) / Block; // at least one zero behind the last pixel
  m_Width = width;
  m_Stride = static_cast<std::size_t>((blocksPerRow + 1) * Block);
  const std::size_t size = m_Stride * static_cast<std::size_t>(height + 2) + 2 * Block;
  m_Rows.assign(static_cast<std::size_t>(height), Row{});
  m_NinthOfMask.assign(size, 0.0F);
  m_Heat.assign(size, 0.0F);
  m_Other.assign(size, 0.0F);
  m_Inflow.clear();
  m_ColumnSums.assign(m_Stride + 2 * Block, 0.0F);
}

void
HeatBox::Add(int x, int y)
{
  m_NinthOfMask[Index(x, y)] = 1.0F / 9.0F;
  Row & row = m_Rows[static_cast<std::size_t>(y)];
  const int block = x / Block;
  row.begin = row.end == 0 ? block : std::min(row.begin, block);
  row.end = std::max(row.end, block + 1);
}

void
HeatBox::SetInflow(std::size_t index, float inflow)
{
  m_Inflow.resize(m_Heat.size(), 0.0F);
  m_Inflow[index] = inflow;
}

void
HeatBox::Diffuse(std::size_t centre, float source, int steps)
{
  const int height = static_cast<int>(m_Rows.size());
  const int centreRow = static_cast<int>(centre / m_Stride) - 1;
  for (int step = 0; step < steps; ++step)
  {
    m_Heat[centre] += source;
    // Heat travels one row a step.
    const int firstRow = std::max(0, centreRow - step - 1);
    const int lastRow = std::min(height - 1, centreRow + step + 1);
    for (int y = firstRow; y <= lastRow; ++y)
    {
      const Row row = m_Rows[static_cast<std::size_t>(y)];
      if (row.begin < row.end)
      {
        const std::size_t offset = Index(row.begin * Block, y);
        // One block more on either side: the row's ends have neighbours there.
        SumColumns(&m_Heat[offset] - Block, Stride(), row.end - row.begin + 2, m_ColumnSums.data());
        DiffuseRow(m_ColumnSums.data() + Block, &m_NinthOfMask[offset], row.end - row.begin, &m_Other[offset]);
      }
    }
    m_Heat.swap(m_Other);
  }
}

void
HeatBox::Solve(std::size_t numberOfPixels, float reduction)
{
  // Faber and Krahn: of all domains of one area the disc loses heat most slowly. The disc's radius is taken one
  // pixel larger, since heat is zero only at the pixels outside; a step spreads heat with variance 2/3 an axis.
  constexpr double FirstZeroOfBesselJ0 = 2.404825557695773;
  constexpr double Pi = 3.14159265358979323846;
  const double radius = std::sqrt(static_cast<double>(numberOfPixels) / Pi) + 1.0;
  const double smallest = std::pow(FirstZeroOfBesselJ0 / radius, 2.0) / 3.0;
  constexpr double Largest = 4.0 / 3.0;
  const double ratio = (Largest + smallest) / (Largest - smallest);
  const double rate = std::log(ratio + std::sqrt(ratio * ratio - 1.0));
  const int steps = static_cast<int>(std::ceil(std::log(2.0 / static_cast<double>(reduction)) / rate));

  const auto step = static_cast<float>(2.0 / (Largest + smallest));
  double momentum = 1.0;
  for (int k = 0; k < steps; ++k)
  {
    for (std::size_t y = 0; y < m_Rows.size(); ++y)
    {
      const Row row = m_Rows[y];
      if (row.begin < row.end)
      {
        const std::size_t offset = Index(row.begin * Block, static_cast<int>(y));
        SumColumns(&m_Heat[offset] - Block, Stride(), row.end - row.begin + 2, m_ColumnSums.data());
        ChebyshevRow(m_ColumnSums.data() + Block, &m_NinthOfMask[offset], &m_Inflow[offset], &m_Heat[offset], step,
                     static_cast<float>(momentum), row.end - row.begin, &m_Other[offset]);
      }
    }
    m_Heat.swap(m_Other);
    momentum =
      k == 0 ? 2.0 * ratio * ratio / (2.0 * ratio * ratio - 1.0) : 1.0 / (1.0 - momentum / (4.0 * ratio * ratio));
  }
}
} // namespace PenCore
} // namespace itk
