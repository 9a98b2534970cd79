// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "examples/ExampleFiles.h"
#include "itkImageRegionConstIteratorWithIndex.h"
#include "programs/RunAsUser.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace
{
using namespace pen_test;
using Place = std::pair<itk::IndexValueType, itk::IndexValueType>;
using Mask = std::set<Place>;
using UShortStack = itk::Image<unsigned short, 3>;
constexpr itk::IndexValueType Side = 224;

// Where a place of a square lands in one of its eight mirror images.
Place
Turned(Place place, unsigned int orientation)
{
  const itk::IndexValueType x = (orientation & 1u) ? Side - 1 - place.first : place.first;
  const itk::IndexValueType y = (orientation & 2u) ? Side - 1 - place.second : place.second;
  return (orientation & 4u) ? Place(y, x) : Place(x, y);
}

std::multiset<Mask>
MasksOf(const LayersImage * layers)
{
  std::map<unsigned int, Mask> masks;
  itk::ImageRegionConstIteratorWithIndex<LayersImage> it(layers, layers->GetLargestPossibleRegion());
  for (; !it.IsAtEnd(); ++it)
  {
    masks[it.Get()].insert({ it.GetIndex()[0], it.GetIndex()[1] });
  }
  masks.erase(0);
  std::multiset<Mask> result;
  for (auto & [label, mask] : masks)
  {
    result.insert(mask);
  }
  return result;
}

Mask
Turned(const Mask & mask, unsigned int orientation)
{
  Mask turned;
  for (const Place & place : mask)
  {
    turned.insert(Turned(place, orientation));
  }
  return turned;
}

template <typename TStack>
std::vector<unsigned int>
MaximumOf(const TStack * stack)
{
  std::vector<unsigned int> plane(Side * Side, 0);
  itk::ImageRegionConstIteratorWithIndex<TStack> it(stack, stack->GetLargestPossibleRegion());
  for (; !it.IsAtEnd(); ++it)
  {
    unsigned int & pixel = plane[it.GetIndex()[1] * Side + it.GetIndex()[0]];
    pixel = std::max<unsigned int>(pixel, it.Get());
  }
  return plane;
}

std::vector<unsigned int>
Turned(const std::vector<unsigned int> & plane, unsigned int orientation)
{
  std::vector<unsigned int> turned(plane.size());
  for (itk::IndexValueType y = 0; y < Side; ++y)
  {
    for (itk::IndexValueType x = 0; x < Side; ++x)
    {
      const Place place = Turned(Place(x, y), orientation);
      turned[place.second * Side + place.first] = plane[y * Side + x];
    }
  }
  return turned;
}

// The two orientations whose brighter pixels are the plane; {8, 8} where there are none.
std::array<unsigned int, 2>
FindOrientations(const std::vector<unsigned int> & single, const std::vector<unsigned int> & both)
{
  for (unsigned int a = 0; a < 8; ++a)
  {
    for (unsigned int b = a + 1; b < 8; ++b)
    {
      std::vector<unsigned int> expected = Turned(single, a);
      const std::vector<unsigned int> other = Turned(single, b);
      std::transform(expected.begin(), expected.end(), other.begin(), expected.begin(),
                     [](unsigned int i, unsigned int j) { return std::max(i, j); });
      if (expected == both)
      {
        return { { a, b } };
      }
    }
  }
  return { { 8, 8 } };
}

TEST(ExampleAugmentDensity, StackAndCellsAreThoseOfTwoMirroredCopies)
{
  const TemporaryFolder folder;
  const auto stack = CropOfRealStack();
  const auto layers = CropOfRealLayers();
  WriteImage(stack.GetPointer(), folder / "stack.nrrd");
  WriteImage(layers.GetPointer(), folder / "layers.nrrd");
  ExpectSilentSuccess(RunAsUser("augment_density", { folder / "stack.nrrd", folder / "layers.nrrd",
                                                     folder / "dense.nrrd", folder / "dense_layers.nrrd", "3" }));
  const auto dense = ReadImage<UShortStack>(folder / "dense.nrrd");
  EXPECT_EQ(dense->GetLargestPossibleRegion(), stack->GetLargestPossibleRegion());
  EXPECT_EQ(dense->GetSpacing(), stack->GetSpacing());
  const auto [a, b] = FindOrientations(MaximumOf(stack.GetPointer()), MaximumOf(dense.GetPointer()));
  ASSERT_LT(a, 8u) << "the projection is not the brighter one of two mirror images of the stack's";

  std::multiset<Mask> expected;
  for (const Mask & mask : MasksOf(layers))
  {
    expected.insert(Turned(mask, a));
    expected.insert(Turned(mask, b));
  }
  EXPECT_GE(expected.size(), 6u);
  EXPECT_EQ(MasksOf(ReadImage<LayersImage>(folder / "dense_layers.nrrd")), expected);
}
} // namespace
