// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/LayersFile.h"
#include "ProjectionEnhancement/Formats/LabelImageIO.h"
#include "support/HandMadeTiff.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>

using pen_test::MakeRamp;
using pen_test::MessageOf;
using pen_test::TemporaryFolder;
using pen_test::WriteImage;

namespace
{
itk::IOComponentEnum
ComponentTypeIn(const std::string & path)
{
  const auto imageIO = itk::PenCore::CreateLabelImageIO(path);
  imageIO->ReadImageInformation();
  return imageIO->GetComponentType();
}

template <typename TLabel>
void
ExpectLabelsSurvive(const std::string & path, TLabel first)
{
  WriteImage(MakeRamp<itk::Image<TLabel, 3>>({ { 3, 2, 2 } }, first).GetPointer(), path);
  const pen::LayersImage::Pointer layers = pen::ReadLayers(path);
  EXPECT_EQ(layers->GetPixel({ { 0, 0, 0 } }), static_cast<unsigned int>(first));
  EXPECT_EQ(layers->GetPixel({ { 2, 1, 1 } }), static_cast<unsigned int>(first) + 11);
}
} // namespace

TEST(LayersFile, EveryIntegerTypeIsRead)
{
  const TemporaryFolder folder;
  ExpectLabelsSurvive<std::uint8_t>(folder / "a.nrrd", 200);
  ExpectLabelsSurvive<std::int8_t>(folder / "b.nrrd", 100);
  ExpectLabelsSurvive<std::int16_t>(folder / "c.nrrd", 30000);
  ExpectLabelsSurvive<std::uint16_t>(folder / "d.nrrd", 60000);
  ExpectLabelsSurvive<std::int32_t>(folder / "e.nrrd", 2000000000);
  ExpectLabelsSurvive<std::uint32_t>(folder / "f.nrrd", 4000000000u);
  ExpectLabelsSurvive<std::int64_t>(folder / "g.nrrd", 4000000000);
  ExpectLabelsSurvive<std::uint64_t>(folder / "h.nrrd", 4000000000u);
}

TEST(LayersFile, LabelsInTiffOfAnyIntegerTypeAreRead)
{
  const TemporaryFolder folder;
  pen_test::HandMadeTiff tiff;
  tiff.bits = 32;
  // Labels 4,000,000,000 and 7 as uint32; the lower one of the int32 pair is negative.
  tiff.pages = { std::string("\x00\x28\x6b\xee\x07\0\0\0", 8), std::string("\x01\0\0\0\x02\0\0\0", 8) };
  const auto read = [&]
  {
    pen_test::WriteText(folder / "labels.tif", tiff.Bytes());
    return pen::ReadLayers(folder / "labels.tif");
  };
  pen::LayersImage::Pointer layers = read();
  EXPECT_EQ(layers->GetLargestPossibleRegion().GetSize(), (itk::Size<3>{ { 2, 1, 2 } }));
  EXPECT_EQ(layers->GetPixel({ { 0, 0, 0 } }), 4000000000u);
  EXPECT_EQ(layers->GetPixel({ { 1, 0, 1 } }), 2u);
  tiff.sampleFormat = 2;
  EXPECT_EQ(MessageOf(read), "a label is negative: -294967296: " + (folder / "labels.tif"));
  tiff.pages = { std::string("\x07\0\0\0\0\0\0\x01", 8) };
  EXPECT_EQ(read()->GetPixel({ { 1, 0, 0 } }), 16777216u);
  // Pages count as layers, whatever they are called.
  tiff.pages = { std::string("\x07\0\0\0\0\0\0\x01", 8), std::string("\x08\0\0\0\0\0\0\0", 8) };
  tiff.description =
    pen_test::OmeXml(R"(SizeZ="1" SizeC="2" SizeT="1" PhysicalSizeX="0.5" PhysicalSizeY="0.5" PhysicalSizeZ="4")");
  layers = read();
  EXPECT_EQ(layers->GetPixel({ { 0, 0, 1 } }), 8u);
  EXPECT_EQ(layers->GetSpacing()[0], 0.5);
}

