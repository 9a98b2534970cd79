// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/FlowFieldFile.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

using pen_test::MakeRamp;
using pen_test::MessageOf;
using pen_test::TemporaryFolder;
using pen_test::WriteImage;

namespace
{
template <unsigned int VComponents, unsigned int VDimension>
void
WriteVectors(const std::string & path)
{
  using ImageType = itk::Image<itk::Vector<float, VComponents>, VDimension>;
  const auto image = ImageType::New();
  image->SetRegions(ImageType::SizeType::Filled(3));
  image->Allocate();
  for (itk::ImageRegionIterator<ImageType> it(image, image->GetLargestPossibleRegion()); !it.IsAtEnd(); ++it)
  {
    for (unsigned int c = 0; c < VComponents; ++c)
    {
      it.Value()[c] = static_cast<float>(it.GetIndex()[0]) + 10.0f * static_cast<float>(c);
    }
  }
  WriteImage(image.GetPointer(), path);
}
} // namespace

TEST(FlowFieldFile, RoundTripKeepsComponentsAndSpacing)
{
  const TemporaryFolder folder;
  const auto flowField = pen::FlowFieldImage::New();
  flowField->SetRegions(itk::Size<3>{ { 3, 2, 2 } });
  flowField->Allocate(true);
  const double spacing[3] = { 0.5, 0.25, 1.0 };
  flowField->SetSpacing(spacing);
  pen::FlowFieldImage::PixelType pixel;
  for (unsigned int c = 0; c < 4; ++c)
  {
    pixel[c] = 0.5f - static_cast<float>(c);
  }
  flowField->SetPixel({ { 2, 1, 1 } }, pixel);
  for (const std::string name : { "flows.nrrd", "flows.mha" })
  {
    pen::OutputFile output(folder / name);
    pen::WriteFlowField(flowField, output);
    output.Commit();
    const pen::FlowFieldImage::Pointer read = pen::ReadFlowField(folder / name);
    EXPECT_EQ(read->GetPixel({ { 2, 1, 1 } }), pixel) << name;
    EXPECT_EQ(read->GetSpacing(), flowField->GetSpacing()) << name;
  }
}

TEST(FlowFieldFile, FlatFieldIsOneChannel)
{
  const TemporaryFolder folder;
  WriteVectors<4, 2>(folder / "flows.nrrd");
  const pen::FlowFieldImage::Pointer read = pen::ReadFlowField(folder / "flows.nrrd");
  EXPECT_EQ(read->GetLargestPossibleRegion().GetSize(), (itk::Size<3>{ { 3, 3, 1 } }));
  EXPECT_EQ(read->GetPixel({ { 2, 0, 0 } })[3], 32.0f);
}

TEST(FlowFieldFile, WrongNumberOfComponentsIsTold)
{
  const TemporaryFolder folder;
  WriteVectors<3, 3>(folder / "flows.nrrd");
  EXPECT_EQ(MessageOf([&] { pen::ReadFlowField(folder / "flows.nrrd"); }),
            "a flow field has 4 components a pixel, but this image has 3: " + (folder / "flows.nrrd"));
  WriteImage(MakeRamp<itk::Image<float, 3>>({ { 2, 2, 2 } }, 0.0f).GetPointer(), folder / "gray.nrrd");
  EXPECT_EQ(MessageOf([&] { pen::ReadFlowField(folder / "gray.nrrd"); }),
            "a flow field has 4 components a pixel, but this image has 1: " + (folder / "gray.nrrd"));
}

TEST(FlowFieldFile, WrongDimensionIsTold)
{
  const TemporaryFolder folder;
  WriteVectors<4, 4>(folder / "flows.nrrd");
  EXPECT_EQ(MessageOf([&] { pen::ReadFlowField(folder / "flows.nrrd"); }),
            "a flow field has 2 or 3 dimensions, but this image has 4: " + (folder / "flows.nrrd"));
}

TEST(FlowFieldFile, IntegerPixelsAreTold)
{
  const TemporaryFolder folder;
  const auto image = itk::Image<itk::Vector<unsigned char, 4>, 3>::New();
  image->SetRegions(itk::Size<3>{ { 2, 2, 2 } });
  image->Allocate(true);
  WriteImage(image.GetPointer(), folder / "flows.mha");
  EXPECT_EQ(MessageOf([&] { pen::ReadFlowField(folder / "flows.mha"); }),
            "a flow field has floating-point pixels, but these are of type unsigned_char: " + (folder / "flows.mha"));
}

TEST(FlowFieldFile, TiffIsRefusedBecauseItsUnitWouldBeWrong)
{
  const TemporaryFolder folder;
  const auto flows = pen::FlowFieldImage::New();
  flows->SetRegions(itk::Size<3>{ { 2, 2, 1 } });
  flows->Allocate(true);
  const pen::OutputFile output(folder / "flows.tif");
  EXPECT_EQ(MessageOf([&] { pen::WriteFlowField(flows, output); }),
            "cannot write pixels of 4 components of type float as a TIFF; .nrrd or .mha takes them: " +
              (folder / "flows.tif"));
}
