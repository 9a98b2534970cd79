// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "examples/ExampleFiles.h"

#include "itkSegmentationNetwork.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace pen_test
{
namespace
{
constexpr itk::IndexValueType CropStart[2] = { 224, 500 };
constexpr itk::SizeValueType CropSize = 224;

template <typename TImage>
typename TImage::Pointer
Crop(const std::string & path)
{
  const auto whole = ReadImage<TImage>(path);
  const auto crop = TImage::New();
  const itk::SizeValueType pages = whole->GetLargestPossibleRegion().GetSize(2);
  crop->SetRegions(typename TImage::SizeType{ { CropSize, CropSize, pages } });
  crop->SetSpacing(whole->GetSpacing());
  crop->Allocate();
  for (itk::ImageRegionIterator<TImage> it(crop, crop->GetLargestPossibleRegion()); !it.IsAtEnd(); ++it)
  {
    const auto index = it.GetIndex();
    it.Set(whole->GetPixel({ { index[0] + CropStart[0], index[1] + CropStart[1], index[2] } }));
  }
  return crop;
}
} // namespace

ByteStack::Pointer
CropOfRealStack()
{
  return Crop<ByteStack>(PEN_TEST_DATA_DIR "/mda231_stack/stack.nrrd");
}

LayersImage::Pointer
CropOfRealLayers()
{
  return Crop<LayersImage>(PEN_TEST_DATA_DIR "/mda231_stack/layers.nrrd");
}

void
WriteQuickModel(const std::string & path)
{
  const auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->Load(PEN_MODELS_DIR "/pen-cellpose.pt");
  itk::SegmentationNetworkOptions options = network->GetOptions();
  options.recipe = options.GetRecipe();
  options.recipe->windowSlices = 0;
  options.recipe->windowExtent = 0.0;
  network->SetOptions(options);
  network->Save(path);
}

std::map<unsigned int, itk::SizeValueType>
CountLabels(const LayersImage * layers)
{
  std::map<unsigned int, itk::SizeValueType> counts;
  const unsigned int * pixels = layers->GetBufferPointer();
  std::for_each(pixels, pixels + layers->GetLargestPossibleRegion().GetNumberOfPixels(),
                [&](unsigned int label) { ++counts[label]; });
  counts.erase(0);
  return counts;
}

void
ExpectSamePixels(const LayersImage * a, const LayersImage * b)
{
  const auto region = a->GetLargestPossibleRegion();
  ASSERT_EQ(region, b->GetLargestPossibleRegion());
  const unsigned int * pixels = a->GetBufferPointer();
  EXPECT_TRUE(std::equal(pixels, pixels + region.GetNumberOfPixels(), b->GetBufferPointer()));
}
} // namespace pen_test
