// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkPolygonAnnotationReader_h
#define itkPolygonAnnotationReader_h

#include "ProjectionEnhancementExport.h"
#include "itkCellLabelObject.h"
#include "itkImage.h"
#include "itkImageSource.h"
#include "itkPolygonAnnotation.h"

#include <string>

namespace itk
{
/** \class PolygonAnnotationReader
 * \brief Reads an annotation file of the paper's authors as cells that may overlap, and the regions it leaves out.
 *
 * Output 0: a label map on the stack's X x Y grid, labels 1, 2, ... in the file's order; Depth is approx_z times
 * SliceSpacing. Output 1: a mask that is 1 where the truth is not known (the file's pixelweight), 0 elsewhere.
 * The file does not tell the voxel size: Spacing (x and y) and SliceSpacing are in um and 1 unless set. See
 * PolygonAnnotation for the file's entries and PenCore::RasterizePolygon() for the pixels a polygon holds.
 *
 * Throws itk::ExceptionObject when the file cannot be opened or an entry of it cannot be right.
 *
 * Source: the annotation tool of Eddy et al., github eddy6081/CellAnnotate.
 *
 * \code
 * auto reader = itk::PolygonAnnotationReader::New();
 * reader->SetFileName("gt/field7.json");
 * reader->SetSliceSpacing(10.0);
 * reader->Update();
 * const itk::CellLabelMap * cells = reader->GetOutput();
 * \endcode
 *
 * \ingroup ProjectionEnhancement
 */
class ProjectionEnhancement_EXPORT PolygonAnnotationReader : public ImageSource<CellLabelMap>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(PolygonAnnotationReader);

  using Self = PolygonAnnotationReader;
  using Superclass = ImageSource<CellLabelMap>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using IgnoreImageType = Image<unsigned char, 2>;
  using SpacingType = CellLabelMap::SpacingType;

  itkNewMacro(Self);
  itkTypeMacro(PolygonAnnotationReader, ImageSource);

  itkSetStringMacro(FileName);
  itkGetStringMacro(FileName);

  /** Size of a pixel in um; default 1. */
  itkSetMacro(Spacing, SpacingType);
  itkGetConstReferenceMacro(Spacing, SpacingType);

  /** Distance of the stack's slices in um; default 1, which makes depths slices. */
  itkSetMacro(SliceSpacing, double);
  itkGetConstMacro(SliceSpacing, double);

  /** 1 where the truth is not known. */
  const IgnoreImageType *
  GetIgnoreImage() const;

  /** Slices of the stack, 0 where the file does not say; known after UpdateOutputInformation(). */
  itkGetConstMacro(NumberOfSlices, unsigned int);

  using Superclass::MakeOutput;
  DataObject::Pointer
  MakeOutput(DataObjectPointerArraySizeType index) override;

protected:
  PolygonAnnotationReader();
  ~PolygonAnnotationReader() override = default;

  void
  VerifyPreconditions() ITKv5_CONST override;
  void
  GenerateOutputInformation() override;
  void
  EnlargeOutputRequestedRegion(DataObject * output) override;
  void
  GenerateData() override;
  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  std::string m_FileName;
  SpacingType m_Spacing{ 1.0 };
  double m_SliceSpacing{ 1.0 };
  unsigned int m_NumberOfSlices{ 0 };
  PolygonAnnotation m_Annotation;
};
} // namespace itk

#endif
