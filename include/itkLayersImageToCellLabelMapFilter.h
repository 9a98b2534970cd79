// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkLayersImageToCellLabelMapFilter_h
#define itkLayersImageToCellLabelMapFilter_h

#include "itkCellLabelObject.h"
#include "itkImageToImageFilter.h"

#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace itk
{
/** \class LayersImageToCellLabelMapFilter
 * \brief Turns a label image, or a stack of label images that overlap each other, into a label map of cells.
 *
 * Input: a 2-D label image, or a layers image X x Y x L whose pages hold labels that are unique over all pages; any
 * integer pixel type. Every label other than 0 becomes a cell of the 2-D output with the same label; its channel is
 * its page, counted from the first page of the input's region (0 for a 2-D input). Depth, score and flow error are
 * left at 0.
 *
 * The output keeps start index, size, spacing and origin of the x and y axes and the upper left 2 x 2 part of the
 * direction, or the identity where that part is singular (a stack seen edge-on).
 *
 * Throws itk::ExceptionObject when a label occurs on two pages or is negative, and for an
 * image without pixels.
 *
 * \code
 * auto cells = itk::LayersImageToCellLabelMapFilter<itk::Image<unsigned short, 3>>::New();
 * cells->SetInput(reader->GetOutput());
 * cells->Update();
 * std::cout << cells->GetOutput()->GetNumberOfLabelObjects() << " cells\n";
 * \endcode
 *
 * \sa CellLabelMapToLayersImageFilter
 * \ingroup ProjectionEnhancement
 */
template <typename TInputImage, typename TOutputLabelMap = CellLabelMap>
class ITK_TEMPLATE_EXPORT LayersImageToCellLabelMapFilter : public ImageToImageFilter<TInputImage, TOutputLabelMap>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(LayersImageToCellLabelMapFilter);

  using Self = LayersImageToCellLabelMapFilter;
  using Superclass = ImageToImageFilter<TInputImage, TOutputLabelMap>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(LayersImageToCellLabelMapFilter, ImageToImageFilter);

  using InputImageType = TInputImage;
  using InputPixelType = typename InputImageType::PixelType;
  using OutputLabelMapType = TOutputLabelMap;
  using LabelObjectType = typename OutputLabelMapType::LabelObjectType;
  using LabelType = typename OutputLabelMapType::LabelType;

  static constexpr unsigned int InputImageDimension = InputImageType::ImageDimension;

  static_assert(InputImageDimension == 2 || InputImageDimension == 3, "a label image, or a layers image X x Y x L");
  static_assert(TOutputLabelMap::ImageDimension == 2, "cells are 2-D masks");
  static_assert(std::is_integral<InputPixelType>::value, "labels are integers");

protected:
  LayersImageToCellLabelMapFilter() = default;
  ~LayersImageToCellLabelMapFilter() override = default;

  void
  VerifyInputInformation() ITKv5_CONST override;

  void
  GenerateOutputInformation() override;

  void
  GenerateInputRequestedRegion() override;

  void
  EnlargeOutputRequestedRegion(DataObject * output) override;

  void
  GenerateData() override;

private:
  using LabelledRun = std::pair<InputPixelType, PenCore::PixelRun>;
  using LabelledRuns = std::vector<LabelledRun>;

  struct LabelledMask
  {
    SizeValueType page;
    PenCore::PixelRuns runs;
  };
  using LabelledMasks = std::unordered_map<InputPixelType, LabelledMask>;

  /** The runs of row \a y of page \a page, both counted from the region's start. */
  LabelledRuns
  ScanRow(SizeValueType y, SizeValueType page) const;

  /** The runs of every row of every page, page after page. */
  std::vector<LabelledRuns>
  ScanRows();

  LabelledMasks
  CollectMasks(const std::vector<LabelledRuns> & rows) const;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkLayersImageToCellLabelMapFilter.hxx"
#endif

#endif
