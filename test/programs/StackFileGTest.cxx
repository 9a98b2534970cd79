// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/StackFile.h"
#include "ProjectionEnhancement/Formats/OmeTiffWriter.h"
#include "support/HandMadeTiff.h"
#include "support/TestFiles.h"

#include "itkImageFileWriter.h"
#include "itkImageRegionConstIteratorWithIndex.h"
#include "itkRGBPixel.h"

#include <gtest/gtest.h>

#include <limits>

using pen_test::MakeRamp;
using pen_test::MessageOf;
using pen_test::TemporaryFolder;
using pen_test::WriteImage;
using pen_test::WriteText;

namespace
{
using ByteStack = itk::Image<unsigned char, 3>;

pen::StackFile
Read(const std::string & path, const std::vector<double> & spacing = {})
{
  pen::ProgramContext context("pen-test", true);
  return pen::ReadStack(path, spacing, context);
}

std::string
WarningsOf(const std::string & path, const std::vector<double> & spacing)
{
  pen::ProgramContext context("pen-test", false);
  testing::internal::CaptureStderr();
  pen::ReadStack(path, spacing, context);
  return testing::internal::GetCapturedStderr();
}
} // namespace

TEST(StackFile, KeepsVoxelsSpacingAndComponentType)
{
  const TemporaryFolder folder;
  const auto stack = MakeRamp<ByteStack>({ { 4, 3, 2 } }, 5);
  const double spacing[3] = { 0.538, 0.54, 10.0 };
  stack->SetSpacing(spacing);
  WriteImage(stack.GetPointer(), folder / "stack.nrrd");

  const pen::StackFile read = Read(folder / "stack.nrrd");
  EXPECT_EQ(read.componentType, itk::IOComponentEnum::UCHAR);
  EXPECT_TRUE(read.spacingIsKnown);
  EXPECT_DOUBLE_EQ(read.image->GetSpacing()[1], 0.54);
  EXPECT_EQ(read.image->GetPixel({ { 1, 2, 1 } }), 5 + 12 + 8 + 1);
}

TEST(StackFile, PartsOfALargeFileAreReadAlone)
{
  const TemporaryFolder folder;
  const auto stack = MakeRamp<pen::StackImage>({ { 7, 6, 5 } }, 3.0f);
  itk::PenCore::WriteOmeTiff(stack, true, folder / "stack.ome.tif");
  const auto writer = itk::ImageFileWriter<pen::StackImage>::New();
  writer->SetInput(stack);
  writer->SetFileName(folder / "stack.mha");
  writer->UseCompressionOff();
  writer->Update();
  for (const char * name : { "stack.ome.tif", "stack.mha" })
  {
    pen::ProgramContext context("pen-test", true);
    const pen::StackFile file = pen::ReadStack(folder / name, {}, context, 16);
    ASSERT_FALSE(file.sources.empty()) << name;
    const pen::StackImage::RegionType part{ { { 0, 2, 1 } }, { { 7, 3, 2 } } };
    for (int repeat = 0; repeat < 2; ++repeat)
    {
      file.image->SetRequestedRegion(part);
      file.image->Update();
      EXPECT_EQ(file.image->GetBufferedRegion(), part) << name;
      for (itk::ImageRegionConstIteratorWithIndex<pen::StackImage> it(file.image, part); !it.IsAtEnd(); ++it)
      {
        ASSERT_EQ(it.Get(), stack->GetPixel(it.GetIndex())) << name << ' ' << it.GetIndex();
      }
      file.image->ReleaseData(); // it is read again
    }
  }
}

TEST(StackFile, GivenSpacingReplacesTheFiles)
{
  const TemporaryFolder folder;
  WriteImage(MakeRamp<ByteStack>({ { 4, 3, 2 } }, 0).GetPointer(), folder / "stack.mha");
  const pen::StackFile read = Read(folder / "stack.mha", { 0.5, 0.6, 7.0 });
  EXPECT_TRUE(read.spacingIsKnown);
  EXPECT_DOUBLE_EQ(read.image->GetSpacing()[0], 0.5);
  EXPECT_DOUBLE_EQ(read.image->GetSpacing()[1], 0.6);
  EXPECT_DOUBLE_EQ(read.image->GetSpacing()[2], 7.0);
}

