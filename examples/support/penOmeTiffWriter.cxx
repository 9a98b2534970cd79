// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penErrors.h"
#include "penTiffQuiet.h"
#include "penTiffStack.h"

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
SmallestType(const float * voxels, std::size_t count)
{
  float highest = 0.0f;
  for (std::size_t i = 0; i < count; ++i)
  {
    const float value = voxels[i];
    if (!(value >= 0.0f && value <= 65535.0f && value == std::floor(value)))
    {
      return { "float", 32, SAMPLEFORMAT_IEEEFP };
    }
    highest = std::max(highest, value);
  }
  return highest <= 255.0f ? PixelType{ "uint8", 8, SAMPLEFORMAT_UINT } : PixelType{ "uint16", 16, SAMPLEFORMAT_UINT };
}

std::string
OmeXml(const StackImage * stack, bool spacingIsKnown, OmePages pages, const PixelType & type)
{
  const auto size = stack->GetLargestPossibleRegion().GetSize();
  const bool areSlices = pages == OmePages::Slices;
  const std::size_t channels = areSlices ? 1 : size[2];
  std::ostringstream xml;
  xml.precision(17);
  xml << R"(<?xml version="1.0" encoding="UTF-8"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">)"
      << R"(<Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type=")" << type.name << "\" SizeX=\""
      << size[0] << "\" SizeY=\"" << size[1] << "\" SizeZ=\"" << (areSlices ? size[2] : 1) << "\" SizeC=\"" << channels
      << R"(" SizeT="1")";
  const char axes[] = { 'X', 'Y', 'Z' };
  for (unsigned int axis = 0; axis < 3 && spacingIsKnown; ++axis)
  {
    xml << " PhysicalSize" << axes[axis] << "=\"" << stack->GetSpacing()[axis] << "\" PhysicalSize" << axes[axis]
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

bool
WritePage(TIFF * tiff, const float * pixels, const itk::Size<3> & size, const PixelType & type,
          const std::string & description)
{
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(size[0]));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(size[1]));
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, type.bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, type.sampleFormat);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  // Python's tifffile, and so napari, reads it without a further package, which LZW needs.
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, TIFFDefaultStripSize(tiff, 0));
  if (!description.empty())
  {
    TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, description.c_str());
  }
  std::vector<char> bytes(size[0] * (type.bits / 8u));
  const auto write = type.bits == 8    ? WriteRow<std::uint8_t>
                     : type.bits == 16 ? WriteRow<std::uint16_t>
                                       : WriteRow<float>;
  for (std::size_t row = 0; row < size[1]; ++row)
  {
    if (!write(tiff, pixels + row * size[0], bytes, static_cast<std::uint32_t>(row)))
    {
      return false;
    }
  }
  return TIFFWriteDirectory(tiff) == 1;
}
} // namespace

void
WriteOmeTiff(const StackImage * stack, bool spacingIsKnown, const OutputFile & output, OmePages pages)
{
  const auto size = stack->GetLargestPossibleRegion().GetSize();
  const float * voxels = stack->GetBufferPointer();
  const PixelType type = SmallestType(voxels, size[0] * size[1] * size[2]);
  const std::string description = OmeXml(stack, spacingIsKnown, pages, type);
  const bool isLarge = std::uint64_t{ size[0] } * size[1] * size[2] * (type.bits / 8u) > LargestClassicTiff;
  const TiffQuiet quiet;
  Tiff tiff(TIFFOpen(output.GetTemporaryPath().c_str(), isLarge ? "w8" : "w"), TIFFClose);
  bool isWhole = tiff != nullptr;
  for (std::size_t slice = 0; slice < size[2] && isWhole; ++slice)
  {
    if (spacingIsKnown)
    {
      WriteResolution(tiff.get(), stack->GetSpacing());
    }
    isWhole =
      WritePage(tiff.get(), voxels + slice * size[0] * size[1], size, type, slice == 0 ? description : std::string());
  }
  tiff.reset();
  if (!isWhole || !quiet.GetComplaint().empty())
  {
    Fail("cannot write the image (" + quiet.GetComplaint() + ")", output.GetPath());
  }
}
} // namespace pen
