// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkExtractImageFilter.h"
#include "itkImageIOFactory.h"
#include "itkOMETIFFImageIO.h"
#include "itkPipelineMonitorImageFilter.h"
#include "itkRGBPixel.h"
#include "itkSpacingInMicrometers.h"
#include "itkStreamingImageFilter.h"
#include "support/HandMadeTiff.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <set>

using pen_test::FlatPages;
using pen_test::HandMadeTiff;
using pen_test::MakeRamp;
using pen_test::MessageOf;
using pen_test::OmeXml;
using pen_test::ReadImage;
using pen_test::TemporaryFolder;
using pen_test::WriteImage;
using pen_test::WriteText;

namespace
{
using Stack = itk::Image<unsigned short, 3>;

class OMETIFFImageIO : public testing::Test
{
protected:
  static std::string
  NameOfReader(const std::string & path)
  {
    const auto imageIO = itk::ImageIOFactory::CreateImageIO(path.c_str(), itk::IOFileModeEnum::ReadMode);
    return imageIO ? imageIO->GetNameOfClass() : "none";
  }

  static std::string
  UnitOf(const itk::ImageBase<3> * image)
  {
    std::string unit;
    itk::ExposeMetaData(image->GetMetaDataDictionary(), itk::SpacingUnitKey, unit);
    return unit;
  }

  // 13 x 11 x 7 pixels of 0.25 x 0.5 x 2 um, from 300 on.
  Stack::Pointer
  WriteStack() const
  {
    const auto stack = MakeRamp<Stack>({ { 13, 11, 7 } }, 300);
    const double spacing[3] = { 0.25, 0.5, 2.0 };
    stack->SetSpacing(spacing);
    WriteImage(stack.GetPointer(), m_Path);
    return stack;
  }

  template <typename TPixel>
  void
  ExpectRoundTrip(TPixel lowest, TPixel highest) const
  {
    using ImageType = itk::Image<TPixel, 3>;
    const auto image = MakeRamp<ImageType>({ { 3, 2, 2 } }, TPixel{ 1 });
    image->SetPixel({ { 0, 0, 0 } }, lowest);
    image->SetPixel({ { 2, 1, 1 } }, highest);
    WriteImage(image.GetPointer(), m_Path);
    const auto imageIO = itk::OMETIFFImageIO::New();
    imageIO->SetFileName(m_Path);
    imageIO->ReadImageInformation();
    EXPECT_EQ(imageIO->GetComponentType(), itk::ImageIOBase::MapPixelType<TPixel>::CType);
    const auto read = ReadImage<ImageType>(m_Path);
    EXPECT_TRUE(std::equal(image->GetBufferPointer(), image->GetBufferPointer() + 12, read->GetBufferPointer()));
  }

  TemporaryFolder m_Folder;
  std::string m_Path = m_Folder / "stack.ome.tif";
};
} // namespace

TEST_F(OMETIFFImageIO, ITKsReaderFindsItAndSpacingIsInMicrometers)
{
  const Stack::Pointer stack = WriteStack();
  EXPECT_EQ(NameOfReader(m_Path), "OMETIFFImageIO");
  const auto read = ReadImage<itk::Image<float, 3>>(m_Path);
  EXPECT_EQ(read->GetLargestPossibleRegion(), stack->GetLargestPossibleRegion());
  EXPECT_EQ(read->GetSpacing(), stack->GetSpacing());
  EXPECT_EQ(UnitOf(read), "um");
  EXPECT_EQ(itk::MicrometersPerSpacingUnit(read), 1.0);
  // 300 + 12 + 13 * 10 + 13 * 11 * 6
  EXPECT_EQ(read->GetPixel({ { 12, 10, 6 } }), 1300.0f);
}

