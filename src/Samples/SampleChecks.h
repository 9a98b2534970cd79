// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Samples_SampleChecks_h
#define ProjectionEnhancement_Samples_SampleChecks_h

#include "itkTrainingSample.h"

#include <sstream>
#include <stdexcept>

namespace itk
{
namespace PenCore
{
/** \throws std::invalid_argument where buffers do not fit the sample's size, masks leave it, a 3-D label names no cell,
 * or the spacing is not positive. */
inline void
RequireConsistentSample(const TrainingSample & sample)
{
  const std::size_t pixels = static_cast<std::size_t>(sample.height) * sample.width;
  const std::size_t voxels = pixels * sample.slices;
  std::ostringstream size;
  size << "a sample of " << sample.width << " x " << sample.height << " x " << sample.slices << " voxels ";
  if (voxels == 0 || sample.stack.size() != voxels || (!sample.labels3d.empty() && sample.labels3d.size() != voxels) ||
      (!sample.ignore.empty() && sample.ignore.size() != pixels))
  {
    throw std::invalid_argument(size.str() + "does not fit its buffers");
  }
  for (const double spacing : sample.spacing)
  {
    if (!(spacing > 0.0))
    {
      throw std::invalid_argument(size.str() + "has a spacing that is not positive");
    }
  }
  for (const Cell & cell : sample.cells)
  {
    for (const PixelRun & run : cell.runs)
    {
      if (run.x < 0 || run.y < 0 || run.length < 1 || run.y >= static_cast<std::int32_t>(sample.height) ||
          run.x + run.length > static_cast<std::int32_t>(sample.width))
      {
        throw std::invalid_argument(size.str() + "has a cell with pixels outside it");
      }
    }
  }
  for (const std::uint32_t label : sample.labels3d)
  {
    if (label > sample.cells.size())
    {
      throw std::invalid_argument(size.str() + "has a 3-D label that is no cell's");
    }
  }
}
} // namespace PenCore
} // namespace itk

#endif
