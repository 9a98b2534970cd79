// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkFlowFieldToLabelMapFilter.h"
#include "itkLabelMapToFlowFieldFilter.h"
#include "itkLayersImageToCellLabelMapFilter.h"
#include "support/TestReading.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>

// Real label images, and masks that Cellpose itself made, through both filters.
namespace
{
using LabelImage = itk::Image<unsigned short, 2>;
using FieldType = itk::Image<itk::Vector<float, 4>, 3>;

LabelImage::Pointer
SliceOf(const itk::Image<unsigned short, 3> * volume, itk::SizeValueType z)
{
  const auto size = volume->GetBufferedRegion().GetSize();
  auto slice = LabelImage::New();
  slice->SetRegions(LabelImage::SizeType{ { size[0], size[1] } });
  slice->Allocate();
  std::copy_n(volume->GetBufferPointer() + z * size[0] * size[1], size[0] * size[1], slice->GetBufferPointer());
  return slice;
}

struct Tally
{
  int cells = 0;
  int returned = 0;
};

/** How many of a's labels have a label of b with an IoU of at least 0.9. */
Tally
CountMatches(const std::vector<int> & a, const std::vector<int> & b)
{
  std::map<int, int> sizesA;
  std::map<int, int> sizesB;
  std::map<std::pair<int, int>, int> both;
  for (std::size_t i = 0; i < a.size(); ++i)
  {
    ++sizesA[a[i]];
    ++sizesB[b[i]];
    ++both[{ a[i], b[i] }];
  }
  Tally tally;
  tally.cells = static_cast<int>(sizesA.size()) - static_cast<int>(sizesA.count(0));
  for (const auto & pair : both)
  {
    const int unions = sizesA[pair.first.first] + sizesB[pair.first.second] - pair.second;
    tally.returned += pair.first.first > 0 && pair.first.second > 0 && 10 * pair.second >= 9 * unions ? 1 : 0;
  }
  return tally;
}

std::vector<int>
LabelsOf(const itk::CellLabelMap * cells)
{
  const auto size = cells->GetLargestPossibleRegion().GetSize();
  std::vector<int> labels(size[0] * size[1], 0);
  for (itk::CellLabelMap::ConstIterator it(cells); !it.IsAtEnd(); ++it)
  {
    for (const auto & run :
         itk::PixelRunsFromLabelObject(it.GetLabelObject(), cells->GetLargestPossibleRegion().GetIndex()))
    {
      std::fill_n(labels.begin() + run.y * static_cast<std::ptrdiff_t>(size[0]) + run.x, run.length,
                  static_cast<int>(it.GetLabel()));
    }
  }
  return labels;
}

Tally
RoundTrip(LabelImage * image)
{
  auto cells = itk::LayersImageToCellLabelMapFilter<LabelImage>::New();
  cells->SetInput(image);
  auto flows = itk::LabelMapToFlowFieldFilter<>::New();
  flows->SetInput(cells->GetOutput());
  auto back = itk::FlowFieldToLabelMapFilter<>::New();
  back->SetInput(flows->GetOutput());
  back->Update();
  const auto pixels = image->GetBufferedRegion().GetNumberOfPixels();
  return CountMatches(std::vector<int>(image->GetBufferPointer(), image->GetBufferPointer() + pixels),
                      LabelsOf(back->GetOutput()));
}

void
ExpectNinetyNinePercentBack(const std::vector<LabelImage::Pointer> & images)
{
  Tally all;
  for (const auto & image : images)
  {
    const Tally tally = RoundTrip(image);
    all.cells += tally.cells;
    all.returned += tally.returned;
  }
  EXPECT_GT(all.cells, 0);
  EXPECT_GE(100 * all.returned, 99 * all.cells) << all.returned << " of " << all.cells << " cells came back";
  ::testing::Test::RecordProperty("cells", all.cells);
  ::testing::Test::RecordProperty("returned", all.returned);
}

std::vector<LabelImage::Pointer>
SlicesOf(const std::string & name)
{
  const auto volume = ReadTestImage<itk::Image<unsigned short, 3>>(name);
  std::vector<LabelImage::Pointer> slices;
  for (itk::SizeValueType z = 0; z < volume->GetBufferedRegion().GetSize(2); ++z)
  {
    slices.push_back(SliceOf(volume, z));
  }
  return slices;
}
} // namespace

TEST(FlowRoundTrip, NucleiOfDsb2018ComeBack)
{
  std::vector<LabelImage::Pointer> images;
  for (const char * name :
       { "00071198d059", "003cee89357d", "0280fa8f60f6", "0287e7ee5b00", "02903040e19d", "03b9306f44e9" })
  {
    images.push_back(ReadTestImage<LabelImage>(std::string("dsb2018/") + name + "_lab.png"));
  }
  ExpectNinetyNinePercentBack(images);
}

