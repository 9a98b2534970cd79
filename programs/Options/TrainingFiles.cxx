// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Options/TrainingFiles.h"

#include "Files/ImageFile.h"
#include "Frame/OutputFile.h"

#include <algorithm>
#include <filesystem>

namespace pen
{
void
VerifyTrainingFiles(const TrainingOptions & options)
{
  for (const auto * paths : { &options.data, &options.validation })
  {
    for (const std::string & path : *paths)
    {
      const std::vector<std::string> samples = FindTrainingFolders(path);
      std::for_each(samples.begin(), samples.end(), ProtectSample);
    }
  }
  if (!options.initialModel.empty())
  {
    RequireReadableFile(options.initialModel);
  }
  for (const char * ending : { "", ".checkpoint", ".best", ".log.csv", ".curves.svg", ".tensorboard" })
  {
    RequireNoInput(options.output + ending);
  }
  for (const char * ending : { "", ".checkpoint", ".best" })
  {
    if (!options.resume && !options.overwrite && std::filesystem::exists(options.output + ending))
    {
      Fail("a model is there already: --resume goes on with its training, --overwrite replaces it",
           options.output + ending);
    }
  }
  const OutputFile isWritable(options.output);
}
} // namespace pen
