// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/DefaultModel.h"

#include <filesystem>
#include <stdexcept>

namespace pen
{
namespace
{
std::filesystem::path modelsBesideProgram;
}

void
LookForModelsBeside(const std::string & program)
{
  modelsBesideProgram = std::filesystem::path(program).parent_path() / "models";
}

std::string
DefaultModel()
{
  const std::string name = "pen-cellpose.pt";
  for (const std::string & folder :
       { modelsBesideProgram.string(), std::string(PEN_SOURCE_MODELS_DIR), std::string(PEN_INSTALLED_MODELS_DIR) })
  {
    if (std::filesystem::exists(folder + "/" + name))
    {
      return folder + "/" + name;
    }
  }
  throw std::runtime_error("no model: " + name + " is not in " PEN_INSTALLED_MODELS_DIR ", name one with --model");
}
} // namespace pen
