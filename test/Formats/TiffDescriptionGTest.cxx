// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// What the text in a TIFF says of its pages: understood, or refused in one sentence, but never left aside.
#include "Formats/TestStack.h"

#include <gtest/gtest.h>

using pen_test::FlatPages;
using pen_test::HandMadeTiff;
using pen_test::MessageOf;
using pen_test::OmeXml;
using pen_test::ReadStack;
using pen_test::Slices;
using pen_test::Stack;
using pen_test::TemporaryFolder;
using pen_test::Values;
using pen_test::WriteText;

namespace
{
class TiffDescription : public testing::Test
{
protected:
  std::string
  Write(std::size_t pages, const std::string & description, unsigned char first = 1)
  {
    return WriteAs("stack.tif", pages, description, first);
  }

  std::string
  WriteAs(const std::string & name, std::size_t pages, const std::string & description, unsigned char first = 1)
  {
    HandMadeTiff tiff = m_Tiff;
    tiff.pages = FlatPages(pages, 2, first);
    tiff.description = description;
    WriteText(m_Folder / name, tiff.Bytes());
    return m_Folder / name;
  }

  // What is said of a file, without the file.
  std::string
  MessageFor(const std::string & path, unsigned int channel = 0, unsigned int frame = 0)
  {
    const std::string message = MessageOf([&] { ReadStack(path, channel, frame); });
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    const std::string end = ": " + path;
    return message.size() > end.size() ? message.substr(0, message.size() - end.size()) : message;
  }

  TemporaryFolder m_Folder;
  HandMadeTiff m_Tiff;
};

const std::string A = "11111111-1111-4111-8111-111111111110";
const std::string B = "11111111-1111-4111-8111-111111111111";

std::string
Ome(const std::string & uuid, const std::string & content)
{
  return R"(<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06")" +
         (uuid.empty() ? uuid : " UUID=\"urn:uuid:" + uuid + '"') + '>' + content + "</OME>";
}

std::string
ImageOf(const std::string & attributes, const std::string & tiffData)
{
  return R"(<Image><Pixels DimensionOrder="XYZCT" )" + attributes + '>' + tiffData + "</Pixels></Image>";
}

// Pages from 0 on of a file that is named by name, UUID or both.
std::string
DataIn(const std::string & name, const std::string & uuid, std::size_t pages, const std::string & first = "")
{
  return "<TiffData IFD=\"0\" PlaneCount=\"" + std::to_string(pages) + "\" " + first + "><UUID" +
         (name.empty() ? name : " FileName=\"" + name + '"') + ">urn:uuid:" + uuid + "</UUID></TiffData>";
}
} // namespace

TEST_F(TiffDescription, PagesThatNoImageNamesDoNotMatter)
{
  EXPECT_EQ(Slices(ReadStack(Write(5, OmeXml(R"(SizeZ="3")")))), (Values{ 1, 2, 3 }));
  EXPECT_EQ(Slices(ReadStack(Write(5, OmeXml(R"(SizeZ="3")", R"(<TiffData IFD="1" PlaneCount="3"/>)")))),
            (Values{ 2, 3, 4 }));
  // Nor what they are: the last one is of another size.
  HandMadeTiff tiff;
  tiff.pages = FlatPages(4, 2);
  tiff.description = OmeXml(R"(SizeZ="3")");
  HandMadeTiff::Layout layout = tiff.Build();
  layout.bytes[layout.directories[3] + 8] = 1;
  WriteText(m_Folder / "stack.tif", layout.bytes);
  EXPECT_EQ(Slices(ReadStack(m_Folder / "stack.tif")), (Values{ 1, 2, 3 }));
}

