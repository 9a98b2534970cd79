// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Samples_CellAnnotation_h
#define ProjectionEnhancement_Samples_CellAnnotation_h

#include "ProjectionEnhancement/Base/Parameters.h"

#include <limits>

namespace itk
{
namespace PenCore
{
/** \brief How the cells of a sparse stack are found without a network; CellAnnotationImageFilter says what each means.
 */
struct CellAnnotationParameters
{
  double smoothingSigma = 0.5;  ///< um
  double threshold = 0.0;       ///< over the background; 0: Otsu's
  double splitDepth = 2.0;      ///< um; 0 switches splitting off
  double minimumVolume = 500.0; ///< um^3
  double minimumArea = 100.0;   ///< um^2
  double maximumArea = std::numeric_limits<double>::max();
  double maximumBorderShare = 0.15; ///< within [0, 1]

  /** The one list of them, for ForEachParameter(). */
  template <typename TVisit, typename... TParameters>
  static void
  VisitParameters(TVisit && visit, TParameters &... parameters)
  {
    visit("SmoothingSigma", parameters.smoothingSigma...);
    visit("Threshold", parameters.threshold...);
    visit("SplitDepth", parameters.splitDepth...);
    visit("MinimumVolume", parameters.minimumVolume...);
    visit("MinimumArea", parameters.minimumArea...);
    visit("MaximumArea", parameters.maximumArea...);
    visit("MaximumBorderShare", parameters.maximumBorderShare...);
  }
};
} // namespace PenCore
} // namespace itk

#endif
