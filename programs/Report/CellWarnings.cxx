// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Report/CellWarnings.h"

#include <iomanip>
#include <sstream>

namespace pen
{
namespace
{
std::string
Masks(std::size_t count)
{
  return count == 1 ? std::string("1 mask") : std::to_string(count) + " masks";
}

void
AddReason(std::size_t count, const std::string & reason, std::string & reasons)
{
  if (count > 0)
  {
    reasons += (reasons.empty() ? "" : ", ") + Masks(count) + " " + reason;
  }
}
} // namespace

void
WarnOfRemovedMasks(ProgramContext & context, const itk::PenCore::RemovedMasks & removed, std::size_t numberOfCells,
                   const std::string & path)
{
  if (removed.tooLarge > 0)
  {
    context.Warn(Masks(removed.tooLarge) +
                 " removed that cover more of the image than --max-size-share allows: " + path);
  }
  if (numberOfCells > 0)
  {
    return;
  }
  std::string reasons;
  AddReason(removed.badFlow, "above --flow-threshold or --direction-threshold", reasons);
  AddReason(removed.tooSmall, "below --min-size or --min-area", reasons);
  AddReason(removed.lowScore, "below --min-score", reasons);
  AddReason(removed.tooLarge, "above --max-size-share", reasons);
  context.Warn((reasons.empty() ? std::string("no cell was found") : "no cell was kept: " + reasons) + ": " + path);
}

void
WarnOfIntensities(ProgramContext & context, const itk::IntensityRemarks & remarks, std::size_t numberOfCells,
                  const std::string & path)
{
  if (remarks.outlierRatio > 0.0)
  {
    std::ostringstream ratio;
    ratio << std::setprecision(2) << remarks.outlierRatio;
    context.Warn("a few voxels are " + ratio.str() +
                 " times as bright as typical cells; those set the range of intensities (--intensity-range LOW,HIGH "
                 "sets another): " +
                 path);
  }
  if (numberOfCells == 0 && remarks.looksInverted)
  {
    context.Warn("most voxels are bright, as where dark cells lie on bright ground; the models know bright cells, so "
                 "invert the intensities: " +
                 path);
  }
}
} // namespace pen