TEST_F(TiffDescription, LatinTextsTellChannels)
{
  const std::string path =
    Write(6, "\n<OME><Image><Pixels DimensionOrder=\"XYCZT\" SizeC=\"2\" SizeZ=\"3\" PhysicalSizeX=\"0.5\" "
             "PhysicalSizeXUnit=\"\xB5m\" PhysicalSizeY=\"0.5\" PhysicalSizeYUnit=\"\xB5m\" PhysicalSizeZ=\"4\" "
             "PhysicalSizeZUnit=\"\xB5m\"><TiffData/></Pixels></Image></OME>");
  EXPECT_EQ(MessageFor(path),
            "the file holds 3 slices, 2 channels and 1 frames; SetChannel(N), N from 1 to 2, chooses one");
  const Stack stack = ReadStack(path, 2);
  EXPECT_EQ(Slices(stack), (Values{ 2, 4, 6 }));
  EXPECT_TRUE(stack.spacingIsKnown);
  EXPECT_EQ(stack.image->GetSpacing()[2], 4.0);
}

TEST_F(TiffDescription, OmeXmlThatIsNotUnderstoodIsRefused)
{
  EXPECT_EQ(MessageFor(Write(3, "<OME><Image><Pixels SizeZ=\"3\"><TiffData/></Pixels>"))
              .find("the OME-XML is damaged in line 1"),
            0u);
  EXPECT_EQ(MessageFor(Write(3, "<OME><Image/></OME>")), "the OME-XML describes no image");
  EXPECT_EQ(MessageFor(Write(3, Ome("", ImageOf(R"(SizeZ="3")", "<TiffData/>") +
                                          "<StructuredAnnotations><ModuloAlongZ/></StructuredAnnotations>"))),
            "the slices that the OME-XML tells of are not only depths (ModuloAlongZ)");
  // One page is no reason to look away either.
  const std::string flat = Write(1, "<OME><Image><Pixels SizeZ=\"1\">");
  EXPECT_TRUE(itk::OMETIFFImageIO::New()->CanReadFile(flat.c_str()));
  EXPECT_EQ(MessageFor(flat).find("the OME-XML is damaged"), 0u);
}

TEST_F(TiffDescription, TheImageOfThisFileIsRead)
{
  const std::string images =
    ImageOf(R"(SizeZ="2" PhysicalSizeX="1" PhysicalSizeY="1" PhysicalSizeZ="1")", DataIn("run_0.ome.tif", A, 2)) +
    ImageOf(R"(SizeZ="3" PhysicalSizeX="0.25" PhysicalSizeY="0.25" PhysicalSizeZ="2")", DataIn("run_1.ome.tif", B, 3));
  // By UUID, under any name.
  Stack stack = ReadStack(WriteAs("renamed.ome.tif", 3, Ome(B, images)));
  EXPECT_EQ(Slices(stack), (Values{ 1, 2, 3 }));
  EXPECT_EQ(stack.image->GetSpacing()[0], 0.25);
  EXPECT_EQ(stack.image->GetSpacing()[2], 2.0);
  EXPECT_EQ(Slices(ReadStack(WriteAs("run_0.ome.tif", 2, Ome(A, images)))), (Values{ 1, 2 }));
  // By name, where the file tells no UUID of its own.
  stack = ReadStack(WriteAs("run_1.ome.tif", 3, Ome("", images)));
  EXPECT_EQ(Slices(stack), (Values{ 1, 2, 3 }));
  EXPECT_EQ(stack.image->GetSpacing()[0], 0.25);
  // By neither.
  EXPECT_EQ(MessageFor(WriteAs("other.ome.tif", 3, Ome("", images))),
            "the OME-XML is of other files, such as run_0.ome.tif");
}

TEST_F(TiffDescription, SeveralImagesInOneFileAreTold)
{
  const std::string message =
    "the OME-XML tells of 2 images (scenes or positions) in this file; one per file is needed";
  EXPECT_EQ(MessageFor(Write(5, Ome("", ImageOf(R"(SizeZ="2")", "<TiffData/>") +
                                          ImageOf(R"(SizeZ="3")", R"(<TiffData IFD="2" PlaneCount="3"/>)")))),
            message);
  EXPECT_EQ(MessageFor(Write(5, Ome(A, ImageOf(R"(SizeZ="2")", DataIn("stack.tif", A, 2)) +
                                         ImageOf(R"(SizeZ="3")", DataIn("stack.tif", A, 3))))),
            message);
}

