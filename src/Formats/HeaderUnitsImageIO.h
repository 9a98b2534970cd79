// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_HeaderUnitsImageIO_h
#define ProjectionEnhancement_Formats_HeaderUnitsImageIO_h

#include "Formats/SpacingOfHeader.h"
#include "itkMacro.h"

namespace itk
{
/** \brief One of ITK's readers, which tells more of a header than that does: the unit of the spacing, or that it has
 * none. Writes nothing: that stays ITK's. */
template <typename TImageIO>
class HeaderUnitsImageIO : public TImageIO
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(HeaderUnitsImageIO);

  bool
  CanWriteFile(const char *) override
  {
    return false;
  }

  void
  ReadImageInformation() override
  {
    TImageIO::ReadImageInformation();
    this->ReadUnits();
    PenCore::LeaveOutImpossibleSpacing(this);
  }

protected:
  HeaderUnitsImageIO() = default;
  ~HeaderUnitsImageIO() override = default;

  /** Once ITK's reader has read the header. */
  virtual void
  ReadUnits() = 0;
};
} // namespace itk

#endif
