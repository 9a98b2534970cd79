// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Cells/Pages.h"

#include "ProjectionEnhancement/Cells/Overlap.h"

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>

using namespace itk::PenCore;

namespace
{
Cell
Bar(int begin, int end, int channel)
{
  Cell cell;
  cell.runs = { { begin, 0, end - begin } };
  cell.channel = channel;
  return cell;
}

std::vector<Cell>
RandomBars(unsigned int seed, int count, int longest)
{
  std::mt19937 generator(seed);
  std::vector<Cell> cells;
  for (int i = 0; i < count; ++i)
  {
    const int begin = static_cast<int>(generator() % 200);
    cells.push_back(Bar(begin, begin + 1 + static_cast<int>(generator() % longest), static_cast<int>(generator() % 3)));
  }
  return cells;
}

void
ExpectNoOverlapWithinAPage(const std::vector<Cell> & cells, const std::vector<std::int32_t> & pages)
{
  for (const OverlappingPair & pair : FindOverlappingPairs(MasksOf(cells)))
  {
    EXPECT_NE(pages[pair.first], pages[pair.second]) << pair.first << " and " << pair.second;
  }
}
} // namespace

TEST(PenCorePages, ChannelIsThePageUnlessAnEarlierCellWouldBeHidden)
{
  const std::vector<Cell> cells{ Bar(0, 4, 1), Bar(3, 6, 1), Bar(5, 9, 1), Bar(0, 9, 0) };
  const std::vector<std::int32_t> expected{ 1, 2, 1, 0 };
  const std::vector<std::int32_t> pages = AssignPages(cells, PageAssignment::Channel);
  EXPECT_EQ(pages, expected);
  EXPECT_EQ(CountPages(cells, pages, PageAssignment::Channel), 3);
}

TEST(PenCorePages, ExtraPagesFollowTheMinimumNumberOfPages)
{
  const std::vector<Cell> cells{ Bar(0, 4, 0), Bar(3, 6, 0), Bar(3, 6, 0) };
  const std::vector<std::int32_t> expected{ 0, 3, 4 };
  const std::vector<std::int32_t> pages = AssignPages(cells, PageAssignment::Channel, 3);
  EXPECT_EQ(pages, expected);
  EXPECT_EQ(CountPages(cells, pages, PageAssignment::Channel, 3), 5);
}

TEST(PenCorePages, EveryChannelKeepsItsPageThoughItIsEmpty)
{
  const std::vector<Cell> cells{ Bar(0, 4, 2) };
  EXPECT_EQ(CountPages(cells, AssignPages(cells, PageAssignment::Channel), PageAssignment::Channel), 3);
  EXPECT_EQ(CountPages(cells, AssignPages(cells, PageAssignment::Fewest), PageAssignment::Fewest), 1);
  EXPECT_EQ(CountPages({}, {}, PageAssignment::Fewest), 1);
}

TEST(PenCorePages, AChainNeedsTwoPagesInWhateverOrderItsLinksCome)
{
  const std::vector<Cell> links{ Bar(0, 5, 0), Bar(4, 9, 0), Bar(8, 13, 0), Bar(12, 17, 0) };
  for (const std::vector<int> & order : { std::vector<int>{ 0, 1, 2, 3 }, { 0, 3, 1, 2 }, { 3, 0, 2, 1 } })
  {
    std::vector<Cell> cells;
    for (const int link : order)
    {
      cells.push_back(links[link]);
    }
    const std::vector<std::int32_t> pages = AssignPages(cells, PageAssignment::Fewest);
    ExpectNoOverlapWithinAPage(cells, pages);
    EXPECT_EQ(CountPages(cells, pages, PageAssignment::Fewest), 2);
  }
}

TEST(PenCorePages, NoPageHoldsTwoCellsThatOverlap)
{
  for (unsigned int seed = 0; seed < 10; ++seed)
  {
    const std::vector<Cell> cells = RandomBars(seed, 100, 30);
    ExpectNoOverlapWithinAPage(cells, AssignPages(cells, PageAssignment::Channel));
    ExpectNoOverlapWithinAPage(cells, AssignPages(cells, PageAssignment::Fewest));
  }
}

TEST(PenCorePages, NegativeChannelIsRefused)
{
  EXPECT_THROW(AssignPages({ Bar(0, 4, -1) }, PageAssignment::Channel), std::invalid_argument);
}
