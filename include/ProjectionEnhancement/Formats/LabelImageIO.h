// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_LabelImageIO_h
#define ProjectionEnhancement_Formats_LabelImageIO_h

#include "ProjectionEnhancementExport.h"
#include "itkImageIOBase.h"

#include <string>

namespace itk
{
namespace PenCore
{
/** \brief What reads a label image, for ImageFileReader::SetImageIO().
 *
 * Labels are numbers: a palette's entries are read, not their colours. All pages of a TIFF are layers, whatever the
 * file calls them. Null where no format reads the file. */
ProjectionEnhancement_EXPORT ImageIOBase::Pointer
CreateLabelImageIO(const std::string & path);
} // namespace PenCore
} // namespace itk

#endif
