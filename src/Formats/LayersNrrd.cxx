// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Formats/LayersNrrd.h"
#include "ProjectionEnhancement/Formats/NrrdWriter.h"

namespace itk
{
namespace PenCore
{
void
WriteLayersNrrd(const LayersImage * layers, const std::string & path)
{
  const LabelType type = SmallestLabelType(HighestLabel(layers));
  NrrdHeader header;
  header.type = type.nrrdName;
  LayersImage::PointType origin;
  layers->TransformIndexToPhysicalPoint(layers->GetLargestPossibleRegion().GetIndex(), origin);
  header.origin = { { origin[0], origin[1], origin[2] } };
  for (unsigned int axis = 0; axis < LayersImage::ImageDimension; ++axis)
  {
    const double spacing = layers->GetSpacing()[axis];
    const auto & direction = layers->GetDirection();
    header.sizes.push_back(layers->GetLargestPossibleRegion().GetSize(axis));
    header.directions.push_back(
      { { direction[0][axis] * spacing, direction[1][axis] * spacing, direction[2][axis] * spacing } });
  }
  NrrdWriter writer(header, path);
  ForEachLabelBand(layers, [&](const LayersImage::RegionType & band, const unsigned int * labels)
                   { writer.Write(BytesOfLabels(labels, 1, band.GetNumberOfPixels(), type)); });
  writer.Close();
}
} // namespace PenCore
} // namespace itk
