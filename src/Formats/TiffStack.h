// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_TiffStack_h
#define ProjectionEnhancement_Formats_TiffStack_h

#include "Formats/ImageJMetadata.h"
#include "Formats/OmeFileSet.h"
#include "Formats/ShapedMetadata.h"
#include "Formats/TiffFile.h"
#include "Formats/TiffPlanes.h"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace itk
{
namespace PenCore
{
/** A page of one of a stack's files, both from 0. */
struct TiffPage
{
  std::size_t file;
  std::size_t page;
};

/** \brief A multi-page TIFF and what its pages are: plain, OME-TIFF, an ImageJ hyperstack or an array of tifffile's.
 *
 * Of an OME-TIFF whose stack lies in several files of one folder, the others are opened when their pages are asked for.
 * \throws ExceptionObject with FailWithFile()'s one line where the file is damaged or its description does not fit it.
 */
class TiffStack
{
public:
  /** Whether a palette's entries are read as numbers, or refused as colours. OME-TIFF and ImageJ always mean numbers.
   */
  enum class Palette
  {
    Colours,
    Numbers
  };

  explicit TiffStack(const std::string & path, Palette palette = Palette::Colours);

  const TiffPlanes &
  GetLayout() const
  {
    return m_Layout;
  }
  /** The format of the pages that were asked for last; at first, of the stack's first page in the file. */
  const TiffFormat &
  GetFormat() const
  {
    return m_Format;
  }

  /** Whether the file is one page that nothing calls a slice of a stack. */
  bool
  IsFlat() const
  {
    return m_IsFlat;
  }

  /** The pages of one channel and frame, slice by slice. Throws where there are none for all slices, or the description
   * does not say which they are. */
  std::vector<TiffPage>
  PagesOf(std::size_t channel, std::size_t frame);

  /** All pages that belong to the stack, as they follow each other in the files. */
  std::vector<TiffPage>
  AllPages();

  /** TiffFile::ReadRows() and ReadRowsAsFloat() of a page that was asked for. */
  void
  ReadRows(const TiffPage & page, std::size_t first, std::size_t count, void * pixels) const;
  void
  ReadRowsAsFloat(const TiffPage & page, std::size_t first, std::size_t count, float * pixels) const;

  /** x, y, z in um; empty where the file does not tell all of it. */
  std::optional<std::array<double, 3>>
  GetSpacing() const;

private:
  void
  ReadLayout();
  void
  LayOutOme(const OmeDocument & document);
  void
  LayOutImageJ(const ImageJStack & imageJ);
  void
  LayOutShaped(const ShapedStack & shaped);
  std::optional<TiffPage>
  FindPage(const OmePlane & plane);
  TiffFile &
  OpenFile(std::size_t file);
  void
  UseAlike(const std::vector<TiffPage> & pages);
  void
  RequireRoomFor(const std::vector<TiffPage> & pages) const;

  std::string m_Path;
  Palette m_Palette;
  bool m_IsFlat = false;
  TiffFormat m_Format;
  TiffPlanes m_Layout;
  std::vector<OmePlane> m_Planes; // where each plane lies; empty where plane i is page i
  std::string m_Problem;          // why no channel and frame can be chosen
  std::vector<std::string> m_FilePaths;
  std::vector<std::unique_ptr<TiffFile>> m_Files; // empty where not opened yet; the first is the one at m_Path
};
} // namespace PenCore
} // namespace itk

#endif