TEST(StackFile, ANegativeSpacingTurnsTheAxisAround)
{
  const TemporaryFolder folder;
  WriteText(folder / "stack.mha",
            "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n"
            "TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 0 0 0\nElementSpacing = 0.5 0.5 -10\nDimSize = 2 1 2\n"
            "ElementType = MET_UCHAR\nElementDataFile = LOCAL\nabcd");
  const pen::StackFile read = Read(folder / "stack.mha");
  EXPECT_EQ(read.image->GetSpacing()[2], 10.0);
  EXPECT_EQ(read.image->GetDirection()(2, 2), -1.0);
  EXPECT_EQ(read.image->GetPixel({ { 1, 0, 1 } }), 'd');
}

TEST(StackFile, UnknownSpacingIsOneAndGivesOneWarning)
{
  const TemporaryFolder folder;
  const std::string path = folder / "stack.mha";
  WriteImage(MakeRamp<ByteStack>({ { 4, 3, 2 } }, 0).GetPointer(), path);
  const pen::StackFile read = Read(path);
  EXPECT_FALSE(read.spacingIsKnown);
  EXPECT_DOUBLE_EQ(read.image->GetSpacing()[2], 1.0);
  EXPECT_EQ(WarningsOf(path, {}),
            "pen-test: warning: the file does not tell its voxel size, and --spacing is not given: " + path + "\n");
  EXPECT_EQ(WarningsOf(path, { 1.0, 1.0, 1.0 }), "");
}

TEST(StackFile, PlaceInAHyperstackIsTold)
{
  const TemporaryFolder folder;
  pen_test::HandMadeTiff tiff;
  tiff.pages = pen_test::FlatPages(6, 2);
  tiff.description = pen_test::OmeXml(R"(SizeZ="3" SizeC="2")");
  WriteText(folder / "two.tif", tiff.Bytes());
  pen::ProgramContext context("pen-test", true);
  pen::StackOptions options;
  options.channel = 2;
  const pen::StackFile two = pen::ReadStack(folder / "two.tif", options, context);
  EXPECT_EQ(two.channel, 2u);
  EXPECT_EQ(two.frame, 1u);
  tiff.description = pen_test::OmeXml(R"(SizeZ="6")");
  WriteText(folder / "one.tif", tiff.Bytes());
  const pen::StackFile one = pen::ReadStack(folder / "one.tif", {}, context);
  EXPECT_EQ(one.channel, 0u);
  EXPECT_EQ(one.frame, 0u);
}

TEST(StackFile, MissingFileIsTold)
{
  const TemporaryFolder folder;
  EXPECT_EQ(MessageOf([&] { Read(folder / "absent.nrrd"); }), "the file does not exist: " + (folder / "absent.nrrd"));
}

TEST(StackFile, ForeignFileIsTold)
{
  const TemporaryFolder folder;
  WriteText(folder / "notes.txt", "no image at all");
  EXPECT_EQ(MessageOf([&] { Read(folder / "notes.txt"); }),
            "this is not an image in a format that ITK reads: " + (folder / "notes.txt"));
}

TEST(StackFile, FlatImageIsTold)
{
  const TemporaryFolder folder;
  WriteImage(MakeRamp<itk::Image<unsigned char, 2>>({ { 4, 3 } }, 0).GetPointer(), folder / "flat.png");
  EXPECT_EQ(MessageOf([&] { Read(folder / "flat.png"); }),
            "a 3-D stack is needed, but this image has 2 dimensions: " + (folder / "flat.png"));
}

TEST(StackFile, FlatTiffIsTold)
{
  const TemporaryFolder folder;
  pen_test::HandMadeTiff tiff;
  tiff.pages = pen_test::FlatPages(1, 2);
  WriteText(folder / "flat.tif", tiff.Bytes());
  EXPECT_EQ(MessageOf([&] { Read(folder / "flat.tif"); }),
            "a 3-D stack is needed, but this image has 2 dimensions: " + (folder / "flat.tif"));
}

