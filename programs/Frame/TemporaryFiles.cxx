// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Frame/TemporaryFiles.h"
#include "Frame/OutputFile.h"

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <mutex>

#if !defined(_WIN32)
#  include <unistd.h>
#endif

namespace pen
{
namespace
{
// A signal handler may neither allocate nor lock, so the list is plain memory of fixed size. A file beyond its
// limits is still removed by its OutputFile, only not by a signal.
constexpr std::size_t MaximumNumberOfFiles = 64;
constexpr std::size_t MaximumPathLength = 4096;

struct Slot
{
  std::atomic<bool> used{ false };
  char path[MaximumPathLength];
};

std::array<Slot, MaximumNumberOfFiles> slots;
std::mutex slotsMutex;

extern "C" void
RemoveFilesAndEnd(int signalNumber)
{
  for (Slot & slot : slots)
  {
    if (slot.used)
    {
#if defined(_WIN32)
      std::remove(slot.path);
#else
      unlink(slot.path);
#endif
    }
  }
#if !defined(_WIN32)
  // Folders, once their files are gone.
  for (Slot & slot : slots)
  {
    if (slot.used)
    {
      rmdir(slot.path);
    }
  }
#endif
  std::signal(signalNumber, SIG_DFL);
  std::raise(signalNumber);
}

void
HandleUnlessIgnored(int signalNumber)
{
  if (std::signal(signalNumber, RemoveFilesAndEnd) == SIG_IGN)
  {
    std::signal(signalNumber, SIG_IGN);
  }
}
} // namespace

std::string
EndOfTemporaryName(const std::string & name)
{
  constexpr std::size_t longest = 64;
  std::size_t begin = name.size() > longest ? name.size() - longest : 0;
  // Not within a letter of several bytes, which some file systems refuse.
  while (begin > 0 && begin < name.size() && (static_cast<unsigned char>(name[begin]) & 0xc0u) == 0x80u)
  {
    ++begin;
  }
  return name.substr(begin);
}

void
RegisterTemporaryFile(const std::string & path)
{
  const std::lock_guard<std::mutex> lock(slotsMutex);
  for (Slot & slot : slots)
  {
    if (!slot.used && path.size() < MaximumPathLength)
    {
      std::memcpy(slot.path, path.c_str(), path.size() + 1);
      slot.used = true;
      return;
    }
  }
}

void
UnregisterTemporaryFile(const std::string & path)
{
  const std::lock_guard<std::mutex> lock(slotsMutex);
  for (Slot & slot : slots)
  {
    if (slot.used && path == slot.path)
    {
      slot.used = false;
    }
  }
}

void
RemoveTemporaryFilesOnSignals()
{
  HandleUnlessIgnored(SIGINT);
  HandleUnlessIgnored(SIGTERM);
#if defined(SIGHUP)
  HandleUnlessIgnored(SIGHUP);
#endif
}
} // namespace pen
