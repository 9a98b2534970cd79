// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Projection/StackConvolutionKernel.h"

#include "Projection/DirectSums.h"

#include <algorithm>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr int Channels = FoldedProjection::Channels;
constexpr int MostPixels = 2 * DirectBlock; // of a tile's row

template <typename TVector, int VSections, int VVectors>
PEN_INLINE inline void
SumTile(const DirectBranch & branch, const DirectWindow & window, const SectionsView<float> & target)
{
  using Direct = DirectSums<TVector, VSections, VVectors>;
  const int radius = branch.kernel / 2;
  for (int row = 0; row < target.height; ++row)
  {
    for (int x = 0; x < target.width; x += Direct::Pixels)
    {
      const std::size_t bytes = sizeof(float) * static_cast<std::size_t>(std::min(Direct::Pixels, target.width - x));
      DirectWindow margined = window;
      margined.origin += (row - radius) * window.rowStride + x - radius;
      for (int begin = branch.beginSection; begin < branch.endSection; begin += VSections)
      {
        const int count = std::min(VSections, branch.endSection - begin);
        typename Direct::Sums sums;
        Repeat<VSections>([&](auto s) PEN_INLINE { Direct::Start(sums[s], branch.weights->bias); });
        Direct::SumSections(branch, margined, branch.weights->taps.data(), branch.kernel, begin, count, sums);
        for (int s = 0; s < count; ++s)
        {
          for (int c = 0; c < Channels; ++c)
          {
            std::memcpy(target.origin + c * target.channelStride + (begin + s) * target.sectionStride +
                          row * target.rowStride + x,
                        sums[s][c], bytes);
          }
        }
      }
    }
  }
}

// sums[i][c] += products of pixels, shifted by i, and the gradient of channel c; each lane for itself.
template <typename TVector, int VShifts>
PEN_INLINE inline void
AddRow(const float * pixels, const float * gradient, int width, TVector * sums)
{
  constexpr int lanes = sizeof(TVector) / sizeof(float);
  TVector parts[VShifts][Channels];
  Repeat<VShifts * Channels>([&](auto j) PEN_INLINE { parts[j / Channels][j % Channels] = sums[j]; });
  for (int x = 0; x < width; x += lanes)
  {
    TVector factors[Channels];
    Repeat<Channels>([&](auto c) PEN_INLINE
                     { std::memcpy(&factors[c], gradient + c * MostPixels + x, sizeof(TVector)); });
    Repeat<VShifts>(
      [&](auto i) PEN_INLINE
      {
        TVector shifted;
        std::memcpy(&shifted, pixels + x + i, sizeof(TVector));
        Repeat<Channels>([&](auto c) PEN_INLINE { AddProducts(parts[i][c], factors[c], shifted); });
      });
  }
  Repeat<VShifts * Channels>([&](auto j) PEN_INLINE { sums[j] = parts[j / Channels][j % Channels]; });
}

template <typename TVector, int VShifts>
PEN_INLINE inline void
AddRowShifts(const float * pixels, const float * gradient, int width, int kernel, TVector * sums)
{
  int shift = 0;
  for (; shift + VShifts <= kernel; shift += VShifts)
  {
    AddRow<TVector, VShifts>(pixels + shift, gradient, width, sums + shift * Channels);
  }
  Repeat<VShifts - 1>(
    [&](auto i) PEN_INLINE
    {
      constexpr int Left = decltype(i)::value + 1;
      if (kernel - shift == Left)
      {
        AddRow<TVector, Left>(pixels + shift, gradient, width, sums + shift * Channels);
      }
    });
}

template <typename TVector, int VShifts>
PEN_INLINE inline void
AddTileGradient(const DirectBranch & branch, const DirectWindow & window, const SectionsView<const float> & gradient,
                float * workspace, float * weightGradient)
{
  constexpr int lanes = sizeof(TVector) / sizeof(float);
  static_assert(MostPixels % lanes == 0, "a row is cut into whole vectors");
  const int kernel = branch.kernel;
  const int radius = kernel / 2;
  const int tapsOfRow = kernel * Channels;
  const int taps = kernel * kernel * tapsOfRow;
  std::fill_n(workspace, static_cast<std::ptrdiff_t>(taps) * lanes, 0.0f);
  auto * sums = reinterpret_cast<TVector *>(workspace);
  float factors[Channels * MostPixels] = {};
  for (int section = branch.beginSection; section < branch.endSection; ++section)
  {
    for (int row = 0; row < gradient.height; ++row)
    {
      for (int c = 0; c < Channels; ++c)
      {
        std::copy_n(gradient.origin + c * gradient.channelStride + section * gradient.sectionStride +
                      row * gradient.rowStride,
                    gradient.width, factors + c * MostPixels);
      }
      for (int z = 0; z < kernel; ++z)
      {
        const int slice = section + z - branch.depthOfFirstSlice;
        for (int y = 0; y < kernel && slice >= 0 && slice < window.slices; ++y)
        {
          AddRowShifts<TVector, VShifts>(window.origin + slice * window.sliceStride +
                                           (row + y - radius) * window.rowStride - radius,
                                         factors, gradient.width, kernel, sums + (z * kernel + y) * tapsOfRow);
        }
      }
    }
  }
  for (int tap = 0; tap < taps; ++tap)
  {
    double sum = 0.0;
    for (int i = 0; i < lanes; ++i)
    {
      sum += workspace[tap * lanes + i];
    }
    weightGradient[tap] += static_cast<float>(sum);
  }
}

void
SumTileAnywhere(const DirectBranch & branch, const DirectWindow & window, const SectionsView<float> & target)
{
  SumTile<Vector4, 2, 2>(branch, window, target);
}

void
AddTileGradientAnywhere(const DirectBranch & branch, const DirectWindow & window,
                        const SectionsView<const float> & gradient, float * workspace, float * weightGradient)
{
  AddTileGradient<Vector4, 4>(branch, window, gradient, workspace, weightGradient);
}

#if defined(PEN_X86_TARGETS)
__attribute__((target("avx2,fma"))) void
SumTileAvx2(const DirectBranch & branch, const DirectWindow & window, const SectionsView<float> & target)
{
  SumTile<Vector8, 2, 2>(branch, window, target);
}

__attribute__((target("avx2,fma"))) void
AddTileGradientAvx2(const DirectBranch & branch, const DirectWindow & window,
                    const SectionsView<const float> & gradient, float * workspace, float * weightGradient)
{
  AddTileGradient<Vector8, 4>(branch, window, gradient, workspace, weightGradient);
}

__attribute__((target("avx512f"))) void
SumTileAvx512(const DirectBranch & branch, const DirectWindow & window, const SectionsView<float> & target)
{
  SumTile<Vector16, 3, 2>(branch, window, target);
}

__attribute__((target("avx512f"))) void
AddTileGradientAvx512(const DirectBranch & branch, const DirectWindow & window,
                      const SectionsView<const float> & gradient, float * workspace, float * weightGradient)
{
  AddTileGradient<Vector16, 8>(branch, window, gradient, workspace, weightGradient);
}
#endif
} // namespace

StackConvolutionKernels
ChooseStackConvolutionKernels()
{
#if defined(PEN_X86_TARGETS)
  switch (ChooseDirectProcessor())
  {
    case DirectProcessor::Avx512:
      return { SumTileAvx512, AddTileGradientAvx512 };
    case DirectProcessor::Avx2:
      return { SumTileAvx2, AddTileGradientAvx2 };
    case DirectProcessor::Any:
      break;
  }
#endif
  return { SumTileAnywhere, AddTileGradientAnywhere };
}
} // namespace PenCore
} // namespace itk
