// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkTrainingBatchQueue_h
#define itkTrainingBatchQueue_h

#include "ProjectionEnhancementNetworkExport.h"
#include "itkSegmentationNetworkTrainer.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <future>

namespace itk
{
/** \class TrainingBatchQueue
 * \brief Draws the batches of the steps to come on threads of its own while the network learns from the present one.
 *
 * A batch depends on its step only, so that the batches are the same for any number of workers, and a training that is
 * resumed at a step gets the batches it would have got.
 *
 * \code
 * itk::TrainingBatchQueue queue([&](std::uint64_t step) { return sampler.Draw(step, 8); }, firstStep, lastStep, 1);
 * for (auto step = firstStep; step < lastStep; ++step)
 *   trainer->Step(queue.Next());
 * \endcode
 */
class ProjectionEnhancementNetwork_EXPORT TrainingBatchQueue
{
public:
  using DrawFunction = std::function<TrainingBatch(std::uint64_t)>;

  /** Batches of the steps [first, end), at most \a workers of them drawn ahead, each on a thread of its own.
   * Without workers Next() draws itself. \a draw is called from several threads at once where workers > 1. */
  TrainingBatchQueue(DrawFunction draw, std::uint64_t first, std::uint64_t end, unsigned int workers);

  /** Waits for the draws that have begun. */
  ~TrainingBatchQueue();
  TrainingBatchQueue(const TrainingBatchQueue &) = delete;
  TrainingBatchQueue &
  operator=(const TrainingBatchQueue &) = delete;

  /** The next step's batch; what its draw threw is thrown here. \throws ExceptionObject after the last one. */
  TrainingBatch
  Next();

private:
  void
  DrawAhead();

  DrawFunction m_Draw;
  std::uint64_t m_Drawn;
  std::uint64_t m_End;
  unsigned int m_Workers;
  std::deque<std::future<TrainingBatch>> m_Batches;
};
} // namespace itk

#endif
