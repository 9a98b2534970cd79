// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "support/TestFiles.h"

namespace pen_test
{
void
WriteText(const std::string & path, const std::string & text)
{
  std::ofstream(path, std::ios::binary) << text;
}

std::string
ReadText(const std::string & path)
{
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}
} // namespace pen_test
