// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkTrainingBatchQueue.h"

#include "itkMacro.h"

#include <utility>

namespace itk
{
TrainingBatchQueue::TrainingBatchQueue(DrawFunction draw, std::uint64_t first, std::uint64_t end, unsigned int workers)
  : m_Draw(std::move(draw))
  , m_Drawn(first)
  , m_End(end)
  , m_Workers(workers)
{
  this->DrawAhead();
}

TrainingBatchQueue::~TrainingBatchQueue() = default;

void
TrainingBatchQueue::DrawAhead()
{
  while (m_Batches.size() < m_Workers && m_Drawn < m_End)
  {
    m_Batches.push_back(std::async(std::launch::async, m_Draw, m_Drawn++));
  }
}

TrainingBatch
TrainingBatchQueue::Next()
{
  if (m_Batches.empty() && m_Drawn >= m_End)
  {
    itkGenericExceptionMacro("the queue's last batch, of step " << m_End << ", has been taken");
  }
  if (m_Batches.empty())
  {
    return m_Draw(m_Drawn++);
  }
  std::future<TrainingBatch> next = std::move(m_Batches.front());
  m_Batches.pop_front();
  TrainingBatch batch = next.get();
  this->DrawAhead();
  return batch;
}
} // namespace itk
