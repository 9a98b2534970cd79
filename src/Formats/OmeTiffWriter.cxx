// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Formats/OmeTiffWriter.h"
#include "Formats/TiffErrors.h"
#include "ProjectionEnhancement/Base/FileError.h"
#include "ProjectionEnhancement/Base/NumberText.h"

#include <tiffio.h>

#include "itkImageIOBase.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <sstream>
#include <vector>

namespace itk
{
namespace PenCore
{
namespace
{
using Tiff = std::unique_ptr<TIFF, decltype(&TIFFClose)>;
// Above this the offsets of a classic TIFF no longer reach; compression may not help.
constexpr std::uint64_t LargestClassicTiff = std::uint64_t{ 1 } << 31;

struct PixelType
{
  IOComponentEnum component;
  const char * name; ///< OME's
  std::uint16_t bits;
  std::uint16_t sampleFormat;
};

constexpr std::array<PixelType, 8> PixelTypes{ { { IOComponentEnum::UCHAR, "uint8", 8, SAMPLEFORMAT_UINT },
                                                 { IOComponentEnum::USHORT, "uint16", 16, SAMPLEFORMAT_UINT },
                                                 { IOComponentEnum::UINT, "uint32", 32, SAMPLEFORMAT_UINT },
                                                 { IOComponentEnum::CHAR, "int8", 8, SAMPLEFORMAT_INT },
                                                 { IOComponentEnum::SHORT, "int16", 16, SAMPLEFORMAT_INT },
                                                 { IOComponentEnum::INT, "int32", 32, SAMPLEFORMAT_INT },
                                                 { IOComponentEnum::FLOAT, "float", 32, SAMPLEFORMAT_IEEEFP },
                                                 { IOComponentEnum::DOUBLE, "double", 64, SAMPLEFORMAT_IEEEFP } } };

const PixelType *
FindPixelType(IOComponentEnum component)
{
  const auto * type = std::find_if(PixelTypes.begin(), PixelTypes.end(),
                                   [&](const PixelType & candidate) { return candidate.component == component; });
  return type == PixelTypes.end() ? nullptr : &*type;
}

const PixelType &
TypeOf(const OmeTiffLayout & layout)
{
  return *FindPixelType(layout.component);
}

IOComponentEnum
SmallestType(const float * voxels, std::size_t count)
{
  float highest = 0.0f;
  for (std::size_t i = 0; i < count; ++i)
  {
    const float value = voxels[i];
    if (!(value >= 0.0f && value <= 65535.0f && value == std::floor(value)))
    {
      return IOComponentEnum::FLOAT;
    }
    highest = std::max(highest, value);
  }
  return highest <= 255.0f ? IOComponentEnum::UCHAR : IOComponentEnum::USHORT;
}

std::string
OmeXml(const OmeTiffLayout & layout)
{
  const auto & size = layout.size;
  const bool areSlices = layout.pages == OmePages::Slices;
  const std::size_t channels = areSlices ? 1 : size[2];
  const unsigned int samples = layout.samples;
  std::ostringstream xml;
  xml.precision(17);
  xml << R"(<?xml version="1.0" encoding="UTF-8"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">)"
      << R"(<Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type=")" << TypeOf(layout).name
      << "\" SizeX=\"" << size[0] << "\" SizeY=\"" << size[1] << "\" SizeZ=\"" << (areSlices ? size[2] : 1)
      << "\" SizeC=\"" << channels * samples << R"(" SizeT="1")";
  xml << (samples > 1 ? R"( Interleaved="true")" : "");
  const char axes[] = { 'X', 'Y', 'Z' };
  for (unsigned int axis = 0; axis < 3 && layout.spacingIsKnown; ++axis)
  {
    xml << " PhysicalSize" << axes[axis] << "=\"" << layout.spacing[axis] << "\" PhysicalSize" << axes[axis]
        << "Unit=\"&#181;m\"";
  }
  xml << '>';
  for (std::size_t channel = 0; channel < channels; ++channel)
  {
    xml << "<Channel ID=\"Channel:0:" << channel << "\" SamplesPerPixel=\"" << samples << "\"/>";
  }
  xml << "<TiffData/></Pixels></Image></OME>";
  return xml.str();
}

// Lines as ImageJ writes them; the unit of the resolution tags is the text's.
std::string
ImageJLines(const OmeTiffLayout & layout)
{
  const std::string pages = std::to_string(layout.size[2]);
  const bool areSlices = layout.pages == OmePages::Slices;
  std::string lines = "ImageJ=1.53t\n";
  if (layout.size[2] > 1)
  {
    lines += "images=" + pages + (areSlices ? "\nslices=" : "\nchannels=") + pages + '\n';
    lines += areSlices ? "" : "hyperstack=true\nmode=grayscale\n";
  }
  if (layout.spacingIsKnown)
  {
    lines += "unit=micron\nspacing=" + NumberText(layout.spacing[2]) + '\n';
  }
  return lines + "loop=false\n";
}

// OME-XML does not say it to ImageJ's own reader, which leaves that alone.
void
WriteResolution(TIFF * tiff, const OmeTiffLayout & layout)
{
  constexpr double micrometresInCentimetre = 1e4;
  const bool isImageJ = layout.description == TiffDescription::ImageJ;
  const double unit = isImageJ ? 1.0 : micrometresInCentimetre;
  TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, isImageJ ? RESUNIT_NONE : RESUNIT_CENTIMETER);
  TIFFSetField(tiff, TIFFTAG_XRESOLUTION, static_cast<float>(unit / layout.spacing[0]));
  TIFFSetField(tiff, TIFFTAG_YRESOLUTION, static_cast<float>(unit / layout.spacing[1]));
}

