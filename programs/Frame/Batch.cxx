// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Frame/Batch.h"

#include <stdexcept>
#include <utility>

namespace pen
{
Batch::Batch(std::string files, std::size_t count, ProgramContext & context)
  : m_Files(std::move(files))
  , m_Count(count)
  , m_Context(context)
{
}

bool
Batch::Try(const std::string & file, const std::function<void()> & work)
{
  if (m_Count == 1)
  {
    work();
    return true;
  }
  try
  {
    work();
    return true;
  }
  catch (const UsageError &)
  {
    throw;
  }
  catch (const std::exception & error)
  {
    const std::string message = OneLineMessage(error);
    const bool namesFile = message.find(file) != std::string::npos;
    m_Problems.push_back(namesFile ? message : message + ": " + file);
  }
  m_Context.Warn("skipped: " + m_Problems.back());
  return false;
}

void
Batch::Add(const std::string & problem)
{
  m_Problems.push_back(problem);
  if (m_Count > 1)
  {
    m_Context.Warn(problem);
  }
}

void
Batch::Finish() const
{
  if (m_Problems.empty())
  {
    return;
  }
  std::string summary =
    m_Count == 1 ? std::string()
                 : std::to_string(m_Problems.size()) + " of " + std::to_string(m_Count) + " " + m_Files + " failed: ";
  for (std::size_t i = 0; i < m_Problems.size(); ++i)
  {
    summary += (i == 0 ? "" : "; ") + m_Problems[i];
  }
  throw std::runtime_error(summary);
}
} // namespace pen
