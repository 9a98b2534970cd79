// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_test_Cells_TestMasks_h
#define pen_test_Cells_TestMasks_h

#include "ProjectionEnhancement/Cells/PixelRuns.h"

#include <cmath>
#include <vector>

/** Masks and an independent heat diffusion for tests of flows and masks. */
namespace PenTest
{
struct Mask
{
  int width;
  int height;
  std::vector<unsigned char> pixels;

  Mask(int w, int h)
    : width(w)
    , height(h)
    , pixels(static_cast<std::size_t>(w * h), 0)
  {
  }
  unsigned char &
  At(int x, int y)
  {
    return pixels[static_cast<std::size_t>(y * width + x)];
  }
  bool
  Has(int x, int y) const
  {
    return x >= 0 && y >= 0 && x < width && y < height && pixels[static_cast<std::size_t>(y * width + x)] != 0;
  }
};

template <typename TInside>
Mask
MakeMask(int width, int height, TInside && inside)
{
  Mask mask(width, height);
  for (int y = 0; y < height; ++y)
  {
    for (int x = 0; x < width; ++x)
    {
      mask.At(x, y) = inside(x, y) ? 1 : 0;
    }
  }
  return mask;
}

inline Mask
Ellipse(int width, int height, double cx, double cy, double a, double b, double angle = 0.0)
{
  return MakeMask(width, height,
                  [=](int x, int y)
                  {
                    const double u = (x - cx) * std::cos(angle) + (y - cy) * std::sin(angle);
                    const double v = (y - cy) * std::cos(angle) - (x - cx) * std::sin(angle);
                    return u * u / (a * a) + v * v / (b * b) < 1.0;
                  });
}

inline itk::PenCore::PixelRuns
RunsOf(const Mask & mask)
{
  itk::PenCore::PixelRuns runs;
  for (int y = 0; y < mask.height; ++y)
  {
    for (int x = 0; x < mask.width; ++x)
    {
      if (mask.Has(x, y))
      {
        itk::PenCore::AppendPixel(runs, x, y);
      }
    }
  }
  return runs;
}

inline itk::PenCore::Cell
CellOf(const Mask & mask, int channel = 0)
{
  itk::PenCore::Cell cell;
  cell.runs = RunsOf(mask);
  cell.channel = channel;
  return cell;
}

/** Heat by the definition, in double: add one at the centre, take 3 x 3 means inside the mask, again and again. */
inline std::vector<double>
DiffuseBySweeps(const Mask & mask, int centreX, int centreY, int sweeps)
{
  std::vector<double> heat(mask.pixels.size(), 0.0);
  std::vector<double> next(mask.pixels.size(), 0.0);
  for (int sweep = 0; sweep < sweeps; ++sweep)
  {
    heat[static_cast<std::size_t>(centreY * mask.width + centreX)] += 1.0;
    for (int y = 0; y < mask.height; ++y)
    {
      for (int x = 0; x < mask.width; ++x)
      {
        if (!mask.Has(x, y))
        {
          continue;
        }
        double sum = 0.0;
        for (int k = 0; k < 9; ++k)
        {
          const int xx = x + k % 3 - 1;
          const int yy = y + k / 3 - 1;
          sum += mask.Has(xx, yy) ? heat[static_cast<std::size_t>(yy * mask.width + xx)] : 0.0;
        }
        next[static_cast<std::size_t>(y * mask.width + x)] = sum / 9.0;
      }
    }
    heat.swap(next);
  }
  return heat;
}

/** Share of mask pixels whose flow (in run order) is within two degrees of the heat's central difference. */
inline double
ShareWithinTwoDegrees(const Mask & mask, const std::vector<double> & heat, const std::vector<float> & flow)
{
  const auto at = [&](int x, int y)
  { return mask.Has(x, y) ? heat[static_cast<std::size_t>(y * mask.width + x)] : 0.0; };
  std::size_t pixel = 0;
  std::size_t within = 0;
  for (int y = 0; y < mask.height; ++y)
  {
    for (int x = 0; x < mask.width; ++x)
    {
      if (mask.Has(x, y))
      {
        const double gx = at(x + 1, y) - at(x - 1, y);
        const double gy = at(x, y + 1) - at(x, y - 1);
        const double fx = static_cast<double>(flow[2 * pixel]);
        const double fy = static_cast<double>(flow[2 * pixel + 1]);
        const double degrees = std::atan2(fx * gy - fy * gx, fx * gx + fy * gy) * 180.0 / 3.14159265358979323846;
        within += std::abs(degrees) < 2.0 && (fx != 0.0 || fy != 0.0) ? 1 : 0;
        ++pixel;
      }
    }
  }
  return static_cast<double>(within) / static_cast<double>(pixel);
}
} // namespace PenTest

#endif