TEST(LayersFile, LabelsAreNumbersInAnyFormOfFile)
{
  // Three cells as tifffile writes them; see data/label_tiff/README.md.
  const std::string folder = std::string(PEN_TEST_DATA_DIR) + "/label_tiff/";
  const auto truth = pen::ReadLayers(folder + "truth.nrrd");
  const std::size_t pixels = truth->GetLargestPossibleRegion().GetNumberOfPixels();
  // And the background.
  EXPECT_EQ(std::set<unsigned int>(truth->GetBufferPointer(), truth->GetBufferPointer() + pixels).size(), 4u);
  for (const char * name :
       { "uint32.tif", "uint16_deflate_tiled.tif", "int64_zstd_tiled.tif", "uint64_lzw_big_endian.tif",
         "int32_deflate_predictor.tif", "uint32_subifd_pyramid.tif", "uint16_reduced_pages.tif",
         "uint16_smaller_pages.tif", "uint8_thumbnail_first.tif", "palette.tif", "min_is_white.tif", "palette.png",
         "palette_of_4_bits.png", "palette_with_transparency.png" })
  {
    const auto layers = pen::ReadLayers(folder + name);
    ASSERT_EQ(layers->GetLargestPossibleRegion(), truth->GetLargestPossibleRegion()) << name;
    EXPECT_TRUE(std::equal(layers->GetBufferPointer(), layers->GetBufferPointer() + pixels, truth->GetBufferPointer()))
      << name;
  }
}

TEST(LayersFile, MasksOfFewBitsAreRead)
{
  const TemporaryFolder folder;
  pen_test::HandMadeTiff tiff;
  tiff.width = 10;
  tiff.height = 2;
  tiff.bits = 1;
  // Pixels 0 and 9 of the first row, pixel 4 of the second.
  tiff.pages = { std::string("\x80\x40\x08\x00", 4) };
  pen_test::WriteText(folder / "mask.tif", tiff.Bytes());
  auto layers = pen::ReadLayers(folder / "mask.tif");
  for (itk::IndexValueType i = 0; i < 20; ++i)
  {
    EXPECT_EQ(layers->GetPixel({ { i % 10, i / 10, 0 } }), i == 0 || i == 9 || i == 14 ? 1u : 0u) << i;
  }
  tiff.bits = 4;
  tiff.width = 3;
  tiff.pages = { std::string("\x12\x30\xf0\x50", 4) };
  pen_test::WriteText(folder / "mask.tif", tiff.Bytes());
  layers = pen::ReadLayers(folder / "mask.tif");
  EXPECT_EQ(std::vector<unsigned int>(layers->GetBufferPointer(), layers->GetBufferPointer() + 6),
            (std::vector<unsigned int>{ 1, 2, 3, 15, 0, 5 }));
}

TEST(LayersFile, TiffCarriesTypeAndSpacingByItsName)
{
  const TemporaryFolder folder;
  for (const char * name : { "layers.tif", "layers.ome.tif" })
  {
    const auto layers = MakeRamp<pen::LayersImage>({ { 3, 2, 2 } }, 70000);
    const double spacing[3] = { 0.5, 0.25, 4.0 };
    layers->SetSpacing(spacing);
    pen::OutputFile output(folder / name);
    pen::WriteLayers(layers, output);
    output.Commit();
    const auto back = pen::ReadLayers(folder / name);
    EXPECT_EQ(back->GetPixel({ { 2, 1, 1 } }), 70011u) << name;
    EXPECT_EQ(back->GetSpacing(), layers->GetSpacing()) << name;
    EXPECT_EQ(ComponentTypeIn(folder / name), itk::IOComponentEnum::UINT) << name;
    const std::string bytes = pen_test::ReadText(folder / name);
    EXPECT_EQ(bytes.find("<OME") != std::string::npos, name == std::string("layers.ome.tif"));
    EXPECT_EQ(bytes.find("unit=micron") != std::string::npos, name == std::string("layers.tif"));
  }
}

TEST(LayersFile, FlatLabelImageIsOnePage)
{
  const TemporaryFolder folder;
  WriteImage(MakeRamp<itk::Image<unsigned short, 2>>({ { 4, 3 } }, 0).GetPointer(), folder / "flat.png");
  const pen::LayersImage::Pointer layers = pen::ReadLayers(folder / "flat.png");
  EXPECT_EQ(layers->GetLargestPossibleRegion().GetSize(), (itk::Size<3>{ { 4, 3, 1 } }));
  EXPECT_EQ(layers->GetPixel({ { 3, 2, 0 } }), 11u);
}

TEST(LayersFile, SmallestSufficientTypeIsWritten)
{
  const TemporaryFolder folder;
  const auto expectType = [&](unsigned int highest, itk::IOComponentEnum type)
  {
    pen::OutputFile output(folder / "layers.nrrd");
    pen::WriteLayers(MakeRamp<pen::LayersImage>({ { 3, 2, 2 } }, highest - 11), output);
    output.Commit();
    EXPECT_EQ(ComponentTypeIn(folder / "layers.nrrd"), type) << highest;
    EXPECT_EQ(pen::ReadLayers(folder / "layers.nrrd")->GetPixel({ { 2, 1, 1 } }), highest);
  };
  expectType(255, itk::IOComponentEnum::UCHAR);
  expectType(256, itk::IOComponentEnum::USHORT);
  expectType(65535, itk::IOComponentEnum::USHORT);
  expectType(65536, itk::IOComponentEnum::UINT);
}

