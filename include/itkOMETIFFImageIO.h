// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkOMETIFFImageIO_h
#define itkOMETIFFImageIO_h

#include "ProjectionEnhancementExport.h"
#include "itkImageIOBase.h"
#include "itkOMETIFFImageIOFactory.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace itk
{
namespace PenCore
{
class OmeTiffWriter;
class TiffStack;
struct TiffPage;
} // namespace PenCore

/** \class OMETIFFImageIO
 * \brief Reads and writes gray stacks as TIFF: OME-TIFF, ImageJ hyperstacks, tifffile's arrays and plain pages, also as
 * BigTIFF.
 *
 * Reading gives one channel and frame as an image of X x Y x Z pixels of the file's own component type (integers of 1
 * to 64 bits, where less than 8 become 8, and floating-point numbers). A single page that nothing calls a slice gives X
 * x Y. Any region can be read: whole rows of the slices asked for, a page per thread. Values are those that are stored,
 * also where 0 is white. A palette's entries are numbers where OME-XML or ImageJ describe the file or ExpandRGBPalette
 * is off; else such a file is refused. Reduced copies of pages, as pyramids have them, are left out.
 *
 * A description that cannot be understood is an error; only pages without one count as slices. Of an OME-TIFF of
 * several images that which names this file is read, and its parts in other files of the folder with it.
 *
 * Spacing is in um where the description tells the size of a voxel along all three axes, else 1. The dictionary says
 * which: its SpacingUnitKey is "um" or "unknown", which MicrometersPerSpacingUnit() and the filters of this module
 * understand.
 *
 * Writing makes an OME-TIFF of names ending in .ome.tif or .ome.tiff, and of other names a TIFF with ImageJ's
 * description; only the former are taken from ITK's own writer without SetImageIO(). Pixels are scalars of 8, 16 and 32
 * bits or double, or RGB of 8 or 16 bits, compressed without loss, piece by piece where the writer is told to stream.
 * The spacing is written in um; it is left out where MicrometersPerSpacingUnit() knows no unit. Origin and direction
 * are not written.
 *
 * The factory is registered in front of ITK's own readers when this library is loaded. Pictures in colour, 12-bit
 * pixels, .lsm files, and single pages that are no stack stay ITK's, but for what TIFFImageIO of ITK 5.2 reads wrongly:
 * tiles, and integers of more than 16 bits, which label images have.
 *
 * Every exception's description is one line, "what: file": for a damaged file, a description that does not fit the
 * file's pages, a part of a stack that is missing, several images in one file, and several channels or frames of which
 * none is chosen.
 *
 * \code
 * auto stack = itk::ReadImage<itk::Image<unsigned short, 3>>("stack.ome.tif"); // spacing in um
 *
 * auto imageIO = itk::OMETIFFImageIO::New();
 * imageIO->SetChannel(2);
 * reader->SetImageIO(imageIO);
 * \endcode
 *
 * \ingroup IOFilters
 * \ingroup ProjectionEnhancement
 */
class ProjectionEnhancement_EXPORT OMETIFFImageIO : public ImageIOBase
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(OMETIFFImageIO);

  using Self = OMETIFFImageIO;
  using Superclass = ImageIOBase;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(OMETIFFImageIO, ImageIOBase);

  /** Channel and frame to read, from 1; 0, the default: the only one. */
  itkSetMacro(Channel, unsigned int);
  itkGetConstMacro(Channel, unsigned int);
  itkSetMacro(Frame, unsigned int);
  itkGetConstMacro(Frame, unsigned int);

  /** Whether all pages are slices, whatever the description says of channels and frames, as in a file of label layers;
   * off by default. */
  itkSetMacro(AllPages, bool);
  itkGetConstMacro(AllPages, bool);
  itkBooleanMacro(AllPages);

  /** Whether pixels are converted to float while they are read, which takes one copy of the image less than a
   * conversion by ImageFileReader; off by default. */
  itkSetMacro(ReadAsFloat, bool);
  itkGetConstMacro(ReadAsFloat, bool);
  itkBooleanMacro(ReadAsFloat);

  /** Reads the headers, for what the next functions tell; needs no chosen channel or frame. */
  void
  ReadLayout();
  SizeValueType
  GetNumberOfSlices() const;
  SizeValueType
  GetNumberOfChannels() const;
  SizeValueType
  GetNumberOfFrames() const;
  /** Type of the pixels in the file, however they are read. */
  IOComponentEnum
  GetComponentTypeInFile() const;

  /** Whether a file begins as a TIFF or BigTIFF does; not for .lsm. */
  static bool
  IsTIFF(const std::string & fileName);

  /** Whether the first page of a TIFF is one that this class reads, whether or not CanReadFile() claims it; also one
   * with a palette, if so wanted, which ExpandRGBPaletteOff() reads. */
  static bool
  IsGrayTIFF(const std::string & fileName, bool orPalette = false);

  bool
  SupportsDimension(unsigned long dimension) override;
  bool
  CanReadFile(const char * fileName) override;
  bool
  CanStreamRead() override;
  void
  ReadImageInformation() override;
  void
  Read(void * buffer) override;
  ImageIORegion
  GenerateStreamableReadRegionFromRequestedRegion(const ImageIORegion & requested) const override;

  bool
  CanWriteFile(const char * fileName) override;
  bool
  CanStreamWrite() override;
  unsigned int
  GetActualNumberOfSplitsForWriting(unsigned int numberOfRequestedSplits, const ImageIORegion & pasteRegion,
                                    const ImageIORegion & largestPossibleRegion) override;
  void
  WriteImageInformation() override;
  void
  Write(const void * buffer) override;

protected:
  OMETIFFImageIO();
  ~OMETIFFImageIO() override;

  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  std::size_t
  Choose(unsigned int chosen, std::size_t available, const char * what) const;
  std::unique_ptr<PenCore::OmeTiffWriter>
  StartWriting() const;

  unsigned int m_Channel{ 0 };
  unsigned int m_Frame{ 0 };
  bool m_AllPages{ false };
  bool m_ReadAsFloat{ false };

  // The file that was opened last, and how it was then.
  std::unique_ptr<PenCore::TiffStack> m_Stack;
  std::string m_OpenedFileName;
  std::filesystem::file_time_type m_OpenedTime;
  std::uintmax_t m_OpenedSize{ 0 };
  bool m_OpenedWithPalette{ false };
  std::vector<PenCore::TiffPage> m_Pages; // of each slice

  // From the first to the last piece that is written.
  std::unique_ptr<PenCore::OmeTiffWriter> m_Writer;
  SizeValueType m_RowsWritten{ 0 };
};
} // namespace itk

#endif
