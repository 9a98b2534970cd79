// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_Worker_h
#define ProjectionEnhancement_Base_Worker_h

#include "ProjectionEnhancementExport.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

namespace itk
{
namespace PenCore
{
/** \brief A thread that does what it is given, one task after another, as long as it lives.
 *
 * For tasks whose thread has to stay the same: cuDNN keeps what it knows of a convolution with the thread, and never
 * gives it back. */
class ProjectionEnhancement_EXPORT Worker
{
public:
  Worker();

  /** Waits for all that was given. */
  ~Worker();
  Worker(const Worker &) = delete;
  Worker &
  operator=(const Worker &) = delete;

  /** The future tells the task's end, or throws what it threw; it need not be waited for. */
  std::future<void>
  Run(std::function<void()> task);

private:
  void
  Work();

  std::mutex m_Mutex;
  std::condition_variable m_HasNews;
  std::deque<std::packaged_task<void()>> m_Tasks;
  bool m_Ends = false;
  std::thread m_Thread; // last: it uses the others
};
} // namespace PenCore
} // namespace itk

#endif
