// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_test_fuzz_fuzzFile_h
#define pen_test_fuzz_fuzzFile_h

#include "itkMacro.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <unistd.h>

/** Writes the input to a file of this process and calls \a read with its name; refusals are fine. */
template <typename TRead>
int
FuzzThroughFile(const std::uint8_t * bytes, std::size_t size, TRead && read)
{
  static const std::string name = "/tmp/pen_fuzz_" + std::to_string(getpid());
  std::FILE * file = std::fopen(name.c_str(), "wb");
  if (!file || std::fwrite(bytes, 1, size, file) != size || std::fclose(file) != 0)
  {
    std::abort();
  }
  try
  {
    read(name);
  }
  catch (const itk::ExceptionObject &)
  {
  }
  std::remove(name.c_str());
  return 0;
}

#endif