TEST(StackFile, ChannelAndFrameOfATiffAreChosenByTheOptions)
{
  const TemporaryFolder folder;
  const std::string path = folder / "hyperstack.tif";
  pen_test::HandMadeTiff tiff;
  tiff.pages = pen_test::FlatPages(12, 2);
  tiff.description = pen_test::OmeXml(R"(SizeZ="2" SizeC="3" SizeT="2")");
  WriteText(path, tiff.Bytes());
  const auto read = [&](unsigned int channel, unsigned int frame)
  {
    pen::ProgramContext context("pen-test", true);
    pen::StackOptions options;
    options.channel = channel;
    options.frame = frame;
    return pen::ReadStack(path, options, context);
  };
  const std::string counts = "the file holds 2 slices, 3 channels and 2 frames; ";
  EXPECT_EQ(MessageOf([&] { read(0, 0); }), counts + "--channel N, from 1 to 3, chooses one: " + path);
  EXPECT_EQ(MessageOf([&] { read(1, 0); }), counts + "--frame N, from 1 to 2, chooses one: " + path);
  EXPECT_EQ(MessageOf([&] { read(4, 1); }), counts + "--channel N, from 1 to 3, chooses one, not 4: " + path);
  EXPECT_EQ(MessageOf([&] { read(3, 3); }), counts + "--frame N, from 1 to 2, chooses one, not 3: " + path);
  // Channels come slowest but for frames: pages 9 and 10.
  EXPECT_EQ(read(2, 2).image->GetPixel({ { 0, 0, 1 } }), 10.0f);
}

TEST(StackFile, UnitsOfTheFileBecomeMicrometers)
{
  const TemporaryFolder folder;
  const auto nrrd = [&](const std::string & lines)
  {
    const std::string path = folder / "stack.nrrd";
    WriteText(path, "NRRD0005\ntype: uint8\ndimension: 3\nsizes: 1 1 2\n" + lines + "encoding: raw\n\nab");
    return path;
  };
  const pen::StackFile nanometers = Read(nrrd("spacings: 538 540 10000\nunits: \"nm\" \"nm\" \"nm\"\n"));
  EXPECT_TRUE(nanometers.spacingIsKnown);
  EXPECT_NEAR(nanometers.image->GetSpacing()[0], 0.538, 1e-12);
  EXPECT_NEAR(nanometers.image->GetSpacing()[2], 10.0, 1e-12);
  const pen::StackFile oblique =
    Read(nrrd("space: left-posterior-superior\nspace directions: (0.0005,0,0) (0,0.0005,0) (0,0,0.01)\n"
              "space units: \"mm\" \"mm\" \"mm\"\nspace origin: (0.001,0.002,0.003)\n"));
  EXPECT_NEAR(oblique.image->GetSpacing()[1], 0.5, 1e-12);
  EXPECT_NEAR(oblique.image->GetOrigin()[2], 3.0, 1e-12);
  // A unit that is no length, or not that of all axes, is none.
  for (const char * units : { "units: \"furlong\" \"furlong\" \"furlong\"\n", "units: \"um\" \"um\" \"\"\n",
                              "units: \"um\" \"um\" \"mm\"\n" })
  {
    const std::string path = nrrd(std::string("spacings: 0.5 0.5 4\n") + units);
    const pen::StackFile unknown = Read(path);
    EXPECT_FALSE(unknown.spacingIsKnown) << units;
    EXPECT_EQ(unknown.image->GetSpacing()[0], 1.0) << units;
    EXPECT_EQ(WarningsOf(path, {}),
              "pen-test: warning: the file does not tell its voxel size, and --spacing is not given: " + path + "\n");
    EXPECT_EQ(Read(path, { 0.25, 0.25, 2.0 }).image->GetSpacing()[2], 2.0);
  }
  // Ones that are told are known.
  EXPECT_TRUE(Read(nrrd("spacings: 1 1 1\nunits: \"um\" \"um\" \"um\"\n")).spacingIsKnown);
}