TEST_F(OMETIFFImageIO, PixelsOfEveryWrittenTypeReadBackExactly)
{
  ExpectRoundTrip<std::uint8_t>(0, 255);
  ExpectRoundTrip<std::uint16_t>(0, 65535);
  ExpectRoundTrip<std::uint32_t>(0, 4294967295u);
  ExpectRoundTrip<std::int8_t>(-128, 127);
  ExpectRoundTrip<std::int16_t>(-32768, 32767);
  ExpectRoundTrip<std::int32_t>(std::numeric_limits<std::int32_t>::min(), 2147483647);
  ExpectRoundTrip<float>(-1.5f, 1e30f);
  ExpectRoundTrip<double>(0.1, 1e300);
  const auto wide = MakeRamp<itk::Image<std::uint64_t, 3>>({ { 2, 2, 2 } }, 0);
  EXPECT_EQ(MessageOf([&] { WriteImage(wide.GetPointer(), m_Path); }).find("cannot write pixels of type unsigned_long"),
            0u);
}

TEST_F(OMETIFFImageIO, UnitsAreWrittenAsMicrometersAndNoneWhereNoneIsKnown)
{
  const auto stack = MakeRamp<Stack>({ { 2, 2, 2 } }, 1);
  WriteImage(stack.GetPointer(), m_Path);
  auto read = ReadImage<Stack>(m_Path);
  EXPECT_EQ(UnitOf(read), "unknown");
  EXPECT_EQ(itk::MicrometersPerSpacingUnit(read), 0.0);
  const double spacing[3] = { 0.0005, 0.0005, 0.004 };
  stack->SetSpacing(spacing);
  itk::SetSpacingUnit(stack, "mm");
  WriteImage(stack.GetPointer(), m_Path);
  read = ReadImage<Stack>(m_Path);
  EXPECT_EQ(UnitOf(read), "um");
  EXPECT_NEAR(read->GetSpacing()[0], 0.5, 1e-12);
  EXPECT_NEAR(read->GetSpacing()[2], 4.0, 1e-12);
}

TEST_F(OMETIFFImageIO, StreamedIsTheWholeAndReadsNoMoreThanItsRows)
{
  const Stack::Pointer stack = WriteStack();
  const auto reader = itk::ImageFileReader<Stack>::New();
  reader->SetFileName(m_Path);
  const auto monitor = itk::PipelineMonitorImageFilter<Stack>::New();
  monitor->SetInput(reader->GetOutput());
  const auto streamer = itk::StreamingImageFilter<Stack, Stack>::New();
  streamer->SetInput(monitor->GetOutput());
  streamer->SetNumberOfStreamDivisions(4);
  streamer->Update();
  EXPECT_TRUE(monitor->VerifyInputFilterExecutedStreaming(4));
  EXPECT_TRUE(monitor->VerifyInputFilterMatchedRequestedRegions());
  EXPECT_TRUE(std::equal(stack->GetBufferPointer(), stack->GetBufferPointer() + 13 * 11 * 7,
                         streamer->GetOutput()->GetBufferPointer()));
}

TEST_F(OMETIFFImageIO, ARegionIsReadAlone)
{
  const Stack::Pointer stack = WriteStack();
  const Stack::RegionType region({ { 3, 4, 2 } }, { { 6, 3, 4 } });
  const auto reader = itk::ImageFileReader<Stack>::New();
  reader->SetFileName(m_Path);
  const auto extract = itk::ExtractImageFilter<Stack, Stack>::New();
  extract->SetInput(reader->GetOutput());
  extract->SetExtractionRegion(region);
  extract->Update();
  // Whole rows of four slices, and no others.
  EXPECT_EQ(reader->GetOutput()->GetBufferedRegion(), (Stack::RegionType({ { 0, 4, 2 } }, { { 13, 3, 4 } })));
  for (itk::ImageRegionConstIterator<Stack> it(extract->GetOutput(), region); !it.IsAtEnd(); ++it)
  {
    ASSERT_EQ(it.Get(), stack->GetPixel(it.GetIndex())) << it.GetIndex();
  }
  // Parts of rows, as a caller without a reader may ask for.
  const auto imageIO = itk::OMETIFFImageIO::New();
  imageIO->SetFileName(m_Path);
  imageIO->ReadImageInformation();
  itk::ImageIORegion part(3);
  part.SetIndex({ 3, 4, 2 });
  part.SetSize({ 2, 1, 2 });
  imageIO->SetIORegion(part);
  unsigned short pixels[4] = {};
  imageIO->Read(pixels);
  // 300 + 3 + 13 * 4 + 143 * 2, and a slice further.
  EXPECT_EQ(pixels[0], 641);
  EXPECT_EQ(pixels[1], 642);
  EXPECT_EQ(pixels[2], 784);
  EXPECT_EQ(pixels[3], 785);
}

