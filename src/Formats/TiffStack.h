// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_TiffStack_h
#define ProjectionEnhancement_Formats_TiffStack_h

#include "Formats/TiffFile.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief How the pages of a TIFF make up stacks: plain, OME-TIFF or an ImageJ hyperstack.
 *
 * Slices, channels and frames are counted from 0. */
struct TiffPages
{
  std::size_t slices = 1;
  std::size_t channels = 1;
  std::size_t frames = 1;
  /** The axes from the fastest on. */
  std::string order = "ZCT";
  /** Page of each plane in that order; empty where plane i is page i. */
  std::vector<std::size_t> pages;
  /** x, y, z in um. */
  std::array<std::optional<double>, 3> voxelSize;

  std::size_t
  CountPlanes() const
  {
    return slices * channels * frames;
  }
  std::size_t
  PlaneOf(std::size_t slice, std::size_t channel, std::size_t frame) const;
  std::size_t
  PageOf(std::size_t slice, std::size_t channel, std::size_t frame) const;
};

/** \brief A multi-page TIFF and what its pages are.
 * \throws ExceptionObject with FailWithFile()'s one line where the file is damaged or its description does not fit it.
 */
class TiffStack
{
public:
  explicit TiffStack(const std::string & path);

  const TiffFile &
  GetFile() const
  {
    return m_File;
  }
  const TiffPages &
  GetLayout() const
  {
    return m_Layout;
  }

  /** Whether the file is one page that nothing calls a slice of a stack. */
  bool
  IsFlat() const
  {
    return m_IsFlat;
  }

  /** The pages of one channel and frame, slice by slice. Throws where the file lacks one. */
  std::vector<std::size_t>
  PagesOf(std::size_t channel, std::size_t frame) const;

  /** All pages, as they follow each other in the file. */
  std::vector<std::size_t>
  AllPages() const;

  /** x, y, z in um; empty where the file does not tell all of it. */
  std::optional<std::array<double, 3>>
  GetSpacing() const;

private:
  TiffPages
  ReadLayout();

  std::string m_Path;
  TiffFile m_File;
  bool m_IsFlat = false;
  TiffPages m_Layout;
};
} // namespace PenCore
} // namespace itk

#endif