TEST(StackFile, NiftiIsInTheMillimetersThatITKBringsItTo)
{
  const TemporaryFolder folder;
  const auto stack = MakeRamp<ByteStack>({ { 4, 3, 2 } }, 0);
  const double spacing[3] = { 0.0005, 0.0005, 0.004 };
  stack->SetSpacing(spacing);
  WriteImage(stack.GetPointer(), folder / "stack.nii");
  const pen::StackFile read = Read(folder / "stack.nii");
  EXPECT_TRUE(read.spacingIsKnown);
  EXPECT_NEAR(read.image->GetSpacing()[0], 0.5, 1e-6);
  EXPECT_NEAR(read.image->GetSpacing()[2], 4.0, 1e-6);
}

TEST(StackFile, ColourIsTold)
{
  const TemporaryFolder folder;
  const auto stack = itk::Image<itk::RGBPixel<unsigned char>, 3>::New();
  stack->SetRegions(itk::Size<3>{ { 2, 2, 2 } });
  stack->Allocate(true);
  WriteImage(stack.GetPointer(), folder / "colour.mha");
  EXPECT_EQ(MessageOf([&] { Read(folder / "colour.mha"); }),
            "a gray stack is needed, but a pixel has 3 components: " + (folder / "colour.mha"));
}

TEST(StackFile, StackWithoutSlicesIsTold)
{
  const TemporaryFolder folder;
  WriteText(folder / "empty.nrrd",
            "NRRD0004\ntype: uint8\ndimension: 3\nsizes: 4 4 0\nendian: little\nencoding: raw\n\n");
  WriteText(folder / "empty.mha",
            "ObjectType = Image\nNDims = 3\nDimSize = 4 4 0\nElementType = MET_UCHAR\nElementDataFile = LOCAL\n");
  EXPECT_FALSE(MessageOf([&] { Read(folder / "empty.nrrd"); }).empty());
  EXPECT_EQ(MessageOf([&] { Read(folder / "empty.mha"); }), "the stack has 0 slices: " + (folder / "empty.mha"));
}

TEST(StackFile, VoxelsThatAreNoNumbersAreToldWithTheirPlace)
{
  const TemporaryFolder folder;
  const auto stack = MakeRamp<pen::StackImage>({ { 4, 3, 2 } }, 0.0f);
  stack->SetPixel({ { 3, 1, 1 } }, std::numeric_limits<float>::quiet_NaN());
  WriteImage(stack.GetPointer(), folder / "nan.nrrd");
  EXPECT_EQ(MessageOf([&] { Read(folder / "nan.nrrd"); }), "voxel [3, 1, 1] is NaN: " + (folder / "nan.nrrd"));

  stack->SetPixel({ { 3, 1, 1 } }, -std::numeric_limits<float>::infinity());
  WriteImage(stack.GetPointer(), folder / "infinite.nrrd");
  EXPECT_EQ(MessageOf([&] { Read(folder / "infinite.nrrd"); }),
            "voxel [3, 1, 1] is infinite: " + (folder / "infinite.nrrd"));
}

TEST(StackFile, TruncatedFileIsTold)
{
  const TemporaryFolder folder;
  for (const std::string name : { "short.nrrd", "short.mha", "short.tif" })
  {
    const auto stack = MakeRamp<ByteStack>({ { 64, 64, 8 } }, 0);
    WriteImage(stack.GetPointer(), folder / name);
    std::filesystem::resize_file(folder / name, std::filesystem::file_size(folder / name) / 2);
    const std::string message = MessageOf([&] { Read(folder / name); });
    EXPECT_EQ(message.find("cannot read"), 0u) << name << ": " << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(StackFile, UnknownPixelTypeIsTold)
{
  const TemporaryFolder folder;
  WriteText(folder / "odd.nrrd",
            "NRRD0004\ntype: quaternion\ndimension: 3\nsizes: 1 1 1\nendian: little\nencoding: raw\n\nx");
  WriteText(folder / "odd.mha",
            "ObjectType = Image\nNDims = 3\nDimSize = 1 1 1\nElementType = MET_OTHER\nElementDataFile = LOCAL\nx");
  for (const std::string name : { "odd.nrrd", "odd.mha" })
  {
    const std::string message = MessageOf([&] { Read(folder / name); });
    EXPECT_FALSE(message.empty()) << name;
    EXPECT_NE(message.find(folder / name), std::string::npos) << message;
  }
}