TEST_F(OMETIFFImageIO, AStreamThatIsWrittenIsTheWhole)
{
  WriteImage(MakeRamp<Stack>({ { 13, 11, 7 } }, 300).GetPointer(), m_Folder / "whole.ome.tif");
  const auto reader = itk::ImageFileReader<Stack>::New();
  reader->SetFileName(m_Folder / "whole.ome.tif");
  const auto monitor = itk::PipelineMonitorImageFilter<Stack>::New();
  monitor->SetInput(reader->GetOutput());
  const auto writer = itk::ImageFileWriter<Stack>::New();
  writer->SetInput(monitor->GetOutput());
  writer->SetNumberOfStreamDivisions(3);
  writer->SetFileName(m_Path);
  writer->Update();
  EXPECT_EQ(monitor->GetNumberOfUpdates(), 3u);
  EXPECT_EQ(pen_test::ReadText(m_Path), pen_test::ReadText(m_Folder / "whole.ome.tif"));
}

TEST_F(OMETIFFImageIO, ReadAsFloatIsWhatITKConvertsTo)
{
  WriteStack();
  const auto imageIO = itk::OMETIFFImageIO::New();
  imageIO->ReadAsFloatOn();
  const auto reader = itk::ImageFileReader<itk::Image<float, 3>>::New();
  reader->SetImageIO(imageIO);
  reader->SetFileName(m_Path);
  reader->Update();
  EXPECT_EQ(imageIO->GetComponentType(), itk::IOComponentEnum::FLOAT);
  EXPECT_EQ(imageIO->GetComponentTypeInFile(), itk::IOComponentEnum::USHORT);
  const auto converted = ReadImage<itk::Image<float, 3>>(m_Path);
  EXPECT_TRUE(std::equal(converted->GetBufferPointer(), converted->GetBufferPointer() + 13 * 11 * 7,
                         reader->GetOutput()->GetBufferPointer()));
}

TEST_F(OMETIFFImageIO, OneChannelAndFrameAreReadOrAllPages)
{
  HandMadeTiff tiff;
  tiff.pages = FlatPages(12, 2);
  tiff.description = OmeXml(R"(SizeZ="2" SizeC="3" SizeT="2")");
  WriteText(m_Path, tiff.Bytes());
  const auto imageIO = itk::OMETIFFImageIO::New();
  const auto read = [&]
  {
    const auto reader = itk::ImageFileReader<Stack>::New();
    reader->SetImageIO(imageIO);
    reader->SetFileName(m_Path);
    reader->Update();
    return Stack::Pointer(reader->GetOutput());
  };
  EXPECT_EQ(MessageOf(read), "the file holds 2 slices, 3 channels and 2 frames; SetChannel(N), N from 1 to 3, "
                             "chooses one: " +
                               m_Path);
  EXPECT_EQ(imageIO->GetNumberOfSlices(), 2u);
  EXPECT_EQ(imageIO->GetNumberOfChannels(), 3u);
  EXPECT_EQ(imageIO->GetNumberOfFrames(), 2u);
  imageIO->SetChannel(2);
  imageIO->SetFrame(2);
  // Slices come fastest, frames slowest: pages 9 and 10.
  EXPECT_EQ(read()->GetPixel({ { 0, 0, 0 } }), 9);
  EXPECT_EQ(read()->GetPixel({ { 1, 0, 1 } }), 10);
  imageIO->AllPagesOn();
  const Stack::Pointer all = read();
  EXPECT_EQ(all->GetLargestPossibleRegion().GetSize(2), 12u);
  EXPECT_EQ(all->GetPixel({ { 0, 0, 11 } }), 12);
}