TEST(FlowRoundTrip, StardistsNucleiComeBack)
{
  ExpectNinetyNinePercentBack({ ReadTestImage<LabelImage>("stardist/mask2d_256.tif") });
}

TEST(FlowRoundTrip, SlicesOfStardistsVolumeComeBack)
{
  // Slices near a nucleus' end can be smaller than the minimum size of 15 pixels.
  Tally all;
  for (const auto & slice : SlicesOf("stardist/mask3d.tif"))
  {
    std::map<unsigned short, int> sizes;
    for (itk::SizeValueType i = 0; i < slice->GetBufferedRegion().GetNumberOfPixels(); ++i)
    {
      ++sizes[slice->GetBufferPointer()[i]];
    }
    const Tally tally = RoundTrip(slice);
    all.cells += tally.cells - static_cast<int>(std::count_if(sizes.begin(), sizes.end(),
                                                              [](const auto & entry)
                                                              { return entry.first > 0 && entry.second < 15; }));
    all.returned += tally.returned;
  }
  EXPECT_GT(all.cells, 300);
  EXPECT_GE(100 * all.returned, 99 * all.cells) << all.returned << " of " << all.cells;
}

TEST(FlowRoundTrip, CellsInCollagenComeBack)
{
  std::vector<LabelImage::Pointer> images;
  for (int frame = 0; frame < 6; ++frame)
  {
    const auto slabs = SlicesOf("mda231_slabs/frame0" + std::to_string(frame) + "_labels.nrrd");
    images.insert(images.end(), slabs.begin(), slabs.end());
  }
  ExpectNinetyNinePercentBack(images);
}

namespace
{
/** A case of data/cellpose_dynamics: made without a flow check, with the sampling of Cellpose's GPU path. */
struct CellposeCase
{
  std::string path;
  TestArray<float> flow;
  TestArray<float> logit;
  TestArray<std::uint16_t> mask;

  explicit CellposeCase(const std::string & name)
    : path("cellpose_dynamics/" + name)
    , flow(path + "_dP.npy", "<f4")
    , logit(path + "_cellprob.npy", "<f4")
    , mask(path + "_mask.npy", "<u2")
  {
  }

  std::vector<int>
  Run(itk::PenCore::FlowSampling sampling) const
  {
    const std::size_t pixels = logit.values.size();
    auto field = FieldType::New();
    field->SetRegions(FieldType::SizeType{
      { static_cast<itk::SizeValueType>(logit.shape[1]), static_cast<itk::SizeValueType>(logit.shape[0]), 1 } });
    field->Allocate();
    constexpr float CellposesScale = 5.0F;
    for (std::size_t i = 0; i < pixels; ++i)
    {
      auto & pixel = field->GetBufferPointer()[i];
      pixel[0] = flow.values[pixels + i] / CellposesScale;
      pixel[1] = flow.values[i] / CellposesScale;
      pixel[2] = logit.values[i];
      pixel[3] = -10.0F;
    }
    auto filter = itk::FlowFieldToLabelMapFilter<>::New();
    filter->SetInput(field);
    filter->SetFlowThreshold(0.0);
    filter->SetSampling(sampling);
    filter->Update();
    return LabelsOf(filter->GetOutput());
  }
};
} // namespace

TEST(FlowRoundTrip, CellposesOwnMasksAreReproducedWithItsSampling)
{
  for (const char * name : { "single_cell_128", "three_cells_192", "empty_96" })
  {
    const CellposeCase vectors(name);
    const std::vector<int> expected(vectors.mask.values.begin(), vectors.mask.values.end());
    const std::vector<int> labels = vectors.Run(itk::PenCore::FlowSampling::Stretched);
    const Tally tally = CountMatches(expected, labels);
    EXPECT_EQ(tally.returned, tally.cells) << name;
    EXPECT_EQ(*std::max_element(labels.begin(), labels.end()), tally.cells) << name;
  }
}

TEST(FlowRoundTrip, ExactSamplingFindsTheSameWholeCells)
{
  // Of three_cells_192 two masks are crumbs of 95 and 66 pixels between the cells, which the half pixel changes.
  const int wholeCells[] = { 1, 3, 0 };
  int i = 0;
  for (const char * name : { "single_cell_128", "three_cells_192", "empty_96" })
  {
    const CellposeCase vectors(name);
    const std::vector<int> expected(vectors.mask.values.begin(), vectors.mask.values.end());
    const Tally tally = CountMatches(expected, vectors.Run(itk::PenCore::FlowSampling::PixelCentres));
    EXPECT_EQ(tally.returned, wholeCells[i++]) << name;
  }
}
