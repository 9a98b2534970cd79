// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Stacks/StackRows.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <stdexcept>

namespace
{
using namespace itk::PenCore;

const GridSize Size{ 3, 40, 5 };

std::vector<float>
Numbers()
{
  std::vector<float> values(Size.Count());
  std::iota(values.begin(), values.end(), 1.0f);
  return values;
}

// Counts how often each row is read, and refuses to be asked by two threads at once.
class CountingSource
{
public:
  StackRows
  GetRows()
  {
    return [this](std::size_t begin, std::size_t end, float * rows)
    {
      EXPECT_EQ(m_Inside.fetch_add(1), 0);
      for (std::size_t y = begin; y < end; ++y)
      {
        ++reads[y];
      }
      RowsOfBuffer(m_Values.data(), Size)(begin, end, rows);
      --m_Inside;
    };
  }

  std::vector<int> reads = std::vector<int>(40, 0);

private:
  std::vector<float> m_Values = Numbers();
  std::atomic<int> m_Inside{ 0 };
};

std::vector<float>
Ask(const StackRows & rows, std::size_t begin, std::size_t end)
{
  std::vector<float> values(Size.depth * (end - begin) * Size.width, -1.0f);
  rows(begin, end, values.data());
  return values;
}
} // namespace

TEST(RowsAhead, GivesTheSourcesRowsInWhateverOrderTheyAreAskedFor)
{
  const std::vector<float> numbers = Numbers();
  const StackRows plain = RowsOfBuffer(numbers.data(), Size);
  CountingSource source;
  RowsAhead ahead(source.GetRows(), Size);
  // One band after the other, with overlaps, with gaps, back, the last rows, a row, all.
  const std::vector<RowRange> ranges{ { 0, 7 },   { 7, 14 },  { 12, 21 }, { 16, 30 }, { 33, 35 }, { 2, 9 },
                                      { 34, 40 }, { 39, 40 }, { 0, 1 },   { 0, 40 },  { 5, 6 } };
  for (const RowRange & range : ranges)
  {
    EXPECT_EQ(Ask(ahead.GetRows(), range.begin, range.end), Ask(plain, range.begin, range.end))
      << range.begin << " to " << range.end;
  }
  ahead.Wait();
}

TEST(RowsAhead, ReadsEachRowOnceFromTopToBottomThoughBandsOverlap)
{
  CountingSource source;
  RowsAhead ahead(source.GetRows(), Size);
  for (std::size_t y = 0; y < 40; y += 8)
  {
    Ask(ahead.GetRows(), y - std::min<std::size_t>(y, 3), y + 8);
  }
  ahead.Wait();
  EXPECT_EQ(source.reads, std::vector<int>(40, 1));
}

TEST(RowsAhead, AnErrorComesWhereTheRowsAreAskedFor)
{
  RowsAhead ahead(
    [](std::size_t begin, std::size_t end, float * rows)
    {
      if (end > 20)
      {
        throw std::runtime_error("cannot be read");
      }
      std::fill_n(rows, Size.depth * (end - begin) * Size.width, 2.0f);
    },
    Size);
  EXPECT_EQ(Ask(ahead.GetRows(), 5, 15)[0], 2.0f); // what is read ahead fails
  ahead.Wait();
  EXPECT_EQ(Ask(ahead.GetRows(), 0, 5)[0], 2.0f);
  EXPECT_EQ(Ask(ahead.GetRows(), 5, 15)[0], 2.0f);
  EXPECT_THROW(Ask(ahead.GetRows(), 15, 25), std::runtime_error);
}

TEST(RowsAhead, OutlivesItsOwnerInTheRowsThatItGave)
{
  const std::vector<float> numbers = Numbers();
  StackRows rows;
  {
    RowsAhead ahead(RowsOfBuffer(numbers.data(), Size), Size);
    rows = ahead.GetRows();
  }
  EXPECT_EQ(Ask(rows, 0, 4), Ask(RowsOfBuffer(numbers.data(), Size), 0, 4));
}

TEST(ForEachBandOfRows, TellsHowFarItIsAndEndsWhereThatThrows)
{
  const std::vector<float> values = Numbers();
  const std::size_t bytesPerRow = Size.depth * Size.width * sizeof(float);
  std::vector<float> told;
  std::size_t bands = 0;
  const auto count = [&](const RowRange &, const std::vector<float> &) { ++bands; };
  ForEachBandOfRows(RowsOfBuffer(values.data(), Size), Size, count, 10 * bytesPerRow,
                    [&](float share) { told.push_back(share); });
  EXPECT_EQ(told, (std::vector<float>{ 0.25F, 0.5F, 0.75F, 1.0F }));
  bands = 0;
  const auto stop = [](float share) { share < 0.5F ? void() : throw std::runtime_error("stop"); };
  EXPECT_THROW(ForEachBandOfRows(RowsOfBuffer(values.data(), Size), Size, count, 10 * bytesPerRow, stop),
               std::runtime_error);
  EXPECT_EQ(bands, 2u);
}