// ITK's own reader is the independent one for the pixels.
TEST_F(OMETIFFImageIO, ColoursAreWrittenAsRgbOfIntegers)
{
  using Colours = itk::Image<itk::RGBPixel<unsigned short>, 2>;
  const auto image = Colours::New();
  image->SetRegions(itk::Size<2>{ { 3, 2 } });
  image->Allocate(true);
  image->SetPixel({ { 2, 1 } },
                  itk::RGBPixel<unsigned short>(std::array<unsigned short, 3>{ { 1, 40000, 65535 } }.data()));
  const double spacing[2] = { 0.5, 0.25 };
  image->SetSpacing(spacing);
  for (const std::string name : { "colours.ome.tif", "colours.tif" })
  {
    const auto writer = itk::ImageFileWriter<Colours>::New();
    writer->SetInput(image);
    writer->SetImageIO(itk::OMETIFFImageIO::New());
    writer->SetFileName(m_Folder / name);
    writer->Update();
    EXPECT_EQ(NameOfReader(m_Folder / name), "TIFFImageIO");
    const auto read = ReadImage<Colours>(m_Folder / name);
    EXPECT_TRUE(std::equal(image->GetBufferPointer(), image->GetBufferPointer() + 6, read->GetBufferPointer())) << name;
    const std::string bytes = pen_test::ReadText(m_Folder / name);
    EXPECT_EQ(bytes.find("ImageJ=1.53t\nunit=micron\n") != std::string::npos, name == "colours.tif");
    EXPECT_EQ(bytes.find(R"(SizeC="3" SizeT="1")") != std::string::npos, name == "colours.ome.tif");
  }
  const auto floats = itk::Image<itk::RGBPixel<float>, 2>::New();
  floats->SetRegions(itk::Size<2>{ { 3, 2 } });
  floats->Allocate(true);
  EXPECT_EQ(MessageOf([&] { WriteImage(floats.GetPointer(), m_Path); })
              .find("cannot write pixels of type float with 3 components as an OME-TIFF"),
            0u);
}

TEST_F(OMETIFFImageIO, OtherNamesCarryImageJsDescription)
{
  const auto stack = MakeRamp<Stack>({ { 3, 2, 4 } }, 300);
  const double spacing[3] = { 0.5, 0.25, 2.0 };
  stack->SetSpacing(spacing);
  const auto writer = itk::ImageFileWriter<Stack>::New();
  writer->SetInput(stack);
  writer->SetImageIO(itk::OMETIFFImageIO::New());
  writer->SetFileName(m_Folder / "stack.tif");
  writer->Update();
  EXPECT_NE(pen_test::ReadText(m_Folder / "stack.tif")
              .find("ImageJ=1.53t\nimages=4\nslices=4\nunit=micron\nspacing=2\nloop=false\n"),
            std::string::npos);
  const auto read = ReadImage<Stack>(m_Folder / "stack.tif");
  EXPECT_EQ(UnitOf(read), "um");
  EXPECT_EQ(read->GetSpacing(), stack->GetSpacing());
  EXPECT_TRUE(std::equal(stack->GetBufferPointer(), stack->GetBufferPointer() + 24, read->GetBufferPointer()));
}

TEST_F(OMETIFFImageIO, AChangedFileIsReadAnew)
{
  HandMadeTiff tiff;
  tiff.pages = FlatPages(2, 2);
  WriteText(m_Path, tiff.Bytes());
  const auto imageIO = itk::OMETIFFImageIO::New();
  imageIO->SetFileName(m_Path);
  imageIO->ReadImageInformation();
  EXPECT_EQ(imageIO->GetDimensions(2), 2u);
  tiff.pages = FlatPages(5, 2);
  WriteText(m_Path, tiff.Bytes());
  imageIO->ReadImageInformation();
  EXPECT_EQ(imageIO->GetDimensions(2), 5u);
}

