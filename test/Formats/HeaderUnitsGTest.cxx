// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// What the headers of NRRD, MetaImage and NIfTI say of spacing, unit and space, through ITK's own reader.
#include "itkSpacingInMicrometers.h"
#include "support/HandMadeTiff.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <limits>

using pen_test::MessageOf;
using pen_test::ReadImage;
using pen_test::TemporaryFolder;
using pen_test::WriteText;

namespace
{
using Stack = itk::Image<unsigned char, 3>;

// x and z in um; empty where they are not known.
std::vector<double>
KnownSpacing(const std::string & path)
{
  const auto image = ReadImage<Stack>(path);
  if (!(itk::MicrometersPerSpacingUnit(image) > 0.0))
  {
    return {};
  }
  const auto spacing = itk::SpacingInMicrometers(image);
  return { spacing[0], spacing[2] };
}

void
ExpectSpacing(const std::string & path, double x, double z)
{
  const std::vector<double> known = KnownSpacing(path);
  ASSERT_EQ(known.size(), 2u) << path;
  EXPECT_NEAR(known[0], x, 1e-6 * x);
  EXPECT_NEAR(known[1], z, 1e-6 * z);
}

class HeaderUnits : public testing::Test
{
protected:
  std::string
  Nrrd(const std::string & lines) const
  {
    WriteText(m_Folder / "stack.nrrd",
              "NRRD0005\ntype: uint8\ndimension: 3\nsizes: 1 1 2\n" + lines + "encoding: raw\n\nab");
    return m_Folder / "stack.nrrd";
  }

  std::string
  Meta(const std::string & lines, const std::string & data = "LOCAL") const
  {
    WriteText(m_Folder / "stack.mha",
              "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n" + lines +
                "DimSize = 1 1 2\nElementType = MET_UCHAR\nElementDataFile = " + data + "\nab");
    return m_Folder / "stack.mha";
  }

  // A NIfTI-1 file of 1 x 1 x 2 bytes, little-endian.
  std::string
  Nifti(unsigned char units, const std::array<float, 3> & spacing) const
  {
    std::string bytes(352, '\0');
    const auto put = [&](std::size_t place, auto value) { std::memcpy(&bytes[place], &value, sizeof(value)); };
    put(0, std::int32_t{ 348 });
    const std::array<std::int16_t, 8> dimensions{ { 3, 1, 1, 2, 1, 1, 1, 1 } };
    put(40, dimensions);
    put(70, std::int16_t{ 2 }); // unsigned char
    put(72, std::int16_t{ 8 });
    const std::array<float, 4> steps{ { 1.0f, spacing[0], spacing[1], spacing[2] } };
    put(76, steps);
    put(108, 352.0f);
    put(112, 1.0f);
    bytes[123] = static_cast<char>(units);
    bytes.replace(344, 3, "n+1");
    WriteText(m_Folder / "stack.nii", bytes + "ab");
    return m_Folder / "stack.nii";
  }

  TemporaryFolder m_Folder;
};
} // namespace

TEST_F(HeaderUnits, NrrdUnitsAreUsed)
{
  const std::vector<std::pair<std::string, double>> units{ { "nm", 1e-3 },   { "um", 1.0 },       { "\xC2\xB5m", 1.0 },
                                                           { "\xB5m", 1.0 }, { "micron", 1.0 },   { "mm", 1e3 },
                                                           { "cm", 1e4 },    { "m", 1e6 },        { "inch", 25400.0 },
                                                           { "pm", 1e-6 },   { "\xC3\x85", 1e-4 } };
  for (const auto & [unit, micrometers] : units)
  {
    SCOPED_TRACE(unit);
    const std::string three = " \"" + unit + "\" \"" + unit + "\" \"" + unit + "\"\n";
    ExpectSpacing(Nrrd("spacings: 2 2 8\nunits:" + three), 2.0 * micrometers, 8.0 * micrometers);
    ExpectSpacing(
      Nrrd("space: left-posterior-superior\nspace directions: (2,0,0) (0,2,0) (0,0,8)\nSpace Units:" + three),
      2.0 * micrometers, 8.0 * micrometers);
  }
  // A key of the user's own is no field.
  ExpectSpacing(Nrrd("spacings: 2 2 8\nunits:=\"mm\" \"mm\" \"mm\"\n"), 2.0, 8.0);
}

TEST_F(HeaderUnits, ASpacingThatIsNoLengthIsUnknown)
{
  EXPECT_TRUE(KnownSpacing(Nrrd("spacings: 0.5 0.5 nan\n")).empty());
  EXPECT_TRUE(
    KnownSpacing(Nrrd("space: left-posterior-superior\nspace directions: (0.5,0,0) (0,0.5,0) (0,0,0)\n")).empty());
  EXPECT_TRUE(KnownSpacing(Meta("ElementSpacing = 0 0 0\n")).empty());
  EXPECT_TRUE(KnownSpacing(Meta("ElementSpacing = 0.5 0.5 0\nDistanceUnits = mm\n")).empty());
  const float none = std::numeric_limits<float>::quiet_NaN();
  for (const float z : { 0.0f, -4.0f, none, std::numeric_limits<float>::infinity() })
  {
    EXPECT_TRUE(KnownSpacing(Nifti(3, { { 0.5f, 0.5f, z } })).empty()) << z;
  }
  EXPECT_TRUE(KnownSpacing(Nifti(2, { { 0.0f, 0.0f, 0.0f } })).empty());
}

