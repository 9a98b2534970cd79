// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_itkLSMUnitsImageIO_h
#define ProjectionEnhancement_Formats_itkLSMUnitsImageIO_h

#include "Formats/HeaderUnitsImageIO.h"
#include "itkLSMImageIO.h"

namespace itk
{
/** \class LSMUnitsImageIO
 * \brief ITK's reader of Zeiss' LSM, which hands on the voxel size in m, as the file has it: here the dictionary's
 * SpacingUnitKey says so. Writes nothing: that stays ITK's.
 *
 * \ingroup ProjectionEnhancement
 */
class LSMUnitsImageIO : public HeaderUnitsImageIO<LSMImageIO>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(LSMUnitsImageIO);

  using Self = LSMUnitsImageIO;
  using Superclass = HeaderUnitsImageIO<LSMImageIO>;
  using Pointer = SmartPointer<Self>;

  itkNewMacro(Self);

protected:
  LSMUnitsImageIO() = default;
  ~LSMUnitsImageIO() override = default;

  void
  ReadUnits() override;
};
} // namespace itk

#endif