TEST_F(OMETIFFImageIO, WhatIsNoGrayStackStaysITKs)
{
  const auto colours = itk::Image<itk::RGBPixel<unsigned char>, 2>::New();
  colours->SetRegions(itk::Size<2>{ { 4, 3 } });
  colours->Allocate(true);
  WriteImage(colours.GetPointer(), m_Folder / "colour.tif");
  EXPECT_EQ(NameOfReader(m_Folder / "colour.tif"), "TIFFImageIO");
  WriteImage(MakeRamp<itk::Image<unsigned char, 2>>({ { 4, 3 } }, 0).GetPointer(), m_Folder / "flat.tif");
  EXPECT_EQ(NameOfReader(m_Folder / "flat.tif"), "TIFFImageIO");
  EXPECT_FALSE(itk::OMETIFFImageIO::New()->CanReadFile((m_Folder / "missing.tif").c_str()));
  HandMadeTiff tiff;
  tiff.pages = FlatPages(2, 2);
  WriteText(m_Folder / "stack.lsm", tiff.Bytes());
  EXPECT_FALSE(itk::OMETIFFImageIO::IsTIFF(m_Folder / "stack.lsm"));
  WriteText(m_Folder / "plain.tif", tiff.Bytes());
  EXPECT_EQ(NameOfReader(m_Folder / "plain.tif"), "OMETIFFImageIO");
  const auto imageIO = itk::ImageIOFactory::CreateImageIO("plain.tif", itk::IOFileModeEnum::WriteMode);
  EXPECT_STREQ(imageIO->GetNameOfClass(), "TIFFImageIO");
}

TEST_F(OMETIFFImageIO, LabelImagesThatITKReadsWronglyAreItsOwn)
{
  for (const std::string name : { "uint32.tif", "uint16_deflate_tiled.tif" })
  {
    const std::string path = std::string(PEN_TEST_DATA_DIR) + "/label_tiff/" + name;
    EXPECT_EQ(NameOfReader(path), "OMETIFFImageIO");
    const auto labels = ReadImage<itk::Image<unsigned int, 2>>(path);
    const std::size_t pixels = labels->GetLargestPossibleRegion().GetNumberOfPixels();
    // Three cells and the background.
    EXPECT_EQ(std::set<unsigned int>(labels->GetBufferPointer(), labels->GetBufferPointer() + pixels).size(), 4u)
      << name;
  }
}

TEST_F(OMETIFFImageIO, DamageIsOneSentenceThatNamesTheFile)
{
  WriteStack();
  std::filesystem::resize_file(m_Path, std::filesystem::file_size(m_Path) / 2);
  const auto imageIO = itk::OMETIFFImageIO::New();
  const std::string message = MessageOf(
    [&]
    {
      const auto reader = itk::ImageFileReader<Stack>::New();
      reader->SetImageIO(imageIO);
      reader->SetFileName(m_Path);
      reader->Update();
    });
  EXPECT_EQ(message.find("cannot read"), 0u) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  EXPECT_EQ(message.substr(message.size() - m_Path.size()), m_Path);
}

TEST_F(OMETIFFImageIO, NrrdWithUnitsArrivesWithThem)
{
  const auto unitOf = [&](const std::string & line)
  {
    const std::string path = m_Folder / "stack.nrrd";
    WriteText(path, "NRRD0005\ntype: uint8\ndimension: 3\nsizes: 1 1 2\nspacings: 0.5 0.5 4\n" + line +
                      "encoding: raw\n\nab");
    const auto image = ReadImage<Stack>(path);
    EXPECT_EQ(image->GetSpacing()[2], 4.0) << line; // as the file has it
    return UnitOf(image);
  };
  EXPECT_EQ(unitOf(""), "");
  EXPECT_EQ(unitOf("units: \"mm\" \"mm\" \"mm\"\n"), "mm");
  EXPECT_EQ(unitOf("units: \"um\" \"um\" \"s\"\n"), "unknown");
  const auto image = Stack::New();
  itk::SetSpacingUnit(image, "mm");
  EXPECT_EQ(itk::MicrometersPerSpacingUnit(image), 1000.0);
  EXPECT_TRUE(itk::ConvertSpacingToMicrometers(image));
  EXPECT_EQ(image->GetSpacing()[0], 1000.0);
  EXPECT_EQ(itk::MicrometersPerSpacingUnit(image), 1.0);
}
