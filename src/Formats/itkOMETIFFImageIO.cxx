// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkOMETIFFImageIO.h"
#include "Formats/ImageJMetadata.h"
#include "Formats/OmeMetadata.h"
#include "Formats/ShapedMetadata.h"
#include "Formats/TiffStack.h"
#include "ProjectionEnhancement/Base/FileError.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Formats/OmeTiffWriter.h"
#include "itkMetaDataObject.h"
#include "itkSpacingInMicrometers.h"

#include <algorithm>
#include <cstring>
#include <array>
#include <system_error>

namespace itk
{
namespace
{
// Whether a description is of a stack, though one page may follow.
bool
IsOfStack(const PenCore::TiffFirstPage & page)
{
  if (PenCore::ParseOme(page.description) || PenCore::ParseImageJ(page.description, {}))
  {
    return true;
  }
  const auto shaped = PenCore::ParseShaped(page.description, {}, page.format.width, page.format.height);
  return shaped && (!shaped->problem.empty() || shaped->slices * shaped->channels * shaped->frames > 1);
}

// OME-TIFF and ImageJ keep gray values and the colours they are shown in; elsewhere the entries of a colour map are no
// intensities.
bool
PaletteIsNumbers(const PenCore::TiffFirstPage & page)
{
  return PenCore::ParseOme(page.description) || PenCore::ParseImageJ(page.description, {});
}

// A region's begin and size along x, y and z.
struct Box
{
  std::array<std::size_t, 3> begin{ { 0, 0, 0 } };
  std::array<std::size_t, 3> size{ { 1, 1, 1 } };
};

Box
BoxOf(const ImageIORegion & region)
{
  Box box;
  for (unsigned int axis = 0; axis < std::min(region.GetImageDimension(), 3u); ++axis)
  {
    box.begin[axis] = static_cast<std::size_t>(region.GetIndex(axis));
    box.size[axis] = region.GetSize(axis);
  }
  return box;
}
} // namespace

OMETIFFImageIO::OMETIFFImageIO()
{
  // As in ITK's readers of palettes; their base class says nothing.
  this->ExpandRGBPaletteOn();
  for (const char * extension : { ".tif", ".TIF", ".tiff", ".TIFF" })
  {
    this->AddSupportedReadExtension(extension);
  }
  this->AddSupportedWriteExtension(".ome.tif");
  this->AddSupportedWriteExtension(".ome.tiff");
}

OMETIFFImageIO::~OMETIFFImageIO() = default;

bool
OMETIFFImageIO::IsTIFF(const std::string & fileName)
{
  // LSM files begin as TIFFs do, but tell their voxel size to ITK's own reader.
  return PenCore::IsTiffFile(fileName) && std::filesystem::path(fileName).extension() != ".lsm";
}

bool
OMETIFFImageIO::IsGrayTIFF(const std::string & fileName, bool orPalette)
{
  const auto page = IsTIFF(fileName) ? PenCore::ReadTiffFirstPage(fileName) : std::nullopt;
  return page && page->format.WhyUnreadable(orPalette || PaletteIsNumbers(*page)).empty();
}

bool
OMETIFFImageIO::SupportsDimension(unsigned long dimension)
{
  return dimension == 2 || dimension == 3;
}

bool
OMETIFFImageIO::CanReadFile(const char * fileName)
{
  const auto page = IsTIFF(fileName) ? PenCore::ReadTiffFirstPage(fileName) : std::nullopt;
  if (!page || !page->format.WhyUnreadable(!this->GetExpandRGBPalette() || PaletteIsNumbers(*page)).empty())
  {
    return false;
  }
  const bool isWideInteger = page->format.bits > 16 && page->format.IsInteger();
  return page->isFollowed || page->isTiled || isWideInteger || IsOfStack(*page);
}

bool
OMETIFFImageIO::CanStreamRead()
{
  return true;
}

void
OMETIFFImageIO::ReadLayout()
{
  const std::string fileName = this->GetFileName();
  std::error_code ignored;
  const auto time = std::filesystem::last_write_time(fileName, ignored);
  const auto size = std::filesystem::file_size(fileName, ignored);
  const bool keepsPalette = !this->GetExpandRGBPalette();
  if (m_Stack && m_OpenedFileName == fileName && m_OpenedTime == time && m_OpenedSize == size &&
      m_OpenedWithPalette == keepsPalette)
  {
    return;
  }
  using Palette = PenCore::TiffStack::Palette;
  m_Stack.reset();
  m_Stack = std::make_unique<PenCore::TiffStack>(fileName, keepsPalette ? Palette::Numbers : Palette::Colours);
  m_OpenedWithPalette = keepsPalette;
  m_OpenedFileName = fileName;
  m_OpenedTime = time;
  m_OpenedSize = size;
}

SizeValueType
OMETIFFImageIO::GetNumberOfSlices() const
{
  return m_Stack ? m_Stack->GetLayout().slices : 0;
}

SizeValueType
OMETIFFImageIO::GetNumberOfChannels() const
{
  return m_Stack ? m_Stack->GetLayout().channels : 0;
}

SizeValueType
OMETIFFImageIO::GetNumberOfFrames() const
{
  return m_Stack ? m_Stack->GetLayout().frames : 0;
}

IOComponentEnum
OMETIFFImageIO::GetComponentTypeInFile() const
{
  return m_Stack ? m_Stack->GetFormat().GetComponentType() : IOComponentEnum::UNKNOWNCOMPONENTTYPE;
}

// Zero-based.
std::size_t
OMETIFFImageIO::Choose(unsigned int chosen, std::size_t available, const char * what) const
{
  if (chosen > available || (chosen == 0 && available > 1))
  {
    PenCore::FailWithFile("the file holds " + std::to_string(this->GetNumberOfSlices()) + " slices, " +
                            std::to_string(this->GetNumberOfChannels()) + " channels and " +
                            std::to_string(this->GetNumberOfFrames()) + " frames; Set" + what + "(N), N from 1 to " +
                            std::to_string(available) + ", chooses one" +
                            (chosen > 0 ? ", not " + std::to_string(chosen) : std::string()),
                          this->GetFileName());
  }
  return chosen == 0 ? 0 : chosen - 1;
}

void
OMETIFFImageIO::ReadImageInformation()
{
  this->ReadLayout();
  if (m_AllPages)
  {
    m_Pages = m_Stack->AllPages();
  }
  else
  {
    const PenCore::TiffPlanes & layout = m_Stack->GetLayout();
    const std::size_t channel = this->Choose(m_Channel, layout.channels, "Channel");
    const std::size_t frame = this->Choose(m_Frame, layout.frames, "Frame");
    m_Pages = m_Stack->PagesOf(channel, frame);
  }
  const auto spacing = m_Stack->GetSpacing();
  const std::array<std::size_t, 3> sizes{ { m_Stack->GetFormat().width, m_Stack->GetFormat().height, m_Pages.size() } };
  this->SetNumberOfDimensions(m_Stack->IsFlat() ? 2 : 3);
  for (unsigned int axis = 0; axis < this->GetNumberOfDimensions(); ++axis)
  {
    this->SetDimensions(axis, sizes[axis]);
    this->SetSpacing(axis, spacing ? (*spacing)[axis] : 1.0);
    this->SetOrigin(axis, 0.0);
  }
  this->SetPixelType(IOPixelEnum::SCALAR);
  this->SetNumberOfComponents(1);
  this->SetComponentType(m_ReadAsFloat ? IOComponentEnum::FLOAT : this->GetComponentTypeInFile());
  this->SetFileTypeToBinary();
  EncapsulateMetaData<std::string>(this->GetMetaDataDictionary(), SpacingUnitKey, spacing ? "um" : "unknown");
}

ImageIORegion
OMETIFFImageIO::GenerateStreamableReadRegionFromRequestedRegion(const ImageIORegion & requested) const
{
  if (!this->GetUseStreamedReading())
  {
    return Superclass::GenerateStreamableReadRegionFromRequestedRegion(requested);
  }
  ImageIORegion rows = requested;
  rows.SetIndex(0, 0);
  rows.SetSize(0, this->GetDimensions(0));
  return rows;
}

void
OMETIFFImageIO::Read(void * buffer)
{
  if (!m_Stack || m_OpenedFileName != this->GetFileName())
  {
    this->ReadImageInformation();
  }
  const Box box = BoxOf(this->GetIORegion());
  const std::size_t width = m_Stack->GetFormat().width;
  const std::size_t pixelBytes = this->GetComponentSize();
  const std::size_t pageBytes = box.size[0] * box.size[1] * pixelBytes;
  const auto readPage = [&](std::size_t slice, char * rows)
  {
    const PenCore::TiffPage & page = m_Pages.at(slice);
    if (m_ReadAsFloat)
    {
      m_Stack->ReadRowsAsFloat(page, box.begin[1], box.size[1], reinterpret_cast<float *>(rows));
    }
    else
    {
      m_Stack->ReadRows(page, box.begin[1], box.size[1], rows);
    }
  };
  const auto readSlices = [&](std::size_t begin, std::size_t end)
  {
    std::vector<char> rows(box.size[0] == width ? 0 : width * box.size[1] * pixelBytes);
    for (std::size_t i = begin; i < end; ++i)
    {
      char * slice = static_cast<char *>(buffer) + i * pageBytes;
      readPage(box.begin[2] + i, rows.empty() ? slice : rows.data());
      for (std::size_t row = 0; !rows.empty() && row < box.size[1]; ++row)
      {
        std::memcpy(slice + row * box.size[0] * pixelBytes, rows.data() + (row * width + box.begin[0]) * pixelBytes,
                    box.size[0] * pixelBytes);
      }
    }
  };
  PenCore::ParallelFor(box.size[2], 1, readSlices);
}

bool
OMETIFFImageIO::CanWriteFile(const char * fileName)
{
  return PenCore::DescriptionForName(fileName) == PenCore::TiffDescription::Ome;
}

bool
OMETIFFImageIO::CanStreamWrite()
{
  return true;
}

unsigned int
OMETIFFImageIO::GetActualNumberOfSplitsForWriting(unsigned int numberOfRequestedSplits,
                                                  const ImageIORegion & pasteRegion,
                                                  const ImageIORegion & largestPossibleRegion)
{
  if (pasteRegion != largestPossibleRegion)
  {
    PenCore::FailWithFile("cannot write a part of an image into an OME-TIFF", this->GetFileName());
  }
  return this->GetActualNumberOfSplitsForWritingCanStreamWrite(numberOfRequestedSplits, pasteRegion);
}

void
OMETIFFImageIO::WriteImageInformation()
{
  // Written with the first page.
}

std::unique_ptr<PenCore::OmeTiffWriter>
OMETIFFImageIO::StartWriting() const
{
  const unsigned int samples = this->GetNumberOfComponents();
  if ((samples != 1 && samples != 3) || !this->GetNumberOfDimensions() || this->GetNumberOfDimensions() > 3)
  {
    PenCore::FailWithFile("cannot write an image of " + std::to_string(this->GetNumberOfDimensions()) +
                            " dimensions and " + std::to_string(samples) + " components per pixel as an OME-TIFF",
                          this->GetFileName());
  }
  PenCore::OmeTiffLayout layout;
  layout.size.Fill(1);
  layout.spacing.Fill(1.0);
  for (unsigned int axis = 0; axis < this->GetNumberOfDimensions(); ++axis)
  {
    layout.size[axis] = this->GetDimensions(axis);
    layout.spacing[axis] = this->GetSpacing(axis);
  }
  const double micrometers = MicrometersPerSpacingUnit(this->GetMetaDataDictionary(), layout.spacing);
  layout.spacingIsKnown = micrometers > 0.0;
  layout.spacing *= layout.spacingIsKnown ? micrometers : 1.0;
  layout.component = this->GetComponentType();
  layout.samples = samples;
  layout.description = PenCore::DescriptionForName(this->GetFileName());
  return std::make_unique<PenCore::OmeTiffWriter>(layout, this->GetFileName());
}

void
OMETIFFImageIO::Write(const void * buffer)
{
  const Box box = BoxOf(this->GetIORegion());
  const Box whole = [this]
  {
    ImageIORegion region(this->GetNumberOfDimensions());
    for (unsigned int axis = 0; axis < this->GetNumberOfDimensions(); ++axis)
    {
      region.SetSize(axis, this->GetDimensions(axis));
    }
    return BoxOf(region);
  }();
  const SizeValueType firstRow = box.begin[2] * whole.size[1] + box.begin[1];
  if (firstRow == 0)
  {
    m_Writer = this->StartWriting();
    m_RowsWritten = 0;
  }
  // Pieces hold whole rows and, of several slices, whole slices.
  if (!m_Writer || firstRow != m_RowsWritten || box.size[0] != whole.size[0] ||
      (box.size[2] > 1 && box.size[1] != whole.size[1]))
  {
    PenCore::FailWithFile("an OME-TIFF is written row by row from the first one on", this->GetFileName());
  }
  const std::size_t rowBytes = whole.size[0] * this->GetPixelSize();
  const auto * rows = static_cast<const char *>(buffer);
  for (std::size_t row = 0; row < box.size[1] * box.size[2]; ++row)
  {
    m_Writer->WriteRow(rows + row * rowBytes);
  }
  m_RowsWritten += box.size[1] * box.size[2];
  if (m_RowsWritten == whole.size[1] * whole.size[2])
  {
    const auto writer = std::move(m_Writer);
    writer->Close();
  }
}

void
OMETIFFImageIO::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Channel: " << m_Channel << std::endl;
  os << indent << "Frame: " << m_Frame << std::endl;
  os << indent << "AllPages: " << m_AllPages << std::endl;
  os << indent << "ReadAsFloat: " << m_ReadAsFloat << std::endl;
}
} // namespace itk
