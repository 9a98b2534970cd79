// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Formats/SlicerSegmentation.h"
#include "support/TestFiles.h"

#include "itkMetaDataObject.h"
#include "itkVectorImage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

using pen_test::ReadImage;
using pen_test::TemporaryFolder;

namespace
{
using Segmentation = itk::VectorImage<unsigned short, 3>;
using pen_test::MessageOf;
using pen_test::ReadText;
using pen_test::WriteText;

// Two cells of 3 x 2 pixels that share the pixel (3, 3), on two pages of an 8 x 6 image.
class SlicerSegmentation : public testing::Test
{
protected:
  void
  SetUp() override
  {
    m_Stack->SetRegions(itk::Size<3>{ { 8, 6, 10 } });
    const double spacing[3] = { 0.5, 0.5, 4.0 };
    const double origin[3] = { 10.0, 20.0, 30.0 };
    m_Stack->SetSpacing(spacing);
    m_Stack->SetOrigin(origin);
    m_Layers->SetRegions(itk::Size<3>{ { 8, 6, 2 } });
    m_Layers->Allocate(true);
    m_Cells->SetRegions(itk::Size<2>{ { 8, 6 } });
    AddCell(4, 0, { { 1, 2 } }, 12.5);
    AddCell(9, 1, { { 3, 3 } }, 33.0);
  }

  void
  AddCell(unsigned int label, itk::IndexValueType page, const itk::Index<2> & first, double depth)
  {
    const auto cell = itk::CellLabelMap::LabelObjectType::New();
    cell->SetLabel(label);
    cell->SetDepth(depth);
    for (itk::IndexValueType y = first[1]; y < first[1] + 2; ++y)
    {
      cell->AddLine({ { first[0], y } }, 3);
      for (itk::IndexValueType x = first[0]; x < first[0] + 3; ++x)
      {
        m_Layers->SetPixel({ { x, y, page } }, label);
      }
    }
    m_Cells->AddLabelObject(cell);
  }

  Segmentation::Pointer
  WriteAndRead()
  {
    itk::PenCore::WriteSlicerSegmentation(m_Cells, m_Layers, itk::PenCore::PlacesOfLabels(m_Layers), m_Stack,
                                          m_Folder / "cells.seg.nrrd");
    return ReadImage<Segmentation>(m_Folder / "cells.seg.nrrd");
  }

  TemporaryFolder m_Folder;
  itk::ImageBase<3>::Pointer m_Stack = itk::ImageBase<3>::New();
  itk::PenCore::LayersImage::Pointer m_Layers = itk::PenCore::LayersImage::New();
  itk::CellLabelMap::Pointer m_Cells = itk::CellLabelMap::New();
};
} // namespace

TEST_F(SlicerSegmentation, OverlappingCellsKeepTheirPixelsOnLayersOfTheirOwn)
{
  const Segmentation::Pointer image = WriteAndRead();
  ASSERT_EQ(image->GetNumberOfComponentsPerPixel(), 2u);
  EXPECT_EQ(image->GetLargestPossibleRegion().GetSize(), (itk::Size<3>{ { 8, 6, 1 } }));
  EXPECT_EQ(image->GetPixel({ { 3, 3, 0 } })[0], 4);
  EXPECT_EQ(image->GetPixel({ { 3, 3, 0 } })[1], 9);
  EXPECT_EQ(image->GetPixel({ { 1, 2, 0 } })[1], 0);
}

TEST_F(SlicerSegmentation, OneSliceFillsTheStacksDepth)
{
  const Segmentation::Pointer image = WriteAndRead();
  EXPECT_DOUBLE_EQ(image->GetSpacing()[0], 0.5);
  EXPECT_DOUBLE_EQ(image->GetSpacing()[2], 40.0);
  EXPECT_DOUBLE_EQ(image->GetOrigin()[1], 20.0);
  // Slices 0 to 9 lie at 30 to 66 um; their middle is 48.
  EXPECT_DOUBLE_EQ(image->GetOrigin()[2], 48.0);
}

TEST_F(SlicerSegmentation, HeaderNamesEverySegment)
{
  const Segmentation::Pointer image = WriteAndRead();
  const auto value = [&](const std::string & key)
  {
    std::string text;
    itk::ExposeMetaData(image->GetMetaDataDictionary(), key, text);
    return text;
  };
  EXPECT_EQ(value("Segment0_ID"), "Cell_4");
  EXPECT_EQ(value("Segment0_LabelValue"), "4");
  EXPECT_EQ(value("Segment0_Layer"), "0");
  EXPECT_EQ(value("Segment0_Extent"), "1 3 2 3 0 0");
  EXPECT_EQ(value("Segment1_Name"), "cell 9, z 33 um");
  EXPECT_EQ(value("Segment1_Layer"), "1");
  EXPECT_EQ(value("Segment2_ID"), "");
  EXPECT_EQ(value("Segmentation_MasterRepresentation"), "Binary labelmap");
}

