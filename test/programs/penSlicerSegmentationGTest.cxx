// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penSlicerSegmentation.h"
#include "penTestFiles.h"

#include "itkMetaDataObject.h"
#include "itkVectorImage.h"

#include <gtest/gtest.h>

using pen_test::ReadImage;
using pen_test::TemporaryFolder;

namespace
{
using Segmentation = itk::VectorImage<unsigned short, 3>;

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
    pen::OutputFile output(m_Folder / "cells.seg.nrrd");
    pen::WriteSlicerSegmentation(m_Cells, m_Layers, m_Stack, output);
    output.Commit();
    return ReadImage<Segmentation>(m_Folder / "cells.seg.nrrd");
  }

  TemporaryFolder m_Folder;
  itk::ImageBase<3>::Pointer m_Stack = itk::ImageBase<3>::New();
  pen::LayersImage::Pointer m_Layers = pen::LayersImage::New();
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
