// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Projection_DirectProjectionKernel_h
#define ProjectionEnhancement_Projection_DirectProjectionKernel_h

#include "Projection/DirectProjection.h"
#include "Projection/Vectors.h"

#include <cstdint>

namespace itk
{
namespace PenCore
{
/** \brief What the kernels read of one branch, for stacks of one depth. */
struct DirectBranch
{
  const FoldedProjection::Branch * weights;
  int kernel;
  int depthOfFirstSlice; ///< where the stack begins among the slices that this branch's sections see
  int beginSection;      ///< sections outside [begin, end) see no slice of the stack
  int endSection;
  FoldedProjection::Triple start; ///< what those sections add to the pool, with the pool's bias
};

struct DirectNetwork
{
  const FoldedProjection * weights;
  std::vector<DirectBranch> branches;
};

/** \brief A window of the stack with zeros around, [slice][row][column].
 *
 * TransformedRows rows and the columns up to a multiple of DirectBlock have values, with a radius on each side and
 * DirectPadding more on the right. */
struct DirectWindow
{
  const float * origin; ///< the first slice at the first pixel that is projected
  std::ptrdiff_t sliceStride;
  std::ptrdiff_t rowStride;
  int slices;
};

/** \brief Planes to be written, [3][height][width], with room up to a multiple of DirectBlock in each row. */
struct DirectTarget
{
  float * origin;
  std::ptrdiff_t planeStride;
  std::ptrdiff_t rowStride;
  int height; ///< at most TransformedRows
  int width;
};

/** Pixels of a row that are worked on together: all processors' vectors divide it. */
constexpr int DirectBlock = 48;

/** Pixels beyond a block and its margins that are read, at most, and count for nothing. */
constexpr int DirectPadding = 32;

/** \a workspace holds DirectWorkspaceSize() floats and begins at a multiple of DirectAlignment bytes. */
using DirectTile = void (*)(const DirectNetwork & network, const DirectWindow & window, const DirectTarget & target,
                            float * workspace);
constexpr std::size_t DirectAlignment = 64;

std::size_t
DirectWorkspaceSize(const DirectNetwork & network, std::size_t slices);

// Kernels for newer processors than the baseline are compiled beside it.
#if defined(__GNUC__) && defined(__x86_64__) && !defined(PEN_SANITIZED)
#  define PEN_X86_TARGETS
#endif

/** What kernels are compiled for. */
enum class DirectProcessor : std::uint8_t
{
  Any,
  Avx2,
  Avx512
};

/** The best of them that this processor runs. */
DirectProcessor
ChooseDirectProcessor();

/** The fastest kernel that this processor runs. */
DirectTile
ChooseDirectTile();
} // namespace PenCore
} // namespace itk

#endif
