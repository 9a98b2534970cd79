// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkCellLabelMapToLayersImageFilter_h
#define itkCellLabelMapToLayersImageFilter_h

#include "ProjectionEnhancement/Cells/Pages.h"
#include "itkCellLabelObject.h"
#include "itkImage.h"
#include "itkLabelMapFilter.h"

#include <type_traits>
#include <unordered_map>

namespace itk
{
/** \class CellLabelMapToLayersImageFilter
 * \brief Writes cells that may overlap into a layers image: X x Y x L pages of labels that do not.
 *
 * PageAssignment Channel (the default) puts a cell on the page of its depth channel; of two cells of one channel that
 * share a pixel the one with the higher label moves to an extra page behind the channels', so that none loses a
 * pixel. Fewest uses as few pages as greedy colouring of the overlaps finds and ignores channels. There are never
 * fewer pages than MinimumNumberOfPages; an empty label map gives that many blank ones.
 *
 * Output: start index, size and spacing of x and y are the label map's; pages count from index 0 with spacing 1. By
 * default the 2-D origin and direction are embedded with third origin component 0 and third axis (0, 0, 1). With
 * SetReferenceGeometry(stack) origin and direction are those of the stack's first slice, so that the labels of an
 * oblique stack, or of one that starts at another slice than 0, lie where it does.
 *
 * Output is made for the requested region alone: layers larger than memory are written region by region.
 *
 * The number of pages depends on the cells, so UpdateOutputInformation() brings the input up to date (as
 * itk::AutoCropLabelMapFilter does).
 *
 * Throws itk::ExceptionObject when a label does not fit the output's pixel type, is 0, or has pixels outside the
 * label map's region.
 *
 * \code
 * auto layers = itk::CellLabelMapToLayersImageFilter<itk::CellLabelMap, itk::Image<unsigned short, 3>>::New();
 * layers->SetInput(cells->GetOutput());
 * layers->SetPageAssignment(itk::PenCore::PageAssignment::Fewest);
 * layers->SetReferenceGeometry(stack);
 * writer->SetInput(layers->GetOutput());
 * \endcode
 *
 * \sa LayersImageToCellLabelMapFilter
 * \ingroup ProjectionEnhancement
 */
template <typename TInputLabelMap = CellLabelMap, typename TOutputImage = Image<unsigned int, 3>>
class ITK_TEMPLATE_EXPORT CellLabelMapToLayersImageFilter : public LabelMapFilter<TInputLabelMap, TOutputImage>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(CellLabelMapToLayersImageFilter);

  using Self = CellLabelMapToLayersImageFilter;
  using Superclass = LabelMapFilter<TInputLabelMap, TOutputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(CellLabelMapToLayersImageFilter, LabelMapFilter);

  using InputLabelMapType = TInputLabelMap;
  using LabelObjectType = typename InputLabelMapType::LabelObjectType;
  using LabelType = typename InputLabelMapType::LabelType;
  using OutputImageType = TOutputImage;
  using OutputPixelType = typename OutputImageType::PixelType;
  using PageAssignment = PenCore::PageAssignment;
  using PointType = typename OutputImageType::PointType;
  using DirectionType = typename OutputImageType::DirectionType;

  static_assert(TInputLabelMap::ImageDimension == 2, "cells are 2-D masks");
  static_assert(TOutputImage::ImageDimension == 3, "a layers image is X x Y x L");
  static_assert(std::is_integral<OutputPixelType>::value, "labels are integers");

  itkSetEnumMacro(PageAssignment, PageAssignment);
  itkGetEnumMacro(PageAssignment, PageAssignment);

  /** At least this many pages; default and minimum 1. */
  itkSetClampMacro(MinimumNumberOfPages, unsigned int, 1, NumericTraits<std::int32_t>::max() / 2);
  itkGetConstMacro(MinimumNumberOfPages, unsigned int);

  /** Origin of the output, used when UseReferenceGeometry is on. */
  itkSetMacro(ReferenceOrigin, PointType);
  itkGetConstReferenceMacro(ReferenceOrigin, PointType);

  /** Direction of the output, used when UseReferenceGeometry is on. */
  itkSetMacro(ReferenceDirection, DirectionType);
  itkGetConstReferenceMacro(ReferenceDirection, DirectionType);

  /** Whether origin and direction come from the reference instead of the label map; default off. */
  itkSetMacro(UseReferenceGeometry, bool);
  itkGetConstMacro(UseReferenceGeometry, bool);
  itkBooleanMacro(UseReferenceGeometry);

  /** Takes over the place of the reference's first slice and its direction as they are now, and turns
   * UseReferenceGeometry on. */
  void
  SetReferenceGeometry(const ImageBase<3> * reference);

  /** Number of pages of the output; valid after UpdateOutputInformation(). */
  itkGetConstMacro(NumberOfPages, unsigned int);

protected:
  CellLabelMapToLayersImageFilter();
  ~CellLabelMapToLayersImageFilter() override = default;

  void
  GenerateOutputInformation() override;

  /** Leaves the region as it is: unlike other filters of label maps this one makes parts of its output. One that was
   * asked for when there were more pages becomes all of the output. */
  void
  EnlargeOutputRequestedRegion(DataObject * output) override;

  void
  GenerateData() override;

  void
  ThreadedProcessLabelObject(LabelObjectType * labelObject) override;

  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  void
  UpdatePages();

  void
  VerifyLabels() const;

  PageAssignment m_PageAssignment{ PageAssignment::Channel };
  unsigned int m_MinimumNumberOfPages{ 1 };
  PointType m_ReferenceOrigin;
  DirectionType m_ReferenceDirection;
  bool m_UseReferenceGeometry{ false };
  unsigned int m_NumberOfPages{ 0 };

  std::unordered_map<LabelType, std::int32_t> m_PageOfLabel;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkCellLabelMapToLayersImageFilter.hxx"
#endif

#endif