TEST_F(TiffDescription, AFileThatWasRenamedIsRead)
{
  EXPECT_EQ(Slices(ReadStack(Write(3, Ome(A, ImageOf(R"(SizeZ="3")", DataIn("before.tif", A, 3)))))),
            (Values{ 1, 2, 3 }));
  EXPECT_EQ(Slices(ReadStack(Write(3, Ome("", ImageOf(R"(SizeZ="3")", DataIn("before.tif", A, 3)))))),
            (Values{ 1, 2, 3 }));
  EXPECT_EQ(Slices(ReadStack(Write(3, Ome("", ImageOf(R"(SizeZ="3")", DataIn("", A, 3)))))), (Values{ 1, 2, 3 }));
  // A file with a UUID of its own is another one.
  EXPECT_EQ(MessageFor(Write(3, Ome(B, ImageOf(R"(SizeZ="3")", DataIn("before.tif", A, 3))))),
            "the OME-XML is of other files, such as before.tif");
  EXPECT_EQ(MessageFor(Write(3, Ome(B, ImageOf(R"(SizeZ="3")", DataIn("", A, 3))))), "the OME-XML is of other files");
}

TEST_F(TiffDescription, AUuidPerPlaneIsNoFilePerPlane)
{
  std::string data;
  for (const std::string i : { "0", "1", "2" })
  {
    data += "<TiffData IFD=\"" + i + "\" FirstZ=\"" + i + "\"><UUID FileName=\"stack.tif\">urn:uuid:" + i +
            "</UUID></TiffData>";
  }
  EXPECT_EQ(Slices(ReadStack(Write(3, Ome(A, ImageOf(R"(SizeZ="3")", data))))), (Values{ 1, 2, 3 }));
}

TEST_F(TiffDescription, AStackInSeveralFilesIsReadFromAnyOfThem)
{
  const std::string images =
    ImageOf(R"(SizeZ="3" SizeC="2")", DataIn("red.tif", A, 3) + DataIn("green.tif", B, 3, R"(FirstC="1")"));
  const std::string red = WriteAs("red.tif", 3, Ome(A, images), 1);
  const std::string green = WriteAs("green.tif", 3, Ome(B, images), 11);
  for (const std::string & path : { red, green })
  {
    EXPECT_EQ(Slices(ReadStack(path, 1)), (Values{ 1, 2, 3 })) << path;
    EXPECT_EQ(Slices(ReadStack(path, 2)), (Values{ 11, 12, 13 })) << path;
  }
  std::filesystem::remove(green);
  EXPECT_EQ(Slices(ReadStack(red, 1)), (Values{ 1, 2, 3 }));
  EXPECT_EQ(MessageFor(red, 2), "the OME-XML says that a part of the stack lies in green.tif, which is not beside it");
  // Without a name a part cannot be found.
  EXPECT_EQ(
    MessageFor(
      Write(3, Ome(A, ImageOf(R"(SizeZ="3" SizeC="2")", DataIn("", A, 3) + DataIn("", B, 3, R"(FirstC="1")")))), 2),
    "the OME-XML says that a part of the stack lies in a file that it does not name");
}

TEST_F(TiffDescription, SlicesMayLieInFilesOfTheirOwn)
{
  std::string data;
  for (int i = 0; i < 40; ++i)
  {
    data += "<TiffData FirstZ=\"" + std::to_string(i) + "\"><UUID FileName=\"z" + std::to_string(i) + ".tif\">" +
            std::to_string(i) + "</UUID></TiffData>";
  }
  Values expected;
  for (int i = 0; i < 40; ++i)
  {
    WriteAs("z" + std::to_string(i) + ".tif", 1, Ome(std::to_string(i), ImageOf(R"(SizeZ="40")", data)),
            static_cast<unsigned char>(100 + i));
    expected.push_back(100 + i);
  }
  EXPECT_EQ(Slices(ReadStack(m_Folder / "z7.tif")), expected);
}

