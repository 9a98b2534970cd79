// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Frame_Timings_h
#define pen_programs_Frame_Timings_h

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace pen
{
/** \brief Wall time of a program's named stages; a stage that runs several times adds up. */
class Timings
{
public:
  Timings();

  void
  Add(const std::string & stage, double seconds);

  /** Seconds since this object was made. */
  double
  GetTotal() const;

  /** {"total": s, "stages": {name: s}, "peak_rss_bytes": n}, the stages in the order of their first run. */
  std::string
  ToJson() const;

private:
  std::chrono::steady_clock::time_point m_Start;
  std::vector<std::pair<std::string, double>> m_Stages;
};

/** Largest resident set of this process so far in bytes; 0 where the system does not tell. */
std::uint64_t
PeakResidentBytes();
} // namespace pen

#endif
