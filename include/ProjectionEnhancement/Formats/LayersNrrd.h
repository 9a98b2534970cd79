// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_LayersNrrd_h
#define ProjectionEnhancement_Formats_LayersNrrd_h

#include "ProjectionEnhancement/Formats/LabelBands.h"

#include <string>

namespace itk
{
namespace PenCore
{
/** \brief Writes layers, X x Y x L, as a compressed NRRD of the smallest unsigned type that holds every label, band by
 * band, so that they need not fit the memory where a filter makes them.
 * \throws ExceptionObject with FailWithFile()'s one line. */
ProjectionEnhancement_EXPORT void
WriteLayersNrrd(const LayersImage * layers, const std::string & path);
} // namespace PenCore
} // namespace itk

#endif
