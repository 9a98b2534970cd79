// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Base/Zip.h"
#include "ProjectionEnhancement/Cells/Polygon.h"
#include "ProjectionEnhancement/Formats/RoiSet.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>

using pen_test::MessageOf;
using pen_test::ReadText;
using pen_test::TemporaryFolder;

namespace
{
std::size_t
LittleEndian(const std::string & bytes, std::size_t place, std::size_t size)
{
  std::size_t number = 0;
  for (std::size_t i = size; i > 0; --i)
  {
    number = (number << 8) | static_cast<unsigned char>(bytes.at(place + i - 1));
  }
  return number;
}

std::size_t
BigEndian(const std::string & bytes, std::size_t place, std::size_t size)
{
  std::size_t number = 0;
  for (std::size_t i = 0; i < size; ++i)
  {
    number = (number << 8) | static_cast<unsigned char>(bytes.at(place + i));
  }
  return number;
}

// Reads an archive of stored files as an unpacker does: from its end, over its directory, to each file's own header.
std::vector<itk::ZipEntry>
Unzip(const std::string & archive)
{
  std::vector<itk::ZipEntry> entries;
  const std::size_t end = archive.size() - 22;
  EXPECT_EQ(archive.substr(end, 4), "PK\5\6");
  std::size_t place = LittleEndian(archive, end + 16, 4);
  for (std::size_t i = LittleEndian(archive, end + 10, 2); i > 0; --i)
  {
    EXPECT_EQ(archive.substr(place, 4), "PK\1\2");
    const std::size_t size = LittleEndian(archive, place + 24, 4);
    const std::size_t nameLength = LittleEndian(archive, place + 28, 2);
    const std::size_t local = LittleEndian(archive, place + 42, 4);
    itk::ZipEntry entry;
    entry.name = archive.substr(place + 46, nameLength);
    EXPECT_EQ(archive.substr(local, 4), "PK\3\4");
    EXPECT_EQ(archive.substr(local + 30, nameLength), entry.name);
    // From the version on, both headers tell the same.
    EXPECT_EQ(archive.substr(local + 4, 26), archive.substr(place + 6, 26));
    entry.bytes = archive.substr(local + 30 + nameLength, size);
    EXPECT_EQ(crc32(0, reinterpret_cast<const Bytef *>(entry.bytes.data()), static_cast<uInt>(size)),
              LittleEndian(archive, place + 16, 4));
    entries.push_back(entry);
    place += 46 + nameLength;
  }
  EXPECT_EQ(place, end);
  return entries;
}

// The mask that a polygon of corners in a .roi file holds.
itk::PenCore::PixelRuns
MaskOfRoi(const std::string & roi)
{
  EXPECT_EQ(roi.substr(0, 4), "Iout");
  const std::size_t count = BigEndian(roi, 16, 2);
  itk::PenCore::Polygon polygon;
  for (std::size_t i = 0; i < count; ++i)
  {
    polygon.x.push_back(static_cast<double>(BigEndian(roi, 10, 2) + BigEndian(roi, 64 + 2 * i, 2)) - 0.5);
    polygon.y.push_back(static_cast<double>(BigEndian(roi, 8, 2) + BigEndian(roi, 64 + 2 * (count + i), 2)) - 0.5);
  }
  return itk::PenCore::RasterizePolygon(polygon, 100, 80);
}

// A ring, two parts that do not touch, and one pixel at the image's far corner; a map from index (5, 7).
itk::CellLabelMap::Pointer
ThreeCells()
{
  const auto cells = itk::CellLabelMap::New();
  cells->SetRegions(itk::CellLabelMap::RegionType({ { 5, 7 } }, { { 100, 80 } }));
  const auto add = [&](unsigned int label, double depth, const itk::PenCore::PixelRuns & runs)
  {
    const auto cell = itk::CellLabelMap::LabelObjectType::New();
    cell->SetLabel(label);
    cell->SetDepth(depth);
    itk::AddPixelRunsToLabelObject(runs, { { 5, 7 } }, cell.GetPointer());
    cells->AddLabelObject(cell);
  };
  add(3, 12.5, { { 0, 0, 3 }, { 0, 1, 1 }, { 2, 1, 1 }, { 0, 2, 3 } });
  add(4, 0.0, { { 10, 10, 4 }, { 30, 20, 2 } });
  add(60, 1000.0, { { 99, 79, 1 } });
  return cells;
}

itk::ImageBase<3>::Pointer
FiveSlices()
{
  const auto stack = itk::ImageBase<3>::New();
  stack->SetRegions(itk::ImageRegion<3>({ { 5, 7, 0 } }, { { 100, 80, 5 } }));
  const double spacing[3] = { 1.0, 1.0, 10.0 };
  stack->SetSpacing(spacing);
  return stack;
}
} // namespace

