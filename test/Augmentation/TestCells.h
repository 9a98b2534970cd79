// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_test_Augmentation_TestCells_h
#define pen_test_Augmentation_TestCells_h

#include "Cells/TestMasks.h"
#include "ProjectionEnhancement/Augmentation/CellPasting.h"
#include "itkMath.h"
#include "support/TestReading.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

namespace PenTest
{
constexpr float Ground = 2.0f;

// In um.
constexpr double EllipsoidRadii[2][3] = { { 10.0, 5.0, 5.0 }, { 6.0, 6.0, 7.0 } };

inline double
EllipsoidVolume(std::size_t i)
{
  const auto & radii = EllipsoidRadii[i];
  return 4.0 / 3.0 * itk::Math::pi * radii[0] * radii[1] * radii[2];
}

// Ellipsoids of brightness 100 on a ground of 2; radii in um, so that voxels may be anisotropic.
inline itk::TrainingSample
MakeEllipsoids(bool withLabels)
{
  itk::TrainingSample sample;
  sample.width = 160;
  sample.height = 120;
  sample.slices = 16;
  sample.spacing = { { 0.5, 0.5, 2.0 } };
  sample.stack.assign(160 * 120 * 16, Ground);
  std::vector<std::uint32_t> labels(sample.stack.size(), 0);
  const double centres[2][3] = { { 20.0, 30.0, 12.0 }, { 60.0, 28.0, 18.0 } };
  for (std::uint32_t cell = 0; cell < 2; ++cell)
  {
    sample.cells.emplace_back();
    sample.cells.back().depth = centres[cell][2] / 2.0;
    Mask mask(160, 120);
    for (int y = 0; y < 120; ++y)
    {
      for (int x = 0; x < 160; ++x)
      {
        for (int z = 0; z < 16; ++z)
        {
          const double dx = (x * 0.5 - centres[cell][0]) / EllipsoidRadii[cell][0];
          const double dy = (y * 0.5 - centres[cell][1]) / EllipsoidRadii[cell][1];
          const double dz = (z * 2.0 - centres[cell][2]) / EllipsoidRadii[cell][2];
          if (dx * dx + dy * dy + dz * dz <= 1.0)
          {
            mask.At(x, y) = 1;
            labels[(z * 120 + y) * 160 + x] = cell + 1;
            sample.stack[(z * 120 + y) * 160 + x] = 100.0f;
          }
        }
      }
    }
    sample.cells.back().runs = RunsOf(mask);
  }
  sample.labels3d = withLabels ? labels : std::vector<std::uint32_t>();
  return sample;
}

// The stack of test/data/mda231_stack with its ten cells.
inline itk::TrainingSample
ReadRealStack()
{
  using Bytes = itk::Image<unsigned char, 3>;
  const Bytes::Pointer stack = ReadTestImage<Bytes>("mda231_stack/stack.nrrd");
  const Bytes::Pointer labels = ReadTestImage<Bytes>("mda231_stack/labels3d.nrrd");
  const auto size = stack->GetLargestPossibleRegion().GetSize();
  const std::size_t voxels = size[0] * size[1] * size[2];
  itk::TrainingSample sample;
  sample.width = static_cast<unsigned int>(size[0]);
  sample.height = static_cast<unsigned int>(size[1]);
  sample.slices = static_cast<unsigned int>(size[2]);
  sample.spacing = { { 0.538, 0.538, 10.0 } };
  sample.stack.assign(stack->GetBufferPointer(), stack->GetBufferPointer() + voxels);
  const std::map<unsigned char, std::uint32_t> numbers{ { 2, 1 }, { 3, 2 },  { 4, 3 },  { 6, 4 },  { 7, 5 },
                                                        { 9, 6 }, { 11, 7 }, { 14, 8 }, { 17, 9 }, { 18, 10 } };
  const unsigned char * label = labels->GetBufferPointer();
  std::vector<Mask> masks(10, Mask(static_cast<int>(size[0]), static_cast<int>(size[1])));
  for (std::size_t i = 0; i < voxels; ++i)
  {
    sample.labels3d.push_back(label[i] == 0 ? 0 : numbers.at(label[i]));
    if (label[i] != 0)
    {
      masks[sample.labels3d.back() - 1].pixels[i % (size[0] * size[1])] = 1;
    }
  }
  for (const Mask & mask : masks)
  {
    sample.cells.emplace_back();
    sample.cells.back().runs = RunsOf(mask);
  }
  return sample;
}

inline std::vector<std::uint8_t>
MaskOf(const itk::PenCore::Cell & cell, const itk::TrainingSample & sample)
{
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(sample.width) * sample.height, 0);
  for (const itk::PenCore::PixelRun & run : cell.runs)
  {
    std::fill_n(mask.begin() + static_cast<std::ptrdiff_t>(run.y) * sample.width + run.x, run.length,
                std::uint8_t{ 1 });
  }
  return mask;
}

inline itk::PenCore::PasteCellsParameters
OneCell(const itk::TrainingSample & sample)
{
  itk::PenCore::PasteCellsParameters parameters;
  parameters.width = 128;
  parameters.height = 128;
  parameters.slices = sample.slices;
  parameters.spacing = sample.spacing;
  parameters.numberOfCells = 1;
  parameters.backgroundLevel = Ground;
  return parameters;
}
} // namespace PenTest

#endif
