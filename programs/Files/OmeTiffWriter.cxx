// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/TiffQuiet.h"
#include "Files/TiffStack.h"
#include "Frame/Errors.h"

#include <tiffio.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <sstream>
#include <vector>

namespace pen
{
namespace
{
using Tiff = std::unique_ptr<TIFF, decltype(&TIFFClose)>;
// Above this the offsets of a classic TIFF no longer reach; compression may not help.
constexpr std::uint64_t LargestClassicTiff = std::uint64_t{ 1 } << 31;

struct PixelType
{
  const char * name; ///< OME's
  std::uint16_t bits;
  std::uint16_t sampleFormat;
};

PixelType
TypeOf(unsigned int bits)
{
  return bits == 8    ? PixelType{ "uint8", 8, SAMPLEFORMAT_UINT }
         : bits == 16 ? PixelType{ "uint16", 16, SAMPLEFORMAT_UINT }
                      : PixelType{ "float", 32, SAMPLEFORMAT_IEEEFP };
}

unsigned int
FewestBits(const float * voxels, std::size_t count)
{
  float highest = 0.0f;
  for (std::size_t i = 0; i < count; ++i)
  {
    const float value = voxels[i];
    if (!(value >= 0.0f && value <= 65535.0f && value == std::floor(value)))
    {
      return 32;
    }
    highest = std::max(highest, value);
  }
  return highest <= 255.0f ? 8 : 16;
}

std::string
OmeXml(const OmeTiffLayout & layout)
{
  const auto & size = layout.size;
  const bool areSlices = layout.pages == OmePages::Slices;
  const std::size_t channels = areSlices ? 1 : size[2];
  std::ostringstream xml;
  xml.precision(17);
  xml << R"(<?xml version="1.0" encoding="UTF-8"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">)"
      << R"(<Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type=")" << TypeOf(layout.bits).name
      << "\" SizeX=\"" << size[0] << "\" SizeY=\"" << size[1] << "\" SizeZ=\"" << (areSlices ? size[2] : 1)
      << "\" SizeC=\"" << channels << R"(" SizeT="1")";
  const char axes[] = { 'X', 'Y', 'Z' };
  for (unsigned int axis = 0; axis < 3 && layout.spacingIsKnown; ++axis)
  {
    xml << " PhysicalSize" << axes[axis] << "=\"" << layout.spacing[axis] << "\" PhysicalSize" << axes[axis]
        << "Unit=\"&#181;m\"";
  }
  xml << '>';
  for (std::size_t channel = 0; channel < channels; ++channel)
  {
    xml << "<Channel ID=\"Channel:0:" << channel << R"(" SamplesPerPixel="1"/>)";
  }
  xml << "<TiffData/></Pixels></Image></OME>";
  return xml.str();
}

template <typename TPixel>
bool
WriteRow(TIFF * tiff, const float * pixels, std::vector<char> & bytes, std::uint32_t row)
{
  auto * values = reinterpret_cast<TPixel *>(bytes.data());
  std::transform(pixels, pixels + bytes.size() / sizeof(TPixel), values,
                 [](float value) { return static_cast<TPixel>(value); });
  return TIFFWriteScanline(tiff, bytes.data(), row, 0) == 1;
}

// For ImageJ's own reader, which leaves OME-XML alone.
void
WriteResolution(TIFF * tiff, const StackImage::SpacingType & spacing)
{
  constexpr double micrometresInCentimetre = 1e4;
  TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_CENTIMETER);
  TIFFSetField(tiff, TIFFTAG_XRESOLUTION, static_cast<float>(micrometresInCentimetre / spacing[0]));
  TIFFSetField(tiff, TIFFTAG_YRESOLUTION, static_cast<float>(micrometresInCentimetre / spacing[1]));
}

void
DescribePage(TIFF * tiff, const OmeTiffLayout & layout)
{
  const PixelType type = TypeOf(layout.bits);
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(layout.size[0]));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(layout.size[1]));
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, type.bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, type.sampleFormat);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  // Python's tifffile, and so napari, reads it without a further package, which LZW needs.
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, TIFFDefaultStripSize(tiff, 0));
  if (layout.spacingIsKnown)
  {
    WriteResolution(tiff, layout.spacing);
  }
}
} // namespace

class OmeTiffWriter::File
{
public:
  File(const OmeTiffLayout & layout, const OutputFile & output)
    : m_Layout(layout)
    , m_Output(output)
    , m_Bytes(layout.size[0] * (layout.bits / 8u))
    , m_Tiff(nullptr, TIFFClose)
  {
    const std::uint64_t bytes = std::uint64_t{ layout.size[2] } * layout.size[1] * m_Bytes.size();
    m_Tiff.reset(TIFFOpen(output.GetTemporaryPath().c_str(), bytes > LargestClassicTiff ? "w8" : "w"));
    m_IsWhole = m_Tiff != nullptr;
  }

  void
  WriteRow(const float * pixels)
  {
    if (!m_IsWhole)
    {
      return; // told by Close()
    }
    if (m_Row == 0)
    {
      DescribePage(m_Tiff.get(), m_Layout);
      if (m_Page == 0)
      {
        TIFFSetField(m_Tiff.get(), TIFFTAG_IMAGEDESCRIPTION, OmeXml(m_Layout).c_str());
      }
    }
    const auto write = m_Layout.bits == 8    ? pen::WriteRow<std::uint8_t>
                       : m_Layout.bits == 16 ? pen::WriteRow<std::uint16_t>
                                             : pen::WriteRow<float>;
    m_IsWhole = write(m_Tiff.get(), pixels, m_Bytes, m_Row);
    if (++m_Row == m_Layout.size[1])
    {
      m_Row = 0;
      ++m_Page;
      m_IsWhole = TIFFWriteDirectory(m_Tiff.get()) == 1 && m_IsWhole;
    }
  }

  void
  Close()
  {
    m_Tiff.reset();
    if (!m_IsWhole || !m_Quiet.GetComplaint().empty())
    {
      Fail("cannot write the image (" + m_Quiet.GetComplaint() + ")", m_Output.GetPath());
    }
  }

private:
  const TiffQuiet m_Quiet;
  OmeTiffLayout m_Layout;
  const OutputFile & m_Output;
  std::vector<char> m_Bytes;
  Tiff m_Tiff;
  bool m_IsWhole = false;
  std::uint32_t m_Row = 0;
  std::size_t m_Page = 0;
};

OmeTiffWriter::OmeTiffWriter(const OmeTiffLayout & layout, const OutputFile & output)
  : m_File(std::make_unique<File>(layout, output))
{
}

OmeTiffWriter::~OmeTiffWriter() = default;

void
OmeTiffWriter::WriteRow(const float * pixels)
{
  m_File->WriteRow(pixels);
}

void
OmeTiffWriter::Close()
{
  m_File->Close();
}

void
WriteOmeTiff(const StackImage * stack, bool spacingIsKnown, const OutputFile & output)
{
  const auto size = stack->GetLargestPossibleRegion().GetSize();
  const float * voxels = stack->GetBufferPointer();
  OmeTiffWriter writer(
    { size, stack->GetSpacing(), spacingIsKnown, OmePages::Slices, FewestBits(voxels, size[0] * size[1] * size[2]) },
    output);
  for (std::size_t row = 0; row < size[1] * size[2]; ++row)
  {
    writer.WriteRow(voxels + row * size[0]);
  }
  writer.Close();
}
} // namespace pen
