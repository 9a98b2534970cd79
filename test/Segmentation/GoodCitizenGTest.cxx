// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkCellSegmentationImageFilter.h"
#include "support/GoodCitizen.h"
#include "support/SmallNetwork.h"
#include "support/TemporaryFolder.h"

using namespace pen_test;

TEST(NetworkGoodCitizen, CellSegmentationImageFilter)
{
  using F = itk::CellSegmentationImageFilter<itk::Image<unsigned char, 3>>;
  static const TemporaryFolder folder;
  Citizen citizen;
  const auto of = [](auto pixel, itk::SizeValueType slices)
  {
    using StackType = itk::Image<decltype(pixel), 3>;
    // What a network that has learned nothing shows becomes cells.
    itk::SegmentationRecipe recipe;
    recipe.cellThreshold = -100.0;
    recipe.maximumSizeShare = 1.0;
    recipe.flowThreshold = 0.0;
    recipe.minimumSize = 1;
    recipe.windowSlices = 4;
    const auto filter = itk::CellSegmentationImageFilter<StackType>::New();
    filter->SetInput(ObliqueStack<StackType>(slices));
    filter->SetNetwork(SmallNetwork(8)); // whose flows end in some places
    filter->SetRecipe(recipe);
    filter->SetTileSize(32);
    filter->SetTileOverlap(8);
    filter->KeepFlowFieldOn();
    filter->KeepProjectionOn();
    return filter;
  };
  citizen.makers = OfPixelTypes([of](auto pixel) { return of(pixel, CitizenSlices); });
  citizen.makeEmpty = [of] { return itk::ProcessObject::Pointer(of(0.0F, 0).GetPointer()); };
  citizen.thirdAxis = ThirdAxis::Pages;
  citizen.listed = NamesOf<itk::PenCore::StackSegmentationParameters>();
  citizen.changes = { PEN_CHANGE(F, Network, SmallNetwork(12)),
                      PEN_CHANGE(F, UseImageSpacing, false),
                      PEN_CHANGE(F, NetworkPixelSize, 0.75),
                      PEN_CHANGE(F, CellDiameter, 20.0),
                      PEN_CHANGE(F, TileSize, 48),
                      PEN_CHANGE(F, TileOverlap, 4),
                      PEN_CHANGE(F, MemoryBudget, 1 << 14),
                      PEN_CHANGE(F, ScratchFolder, folder.GetPath()),
                      PEN_CHANGE(F, Ahead, F::AheadType::On),
                      PEN_CHANGE(F, KeepFlowField, false),
                      PEN_CHANGE(F, KeepProjection, false) };
  citizen.doesNotApply = { { Property::Streaming, "a label map is made whole" } };
  ExpectGoodCitizen(citizen);
}