TEST_F(SlicerSegmentation, NoCellsGiveAnEmptySegmentation)
{
  m_Cells->ClearLabels();
  m_Layers->FillBuffer(0);
  EXPECT_EQ(WriteAndRead()->GetLargestPossibleRegion().GetSize(), (itk::Size<3>{ { 8, 6, 1 } }));
}

namespace
{
// 100 cells of 12 x 9 pixels, the last 48 of which lie on others, on 3 pages of 200 x 100 pixels of 0.4 um; 12 slices
// of 5 um.
class HundredCells : public SlicerSegmentation
{
protected:
  void
  SetUp() override
  {
    m_Stack->SetRegions(itk::Size<3>{ { 200, 100, 12 } });
    const double spacing[3] = { 0.4, 0.4, 5.0 };
    m_Stack->SetSpacing(spacing);
    m_Layers->SetRegions(itk::Size<3>{ { 200, 100, 3 } });
    m_Layers->Allocate(true);
    m_Cells->SetRegions(itk::Size<2>{ { 200, 100 } });
    for (unsigned int i = 0; i < 100; ++i)
    {
      const auto cell = itk::CellLabelMap::LabelObjectType::New();
      const unsigned int label = 3 * i + 1;
      const itk::IndexValueType left = 15 * (i % 13) + 3 * (i / 52);
      const itk::IndexValueType top = 15 * (i / 13 % 4) + 10 * (i / 52);
      const itk::IndexValueType page = i < 52 ? 0 : 1 + i % 2;
      cell->SetLabel(label);
      cell->SetDepth(0.5 * i);
      for (itk::IndexValueType y = top; y < top + 9; ++y)
      {
        cell->AddLine({ { left, y } }, 12);
        for (itk::IndexValueType x = left; x < left + 12; ++x)
        {
          EXPECT_EQ(m_Layers->GetPixel({ { x, y, page } }), 0u) << i;
          m_Layers->SetPixel({ { x, y, page } }, label);
        }
      }
      m_Cells->AddLabelObject(cell);
    }
  }

  // The header's lines before the empty one.
  std::vector<std::string>
  Header()
  {
    std::istringstream text(ReadText(m_Folder / "cells.seg.nrrd"));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line) && !line.empty();)
    {
      lines.push_back(line);
    }
    return lines;
  }

  std::string
  Value(const std::string & key)
  {
    for (const std::string & line : Header())
    {
      if (line.compare(0, key.size(), key) == 0)
      {
        return line.substr(key.size());
      }
    }
    return "absent";
  }
};
} // namespace

TEST_F(HundredCells, HeaderIsAsSlicerWritesIt)
{
  WriteAndRead();
  EXPECT_EQ(Header().front(), "NRRD0004");
  EXPECT_EQ(Value("type: "), "unsigned short");
  EXPECT_EQ(Value("dimension: "), "4");
  EXPECT_EQ(Value("space: "), "left-posterior-superior");
  EXPECT_EQ(Value("sizes: "), "3 200 100 1");
  EXPECT_EQ(Value("space directions: "), "none (0.4,0,0) (0,0.4,0) (0,0,60)");
  EXPECT_EQ(Value("kinds: "), "list domain domain domain");
  EXPECT_EQ(Value("encoding: "), "gzip");
  EXPECT_EQ(Value("space origin: "), "(0,0,27.5)");
  EXPECT_EQ(Value("Segmentation_MasterRepresentation:="), "Binary labelmap");
  EXPECT_EQ(Value("Segmentation_ContainedRepresentationNames:="), "Binary labelmap|");
  EXPECT_EQ(Value("Segmentation_ReferenceImageExtentOffset:="), "0 0 0");
  EXPECT_EQ(Value("Segmentation_Extent"), "absent");
  EXPECT_EQ(Value("Segment100_"), "absent");
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i)
  {
    const std::string segment = "Segment" + std::to_string(i) + '_';
    for (const char * key :
         { "Color", "ColorAutoGenerated", "Extent", "ID", "LabelValue", "Layer", "Name", "NameAutoGenerated", "Tags" })
    {
      EXPECT_NE(Value(segment + key + ":="), "absent") << segment << key;
    }
    ids.insert(Value(segment + "ID:="));
  }
  EXPECT_EQ(ids.size(), 100u);
  EXPECT_EQ(Value("Segment14_Extent:="), "15 26 15 23 0 0");
  EXPECT_EQ(Value("Segment14_Tags:=").find("Pen.Channel:0|Pen.DepthInMicrometres:7|"), 0u);
}

