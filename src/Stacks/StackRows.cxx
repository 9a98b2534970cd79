// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Stacks/StackRows.h"

#include <algorithm>
#include <future>
#include <utility>

namespace itk
{
namespace PenCore
{
namespace
{
// Rows [range.begin, range.end) of every slice.
struct HeldRows
{
  RowRange range;
  std::vector<float> values; // [depth][range.Count()][width]
};
} // namespace

class RowsAhead::Implementation
{
public:
  Implementation(StackRows source, const GridSize & size)
    : m_Source(std::move(source))
    , m_Size(size)
  {
  }

  void
  Read(std::size_t begin, std::size_t end, float * rows)
  {
    HeldRows wanted{ { begin, end }, std::vector<float>(m_Size.depth * (end - begin) * m_Size.width) };
    std::size_t y = begin;
    for (const HeldRows & held : m_Held)
    {
      y = this->Copy(held, y, wanted);
    }
    const bool needsNext = m_Next.valid() && y < end && m_NextRange.begin <= y && y < m_NextRange.end;
    this->Wait();
    std::future<HeldRows> next = std::move(m_Next);
    if (needsNext)
    {
      m_Held.push_back(next.get());
      y = this->Copy(m_Held.back(), y, wanted);
    }
    if (y < end)
    {
      this->Copy(this->ReadSource({ y, end }), y, wanted);
    }
    std::copy(wanted.values.begin(), wanted.values.end(), rows);

    // Of what was read ahead, rows may be left.
    const bool someAreLeft = !m_Held.empty() && m_Held.back().range.begin <= end && m_Held.back().range.end > end;
    std::vector<HeldRows> held;
    held.push_back(std::move(wanted));
    if (someAreLeft)
    {
      held.push_back(std::move(m_Held.back()));
    }
    m_Held = std::move(held);
    m_NextRange = { m_Held.back().range.end, std::min(end + (end - begin), m_Size.height) };
    if (m_NextRange.begin < m_NextRange.end)
    {
      m_Next = std::async(std::launch::async, [this, range = m_NextRange] { return this->ReadSource(range); });
    }
  }

  void
  Wait()
  {
    if (m_Next.valid())
    {
      m_Next.wait();
    }
  }

private:
  HeldRows
  ReadSource(const RowRange & range) const
  {
    HeldRows held{ range, std::vector<float>(m_Size.depth * range.Count() * m_Size.width) };
    m_Source(range.begin, range.end, held.values.data());
    return held;
  }

  // Copies what is held from row y on without a gap, and returns the row after it.
  std::size_t
  Copy(const HeldRows & held, std::size_t y, HeldRows & wanted) const
  {
    const std::size_t end = std::min(held.range.end, wanted.range.end);
    if (y < held.range.begin || y >= end)
    {
      return y;
    }
    const std::size_t width = m_Size.width;
    for (std::size_t z = 0; z < m_Size.depth; ++z)
    {
      const float * from = held.values.data() + (z * held.range.Count() + y - held.range.begin) * width;
      std::copy_n(from, (end - y) * width,
                  wanted.values.data() + (z * wanted.range.Count() + y - wanted.range.begin) * width);
    }
    return end;
  }

  StackRows m_Source;
  GridSize m_Size;
  std::vector<HeldRows> m_Held; // the rows asked for last, and such as were read ahead and not asked for yet
  RowRange m_NextRange;
  std::future<HeldRows> m_Next; // last: its thread uses the others
};

RowsAhead::RowsAhead(StackRows source, const GridSize & size)
  : m_Implementation(std::make_shared<Implementation>(std::move(source), size))
{
}

RowsAhead::~RowsAhead() = default;

StackRows
RowsAhead::GetRows() const
{
  return [implementation = m_Implementation](std::size_t begin, std::size_t end, float * rows)
  { implementation->Read(begin, end, rows); };
}

void
RowsAhead::Wait()
{
  m_Implementation->Wait();
}

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
                  std::size_t bytesPerBand, const ProgressCallback & progress)
{
  const std::size_t bytesPerRow = std::max<std::size_t>(size.depth * size.width * sizeof(float), 1);
  const std::size_t rowsPerBand = std::max<std::size_t>(bytesPerBand / bytesPerRow, 1);
  std::vector<float> rows;
  for (std::size_t y = 0; y < size.height; y += rowsPerBand)
  {
    const RowRange band{ y, std::min(y + rowsPerBand, size.height) };
    rows.resize(size.depth * band.Count() * size.width);
    stack(band.begin, band.end, rows.data());
    use(band, rows);
    if (progress)
    {
      progress(static_cast<float>(band.end) / static_cast<float>(size.height));
    }
  }
}
} // namespace PenCore
} // namespace itk