TEST_F(TiffDescription, TheCompanionOfABinaryOnlyFileIsRead)
{
  const std::string binary = "<BinaryOnly MetadataFile=\"run.companion.ome\" UUID=\"urn:uuid:ff\"/>";
  const std::string path = WriteAs("red.ome.tif", 3, Ome(A, binary));
  EXPECT_EQ(MessageFor(path), "the OME-XML of this file is in run.companion.ome, which is not beside it");
  const std::string images =
    ImageOf(R"(SizeZ="3" PhysicalSizeX="0.5" PhysicalSizeY="0.5" PhysicalSizeZ="4")", DataIn("red.ome.tif", A, 3)) +
    ImageOf(R"(SizeZ="2")", DataIn("blue.ome.tif", B, 2));
  WriteText(m_Folder / "run.companion.ome", "\n" + Ome("ff", images));
  const Stack stack = ReadStack(path);
  EXPECT_EQ(Slices(stack), (Values{ 1, 2, 3 }));
  EXPECT_EQ(stack.image->GetSpacing()[2], 4.0);
  // It may be another TIFF of the set.
  WriteAs("run.companion.ome", 2, Ome(B, images));
  EXPECT_EQ(ReadStack(path).image->GetSpacing()[2], 4.0);
  WriteText(m_Folder / "run.companion.ome", "no XML");
  EXPECT_EQ(MessageOf([&] { ReadStack(path); }),
            "the file holds no OME-XML of images: " + (m_Folder / "run.companion.ome"));
}

TEST_F(TiffDescription, TifffilesAxesAreUnderstood)
{
  const std::string counts = "the file holds 3 slices, 2 channels and 1 frames; ";
  const std::string path = Write(6, R"({"shape": [2, 3, 1, 2], "axes": "CZYX"})");
  EXPECT_EQ(MessageFor(path), counts + "SetChannel(N), N from 1 to 2, chooses one");
  EXPECT_EQ(Slices(ReadStack(path, 2)), (Values{ 4, 5, 6 }));
  EXPECT_EQ(Slices(ReadStack(Write(6, R"({"shape": [3, 2, 1, 2], "axes": "ZCYX"})"), 2)), (Values{ 2, 4, 6 }));
  EXPECT_EQ(Slices(ReadStack(Write(6, R"({"shape": [2, 3, 1, 1, 2, 1], "axes": "TZCYXS"})"), 1, 2)),
            (Values{ 4, 5, 6 }));
  // The only axis that pages run along may be without a name.
  for (const char * text : { R"({"shape": [3, 1, 2]})", "shape=(3, 1, 2)", R"({"shape": [1, 3, 1, 2, 1]})",
                             R"({"shape": [3, 1, 2], "axes": "QYX"})", R"({"axes": "IYX", "shape": [3, 1, 2]})" })
  {
    EXPECT_EQ(Slices(ReadStack(Write(3, text))), (Values{ 1, 2, 3 })) << text;
  }
}

TEST_F(TiffDescription, TifffilesAxesThatAreNotUnderstoodAreRefused)
{
  const std::string unclear =
    ", but does not say which pages are slices, channels and frames (axes such as ZYX or CZYX "
    "do)";
  EXPECT_EQ(MessageFor(Write(6, R"({"shape": [2, 3, 1, 2]})")),
            "the description tells of an axis Q of 3 pages" + unclear);
  EXPECT_EQ(MessageFor(Write(3, R"({"shape": [3, 1, 2], "axes": "PYX"})")),
            "the description tells of an axis P of 3 pages" + unclear);
  for (const char * text :
       { R"({"shape": [3, 1, 2], "axes": "ZY"})", R"({"shape": [3, 4, 2], "axes": "ZYX"})",
         R"({"shape": [3, 1, 2], "axes": "XYZ"})", R"({"shape": [3, 1, 2], "axes": )", R"({"shape": "many"})" })
  {
    EXPECT_EQ(MessageFor(Write(3, text)), "the description's \"shape\" and \"axes\" do not fit pages of 2 x 1 pixels")
      << text;
  }
  EXPECT_EQ(MessageFor(Write(5, R"({"shape": [3, 1, 2]})")),
            "the description tells of 3 slices, 1 channels and 1 frames, but the file holds 5 pages");
  // Label pages are layers, whatever they are called.
  const auto imageIO = itk::OMETIFFImageIO::New();
  imageIO->AllPagesOn();
  imageIO->SetFileName(Write(6, R"({"shape": [2, 3, 1, 2]})"));
  imageIO->ReadImageInformation();
  EXPECT_EQ(imageIO->GetDimensions(2), 6u);
}

