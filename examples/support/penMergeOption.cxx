// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penMergeOption.h"

#include <cstdlib>

namespace pen
{
void
AddMergeOption(CLI::App & app, std::string & text)
{
  app
    .add_option("--merge-duplicates", text,
                "Cells of neighbouring depth channels with at least this IoU are one; off keeps all")
    ->type_name("IOU|off")
    ->capture_default_str();
}

itk::MergeDuplicateCellsLabelMapFilter<>::Pointer
MakeMergeFilter(const std::string & text)
{
  if (text == "off")
  {
    return nullptr;
  }
  char * end = nullptr;
  const double iou = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !(iou >= 0.0 && iou <= 1.0))
  {
    throw UsageError("--merge-duplicates is \"" + text + "\", expected a number from 0 to 1 or off");
  }
  auto merge = itk::MergeDuplicateCellsLabelMapFilter<>::New();
  merge->SetIoUThreshold(iou);
  return merge;
}
} // namespace pen