TEST_F(HundredCells, MasksNamesAndColoursComeBack)
{
  WriteAndRead();
  const auto read = itk::PenCore::ReadSlicerSegmentation(m_Folder / "cells.seg.nrrd");
  ASSERT_EQ(read.segments.size(), 100u);
  EXPECT_EQ(read.layers->GetLargestPossibleRegion().GetSize(), m_Layers->GetLargestPossibleRegion().GetSize());
  EXPECT_TRUE(std::equal(m_Layers->GetBufferPointer(), m_Layers->GetBufferPointer() + 200 * 100 * 3,
                         read.layers->GetBufferPointer()));
  EXPECT_DOUBLE_EQ(read.layers->GetSpacing()[0], 0.4);
  EXPECT_DOUBLE_EQ(read.layers->GetOrigin()[2], 27.5);
  EXPECT_EQ(read.segments[40].name, "cell 121, z 20 um");
  EXPECT_EQ(read.segments[40].label, 121u);
  // Red at the first slice; blue beats red deep down.
  EXPECT_GT(read.segments[0].colour[0], read.segments[0].colour[2]);
  EXPECT_LT(read.segments[99].colour[0], read.segments[99].colour[2]);
}

TEST_F(SlicerSegmentation, OnePageNeedsNoListOfLayers)
{
  m_Layers->SetRegions(itk::Size<3>{ { 8, 6, 1 } });
  m_Layers->Allocate(true);
  m_Layers->SetPixel({ { 1, 2, 0 } }, 4);
  m_Layers->SetPixel({ { 3, 3, 0 } }, 9);
  WriteAndRead();
  const std::string text = ReadText(m_Folder / "cells.seg.nrrd");
  EXPECT_NE(text.find("\ndimension: 3\n"), std::string::npos);
  EXPECT_NE(text.find("\nkinds: domain domain domain\n"), std::string::npos);
  EXPECT_NE(text.find("\nspace directions: (0.5,0,0) (0,0.5,0) (0,0,40)\n"), std::string::npos);
  const auto read = itk::PenCore::ReadSlicerSegmentation(m_Folder / "cells.seg.nrrd");
  EXPECT_EQ(read.layers->GetPixel({ { 3, 3, 0 } }), 9u);
}

TEST_F(SlicerSegmentation, LabelsThatLayersShareAreNumberedAnew)
{
  const std::string path = m_Folder / "slicer.seg.nrrd";
  // Two layers of 2 x 1 pixels, label 1 on both, and a 7 that is no segment's.
  WriteText(path, "NRRD0004\ntype: unsigned char\ndimension: 4\nspace: left-posterior-superior\nsizes: 2 2 1 1\n"
                  "space directions: none (1,0,0) (0,1,0) (0,0,1)\nkinds: list domain domain domain\n"
                  "encoding: raw\nspace origin: (0,0,0)\nSegment0_ID:=a\nSegment0_Layer:=1\nSegment0_LabelValue:=1\n"
                  "Segment0_Color:=1 0 0\nSegment1_ID:=b\nSegment1_Layer:=0\nSegment1_LabelValue:=1\n"
                  "Segment1_Color:=0 1 0\n\n\x01\x01\x07" +
                    std::string(1, '\0'));
  const auto read = itk::PenCore::ReadSlicerSegmentation(path);
  EXPECT_EQ(read.layers->GetPixel({ { 0, 0, 0 } }), 2u);
  EXPECT_EQ(read.layers->GetPixel({ { 0, 0, 1 } }), 1u);
  EXPECT_EQ(read.layers->GetPixel({ { 1, 0, 0 } }), 0u);
  EXPECT_EQ(read.segments[0].label, 1u);
}

TEST_F(SlicerSegmentation, DamageIsOneClearLine)
{
  WriteAndRead();
  const std::string whole = ReadText(m_Folder / "cells.seg.nrrd");
  const std::string path = m_Folder / "damaged.seg.nrrd";
  const auto complaint = [&](const std::string & text)
  {
    WriteText(path, text);
    return MessageOf([&] { itk::PenCore::ReadSlicerSegmentation(path); });
  };
  const auto replaced = [&](const std::string & from, const std::string & to)
  {
    std::string text = whole;
    text.replace(text.find(from), from.size(), to);
    return complaint(text);
  };
  const std::string end = "): " + path;
  EXPECT_EQ(complaint("hello"), "cannot read the segmentation (not an NRRD file" + end);
  EXPECT_EQ(complaint(whole.substr(0, whole.size() - 12)),
            "cannot read the segmentation (the compressed pixels are damaged or not as many as the header says" + end);
  EXPECT_EQ(replaced("sizes: 2 8 6 1", "sizes: 2 8 6 3"),
            "cannot read the segmentation (a segmentation of several slices; cells are masks of one" + end);
  EXPECT_EQ(replaced("sizes: 2 8 6 1", "sizes: 2 4000000000 1000000000 1").substr(0, 28),
            "cannot read the segmentation");
  EXPECT_EQ(replaced("type: unsigned char", "type: double"),
            "cannot read the segmentation (pixels of type 'double' are no labels" + end);
  EXPECT_EQ(replaced("Segment0_Layer:=0", "Segment0_Layer:=x"),
            "cannot read the segmentation ('Segment0_Layer' of the header does not hold 1 numbers" + end);
  EXPECT_EQ(replaced("space origin:", "place:"), "cannot read the segmentation (the header is damaged" + end);
  EXPECT_EQ(MessageOf([&] { itk::PenCore::ReadSlicerSegmentation(m_Folder / "none.seg.nrrd"); }).find('\n'),
            std::string::npos);
}
