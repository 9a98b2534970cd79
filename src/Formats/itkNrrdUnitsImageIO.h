// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_itkNrrdUnitsImageIO_h
#define ProjectionEnhancement_Formats_itkNrrdUnitsImageIO_h

#include "Formats/HeaderUnitsImageIO.h"
#include "itkNrrdImageIO.h"

namespace itk
{
/** \class NrrdUnitsImageIO
 * \brief ITK's reader of NRRD, which drops the units of the axes: here the dictionary's SpacingUnitKey has them.
 *
 * It is the unit that "units" or "space units" of the header give for all axes, or "unknown" where these differ, are
 * missing for some or are no length, or where "spacings" gives none. A header without these leaves the dictionary as it
 * is. The spacing is ITK's, in that unit. A stack in the space left-anterior-superior lies where the header says, which
 * ITK 5.2 mirrors. Writes nothing: that stays ITK's.
 *
 * \ingroup ProjectionEnhancement
 */
class NrrdUnitsImageIO : public HeaderUnitsImageIO<NrrdImageIO>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(NrrdUnitsImageIO);

  using Self = NrrdUnitsImageIO;
  using Superclass = HeaderUnitsImageIO<NrrdImageIO>;
  using Pointer = SmartPointer<Self>;

  itkNewMacro(Self);

protected:
  NrrdUnitsImageIO() = default;
  ~NrrdUnitsImageIO() override = default;

  void
  ReadUnits() override;
};
} // namespace itk

#endif
