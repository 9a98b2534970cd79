// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Formats/RoiSet.h"
#include "Base/Zip.h"
#include "ProjectionEnhancement/Base/FileError.h"
#include "ProjectionEnhancement/Cells/Polygon.h"
#include "ProjectionEnhancement/Formats/StackDepth.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <sstream>

namespace itk
{
namespace PenCore
{
namespace
{
// The layout that ImageJ's RoiDecoder documents; the most significant byte comes first.
constexpr std::uint16_t RoiVersion = 228;
constexpr unsigned char TracedPolygon = 8;
constexpr std::size_t HeaderSize = 64;
constexpr std::size_t LargestPlace = 32767;
constexpr std::size_t MostVertices = 65535;

enum HeaderPlace : std::size_t
{
  VersionAt = 4,
  TypeAt = 6,
  TopAt = 8,
  LeftAt = 10,
  BottomAt = 12,
  RightAt = 14,
  VerticesAt = 16,
  StrokeColourAt = 40,
  PositionAt = 56,
  SecondHeaderAt = 60
};

enum SecondHeaderPlace : std::size_t
{
  ChannelAt = 4,
  SliceAt = 8,
  FrameAt = 12,
  NameAt = 16,
  NameLengthAt = 20
};

void
Put(std::string & bytes, std::size_t place, std::size_t number, std::size_t size)
{
  for (std::size_t i = 0; i < size; ++i)
  {
    bytes[place + i] = static_cast<char>((number >> (8 * (size - 1 - i))) & 0xffu);
  }
}

std::size_t
OpaqueColour(const std::array<double, 3> & colour)
{
  std::size_t argb = 0xff;
  for (const double channel : colour)
  {
    argb = (argb << 8) | static_cast<std::size_t>(std::lround(255.0 * channel));
  }
  return argb;
}

// Corners of pixels, counted from the image's upper left one.
std::vector<std::size_t>
Corners(const std::vector<double> & coordinates)
{
  std::vector<std::size_t> corners;
  for (const double coordinate : coordinates)
  {
    corners.push_back(static_cast<std::size_t>(std::lround(coordinate + 0.5)));
  }
  return corners;
}

std::string
Roi(const PixelRuns & mask, const std::string & name, std::size_t slice, const HyperstackPlace & place,
    const std::array<double, 3> & colour)
{
  const Polygon outline = OutlineMask(mask);
  const std::vector<std::size_t> x = Corners(outline.x);
  const std::vector<std::size_t> y = Corners(outline.y);
  const std::size_t left = *std::min_element(x.begin(), x.end());
  const std::size_t right = *std::max_element(x.begin(), x.end());
  const std::size_t top = *std::min_element(y.begin(), y.end());
  const std::size_t bottom = *std::max_element(y.begin(), y.end());
  if (std::max(right, bottom) > LargestPlace || x.size() > MostVertices)
  {
    throw RangeError(__FILE__, __LINE__,
                     name + " lies beyond pixel 32767 or has too long an outline for ImageJ's format", ITK_LOCATION);
  }
  const std::size_t second = HeaderSize + 4 * x.size();
  std::string roi(second + HeaderSize + 2 * name.size(), '\0');
  roi.replace(0, 4, "Iout");
  Put(roi, VersionAt, RoiVersion, 2);
  Put(roi, TypeAt, TracedPolygon, 1);
  Put(roi, TopAt, top, 2);
  Put(roi, LeftAt, left, 2);
  Put(roi, BottomAt, bottom, 2);
  Put(roi, RightAt, right, 2);
  Put(roi, VerticesAt, x.size(), 2);
  Put(roi, StrokeColourAt, OpaqueColour(colour), 4);
  Put(roi, SecondHeaderAt, second, 4);
  for (std::size_t i = 0; i < x.size(); ++i)
  {
    Put(roi, HeaderSize + 2 * i, x[i] - left, 2);
    Put(roi, HeaderSize + 2 * (x.size() + i), y[i] - top, 2);
  }
  if (place.channel > 0 || place.frame > 0)
  {
    Put(roi, second + ChannelAt, place.channel, 4);
    Put(roi, second + SliceAt, slice, 4);
    Put(roi, second + FrameAt, place.frame, 4);
  }
  else
  {
    Put(roi, PositionAt, slice, 4);
  }
  Put(roi, second + NameAt, second + HeaderSize, 4);
  Put(roi, second + NameLengthAt, name.size(), 4);
  for (std::size_t i = 0; i < name.size(); ++i)
  {
    Put(roi, second + HeaderSize + 2 * i, static_cast<unsigned char>(name[i]), 2);
  }
  return roi;
}

std::string
RoiArchive(const CellLabelMap * cells, const ImageBase<3> * stack, const HyperstackPlace & place)
{
  const StackDepth depths(stack);
  const auto region = cells->GetLargestPossibleRegion();
  std::vector<ZipEntry> entries;
  for (SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    const auto * cell = cells->GetNthLabelObject(i);
    std::ostringstream name;
    name << "cell " << cell->GetLabel() << " z " << cell->GetDepth() << " um";
    entries.push_back(
      { name.str() + ".roi", Roi(PixelRunsFromLabelObject(cell, region.GetIndex()), name.str(),
                                 depths.NearestSlice(cell->GetDepth()) + 1, place, depths.Colour(cell->GetDepth())) });
  }
  return WriteZipEntries(entries);
}
} // namespace

void
WriteRoiSet(const CellLabelMap * cells, const ImageBase<3> * stack, const std::string & path,
            const HyperstackPlace & place)
{
  std::string archive;
  try
  {
    archive = RoiArchive(cells, stack, place);
  }
  catch (const RangeError & error)
  {
    FailBeyondFormat(error.GetDescription(), path);
  }
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << archive;
  file.close();
  if (!file)
  {
    FailWithFile("cannot write all of the file", path);
  }
}
} // namespace PenCore
} // namespace itk
