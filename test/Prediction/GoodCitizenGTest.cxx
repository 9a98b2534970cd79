// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkFlowFieldPredictionImageFilter.h"
#include "itkProjectionEnhancementImageFilter.h"
#include "support/GoodCitizen.h"
#include "support/SmallNetwork.h"
#include "support/TemporaryFolder.h"

using namespace pen_test;

namespace
{
struct ToFlowField
{
  template <typename TStack>
  using Filter = itk::FlowFieldPredictionImageFilter<TStack>;
};

struct ToProjection
{
  template <typename TStack>
  using Filter = itk::ProjectionEnhancementImageFilter<TStack>;
};

template <typename TKind>
Citizen
CitizenOfNetworkFilter()
{
  using F = typename TKind::template Filter<itk::Image<unsigned char, 3>>;
  static const TemporaryFolder folder;
  Citizen citizen;
  const auto of = [](auto pixel, itk::SizeValueType slices)
  {
    using StackType = itk::Image<decltype(pixel), 3>;
    const auto filter = TKind::template Filter<StackType>::New();
    filter->SetInput(ObliqueStack<StackType>(slices));
    filter->SetNetwork(SmallNetwork());
    filter->SetTileSize(32);
    filter->SetTileOverlap(8);
    return filter;
  };
  citizen.makers = OfPixelTypes([of](auto pixel) { return of(pixel, CitizenSlices); });
  citizen.makeEmpty = [of] { return itk::ProcessObject::Pointer(of(0.0F, 0).GetPointer()); };
  citizen.thirdAxis = ThirdAxis::Pages;
  citizen.listed = NamesOf<itk::PenCore::StackPredictionParameters>();
  citizen.changes = { PEN_CHANGE(F, Network, SmallNetwork(12)),
                      PEN_CHANGE(F, UseImageSpacing, false),
                      PEN_CHANGE(F, NetworkPixelSize, 0.75),
                      PEN_CHANGE(F, CellDiameter, 20.0),
                      PEN_CHANGE(F, TileSize, 48),
                      PEN_CHANGE(F, TileOverlap, 4),
                      PEN_CHANGE(F, MemoryBudget, 1 << 14),
                      PEN_CHANGE(F, ScratchFolder, folder.GetPath()),
                      PEN_CHANGE(F, ReadAhead, true),
                      PEN_CHANGE(F, PredictAhead, true) };
  return citizen;
}
} // namespace

TEST(NetworkGoodCitizen, FlowFieldPredictionImageFilter)
{
  ExpectGoodCitizen(CitizenOfNetworkFilter<ToFlowField>());
}

TEST(NetworkGoodCitizen, ProjectionEnhancementImageFilter)
{
  ExpectGoodCitizen(CitizenOfNetworkFilter<ToProjection>());
}
