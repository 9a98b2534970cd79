// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_itkMetaUnitsImageIO_h
#define ProjectionEnhancement_Formats_itkMetaUnitsImageIO_h

#include "Formats/HeaderUnitsImageIO.h"
#include "itkMetaImageIO.h"

namespace itk
{
/** \class MetaUnitsImageIO
 * \brief ITK's reader of MetaImage, for headers that it takes at their word.
 *
 * DistanceUnits of the header is in the dictionary's SpacingUnitKey, a spacing of 0 is unknown. Pixels in files of a
 * pattern ("slice%03d.raw 1 7 1") are refused: MetaIO gives the text to sprintf() as it is, so that a header could make
 * it write anywhere. Writes nothing: that stays ITK's.
 *
 * \ingroup ProjectionEnhancement
 */
class MetaUnitsImageIO : public HeaderUnitsImageIO<MetaImageIO>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(MetaUnitsImageIO);

  using Self = MetaUnitsImageIO;
  using Superclass = HeaderUnitsImageIO<MetaImageIO>;
  using Pointer = SmartPointer<Self>;

  itkNewMacro(Self);

protected:
  MetaUnitsImageIO() = default;
  ~MetaUnitsImageIO() override = default;

  /** \throws ExceptionObject with one line that names the file, where pixels lie in files of a pattern. */
  void
  ReadUnits() override;
};
} // namespace itk

#endif