TEST(RoiSet, RegionsHoldExactlyTheMasks)
{
  const TemporaryFolder folder;
  const auto cells = ThreeCells();
  const std::string path = folder / "rois.zip";
  itk::PenCore::WriteRoiSet(cells, FiveSlices(), path);
  const auto entries = Unzip(ReadText(folder / "rois.zip"));
  ASSERT_EQ(entries.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i)
  {
    const auto * cell = cells->GetNthLabelObject(i);
    EXPECT_EQ(MaskOfRoi(entries[i].bytes), itk::PixelRunsFromLabelObject(cell, { { 5, 7 } })) << entries[i].name;
  }
}

TEST(RoiSet, RegionsTellNameSliceAndColour)
{
  const TemporaryFolder folder;
  const std::string path = folder / "rois.zip";
  itk::PenCore::WriteRoiSet(ThreeCells(), FiveSlices(), path);
  const auto entries = Unzip(ReadText(folder / "rois.zip"));
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].name, "cell 3 z 12.5 um.roi");
  const std::string & roi = entries[0].bytes;
  const std::size_t second = BigEndian(roi, 60, 4);
  std::string name;
  for (std::size_t i = 0; i < BigEndian(roi, second + 20, 4); ++i)
  {
    name += static_cast<char>(BigEndian(roi, BigEndian(roi, second + 16, 4) + 2 * i, 2));
  }
  EXPECT_EQ(name, "cell 3 z 12.5 um");
  // Slices lie at 0, 10, ... 40 um and are counted from 1.
  EXPECT_EQ(BigEndian(roi, 56, 4), 2u);
  EXPECT_EQ(BigEndian(entries[1].bytes, 56, 4), 1u);
  EXPECT_EQ(BigEndian(entries[2].bytes, 56, 4), 5u);
  // Opaque, and red at the first slice.
  EXPECT_EQ(BigEndian(entries[1].bytes, 40, 4), 0xffff2626u);
}

TEST(RoiSet, PositionIsThatOfAStackOrOfAHyperstack)
{
  // RoiDecoder: the header's position at byte 56; channel, slice and frame in the second header at 4, 8 and 12. ImageJ
  // has one of both: a region with the latter has no position in a stack that is no hyperstack.
  const TemporaryFolder folder;
  const std::string path = folder / "rois.zip";
  const auto positionOf = [&](const itk::PenCore::HyperstackPlace & place)
  {
    itk::PenCore::WriteRoiSet(ThreeCells(), FiveSlices(), path, place);
    const std::string roi = Unzip(ReadText(path)).at(0).bytes;
    const std::size_t second = BigEndian(roi, 60, 4);
    return std::vector<std::size_t>{ BigEndian(roi, 56, 4), BigEndian(roi, second + 4, 4),
                                     BigEndian(roi, second + 8, 4), BigEndian(roi, second + 12, 4) };
  };
  EXPECT_EQ(positionOf({}), (std::vector<std::size_t>{ 2, 0, 0, 0 }));
  EXPECT_EQ(positionOf({ 3, 4 }), (std::vector<std::size_t>{ 0, 3, 2, 4 }));
}

TEST(RoiSet, NoCellsGiveAnEmptyArchive)
{
  const TemporaryFolder folder;
  const std::string path = folder / "rois.zip";
  const auto cells = itk::CellLabelMap::New();
  cells->SetRegions(itk::Size<2>{ { 100, 80 } });
  itk::PenCore::WriteRoiSet(cells, FiveSlices(), path);
  EXPECT_TRUE(Unzip(ReadText(folder / "rois.zip")).empty());
}

TEST(RoiSet, CellsBeyondTheFormatAreToldInOneLine)
{
  const TemporaryFolder folder;
  const std::string path = folder / "rois.zip";
  const auto cells = itk::CellLabelMap::New();
  cells->SetRegions(itk::Size<2>{ { 40000, 10 } });
  const auto cell = itk::CellLabelMap::LabelObjectType::New();
  cell->SetLabel(1);
  cell->AddLine({ { 39990, 5 } }, 5);
  cells->AddLabelObject(cell);
  EXPECT_EQ(MessageOf([&] { itk::PenCore::WriteRoiSet(cells, FiveSlices(), path); }),
            "cell 1 z 0 um lies beyond pixel 32767 or has too long an outline for ImageJ's format: " + path);
}
