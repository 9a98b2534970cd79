// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Cells/Pages.h"

#include "ProjectionEnhancement/Cells/Overlap.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <tuple>

namespace itk
{
namespace PenCore
{
namespace
{
using Neighbours = std::vector<std::vector<std::uint32_t>>;
constexpr std::int32_t NoPage = -1;

// The lowest page from firstPage on that none of the neighbours is on.
std::int32_t
FirstFreePage(const std::vector<std::uint32_t> & neighbours, const std::vector<std::int32_t> & pages,
              std::int32_t firstPage)
{
  std::set<std::int32_t> taken;
  for (const std::uint32_t neighbour : neighbours)
  {
    taken.insert(pages[neighbour]);
  }
  std::int32_t page = firstPage;
  while (taken.count(page) > 0)
  {
    ++page;
  }
  return page;
}

std::int32_t
CountChannels(const std::vector<Cell> & cells)
{
  std::int32_t channels = 0;
  for (const Cell & cell : cells)
  {
    if (cell.channel < 0)
    {
      throw std::invalid_argument("a depth channel cannot be negative");
    }
    channels = std::max(channels, cell.channel + 1);
  }
  return channels;
}

std::vector<std::int32_t>
AssignChannelPages(const std::vector<Cell> & cells, const Neighbours & neighbours, std::int32_t firstExtraPage)
{
  std::vector<std::int32_t> pages(cells.size(), NoPage);
  for (std::size_t i = 0; i < cells.size(); ++i)
  {
    const bool isHidden = std::any_of(neighbours[i].begin(), neighbours[i].end(),
                                      [&](std::uint32_t neighbour) { return pages[neighbour] == cells[i].channel; });
    pages[i] = isHidden ? FirstFreePage(neighbours[i], pages, firstExtraPage) : cells[i].channel;
  }
  return pages;
}

std::vector<std::int32_t>
AssignFewestPages(const Neighbours & neighbours)
{
  const std::size_t n = neighbours.size();
  std::vector<std::int32_t> pages(n, NoPage);
  std::vector<std::set<std::int32_t>> neighbouringPages(n);
  // Most constrained first: (minus distinct neighbouring pages, minus neighbours, index).
  using KeyType = std::tuple<std::int64_t, std::int64_t, std::size_t>;
  const auto keyOf = [&](std::size_t i)
  {
    return KeyType(-static_cast<std::int64_t>(neighbouringPages[i].size()),
                   -static_cast<std::int64_t>(neighbours[i].size()), i);
  };
  std::set<KeyType> waiting;
  for (std::size_t i = 0; i < n; ++i)
  {
    waiting.insert(keyOf(i));
  }
  while (!waiting.empty())
  {
    const std::size_t i = std::get<2>(*waiting.begin());
    waiting.erase(waiting.begin());
    pages[i] = FirstFreePage(neighbours[i], pages, 0);
    for (const std::uint32_t neighbour : neighbours[i])
    {
      if (pages[neighbour] == NoPage)
      {
        waiting.erase(keyOf(neighbour));
        neighbouringPages[neighbour].insert(pages[i]);
        waiting.insert(keyOf(neighbour));
      }
    }
  }
  return pages;
}
} // namespace

std::ostream &
operator<<(std::ostream & os, PageAssignment assignment)
{
  return os << (assignment == PageAssignment::Channel ? "Channel" : "Fewest");
}

std::vector<std::int32_t>
AssignPages(const std::vector<Cell> & cells, PageAssignment assignment, std::int32_t minimumNumberOfPages,
            unsigned int numberOfThreads)
{
  const Neighbours neighbours = OverlapNeighbours(FindOverlappingPairs(MasksOf(cells), numberOfThreads), cells.size());
  if (assignment == PageAssignment::Fewest)
  {
    return AssignFewestPages(neighbours);
  }
  return AssignChannelPages(cells, neighbours, std::max(CountChannels(cells), minimumNumberOfPages));
}

std::int32_t
CountPages(const std::vector<Cell> & cells, const std::vector<std::int32_t> & pages, PageAssignment assignment,
           std::int32_t minimumNumberOfPages)
{
  std::int32_t count = minimumNumberOfPages;
  if (assignment == PageAssignment::Channel)
  {
    count = std::max(count, CountChannels(cells));
  }
  for (const std::int32_t page : pages)
  {
    count = std::max(count, page + 1);
  }
  return count;
}
} // namespace PenCore
} // namespace itk
