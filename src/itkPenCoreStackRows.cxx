// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPenCoreStackRows.h"

#include <algorithm>

namespace itk
{
namespace PenCore
{
StackRows
RowsOfBuffer(const float * stack, const GridSize & size)
{
  return [stack, size](std::size_t begin, std::size_t end, float * rows)
  {
    const std::size_t count = (end - begin) * size.width;
    for (std::size_t z = 0; z < size.depth; ++z)
    {
      std::copy_n(stack + (z * size.height + begin) * size.width, count, rows + z * count);
    }
  };
}

void
ForEachBandOfRows(const StackRows & stack, const GridSize & size,
                  const std::function<void(const RowRange & band, const std::vector<float> & rows)> & use,
                  std::size_t bytesABand)
{
  const std::size_t bytesARow = std::max<std::size_t>(size.depth * size.width * sizeof(float), 1);
  const std::size_t rowsABand = std::max<std::size_t>(bytesABand / bytesARow, 1);
  std::vector<float> rows;
  for (std::size_t y = 0; y < size.height; y += rowsABand)
  {
    const RowRange band{ y, std::min(y + rowsABand, size.height) };
    rows.resize(size.depth * band.Count() * size.width);
    stack(band.begin, band.end, rows.data());
    use(band, rows);
  }
}
} // namespace PenCore
} // namespace itk
