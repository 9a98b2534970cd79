// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penDefaultModel.h"

#include <filesystem>
#include <stdexcept>

namespace pen
{
std::string
DefaultModel()
{
  const std::string name = "pen-cellpose.pt";
  for (const std::string folder : { PEN_SOURCE_MODELS_DIR, PEN_INSTALLED_MODELS_DIR })
  {
    if (std::filesystem::exists(folder + "/" + name))
    {
      return folder + "/" + name;
    }
  }
  throw std::runtime_error("no model: " + name + " is not in " PEN_INSTALLED_MODELS_DIR ", name one with --model");
}
} // namespace pen
