// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkOMETIFFImageIOFactory.h"
#include "Formats/itkLSMUnitsImageIO.h"
#include "Formats/itkMetaUnitsImageIO.h"
#include "Formats/itkNiftiUnitsImageIO.h"
#include "Formats/itkNrrdUnitsImageIO.h"
#include "itkCreateObjectFunction.h"
#include "itkOMETIFFImageIO.h"
#include "itkVersion.h"

namespace itk
{
OMETIFFImageIOFactory::OMETIFFImageIOFactory()
{
  this->RegisterOverride("itkImageIOBase", "itkOMETIFFImageIO", "gray stacks in TIFF", true,
                         CreateObjectFunction<OMETIFFImageIO>::New());
  this->RegisterOverride("itkImageIOBase", "itkNrrdUnitsImageIO", "the unit of a NRRD's spacing", true,
                         CreateObjectFunction<NrrdUnitsImageIO>::New());
  this->RegisterOverride("itkImageIOBase", "itkNiftiUnitsImageIO", "NIfTI without a spacing", true,
                         CreateObjectFunction<NiftiUnitsImageIO>::New());
  this->RegisterOverride("itkImageIOBase", "itkMetaUnitsImageIO", "the unit of a MetaImage's spacing", true,
                         CreateObjectFunction<MetaUnitsImageIO>::New());
  this->RegisterOverride("itkImageIOBase", "itkLSMUnitsImageIO", "the unit of an LSM's spacing", true,
                         CreateObjectFunction<LSMUnitsImageIO>::New());
}

const char *
OMETIFFImageIOFactory::GetITKSourceVersion() const
{
  return ITK_SOURCE_VERSION;
}

const char *
OMETIFFImageIOFactory::GetDescription() const
{
  return "OME-TIFF and ImageJ TIFF with their spacing, NRRD, NIfTI, MetaImage and LSM with its unit";
}

bool
OMETIFFImageIOFactory::RegisterOneFactory()
{
  // ITK's reader takes the first one that can read a file: TIFFImageIO knows no channels and no third spacing.
  static const bool isRegistered =
    ObjectFactoryBase::RegisterFactory(OMETIFFImageIOFactory::New(), ObjectFactoryBase::INSERT_AT_FRONT);
  return isRegistered;
}

void
OMETIFFImageIOFactoryRegister__Private()
{
  OMETIFFImageIOFactory::RegisterOneFactory();
}
} // namespace itk
