// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkOMETIFFImageIOFactory_h
#define itkOMETIFFImageIOFactory_h

#include "ProjectionEnhancementExport.h"
#include "itkObjectFactoryBase.h"

namespace itk
{
/** \class OMETIFFImageIOFactory
 * \brief Makes OMETIFFImageIO, for ImageFileReader and ImageFileWriter.
 *
 * It is registered in front of ITK's own factories when the library is loaded, together with a reader of NRRD that
 * puts the file's "units" or "space units" into the dictionary, as SpacingUnitKey.
 *
 * \ingroup ProjectionEnhancement
 */
class ProjectionEnhancement_EXPORT OMETIFFImageIOFactory : public ObjectFactoryBase
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(OMETIFFImageIOFactory);

  using Self = OMETIFFImageIOFactory;
  using Superclass = ObjectFactoryBase;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkFactorylessNewMacro(Self);
  itkTypeMacro(OMETIFFImageIOFactory, ObjectFactoryBase);

  const char *
  GetITKSourceVersion() const override;
  const char *
  GetDescription() const override;

  /** Registers the factory in front of the others unless that is done. \return whether it is registered. */
  static bool
  RegisterOneFactory();

protected:
  OMETIFFImageIOFactory();
  ~OMETIFFImageIOFactory() override = default;
};

/** Where the library is static this has the linker keep it, in programs that include this file. */
inline const bool OMETIFFImageIOFactoryIsRegistered = OMETIFFImageIOFactory::RegisterOneFactory();

/** What ITK's own module system calls for a module's FACTORY_NAMES. */
ProjectionEnhancement_EXPORT void
OMETIFFImageIOFactoryRegister__Private();
} // namespace itk

#endif