TEST_F(TiffDescription, TifffilesSpacingIsInItsUnit)
{
  m_Tiff.pixelsPerUnit = 2.0;
  const Stack stack = ReadStack(Write(3, R"({"shape": [3, 1, 2], "axes": "ZYX", "spacing": 4.0, "unit": "um"})"));
  EXPECT_TRUE(stack.spacingIsKnown);
  EXPECT_EQ(stack.image->GetSpacing()[0], 0.5);
  EXPECT_EQ(stack.image->GetSpacing()[2], 4.0);
  for (const char * text : { R"({"shape": [3, 1, 2], "spacing": 4.0})", R"({"shape": [3, 1, 2], "unit": "um"})",
                             R"({"shape": [3, 1, 2], "spacing": -4.0, "unit": "um"})",
                             R"({"shape": [3, 1, 2], "spacing": 4.0, "unit": "pixel"})" })
  {
    EXPECT_FALSE(ReadStack(Write(3, text)).spacingIsKnown) << text;
  }
}

TEST_F(TiffDescription, ImageJsNumbersAreNumbers)
{
  m_Tiff.pixelsPerUnit = 2.0;
  EXPECT_TRUE(ReadStack(Write(2, "\nImageJ=1.53t\nimages=2\nslices=2\nunit=um\nspacing=4\n")).spacingIsKnown);
  for (const char * spacing : { "1,25", "0", "-4", "nan", "inf", "4 um" })
  {
    EXPECT_FALSE(
      ReadStack(Write(2, std::string("ImageJ=1.53t\nimages=2\nslices=2\nunit=um\nspacing=") + spacing)).spacingIsKnown)
      << spacing;
  }
}

TEST_F(TiffDescription, StoredValuesAreReadWhateverIsWhite)
{
  m_Tiff.photometric = 0;
  for (const char * text : { "", "ImageJ=1.53t\nimages=2\nslices=2\n" })
  {
    EXPECT_EQ(Slices(ReadStack(Write(2, text))), (Values{ 1, 2 })) << text;
  }
}

TEST_F(TiffDescription, PaletteOfAStackWithADescriptionIsForItsLooksOnly)
{
  // The same labels, written with tifffile; see data/label_tiff/README.md.
  const std::string folder = std::string(PEN_TEST_DATA_DIR) + "/label_tiff/";
  EXPECT_EQ(MessageFor(folder + "palette.tif"), "a gray stack is needed, but the pixels are colours");
  const auto numbers = ReadStack(folder + "palette.ome.tif").image;
  const auto truth = pen_test::ReadImage<pen_test::Image>(folder + "truth.nrrd");
  ASSERT_EQ(numbers->GetLargestPossibleRegion(), truth->GetLargestPossibleRegion());
  EXPECT_TRUE(std::equal(truth->GetBufferPointer(), truth->GetBufferPointer() + 48 * 64, numbers->GetBufferPointer()));
}

TEST_F(TiffDescription, UntypedPixelsAreUnsigned)
{
  m_Tiff.sampleFormat = 4;
  const Stack stack = ReadStack(Write(2, "", 200));
  EXPECT_EQ(stack.componentType, itk::IOComponentEnum::UCHAR);
  EXPECT_EQ(Slices(stack), (Values{ 200, 201 }));
}

TEST_F(TiffDescription, WhatIsWrongWithAPrivateTagIsNoError)
{
  // ASCII without a character, which libtiff calls an error and leaves out.
  m_Tiff.privateTag = HandMadeTiff::PrivateTag{ 65000, 2, 0, 0 };
  EXPECT_EQ(Slices(ReadStack(Write(3, ""))), (Values{ 1, 2, 3 }));
  // Numbers beyond the end of the file.
  m_Tiff.privateTag = HandMadeTiff::PrivateTag{ 65000, 4, 1000000, 0x7ffffff0 };
  EXPECT_EQ(Slices(ReadStack(Write(3, ""))), (Values{ 1, 2, 3 }));
}
