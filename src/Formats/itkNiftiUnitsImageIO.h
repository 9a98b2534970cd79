// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_itkNiftiUnitsImageIO_h
#define ProjectionEnhancement_Formats_itkNiftiUnitsImageIO_h

#include "Formats/HeaderUnitsImageIO.h"
#include "itkNiftiImageIO.h"

namespace itk
{
/** \class NiftiUnitsImageIO
 * \brief ITK's reader of NIfTI, which takes a spacing that is none (0, negative, NaN, infinite) for 1 mm or its
 * absolute value: here the dictionary's SpacingUnitKey says that it is unknown.
 *
 * Otherwise the spacing is in mm, to which ITK brings it, as "xyzt_units" in the dictionary tells. Writes nothing: that
 * stays ITK's.
 *
 * \ingroup ProjectionEnhancement
 */
class NiftiUnitsImageIO : public HeaderUnitsImageIO<NiftiImageIO>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(NiftiUnitsImageIO);

  using Self = NiftiUnitsImageIO;
  using Superclass = HeaderUnitsImageIO<NiftiImageIO>;
  using Pointer = SmartPointer<Self>;

  itkNewMacro(Self);

protected:
  NiftiUnitsImageIO() = default;
  ~NiftiUnitsImageIO() override = default;

  void
  ReadUnits() override;
};
} // namespace itk

#endif
