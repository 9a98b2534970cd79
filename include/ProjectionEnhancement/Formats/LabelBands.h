// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_LabelBands_h
#define ProjectionEnhancement_Formats_LabelBands_h

#include "ProjectionEnhancementExport.h"
#include "itkImage.h"

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_map>

namespace itk
{
namespace PenCore
{
/** Cells that may overlap: X x Y x L, a label unique over all pages, 0 the background. */
using LayersImage = Image<unsigned int, 3>;

/** Whole rows of one or all pages of a layers image, and their labels, x fastest and pages slowest. */
using LabelBandVisitor = std::function<void(const LayersImage::RegionType & band, const unsigned int * labels)>;

/** Visits a layers image band by band, page after page and from the first row on. Layers that come from a filter are
 * made for one band at a time, so that they need not fit the memory. */
ProjectionEnhancement_EXPORT void
ForEachLabelBand(const LayersImage * layers, const LabelBandVisitor & visit);

/** The same, but a band has its rows of all pages. */
ProjectionEnhancement_EXPORT void
ForEachLabelBandOfAllPages(const LayersImage * layers, const LabelBandVisitor & visit);

/** Where a cell lies: on which page, and from which pixel to which, counted from the image's first. */
struct LabelPlace
{
  std::size_t page;
  std::size_t left;
  std::size_t right;
  std::size_t top;
  std::size_t bottom;
};

using LabelPlaces = std::unordered_map<unsigned int, LabelPlace>;

/** The places of all labels but 0; a label on two pages has the first one's. */
ProjectionEnhancement_EXPORT LabelPlaces
PlacesOfLabels(const LayersImage * layers);

/** The highest label, 0 where there is none. */
ProjectionEnhancement_EXPORT unsigned int
HighestLabel(const LayersImage * layers);

/** An unsigned type that labels are written as. */
struct LabelType
{
  const char * nrrdName;
  std::size_t bytes;
};

/** The smallest one, of 1, 2 or 4 bytes, that holds a label. */
ProjectionEnhancement_EXPORT LabelType
SmallestLabelType(unsigned int highest);

/** Labels [pages][pixels] as numbers [pixels][pages] of a type that holds them, bytes of least significance first. */
ProjectionEnhancement_EXPORT std::string
BytesOfLabels(const unsigned int * labels, std::size_t pages, std::size_t pixels, const LabelType & type);
} // namespace PenCore
} // namespace itk

#endif