TEST(LayersFile, AnObliqueImageThatStartsElsewhereStaysWhereItIs)
{
  const TemporaryFolder folder;
  const auto layers = pen::LayersImage::New();
  layers->SetRegions(pen::LayersImage::RegionType({ { 5, -3, 2 } }, { { 4, 3, 2 } }));
  const double spacing[3] = { 0.538, 0.25, 1.0 };
  const double origin[3] = { 10.0, -20.5, 1.0 / 3.0 };
  layers->SetSpacing(spacing);
  layers->SetOrigin(origin);
  pen::LayersImage::DirectionType direction;
  direction.SetIdentity();
  direction[0][0] = 0.6;
  direction[0][1] = -0.8;
  direction[1][0] = 0.8;
  direction[1][1] = 0.6;
  layers->SetDirection(direction);
  layers->Allocate(true);
  layers->SetPixel({ { 6, -1, 3 } }, 300);
  pen::OutputFile output(folder / "layers.nrrd");
  pen::WriteLayers(layers, output);
  output.Commit();
  const auto back = pen::ReadLayers(folder / "layers.nrrd");
  EXPECT_EQ(back->GetPixel({ { 1, 2, 1 } }), 300u);
  pen::LayersImage::PointType before;
  pen::LayersImage::PointType after;
  layers->TransformIndexToPhysicalPoint({ { 6, -1, 3 } }, before);
  back->TransformIndexToPhysicalPoint({ { 1, 2, 1 } }, after);
  EXPECT_LT(before.EuclideanDistanceTo(after), 1e-9);
  for (unsigned int axis = 0; axis < 3; ++axis)
  {
    EXPECT_NEAR(back->GetSpacing()[axis], spacing[axis], 1e-12);
    for (unsigned int row = 0; row < 3; ++row)
    {
      EXPECT_NEAR(back->GetDirection()[row][axis], direction[row][axis], 1e-12);
    }
  }
}

TEST(LayersFile, NegativeLabelIsTold)
{
  const TemporaryFolder folder;
  WriteImage(MakeRamp<itk::Image<short, 3>>({ { 3, 2, 2 } }, -3).GetPointer(), folder / "labels.nrrd");
  EXPECT_EQ(MessageOf([&] { pen::ReadLayers(folder / "labels.nrrd"); }),
            "a label is negative: -3: " + (folder / "labels.nrrd"));
}

TEST(LayersFile, TooLargeLabelIsTold)
{
  const TemporaryFolder folder;
  WriteImage(MakeRamp<itk::Image<std::uint64_t, 3>>({ { 1, 1, 1 } }, std::uint64_t{ 1 } << 32).GetPointer(),
             folder / "labels.nrrd");
  EXPECT_EQ(MessageOf([&] { pen::ReadLayers(folder / "labels.nrrd"); }),
            "a label is larger than 2^32 - 1: 4294967296: " + (folder / "labels.nrrd"));
}

TEST(LayersFile, FloatingPointLabelsAreTold)
{
  const TemporaryFolder folder;
  WriteImage(MakeRamp<itk::Image<float, 3>>({ { 3, 2, 2 } }, 0.0f).GetPointer(), folder / "labels.nrrd");
  EXPECT_EQ(MessageOf([&] { pen::ReadLayers(folder / "labels.nrrd"); }),
            "a label image has integer pixels, but these are of type float: " + (folder / "labels.nrrd"));
}

TEST(LayersFile, UnknownExtensionIsTold)
{
  const TemporaryFolder folder;
  const auto layers = MakeRamp<pen::LayersImage>({ { 3, 2, 2 } }, 0);
  const pen::OutputFile unknown(folder / "layers.unknown");
  EXPECT_EQ(MessageOf([&] { pen::WriteLayers(layers, unknown); }),
            "cannot write: no image format has the extension '.unknown': " + (folder / "layers.unknown"));
  const pen::OutputFile split(folder / "layers.mhd");
  EXPECT_EQ(MessageOf([&] { pen::WriteLayers(layers, split); }),
            "cannot write .mhd, which takes two files; .nrrd or .mha takes one: " + (folder / "layers.mhd"));
}
