// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkTrainingBatchQueue.h"

#include "itkMacro.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace
{
// A batch that says which step it is of.
itk::TrainingBatch
BatchOf(std::uint64_t step)
{
  itk::TrainingBatch batch;
  batch.size = static_cast<unsigned int>(step);
  return batch;
}
} // namespace

TEST(TrainingBatchQueue, HandsOutTheStepsInOrderForAnyNumberOfWorkers)
{
  for (const unsigned int workers : { 0u, 1u, 3u, 8u })
  {
    itk::TrainingBatchQueue queue(BatchOf, 5, 10, workers);
    for (unsigned int step = 5; step < 10; ++step)
    {
      EXPECT_EQ(queue.Next().size, step);
    }
    EXPECT_THROW(queue.Next(), itk::ExceptionObject);
  }
}

TEST(TrainingBatchQueue, DrawsNoFurtherAheadThanItHasWorkers)
{
  std::atomic<int> drawn{ 0 };
  {
    itk::TrainingBatchQueue queue(
      [&](std::uint64_t step)
      {
        ++drawn;
        return BatchOf(step);
      },
      0, 100, 2);
    queue.Next();
  }
  EXPECT_EQ(drawn, 3);
}

TEST(TrainingBatchQueue, ThrowsWhatTheDrawThrew)
{
  itk::TrainingBatchQueue queue([](std::uint64_t step) -> itk::TrainingBatch
                                { return step == 1 ? throw std::runtime_error("no sample") : BatchOf(step); },
                                0, 3, 2);
  EXPECT_EQ(queue.Next().size, 0u);
  EXPECT_THROW(queue.Next(), std::runtime_error);
  EXPECT_EQ(queue.Next().size, 2u);
}
