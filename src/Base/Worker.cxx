// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Base/Worker.h"

#include <utility>

namespace itk
{
namespace PenCore
{
Worker::Worker()
  : m_Thread([this] { this->Work(); })
{
}

Worker::~Worker()
{
  {
    const std::lock_guard<std::mutex> lock(m_Mutex);
    m_Ends = true;
  }
  m_HasNews.notify_one();
  m_Thread.join();
}

std::future<void>
Worker::Run(std::function<void()> task)
{
  std::packaged_task<void()> packaged(std::move(task));
  std::future<void> end = packaged.get_future();
  {
    const std::lock_guard<std::mutex> lock(m_Mutex);
    m_Tasks.push_back(std::move(packaged));
  }
  m_HasNews.notify_one();
  return end;
}

void
Worker::Work()
{
  std::unique_lock<std::mutex> lock(m_Mutex);
  while (true)
  {
    m_HasNews.wait(lock, [this] { return m_Ends || !m_Tasks.empty(); });
    if (m_Tasks.empty())
    {
      return;
    }
    std::packaged_task<void()> task = std::move(m_Tasks.front());
    m_Tasks.pop_front();
    lock.unlock();
    task();
    lock.lock();
  }
}
} // namespace PenCore
} // namespace itk
