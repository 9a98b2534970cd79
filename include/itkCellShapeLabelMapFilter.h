// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkCellShapeLabelMapFilter_h
#define itkCellShapeLabelMapFilter_h

#include "itkCellLabelObject.h"
#include "itkImage.h"
#include "itkInPlaceLabelMapFilter.h"

#include <unordered_map>
#include <vector>

namespace itk
{
/** \class CellShapeLabelMapFilter
 * \brief Measures each cell: its shape, its intensity in the maximum projection and in the stack, and its overlaps.
 *
 * Inputs: a label map of cells (X x Y, overlapping allowed) and the stack (X x Y x Z, any scalar type) with the same
 * x-y region. Each cell is measured alone, whatever lies over it. The output's label objects get the attributes of
 * itk::StatisticsLabelMapFilter: shape in physical units (um; ITK's perimeter is Crofton's of 4 directions, its
 * roundness the equivalent circle's perimeter over the mask's), and the intensity under the mask in the maximum over z.
 * The stack is read in bands and never whole, nor is its projection. What ITK has no attribute for is asked by label
 * after the update:
 *
 * - GetSolidity(): pixels of the mask over pixels of its convex hull (PenCore::CountConvexPixels());
 * - GetMajorAxisLength(), GetMinorAxisLength(): axes in um of the ellipse with the mask's second moments, 4 times the
 *   square root of the principal moments;
 * - GetOrientation(): angle of the major axis in degrees in (-90, 90], from the physical x axis towards the y axis
 *   (downwards in a picture); 0 where the axes are equal;
 * - GetStackSum(), GetStackMean(): the intensity of all voxels under the mask, over all slices;
 * - GetOverlappingLabels(): the cells that share pixels with it, ascending.
 *
 * Throws itk::ExceptionObject without a stack or where the regions differ, and from the queries for a label that the
 * last update has not seen.
 *
 * \code
 * auto shape = itk::CellShapeLabelMapFilter<itk::CellLabelMap, StackType>::New();
 * shape->SetInput(depth->GetOutput());
 * shape->SetStackImage(reader->GetOutput());
 * shape->Update();
 * const double um = shape->GetOutput()->GetNthLabelObject(0)->GetPerimeter();
 * \endcode
 *
 * \ingroup ProjectionEnhancement
 */
template <typename TLabelMap, typename TStackImage>
class ITK_TEMPLATE_EXPORT CellShapeLabelMapFilter : public InPlaceLabelMapFilter<TLabelMap>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(CellShapeLabelMapFilter);

  using Self = CellShapeLabelMapFilter;
  using Superclass = InPlaceLabelMapFilter<TLabelMap>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(CellShapeLabelMapFilter, InPlaceLabelMapFilter);

  using StackImageType = TStackImage;
  using LabelObjectType = typename TLabelMap::LabelObjectType;
  using LabelType = typename LabelObjectType::LabelType;
  using LabelVectorType = std::vector<LabelType>;

  static_assert(TLabelMap::ImageDimension == 2, "cells are 2-D masks");
  static_assert(TStackImage::ImageDimension == 3, "a stack is X x Y x Z");

  /** The stack that the cells were found in. */
  itkSetInputMacro(StackImage, StackImageType);
  itkGetInputMacro(StackImage, StackImageType);

  double
  GetSolidity(LabelType label) const
  {
    return this->Find(label).solidity;
  }
  double
  GetMajorAxisLength(LabelType label) const
  {
    return this->Find(label).majorAxisLength;
  }
  double
  GetMinorAxisLength(LabelType label) const
  {
    return this->Find(label).minorAxisLength;
  }
  double
  GetOrientation(LabelType label) const
  {
    return this->Find(label).orientation;
  }
  double
  GetStackSum(LabelType label) const
  {
    return this->Find(label).stackSum;
  }
  double
  GetStackMean(LabelType label) const
  {
    return this->Find(label).stackMean;
  }
  const LabelVectorType &
  GetOverlappingLabels(LabelType label) const
  {
    return this->Find(label).overlappingLabels;
  }

protected:
  CellShapeLabelMapFilter();
  ~CellShapeLabelMapFilter() override = default;

  void
  VerifyInputInformation() ITKv5_CONST override;

  void
  GenerateInputRequestedRegion() override;

  void
  GenerateData() override;

  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  using PlaneType = Image<float, 2>;

  struct Measures
  {
    double solidity = 0.0;
    double majorAxisLength = 0.0;
    double minorAxisLength = 0.0;
    double orientation = 0.0;
    double stackSum = 0.0;
    double stackMean = 0.0;
    LabelVectorType overlappingLabels;
  };

  const Measures &
  Find(LabelType label) const;

  typename PlaneType::Pointer
  MakeWindow(const PenCore::PixelRuns & mask) const;

  void
  UpdateAttributes(LabelObjectType * cell, PlaneType * window) const;

  void
  UpdateShapes();

  void
  MeasureAxes(const LabelObjectType * cell, Measures & measures) const;

  std::unordered_map<LabelType, Measures> m_Measures;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkCellShapeLabelMapFilter.hxx"
#endif

#endif
