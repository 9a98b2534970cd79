// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_TiffStack_h
#define pen_programs_Files_TiffStack_h

#include "Files/StackFile.h"
#include "Files/TiffFile.h"
#include "Frame/OutputFile.h"

#include "itkImageSource.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pen
{
/** \brief One channel and frame of a multi-page TIFF: plain, OME-TIFF or an ImageJ hyperstack; as an ITK source that
 * reads the rows it is asked for, of the pages of that channel and frame only.
 *
 * Requested regions are widened to whole rows. Throws pen's one clear line where the file is damaged. */
class TiffStackSource : public itk::ImageSource<StackImage>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(TiffStackSource);

  using Self = TiffStackSource;
  using Superclass = itk::ImageSource<StackImage>;
  using Pointer = itk::SmartPointer<Self>;

  itkNewMacro(Self);
  itkTypeMacro(TiffStackSource, ImageSource);

  /** Reads the headers. Throws with one clear line, as ReadStack() tells. */
  void
  Open(const std::string & path, const StackOptions & options);

  itk::IOComponentEnum
  GetComponentType() const
  {
    return m_File->GetComponentType();
  }

  /** Spacing of the output in um; the file's own where not set, 1 where it does not tell all of it. */
  void
  SetSpacing(const StackImage::SpacingType & spacing);
  const std::optional<StackImage::SpacingType> &
  GetKnownSpacing() const
  {
    return m_Spacing;
  }

protected:
  TiffStackSource() = default;
  ~TiffStackSource() override = default;

  void
  GenerateOutputInformation() override;

  void
  EnlargeOutputRequestedRegion(itk::DataObject * output) override;

  void
  GenerateData() override;

private:
  std::unique_ptr<TiffFile> m_File;
  std::vector<std::size_t> m_Pages; // of each slice
  std::optional<StackImage::SpacingType> m_Spacing;
};

/** What the pages of an OME-TIFF are. */
enum class OmePages
{
  Slices,
  Channels
};

/** What an OME-TIFF tells of its pixels. */
struct OmeTiffLayout
{
  itk::Size<3> size;
  StackImage::SpacingType spacing; ///< in um
  bool spacingIsKnown = false;
  OmePages pages = OmePages::Slices;
  unsigned int bits = 32; ///< 8 or 16 of whole numbers, or 32 of floating-point ones
};

/** \brief Writes an OME-TIFF row by row, of an image that need not be whole in memory. */
class OmeTiffWriter
{
public:
  OmeTiffWriter(const OmeTiffLayout & layout, const OutputFile & output);
  ~OmeTiffWriter();
  OmeTiffWriter(const OmeTiffWriter &) = delete;
  OmeTiffWriter &
  operator=(const OmeTiffWriter &) = delete;

  /** The next row: a page's rows from the first on, page after page. */
  void
  WriteRow(const float * pixels);

  /** Throws with one clear line where something could not be written. The caller commits. */
  void
  Close();

private:
  class File;
  std::unique_ptr<File> m_File;
};

/** Writes a stack as an OME-TIFF of 8-, 16-bit or float pixels, whichever is the smallest that loses nothing, with its
 * spacing in um where that is known. Throws with one clear line. The caller commits. */
void
WriteOmeTiff(const StackImage * stack, bool spacingIsKnown, const OutputFile & output);
} // namespace pen

#endif