void
DescribePage(TIFF * tiff, const OmeTiffLayout & layout)
{
  const PixelType & type = TypeOf(layout);
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(layout.size[0]));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(layout.size[1]));
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, layout.samples);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, type.bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, type.sampleFormat);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, layout.samples > 1 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  // Python's tifffile, and so napari, reads it without a further package, which LZW needs.
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, TIFFDefaultStripSize(tiff, 0));
  if (layout.spacingIsKnown)
  {
    WriteResolution(tiff, layout);
  }
}
} // namespace

class OmeTiffWriter::File
{
public:
  File(const OmeTiffLayout & layout, const std::string & path)
    : m_Layout(layout)
    , m_Path(path)
    , m_Bytes(layout.size[0] * layout.samples * (TypeOf(layout).bits / 8u))
    , m_Tiff(nullptr, TIFFClose)
  {
    const std::uint64_t bytes = std::uint64_t{ layout.size[2] } * layout.size[1] * m_Bytes.size();
    m_Tiff.reset(m_Errors.Open(path, bytes > LargestClassicTiff ? "w8" : "w"));
    m_IsWhole = m_Tiff != nullptr;
  }

  void
  WriteRow(const void * pixels)
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
        const bool isOme = m_Layout.description == TiffDescription::Ome;
        const std::string text = isOme ? OmeXml(m_Layout) : ImageJLines(m_Layout);
        TIFFSetField(m_Tiff.get(), TIFFTAG_IMAGEDESCRIPTION, text.c_str());
      }
    }
    // libtiff may change what it is given.
    std::memcpy(m_Bytes.data(), pixels, m_Bytes.size());
    m_IsWhole = TIFFWriteScanline(m_Tiff.get(), m_Bytes.data(), m_Row, 0) == 1;
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
    if (!m_IsWhole || !m_Errors.GetFirst().empty())
    {
      FailWithFile("cannot write the image (" + m_Errors.GetFirst() + ")", m_Path);
    }
  }

private:
  TiffErrors m_Errors;
  OmeTiffLayout m_Layout;
  std::string m_Path;
  std::vector<char> m_Bytes;
  Tiff m_Tiff;
  bool m_IsWhole = false;
  std::uint32_t m_Row = 0;
  std::size_t m_Page = 0;
};

OmeTiffWriter::OmeTiffWriter(const OmeTiffLayout & layout, const std::string & path)
{
  if (!IsOmePixelType(layout.component, layout.samples))
  {
    FailWithFile("cannot write pixels of type " + ImageIOBase::GetComponentTypeAsString(layout.component) +
                   (layout.samples > 1 ? " with " + std::to_string(layout.samples) + " components" : std::string()) +
                   " as an OME-TIFF",
                 path);
  }
  m_File = std::make_unique<File>(layout, path);
}

OmeTiffWriter::~OmeTiffWriter() = default;

void
OmeTiffWriter::WriteRow(const void * pixels)
{
  m_File->WriteRow(pixels);
}

void
OmeTiffWriter::Close()
{
  m_File->Close();
}

bool
IsOmePixelType(IOComponentEnum component, unsigned int samples)
{
  const bool isOfPictures = component == IOComponentEnum::UCHAR || component == IOComponentEnum::USHORT;
  return FindPixelType(component) != nullptr && (samples == 1 || (samples == 3 && isOfPictures));
}

TiffDescription
DescriptionForName(const std::string & path)
{
  const auto endsIn = [&](const std::string & ending)
  {
    return path.size() >= ending.size() &&
           std::equal(ending.rbegin(), ending.rend(), path.rbegin(),
                      [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
  };
  return endsIn(".ome.tif") || endsIn(".ome.tiff") ? TiffDescription::Ome : TiffDescription::ImageJ;
}

namespace
{
template <typename TPixel>
void
WriteRows(const float * voxels, const OmeTiffLayout & layout, OmeTiffWriter & writer)
{
  std::vector<TPixel> pixels(layout.size[0]);
  for (std::size_t row = 0; row < layout.size[1] * layout.size[2]; ++row, voxels += pixels.size())
  {
    std::transform(voxels, voxels + pixels.size(), pixels.begin(),
                   [](float value) { return static_cast<TPixel>(value); });
    writer.WriteRow(pixels.data());
  }
}
} // namespace

void
WriteOmeTiff(const Image<float, 3> * stack, bool spacingIsKnown, const std::string & path)
{
  const float * voxels = stack->GetBufferPointer();
  OmeTiffLayout layout;
  layout.size = stack->GetLargestPossibleRegion().GetSize();
  layout.spacing = stack->GetSpacing();
  layout.spacingIsKnown = spacingIsKnown;
  layout.component = SmallestType(voxels, layout.size[0] * layout.size[1] * layout.size[2]);
  OmeTiffWriter writer(layout, path);
  const auto write = layout.component == IOComponentEnum::UCHAR    ? WriteRows<std::uint8_t>
                     : layout.component == IOComponentEnum::USHORT ? WriteRows<std::uint16_t>
                                                                   : WriteRows<float>;
  write(voxels, layout, writer);
  writer.Close();
}
} // namespace PenCore
} // namespace itk
