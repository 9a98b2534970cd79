// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPenCoreDirectProjectionKernel.h"

#include <cstring>
#include <utility>

#if defined(__GNUC__)
#  define PEN_INLINE __attribute__((always_inline))
#else
#  define PEN_INLINE
#endif

namespace itk
{
namespace PenCore
{
namespace
{
constexpr int Channels = FoldedProjection::Channels;

// Several pixels of a row. Functions take vectors by reference only: a 64-byte vector has no calling convention in code
// for the oldest processors.
#if defined(__GNUC__)
typedef float Vector4 __attribute__((vector_size(16)));
typedef float Vector8 __attribute__((vector_size(32)));
typedef float Vector16 __attribute__((vector_size(64)));

template <typename TVector>
PEN_INLINE inline void
AddProduct(TVector & sum, float factor, const TVector & x)
{
  sum += factor * x;
}

template <typename TVector>
PEN_INLINE inline void
RaiseTo(TVector & x, const TVector & lowest)
{
  x = x < lowest ? lowest : x;
}
#else
struct Vector4
{
  float lane[4];
};

inline void
AddProduct(Vector4 & sum, float factor, const Vector4 & x)
{
  for (int i = 0; i < 4; ++i)
  {
    sum.lane[i] += factor * x.lane[i];
  }
}

inline void
RaiseTo(Vector4 & x, const Vector4 & lowest)
{
  for (int i = 0; i < 4; ++i)
  {
    x.lane[i] = x.lane[i] < lowest.lane[i] ? lowest.lane[i] : x.lane[i];
  }
}
#endif

template <typename TVector>
PEN_INLINE inline void
Fill(TVector & x, float value)
{
  float lanes[sizeof(TVector) / sizeof(float)];
  for (float & lane : lanes)
  {
    lane = value;
  }
  std::memcpy(&x, lanes, sizeof(TVector));
}

template <int... VIndex, typename TFunction>
PEN_INLINE inline void
RepeatOver(std::integer_sequence<int, VIndex...>, const TFunction & f)
{
  (f(std::integral_constant<int, VIndex>()), ...);
}

// f(0), ..., f(n - 1), with indices that are constants, so that arrays become registers.
template <int VCount, typename TFunction>
PEN_INLINE inline void
Repeat(const TFunction & f)
{
  RepeatOver(std::make_integer_sequence<int, VCount>(), f);
}

// Planes of VVectors vectors of pixels in a row. The sums of VSections sections and all channels are registers; a slice
// is loaded once for all of them.
template <typename TVector, int VSections, int VVectors>
struct BlockKernel
{
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

