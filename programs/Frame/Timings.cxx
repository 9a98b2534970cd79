// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Frame/Timings.h"

#include <nlohmann/json.hpp>

#include <algorithm>

#if defined(__unix__) || defined(__APPLE__)
#  include <sys/resource.h>
#endif

namespace pen
{
Timings::Timings()
  : m_Start(std::chrono::steady_clock::now())
{
}

void
Timings::Add(const std::string & stage, double seconds)
{
  const auto known = std::find_if(m_Stages.begin(), m_Stages.end(), [&](const auto & s) { return s.first == stage; });
  if (known != m_Stages.end())
  {
    known->second += seconds;
  }
  else
  {
    m_Stages.emplace_back(stage, seconds);
  }
}

double
Timings::GetTotal() const
{
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_Start).count();
}

std::string
Timings::ToJson() const
{
  nlohmann::ordered_json stages = nlohmann::ordered_json::object();
  for (const auto & [name, seconds] : m_Stages)
  {
    stages[name] = seconds;
  }
  nlohmann::ordered_json json;
  json["total"] = GetTotal();
  json["stages"] = stages;
  json["peak_rss_bytes"] = PeakResidentBytes();
  return json.dump(2) + "\n";
}

std::uint64_t
PeakResidentBytes()
{
#if defined(__unix__) || defined(__APPLE__)
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0)
  {
    return 0;
  }
#  if defined(__APPLE__)
  constexpr std::uint64_t unit = 1;
#  else
  constexpr std::uint64_t unit = 1024;
#  endif
  return static_cast<std::uint64_t>(usage.ru_maxrss) * unit;
#else
  return 0;
#endif
}
} // namespace pen
