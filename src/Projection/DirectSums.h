// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Projection_DirectSums_h
#define ProjectionEnhancement_Projection_DirectSums_h

#include "Projection/DirectProjectionKernel.h"
#include "Projection/Vectors.h"

namespace itk
{
namespace PenCore
{
// Planes of VVectors vectors of pixels in a row. The sums of VSections sections and all channels are registers; a slice
// is loaded once for all of them.
template <typename TVector, int VSections, int VVectors>
struct DirectSums
{
  static constexpr int Channels = FoldedProjection::Channels;
  static constexpr int Lanes = sizeof(TVector) / sizeof(float);
  static constexpr int Pixels = Lanes * VVectors;
  using Sums = TVector[VSections][Channels][VVectors];
  using Planes = TVector[Channels][VVectors];

  PEN_INLINE static void
  Start(Planes & planes, const FoldedProjection::Triple & values)
  {
    Repeat<Channels>([&](auto c) PEN_INLINE
                     { Repeat<VVectors>([&](auto i) PEN_INLINE { Fill(planes[c][i], values[c]); }); });
  }

  PEN_INLINE static void
  Rectify(Planes & planes)
  {
    TVector zero;
    Fill(zero, 0.0f);
    Repeat<Channels>([&](auto c) PEN_INLINE
                     { Repeat<VVectors>([&](auto i) PEN_INLINE { RaiseTo(planes[c][i], zero); }); });
  }

  // planes[p] += factors[c][p] * features[c]
  PEN_INLINE static void
  Mix(const Planes & features, const float * factors, Planes & planes)
  {
    Repeat<Channels * Channels>(
      [&](auto j) PEN_INLINE
      {
        constexpr int C = j / Channels;
        constexpr int P = j % Channels;
        Repeat<VVectors>([&](auto i) PEN_INLINE { AddProduct(planes[P][i], factors[j], features[C][i]); });
      });
  }

  // Adds what one slice gives to VCount sections of the block from VFirst on.
  template <int VFirst, int VCount>
  PEN_INLINE static void
  AddSlice(Sums & sums, const float * slice, std::ptrdiff_t rowStride, const float * taps, int rows, int kernel)
  {
    const int tapStride = Channels * kernel;
    for (int y = 0; y < rows; ++y)
    {
      for (int x = 0; x < kernel; ++x)
      {
        TVector pixels[VVectors];
        Repeat<VVectors>([&](auto i) PEN_INLINE { std::memcpy(&pixels[i], slice + x + i * Lanes, sizeof(TVector)); });
        Repeat<VCount * Channels>(
          [&](auto j) PEN_INLINE
          {
            const float tap = taps[j];
            Repeat<VVectors>([&](auto i) PEN_INLINE
                             { AddProduct(sums[VFirst + j / Channels][j % Channels][i], tap, pixels[i]); });
          });
        taps += tapStride;
      }
      slice += rowStride;
    }
  }

  // Adds up the sections [begin, begin + count) of a branch, from rows whose first tap is at window's origin.
  PEN_INLINE static void
  SumSections(const DirectBranch & branch, const DirectWindow & window, const float * allTaps, int rows, int begin,
              int count, Sums & sums)
  {
    const int kernel = branch.kernel;
    for (int slice = 0; slice < window.slices; ++slice)
    {
      const int last = slice + branch.depthOfFirstSlice - begin; // the section that sees it with its first tap
      const int first = last < kernel ? 0 : last - kernel + 1;
      const int end = last < count ? last + 1 : count;
      if (end <= first)
      {
        continue;
      }
      const float * source = window.origin + slice * window.sliceStride;
      const float * taps = allTaps + Channels * (kernel - 1 - last + first);
      Repeat<VSections>(
        [&](auto i) PEN_INLINE
        {
          constexpr int First = decltype(i)::value;
          Repeat<VSections - First>(
            [&](auto j) PEN_INLINE
            {
              constexpr int Count = decltype(j)::value + 1;
              if (first == First && end - first == Count)
              {
                AddSlice<First, Count>(sums, source, window.rowStride, taps, rows, kernel);
              }
            });
        });
    }
  }

  // Adds a section's three channels, rectified, to the pool.
  PEN_INLINE static void
  PoolSection(const DirectBranch & branch, int section, Planes & features, Planes & pooled)
  {
    const std::vector<float> & pool = branch.weights->pool;
    if (pool.empty())
    {
      Repeat<Channels>([&](auto c) PEN_INLINE
                       { Repeat<VVectors>([&](auto i) PEN_INLINE { RaiseTo(pooled[c][i], features[c][i]); }); });
      return;
    }
    Rectify(features);
    const float * factors = pool.data() + section * Channels * Channels;
    Mix(features, factors, pooled);
  }

  PEN_INLINE static void
  ProjectBranch(const DirectBranch & branch, const DirectWindow & window, Planes & pooled)
  {
    Start(pooled, branch.start);
    for (int begin = branch.beginSection; begin < branch.endSection; begin += VSections)
    {
      const int left = branch.endSection - begin;
      const int count = left < VSections ? left : VSections;
      Sums sums;
      Repeat<VSections>([&](auto s) PEN_INLINE { Start(sums[s], branch.weights->bias); });
      SumSections(branch, window, branch.weights->taps.data(), branch.kernel, begin, count, sums);
      Repeat<VSections>(
        [&](auto s) PEN_INLINE
        {
          if (s < count)
          {
            PoolSection(branch, begin + s, sums[s], pooled);
          }
        });
    }
    Rectify(pooled);
  }
};
} // namespace PenCore
} // namespace itk

#endif
