// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Base/Threads.h"

#include "itkMultiThreaderBase.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace
{
using namespace itk::PenCore;

// The bound of a process outlives a test; every test puts the default back.
class PenCoreThreads : public testing::Test
{
protected:
  void
  TearDown() override
  {
    SetNumberOfThreads(0);
  }
};

// The pieces wait until so many threads have come, for at most half a minute together: a busy machine starts them late.
std::size_t
CountThreadsUsed(unsigned int numberOfThreads, std::size_t awaited = 1)
{
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  std::mutex mutex;
  std::set<std::thread::id> threads;
  const auto count = [&]
  {
    const std::lock_guard<std::mutex> lock(mutex);
    threads.insert(std::this_thread::get_id());
    return threads.size();
  };
  ParallelFor(
    400, 1,
    [&](std::size_t, std::size_t)
    {
      do
      {
        std::this_thread::sleep_for(std::chrono::microseconds(200));
      } while (count() < awaited && std::chrono::steady_clock::now() < end);
    },
    numberOfThreads);
  return threads.size();
}
} // namespace

TEST_F(PenCoreThreads, EveryItemIsVisitedOnceForAnyNumberOfThreads)
{
  for (const unsigned int threads : { 1u, 2u, 3u, 8u })
  {
    SetNumberOfThreads(threads);
    for (const std::size_t n : { 0u, 1u, 7u, 1000u })
    {
      std::vector<int> visits(n, 0);
      ParallelFor(n, 3,
                  [&](std::size_t begin, std::size_t end)
                  {
                    for (std::size_t i = begin; i < end; ++i)
                    {
                      ++visits[i];
                    }
                  });
      EXPECT_EQ(visits, std::vector<int>(n, 1)) << n << " items, " << threads << " threads";
    }
  }
}

TEST_F(PenCoreThreads, BoundReachesItk)
{
  SetNumberOfThreads(3);
  EXPECT_EQ(GetNumberOfThreads(), 3u);
  EXPECT_EQ(itk::MultiThreaderBase::GetGlobalDefaultNumberOfThreads(), 3u);
}

TEST_F(PenCoreThreads, BoundIsRaisedAndTakenBackAgain)
{
  const unsigned int before = GetNumberOfThreads();
  SetNumberOfThreads(1);
  SetNumberOfThreads(3);
  EXPECT_EQ(itk::MultiThreaderBase::GetGlobalDefaultNumberOfThreads(), 3u);
  SetNumberOfThreads(0);
  EXPECT_EQ(GetNumberOfThreads(), before);
  EXPECT_EQ(itk::MultiThreaderBase::GetGlobalDefaultNumberOfThreads(), before);
}

TEST_F(PenCoreThreads, NoCallExceedsTheBound)
{
  SetNumberOfThreads(1);
  EXPECT_EQ(CountThreadsUsed(8), 1u);
  SetNumberOfThreads(3);
  EXPECT_LE(CountThreadsUsed(8), 3u);
}

TEST_F(PenCoreThreads, MoreThreadsThanCoresAreTakenWithoutAWordOnStandardError)
{
  const unsigned int many = std::thread::hardware_concurrency() + 5;
  testing::internal::CaptureStderr();
  CountThreadsUsed(many);
  SetNumberOfThreads(many);
  const std::size_t used = CountThreadsUsed(0, 2);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_GT(used, 1u);
  EXPECT_LE(used, many);
}

TEST_F(PenCoreThreads, ExceptionOfABodyReachesTheCaller)
{
  SetNumberOfThreads(4);
  EXPECT_THROW(ParallelFor(100, 1, [](std::size_t, std::size_t) { throw std::runtime_error("stop"); }),
               std::runtime_error);
}

TEST_F(PenCoreThreads, ProgressGrowsToOneAndMayEndTheWork)
{
  std::vector<float> shares;
  ParallelFor(
    1000, 1, [](std::size_t, std::size_t) {}, 2, [&](float share) { shares.push_back(share); });
  ASSERT_GT(shares.size(), 2u);
  EXPECT_TRUE(std::is_sorted(shares.begin(), shares.end()));
  EXPECT_FLOAT_EQ(shares.back(), 1.0f);

  std::size_t visited = 0;
  EXPECT_THROW(ParallelFor(
                 1000, 1, [&](std::size_t begin, std::size_t end) { visited += end - begin; }, 1,
                 [](float) { throw std::runtime_error("abort"); }),
               std::runtime_error);
  EXPECT_LT(visited, 1000u);
}
