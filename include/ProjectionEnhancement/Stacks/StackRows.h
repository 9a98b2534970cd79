// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Stacks_StackRows_h
#define ProjectionEnhancement_Stacks_StackRows_h

#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Stacks/Resample.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief Where a stack's voxels come from: writes rows [begin, end) of every slice to a buffer
 * [depth][end - begin][width]. What is called one never holds a whole stack; it may throw. */
using StackRows = std::function<void(std::size_t begin, std::size_t end, float * rows)>;

constexpr std::size_t UsualBytesPerBand = std::size_t{ 1 } << 26;

/** \brief Reads a stack from top to bottom in bands of rows that take some bytes, at least one row:
 * use(band, rows [depth][band.Count()][width]). Progress is told after each. */
ProjectionEnhancement_EXPORT void
ForEachBandOfRows(const StackRows & stack, const GridSize & size,
                  const std::function<void(const RowRange & band, const std::vector<float> & rows)> & use,
                  std::size_t bytesPerBand = UsualBytesPerBand, const ProgressCallback & progress = {});

/** How many rows of so many bytes are asked of a pipeline at once: it holds them beside those who asked. */
inline std::size_t
RowsAtOnce(std::size_t bytesPerRow)
{
  constexpr std::size_t bytesAtOnce = UsualBytesPerBand / 4;
  return bytesPerRow < bytesAtOnce ? bytesAtOnce / (bytesPerRow > 0 ? bytesPerRow : 1) : 1;
}

/** \brief Reads the rows behind those that were asked for last in a thread of its own, while these are worked on.
 *
 * For sources that take their time: files, decompression. Rows that were read for the last call are not read again for
 * the next one. It holds the rows asked for last and as many behind them. What is asked of the source is asked by
 * one thread at a time, but not always by the caller's; so end with Wait() before anybody else uses the source.
 *
 * \code
 * itk::PenCore::RowsAhead ahead(rows, size);
 * itk::PenCore::ForEachBandOfRows(ahead.GetRows(), size, use);
 * ahead.Wait();
 * \endcode */
class ProjectionEnhancement_EXPORT RowsAhead
{
public:
  RowsAhead(StackRows source, const GridSize & size);
  ~RowsAhead();

  /** The source's rows, to be asked for by one thread at a time. Outlives this. An error of the source is thrown where
   * the rows are asked for. */
  StackRows
  GetRows() const;

  /** Returns once nothing is read any more. */
  void
  Wait();

private:
  class Implementation;
  std::shared_ptr<Implementation> m_Implementation;
};

/** A stack [depth][height][width] in memory, which must outlive what is returned. */
ProjectionEnhancement_EXPORT StackRows
RowsOfBuffer(const float * stack, const GridSize & size);
} // namespace PenCore
} // namespace itk

#endif
