// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_test_Flows_TestFlowField_h
#define pen_test_Flows_TestFlowField_h

#include "ProjectionEnhancement/Flows/CellsToFlows.h"
#include "ProjectionEnhancement/Flows/FlowsToCells.h"

#include <vector>

namespace PenTest
{
/** A flow field buffer [channels][height][width][4], empty or of cells. */
struct Field
{
  int width;
  int height;
  int channels;
  std::vector<float> values;

  Field(int w, int h, int c = 1)
    : width(w)
    , height(h)
    , channels(c)
    , values(static_cast<std::size_t>(4 * w * h * c), 0.0F)
  {
  }
  Field(const std::vector<itk::PenCore::Cell> & cells, int w, int h, int c = 1)
    : Field(w, h, c)
  {
    itk::PenCore::CellsToFlowField(cells, w, h, c, {}, values.data());
  }
  float *
  At(int x, int y)
  {
    return &values[static_cast<std::size_t>(4 * (y * width + x))];
  }
};

inline std::vector<itk::PenCore::Cell>
CellsOf(const Field & field, const itk::PenCore::FlowsToCellsParameters & parameters = {})
{
  return itk::PenCore::FlowFieldToCells(field.values.data(), field.width, field.height, field.channels, parameters);
}
} // namespace PenTest

#endif
