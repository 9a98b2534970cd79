// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkStackNetworkImageFilter_h
#define itkStackNetworkImageFilter_h

#include "itkImageToImageFilter.h"
#include "itkPenCoreStackPrediction.h"
#include "itkSegmentationNetwork.h"

#include <vector>

namespace itk
{
/** \class StackNetworkImageFilter
 * \brief What the filters that send a whole stack through a SegmentationNetwork share.
 *
 * Input: a 3-D image of gray values of any scalar type, X x Y x Z; its spacing counts as um where
 * UseImageSpacing is on. The network says how intensities are normalised and on which spacing it was trained; the stack
 * is resampled to that and the result brought back, where both spacings are known. The filter needs the whole stack.
 * It throws itk::ExceptionObject without a network, on an empty stack and on voxels that are not finite.
 *
 * \ingroup ProjectionEnhancement
 */
template <typename TInputImage, typename TOutputImage>
class ITK_TEMPLATE_EXPORT StackNetworkImageFilter : public ImageToImageFilter<TInputImage, TOutputImage>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(StackNetworkImageFilter);

  using Self = StackNetworkImageFilter;
  using Superclass = ImageToImageFilter<TInputImage, TOutputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkTypeMacro(StackNetworkImageFilter, ImageToImageFilter);

  using InputImageType = TInputImage;
  using OutputImageType = TOutputImage;

  static_assert(TInputImage::ImageDimension == 3, "a stack is X x Y x Z");

  /** The network, which must have weights when the filter runs. */
  itkSetObjectMacro(Network, SegmentationNetwork);
  itkGetModifiableObjectMacro(Network, SegmentationNetwork);

  /** Whether the image's spacing is known and in um; on by default. Off, pixels count as the network's own. */
  itkSetMacro(UseImageSpacing, bool);
  itkGetConstMacro(UseImageSpacing, bool);
  itkBooleanMacro(UseImageSpacing);

  /** um of the network's pixels; 0, the default, leaves it to the model. */
  itkSetClampMacro(NetworkPixelSize, double, 0.0, NumericTraits<double>::max());
  itkGetConstMacro(NetworkPixelSize, double);

  /** Pixels of the stack across a cell, for a network that knows how large its cells are (imported from Cellpose);
   * 0, the default, leaves it to the spacings or to the images that the network learned from. */
  itkSetClampMacro(CellDiameter, double, 0.0, NumericTraits<double>::max());
  itkGetConstMacro(CellDiameter, double);

  /** Side of the tiles that the 2-D network sees at once, in its pixels; default 256. */
  itkSetMacro(TileSize, unsigned int);
  itkGetConstMacro(TileSize, unsigned int);

  /** Pixels that neighbouring tiles share at least, blended smoothly; default 64. */
  itkSetMacro(TileOverlap, unsigned int);
  itkGetConstMacro(TileOverlap, unsigned int);

  /** The network's changes count as the filter's own. */
  ModifiedTimeType
  GetMTime() const override;

protected:
  StackNetworkImageFilter() = default;
  ~StackNetworkImageFilter() override = default;

  void
  VerifyPreconditions() ITKv5_CONST override;

  void
  VerifyInputInformation() ITKv5_CONST override;

  void
  GenerateInputRequestedRegion() override;

  void
  EnlargeOutputRequestedRegion(DataObject * output) override;

  void
  PrintSelf(std::ostream & os, Indent indent) const override;

  /** The stack's voxels as floats [z][y][x]. */
  std::vector<float>
  CopyStack() const;

  PenCore::GridSize
  GetStackSize() const;

  /** Spacings, tiles, threads and progress for the core. */
  PenCore::StackPredictionParameters
  GetPredictionParameters();


private:
  SegmentationNetwork::Pointer m_Network;
  bool m_UseImageSpacing{ true };
  double m_NetworkPixelSize{ 0.0 };
  double m_CellDiameter{ 0.0 };
  unsigned int m_TileSize{ 256 };
  unsigned int m_TileOverlap{ 64 };
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkStackNetworkImageFilter.hxx"
#endif

#endif
