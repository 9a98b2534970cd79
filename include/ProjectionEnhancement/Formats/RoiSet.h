// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_RoiSet_h
#define ProjectionEnhancement_Formats_RoiSet_h

#include "ProjectionEnhancementExport.h"
#include "itkCellLabelObject.h"
#include "itkImageBase.h"

#include <string>

namespace itk
{
namespace PenCore
{
/** Where a stack lies in a hyperstack, from 1; 0 and 0: it is the whole image. */
struct HyperstackPlace
{
  unsigned int channel = 0;
  unsigned int frame = 0;
};

/** \brief Writes cells as a set of regions that ImageJ's and Fiji's ROI Manager opens (.zip of .roi files).
 *
 * A cell is a polygon along the edges of its pixels, which holds exactly its mask; parts and holes are joined to it by
 * lines that hold no area. It lies on the slice of the stack that is nearest to its depth, has DepthColour() over the
 * stack and a name that tells label and depth. ImageJ has positions for stacks and others for hyperstacks, and shows a
 * region with the wrong kind on no slice: the place says which kind is needed.
 * \throws ExceptionObject with FailWithFile()'s one line, and RangeError for what the format cannot hold: pixels beyond
 * 32767, more than 65534 cells. */
ProjectionEnhancement_EXPORT void
WriteRoiSet(const CellLabelMap * cells, const ImageBase<3> * stack, const std::string & path,
            const HyperstackPlace & place = {});
} // namespace PenCore
} // namespace itk

#endif