TEST_F(HeaderUnits, NiftiUnitsAreUsed)
{
  // 1 is m, 2 mm, 3 micron; with 8, times are in s.
  ExpectSpacing(Nifti(1, { { 0.5e-6f, 0.5e-6f, 4e-6f } }), 0.5, 4.0);
  ExpectSpacing(Nifti(2, { { 0.5e-3f, 0.5e-3f, 4e-3f } }), 0.5, 4.0);
  ExpectSpacing(Nifti(3, { { 0.5f, 0.5f, 4.0f } }), 0.5, 4.0);
  ExpectSpacing(Nifti(3 | 8, { { 0.5f, 0.5f, 4.0f } }), 0.5, 4.0);
  ExpectSpacing(Nifti(0, { { 0.5f, 0.5f, 4.0f } }), 0.5, 4.0);
}

TEST_F(HeaderUnits, MetaImageUnitsAreUsed)
{
  ExpectSpacing(Meta("ElementSpacing = 0.5 0.5 4\n"), 0.5, 4.0);
  ExpectSpacing(Meta("ElementSpacing = 0.5 0.5 4\nDistanceUnits = um\n"), 0.5, 4.0);
  ExpectSpacing(Meta("ElementSpacing = 0.0005 0.0005 0.004\nDistanceUnits = mm\n"), 0.5, 4.0);
  // Written again in um, and read back.
  const auto image = ReadImage<Stack>(Meta("ElementSpacing = 0.0005 0.0005 0.004\nDistanceUnits = mm\n"));
  itk::ConvertSpacingToMicrometers(image);
  pen_test::WriteImage(image.GetPointer(), m_Folder / "again.mha");
  ExpectSpacing(m_Folder / "again.mha", 0.5, 4.0);
}

TEST_F(HeaderUnits, LsmIsInMeters)
{
  // CZ_LSMINFO, 512 bytes at the file's end: the voxel size in m from byte 40 on.
  pen_test::HandMadeTiff tiff;
  tiff.pages = pen_test::FlatPages(2, 2);
  const std::size_t place = tiff.Bytes().size() + 24; // with an entry of 12 bytes on each page
  tiff.privateTag = pen_test::HandMadeTiff::PrivateTag{ 34412, 1, 512, place };
  std::string information(512, '\0');
  const std::array<double, 3> voxel{ { 0.5e-6, 0.5e-6, 4e-6 } };
  std::memcpy(&information[40], voxel.data(), sizeof(voxel));
  WriteText(m_Folder / "stack.lsm", tiff.Bytes() + information);
  ExpectSpacing(m_Folder / "stack.lsm", 0.5, 4.0);
}

TEST_F(HeaderUnits, PatternsOfFileNamesAreRefused)
{
  for (const std::string pattern : { "slice%03d.raw 1 2 1", "%s%s%n.raw", "100%.raw" })
  {
    const std::string path = Meta("", pattern);
    EXPECT_EQ(MessageOf([&] { ReadImage<Stack>(path); }),
              "the pixels lie in files named by a pattern (ElementDataFile = " + pattern +
                "), which is not read; LIST and the files' names are: " + path);
  }
}

TEST_F(HeaderUnits, NrrdLiesWhereItsSpaceSays)
{
  // Direction of x, direction of y and origin in left-posterior-superior.
  const auto place = [&](const std::string & space)
  {
    const auto image = ReadImage<Stack>(
      Nrrd("space: " + space + "\nspace directions: (0,3,4) (-2,0,0) (0,0,1)\nspace origin: (1,2,3)\n"));
    const auto & direction = image->GetDirection();
    EXPECT_EQ(image->GetSpacing()[0], 5.0) << space;
    return std::vector<double>{ direction[0][0], direction[1][0],       direction[2][0],       direction[0][1],
                                direction[1][1], image->GetOrigin()[0], image->GetOrigin()[1], image->GetOrigin()[2] };
  };
  const auto expectNear = [](const std::vector<double> & a, const std::vector<double> & b, const std::string & what)
  {
    for (std::size_t i = 0; i < a.size(); ++i)
    {
      EXPECT_NEAR(a[i], b[i], 1e-12) << what << ' ' << i;
    }
  };
  expectNear(place("left-posterior-superior"), { 0.0, 0.6, 0.8, -1.0, 0.0, 1.0, 2.0, 3.0 }, "LPS");
  // R is -L, A is -P.
  expectNear(place("right-anterior-superior"), { 0.0, -0.6, 0.8, 1.0, 0.0, -1.0, -2.0, 3.0 }, "RAS");
  for (const std::string space : { "left-anterior-superior", "LAS", "Left-Anterior-Superior" })
  {
    expectNear(place(space), { 0.0, -0.6, 0.8, -1.0, 0.0, 1.0, -2.0, 3.0 }, space);
  }
}
