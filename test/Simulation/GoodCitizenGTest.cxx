// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkSimulatedCellStackSource.h"
#include "support/GoodCitizen.h"

using namespace pen_test;

TEST(GoodCitizen, SimulatedCellStackSource)
{
  using F = itk::SimulatedCellStackSource<itk::Image<unsigned char, 3>>;
  Citizen citizen;
  citizen.makers = OfPixelTypes(
    [](auto pixel)
    {
      const auto source = itk::SimulatedCellStackSource<itk::Image<decltype(pixel), 3>>::New();
      auto parameters = source->GetParameters();
      parameters.size = { { 64, 48, 6 } };
      parameters.numberOfCells = 3;
      parameters.brightestBrightness = 120.0; // below 256, where unsigned char ends
      source->SetParameters(parameters);
      return source;
    });
  citizen.listed = NamesOf<F::ParametersType>();
  citizen.changes = { PEN_CHANGE(F, Shape, F::ShapeType::Ellipsoid), PEN_CHANGE(F, NumberOfCells, 2),
                      PEN_CHANGE(F, Seed, 5), PEN_CHANGE(F, Origin, SomePoint()),
                      PEN_CHANGE(F, Direction, ObliqueDirection()) };
  citizen.doesNotApply = {
    { Property::Geometry, "a source has no input; OutputsLieOnTheSameObliqueGrid checks its own origin and direction" },
    { Property::Streaming, "cells are placed in the whole stack" },
    { Property::NoInput, "a source has none" },
    { Property::EmptyInput, "a source has none" }
  };
  ExpectGoodCitizen(citizen);
}