  // Adds what one slice gives to VCount sections of the block from VFirst on.
  template <int VFirst, int VCount>
  PEN_INLINE static void
  AddSlice(Sums & sums, const float * slice, std::ptrdiff_t rowStride, const float * taps, int kernel)
  {
    const int tapStride = Channels * kernel;
    for (int y = 0; y < kernel; ++y)
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

  // The sections [begin, begin + count) of a branch, before ReLU.
  PEN_INLINE static void
  SumSections(const DirectBranch & branch, const DirectWindow & window, const float * origin, int begin, int count,
              Sums & sums)
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
      const float * source = origin + slice * window.sliceStride;
      const float * taps = branch.weights->taps.data() + Channels * (kernel - 1 - last + first);
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
                AddSlice<First, Count>(sums, source, window.rowStride, taps, kernel);
              }
            });
        });
    }
  }

  PEN_INLINE static void
  PoolSections(const DirectBranch & branch, int begin, int count, Sums & sums, Planes & pooled)
  {
    const std::vector<float> & pool = branch.weights->pool;
    Repeat<VSections>(
      [&](auto s) PEN_INLINE
      {
        if (s >= count)
        {
          return;
        }
        Rectify(sums[s]);
        const float * factors = pool.data() + (begin + s) * Channels * Channels;
        Repeat<Channels * Channels>(
          [&](auto j) PEN_INLINE
          {
            constexpr int C = j / Channels;
            constexpr int P = j % Channels;
            Repeat<VVectors>([&](auto i) PEN_INLINE { AddProduct(pooled[P][i], factors[j], sums[s][C][i]); });
          });
      });
  }

  PEN_INLINE static void
  MaximizeSections(int count, Sums & sums, Planes & pooled)
  {
    Repeat<VSections>(
      [&](auto s) PEN_INLINE
      {
        if (s < count)
        {
          Repeat<Channels>([&](auto c) PEN_INLINE
                           { Repeat<VVectors>([&](auto i) PEN_INLINE { RaiseTo(pooled[c][i], sums[s][c][i]); }); });
        }
      });
  }

  PEN_INLINE static void
  ProjectBranch(const DirectBranch & branch, const DirectWindow & window, const float * center, Planes & pooled)
  {
    const bool pools = !branch.weights->pool.empty();
    const float * origin = center - branch.kernel / 2 * (window.rowStride + 1);
    Start(pooled, branch.start);
    for (int begin = branch.beginSection; begin < branch.endSection; begin += VSections)
    {
      const int left = branch.endSection - begin;
      const int count = left < VSections ? left : VSections;
      Sums sums;
      Repeat<VSections>([&](auto s) PEN_INLINE { Start(sums[s], branch.weights->bias); });
      SumSections(branch, window, origin, begin, count, sums);
      if (pools)
      {
        PoolSections(branch, begin, count, sums, pooled);
      }
      else
      {
        MaximizeSections(count, sums, pooled);
      }
    }
    Rectify(pooled);
  }

  PEN_INLINE static void
  Collect(const FoldedProjection::Branch & branch, const Planes & pooled, Planes & planes)
  {
    Repeat<Channels * Channels>(
      [&](auto j) PEN_INLINE
      {
        constexpr int C = j / Channels;
        constexpr int P = j % Channels;
        Repeat<VVectors>([&](auto i) PEN_INLINE { AddProduct(planes[P][i], branch.collect[C][P], pooled[C][i]); });
      });
  }

  PEN_INLINE static void
  Project(const DirectNetwork & network, const DirectWindow & window, const float * center, float * target,
          std::ptrdiff_t stride)
  {
    const bool maximum = network.weights->collectMode == SegmentationNetworkOptions::Collect::Maximum;
    Planes planes;
    Start(planes, network.weights->collectBias);
    for (const DirectBranch & branch : network.branches)
    {
      Planes pooled;
      ProjectBranch(branch, window, center, pooled);
      if (maximum)
      {
        Repeat<Channels>([&](auto c) PEN_INLINE
                         { Repeat<VVectors>([&](auto i) PEN_INLINE { RaiseTo(planes[c][i], pooled[c][i]); }); });
      }
      else
      {
        Collect(*branch.weights, pooled, planes);
      }
    }
    Rectify(planes);
    Repeat<Channels>([&](auto c) PEN_INLINE { std::memcpy(target + c * stride, planes[c], sizeof(planes[c])); });
  }
};

// Wide blocks, and single vectors where a wide one would be mostly beyond the end of the row.
template <typename TVector, int VSections, int VVectors>
PEN_INLINE inline void
ProjectRow(const DirectNetwork & network, const DirectWindow & window, int width, float * planes, std::ptrdiff_t stride)
{
  using Wide = BlockKernel<TVector, VSections, VVectors>;
  using Single = BlockKernel<TVector, VSections, 1>;
  static_assert(DirectBlock % Wide::Pixels == 0, "a row is cut into whole blocks");
  int x = 0;
  for (; width - x > (VVectors - 1) * Single::Pixels; x += Wide::Pixels)
  {
    Wide::Project(network, window, window.origin + x, planes + x, stride);
  }
  for (; x < width; x += Single::Pixels)
  {
    Single::Project(network, window, window.origin + x, planes + x, stride);
  }
}

void
ProjectRowAnywhere(const DirectNetwork & network, const DirectWindow & window, int width, float * planes,
                   std::ptrdiff_t stride)
{
  ProjectRow<Vector4, 2, 2>(network, window, width, planes, stride);
}

#if defined(__GNUC__) && defined(__x86_64__)
#  define PEN_DIRECT_X86
__attribute__((target("avx2,fma"))) void
ProjectRowAvx2(const DirectNetwork & network, const DirectWindow & window, int width, float * planes,
               std::ptrdiff_t stride)
{
  ProjectRow<Vector8, 2, 2>(network, window, width, planes, stride);
}

__attribute__((target("avx512f"))) void
ProjectRowAvx512(const DirectNetwork & network, const DirectWindow & window, int width, float * planes,
                 std::ptrdiff_t stride)
{
  ProjectRow<Vector16, 3, 3>(network, window, width, planes, stride);
}
#endif
} // namespace

DirectRow
ChooseDirectRow()
{
#if defined(PEN_DIRECT_X86)
  if (__builtin_cpu_supports("avx512f"))
  {
    return ProjectRowAvx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
  {
    return ProjectRowAvx2;
  }
#endif
  return ProjectRowAnywhere;
}
} // namespace PenCore
} // namespace itk
