// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Projection/DirectProjectionKernel.h"

#include "Projection/TransformedSums.h"

#include <algorithm>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr int Channels = FoldedProjection::Channels;

DirectWindow
Moved(const DirectWindow & window, std::ptrdiff_t x, std::ptrdiff_t y)
{
  DirectWindow moved = window;
  moved.origin += y * window.rowStride + x;
  return moved;
}

// Planes of VVectors vectors of pixels in each row of a tile.
template <typename TVector, int VSections, int VVectors>
struct Block
{
  using Direct = DirectSums<TVector, VSections, VVectors>;
  using Transformed = TransformedSums<TVector, VSections, VVectors>;
  using Planes = typename Direct::Planes;

  PEN_INLINE static void
  Project(const DirectNetwork & network, const DirectWindow & window, const DirectTarget & target, float * workspace)
  {
    auto * planes = reinterpret_cast<Planes *>(workspace);
    Planes * pooled = planes + TransformedRows;
    for (int row = 0; row < target.height; ++row)
    {
      Direct::Start(planes[row], network.weights->collectBias);
    }
    for (const DirectBranch & branch : network.branches)
    {
      const int radius = branch.kernel / 2;
      const DirectWindow margined = Moved(window, -radius, -radius);
      if (branch.weights->transform.length > 0)
      {
        Transformed::ProjectBranch(branch, margined, reinterpret_cast<float *>(pooled + TransformedRows), pooled);
      }
      for (int row = 0; row < target.height; ++row)
      {
        if (branch.weights->transform.length == 0)
        {
          Direct::ProjectBranch(branch, Moved(margined, 0, row), pooled[row]);
        }
        Collect(network, branch, pooled[row], planes[row]);
      }
    }
    for (int row = 0; row < target.height; ++row)
    {
      Direct::Rectify(planes[row]);
      Repeat<Channels>(
        [&](auto c) PEN_INLINE
        {
          std::memcpy(target.origin + c * target.planeStride + row * target.rowStride, planes[row][c],
                      sizeof(planes[row][c]));
        });
    }
  }

private:
  PEN_INLINE static void
  Collect(const DirectNetwork & network, const DirectBranch & branch, const Planes & pooled, Planes & planes)
  {
    if (network.weights->collectMode == SegmentationNetworkOptions::Collect::Maximum)
    {
      Repeat<Channels>([&](auto c) PEN_INLINE
                       { Repeat<VVectors>([&](auto i) PEN_INLINE { RaiseTo(planes[c][i], pooled[c][i]); }); });
    }
    else
    {
      Direct::Mix(pooled, branch.weights->collect.data(), planes);
    }
  }
};

// Wide blocks, and single vectors where a wide one would be mostly beyond the end of the row.
template <typename TVector, int VSections, int VVectors>
PEN_INLINE inline void
ProjectTile(const DirectNetwork & network, const DirectWindow & window, const DirectTarget & target, float * workspace)
{
  using Wide = Block<TVector, VSections, VVectors>;
  using Single = Block<TVector, VSections, 1>;
  constexpr int lanes = Single::Direct::Lanes;
  static_assert(DirectBlock % (VVectors * lanes) == 0, "a row is cut into whole blocks");
  DirectTarget part = target;
  const auto advance = [&](int pixels) PEN_INLINE
  {
    part.origin += pixels;
    part.width -= pixels;
  };
  for (; part.width > (VVectors - 1) * lanes; advance(VVectors * lanes))
  {
    Wide::Project(network, Moved(window, target.width - part.width, 0), part, workspace);
  }
  for (; part.width > 0; advance(lanes))
  {
    Single::Project(network, Moved(window, target.width - part.width, 0), part, workspace);
  }
}

void
ProjectTileAnywhere(const DirectNetwork & network, const DirectWindow & window, const DirectTarget & target,
                    float * workspace)
{
  ProjectTile<Vector4, 2, 2>(network, window, target, workspace);
}

#if defined(PEN_X86_TARGETS)
__attribute__((target("avx2,fma"))) void
ProjectTileAvx2(const DirectNetwork & network, const DirectWindow & window, const DirectTarget & target,
                float * workspace)
{
  ProjectTile<Vector8, 2, 2>(network, window, target, workspace);
}

__attribute__((target("avx512f"))) void
ProjectTileAvx512(const DirectNetwork & network, const DirectWindow & window, const DirectTarget & target,
                  float * workspace)
{
  ProjectTile<Vector16, 3, 3>(network, window, target, workspace);
}
#endif
} // namespace

DirectProcessor
ChooseDirectProcessor()
{
#if defined(PEN_X86_TARGETS)
  if (__builtin_cpu_supports("avx512f"))
  {
    return DirectProcessor::Avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
  {
    return DirectProcessor::Avx2;
  }
#endif
  return DirectProcessor::Any;
}

DirectTile
ChooseDirectTile()
{
#if defined(PEN_X86_TARGETS)
  switch (ChooseDirectProcessor())
  {
    case DirectProcessor::Avx512:
      return ProjectTileAvx512;
    case DirectProcessor::Avx2:
      return ProjectTileAvx2;
    case DirectProcessor::Any:
      break;
  }
#endif
  return ProjectTileAnywhere;
}

std::size_t
DirectWorkspaceSize(const DirectNetwork & network, std::size_t slices)
{
  std::size_t largest = 0;
  for (const DirectBranch & branch : network.branches)
  {
    const auto planes = static_cast<std::size_t>(3 * branch.weights->transform.HighestFrequency() + 2);
    const std::size_t width = DirectBlock + DirectPadding + static_cast<std::size_t>(branch.kernel);
    largest = std::max(largest, planes * (slices * width + 3 * Channels * DirectBlock));
  }
  return largest + 2 * Channels * TransformedRows * DirectBlock;
}
} // namespace PenCore
} // namespace itk
