// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_itkLSMUnitsImageIO_h
#define ProjectionEnhancement_Formats_itkLSMUnitsImageIO_h

#include "itkLSMImageIO.h"

namespace itk
{
/** \class LSMUnitsImageIO
 * \brief ITK's reader of Zeiss' LSM, which hands on the voxel size in m, as the file has it: here the dictionary's
 * SpacingUnitKey says so. Writes nothing: that stays ITK's.
 *
 * \ingroup ProjectionEnhancement
 */
class LSMUnitsImageIO : public LSMImageIO
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(LSMUnitsImageIO);

  using Self = LSMUnitsImageIO;
  using Superclass = LSMImageIO;
  using Pointer = SmartPointer<Self>;

  itkNewMacro(Self);

  bool
  CanWriteFile(const char * fileName) override;

  void
  ReadImageInformation() override;

protected:
  LSMUnitsImageIO() = default;
  ~LSMUnitsImageIO() override = default;
};
} // namespace itk

#endif
