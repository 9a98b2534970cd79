// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Formats/LabelBands.h"
#include "ProjectionEnhancement/Formats/LabelTiff.h"
#include "ProjectionEnhancement/Formats/LayersNrrd.h"
#include "ProjectionEnhancement/Formats/SlicerSegmentation.h"
#include "support/TestFiles.h"

#include "itkCellLabelMapToLayersImageFilter.h"

#include <gtest/gtest.h>

using pen_test::ReadImage;
using pen_test::ReadText;
using pen_test::TemporaryFolder;

namespace
{
using LayersFilter = itk::CellLabelMapToLayersImageFilter<itk::CellLabelMap, itk::PenCore::LayersImage>;

// Larger than a band, so that cells lie across the border of two; labels of 16 bits on two pages.
constexpr itk::IndexValueType Side = 2500;

itk::CellLabelMap::Pointer
ManyCells()
{
  auto cells = itk::CellLabelMap::New();
  cells->SetRegions(itk::Size<2>{ { Side, Side } });
  for (unsigned int i = 0; i < 300; ++i)
  {
    auto cell = itk::CellLabelMap::LabelObjectType::New();
    cell->SetLabel(i + 1);
    cell->SetChannel(i % 2);
    for (itk::IndexValueType y = 8 * i; y < 8 * i + 50; ++y)
    {
      cell->AddLine({ { (i * 977) % 2400, y } }, 90);
    }
    cells->AddLabelObject(cell);
  }
  return cells;
}

itk::ImageBase<3>::Pointer
FourSlices()
{
  const auto stack = itk::ImageBase<3>::New();
  stack->SetRegions(itk::Size<3>{ { Side, Side, 4 } });
  return stack;
}

class LabelBands : public testing::Test
{
protected:
  void
  SetUp() override
  {
    m_Filter->SetInput(m_Cells);
    m_Filter->UpdateOutputInformation();
    m_Whole->SetInput(m_Cells);
    m_Whole->Update();
  }

  // What a writer makes of layers that are made band by band, and of those that are whole in memory.
  template <typename TWrite>
  void
  ExpectSameFile(const std::string & name, TWrite && write)
  {
    const auto written = [&](const itk::PenCore::LayersImage * layers)
    {
      write(layers, m_Folder / name);
      return ReadText(m_Folder / name);
    };
    const itk::PenCore::LayersImage::Pointer whole = m_Whole->GetOutput();
    whole->DisconnectPipeline();
    const std::string expected = written(whole);
    EXPECT_TRUE(written(m_Filter->GetOutput()) == expected) << name;
    EXPECT_LT(m_Filter->GetOutput()->GetBufferedRegion().GetNumberOfPixels(),
              whole->GetLargestPossibleRegion().GetNumberOfPixels() / 2 + 1);
  }

  TemporaryFolder m_Folder;
  itk::CellLabelMap::Pointer m_Cells = ManyCells();
  LayersFilter::Pointer m_Filter = LayersFilter::New();
  LayersFilter::Pointer m_Whole = LayersFilter::New();
};
} // namespace

TEST_F(LabelBands, LayersAreWrittenWithoutBeingWhole)
{
  ExpectSameFile("layers.nrrd",
                 [](const auto * layers, const std::string & path) { itk::PenCore::WriteLayersNrrd(layers, path); });
  const auto back = ReadImage<itk::PenCore::LayersImage>(m_Folder / "layers.nrrd");
  ASSERT_EQ(back->GetLargestPossibleRegion().GetSize(), (itk::Size<3>{ { Side, Side, 2 } }));
  for (itk::SizeValueType i = 0; i < m_Cells->GetNumberOfLabelObjects(); ++i)
  {
    const auto * cell = m_Cells->GetNthLabelObject(i);
    for (const itk::SizeValueType pixel : { itk::SizeValueType{ 0 }, cell->Size() - 1 })
    {
      const auto index = cell->GetIndex(pixel);
      const auto page = static_cast<itk::IndexValueType>(cell->GetChannel());
      ASSERT_EQ(back->GetPixel({ { index[0], index[1], page } }), cell->GetLabel());
    }
  }
}

TEST_F(LabelBands, SoAreASlicerSegmentationAndATiff)
{
  const auto stack = FourSlices();
  ExpectSameFile(
    "cells.seg.nrrd", [&](const auto * layers, const std::string & path)
    { itk::PenCore::WriteSlicerSegmentation(m_Cells, layers, itk::PenCore::PlacesOfLabels(layers), stack, path); });
  m_Whole->Modified();
  m_Whole->UpdateLargestPossibleRegion();
  ExpectSameFile("cells.ome.tif", [&](const auto * layers, const std::string & path)
                 { itk::PenCore::WriteLabelTiff(layers, stack, true, path); });
}

TEST_F(LabelBands, PlacesSpanBands)
{
  const auto places = itk::PenCore::PlacesOfLabels(m_Filter->GetOutput());
  ASSERT_EQ(places.size(), 300u);
  for (unsigned int i = 0; i < 300; ++i)
  {
    const itk::PenCore::LabelPlace & place = places.at(i + 1);
    EXPECT_EQ(place.page, i % 2);
    EXPECT_EQ(place.left, (i * 977) % 2400);
    EXPECT_EQ(place.right, (i * 977) % 2400 + 89);
    EXPECT_EQ(place.top, 8 * i);
    EXPECT_EQ(place.bottom, 8 * i + 49);
  }
  EXPECT_EQ(itk::PenCore::HighestLabel(m_Filter->GetOutput()), 300u);
}
