// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkStackNetworkImageFilter_h
#define itkStackNetworkImageFilter_h

#include "ProjectionEnhancement/Base/ParameterMacros.h"
#include "ProjectionEnhancement/Prediction/StackPrediction.h"
#include "itkImageToImageFilter.h"
#include "itkSegmentationNetwork.h"

#include <memory>

namespace itk
{
/** \class StackNetworkImageFilter
 * \brief What the filters that send a whole stack through a SegmentationNetwork share.
 *
 * Input: a 3-D image of gray values of any scalar type, X x Y x Z; its spacing counts, in the unit
 * that MicrometersPerSpacingUnit() knows, where UseImageSpacing is on. The network says how intensities are normalised
 * and on which spacing it was trained; the stack is resampled to that and the result brought back, where both spacings
 * are known. It throws itk::ExceptionObject without a network, on an empty stack and on voxels that are not finite.
 *
 * The output streams: a requested region is widened to whole rows, and rows asked for from top to bottom go through the
 * network once. The input is asked for in bands of rows, several times over, unless all of it takes no more than half
 * of MemoryBudget: then once and whole.
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

  /** Whether the image's spacing counts; on by default. Off, or where MicrometersPerSpacingUnit() does not know its
   * unit, pixels count as the network's own. */
  itkSetMacro(UseImageSpacing, bool);
  itkGetConstMacro(UseImageSpacing, bool);
  itkBooleanMacro(UseImageSpacing);

  /** Grid, tiles, memory and scratch folder at once. */
  penPartOfParametersMacro(RunParameters, PenCore::NetworkRunParameters);

  /** um of the network's pixels; 0, the default, leaves it to the model. */
  penClampedParameterMacro(NetworkPixelSize, networkPixelSize, double, 0.0, NumericTraits<double>::max());

  /** Pixels of the stack across a cell, for a network that knows how large its cells are (imported from Cellpose);
   * 0, the default, leaves it to the spacings or to the images that the network learned from. */
  penClampedParameterMacro(CellDiameter, cellDiameter, double, 0.0, NumericTraits<double>::max());

  /** Side of the tiles that the 2-D network sees at once, in its pixels; default 512. */
  penParameterMacro(TileSize, tileSize, unsigned int);

  /** Pixels that neighbouring tiles share at least, blended smoothly; default 48. */
  penParameterMacro(TileOverlap, tileOverlap, unsigned int);

  /** Bytes that the stack and its planes may take in memory; default 2^30. The result does not depend on it. */
  penParameterMacro(MemoryBudget, memory, SizeValueType);

  /** A folder for the planes of a stack, where these take more than half of MemoryBudget: a file there, gone with the
   * filter's last row, holds four bytes per plane and pixel of the network's grid. Empty, the default: planes are made
   * again, which reads the input once more. The result does not depend on it. */
  penStringParameterMacro(ScratchFolder, scratchFolder);

  /** Intensity that counts as 0. Together with HighestIntensity, where that is higher, it stands in for what the
   * model's normalisation makes of each stack; default 0 for both. */
  penParameterMacro(LowestIntensity, lowestIntensity, double);

  /** Intensity that counts as 1. */
  penParameterMacro(HighestIntensity, highestIntensity, double);

  /** Whether the input's next rows are read while the network works on those before, where the input is read in bands
   * and the filter has more than one work unit; default off. The pipeline before the filter is then updated in another
   * thread, one at a time and within this filter's update only: observers there must not mind. */
  itkSetMacro(ReadAhead, bool);
  itkGetConstMacro(ReadAhead, bool);
  itkBooleanMacro(ReadAhead);

  /** Whether the network works on the next tiles in a thread of its own, while this one blends those before and brings
   * them back to the stack's grid, where the filter has more than one work unit; default off. For a network on a GPU:
   * on a processor both take as many threads as the filter has work units. Nothing runs on when an update ends. */
  penParameterMacro(PredictAhead, predictAhead, bool);
  penSwitchMacro(PredictAhead);

  /** What the normalisation of the stack's intensities saw; valid after Update(). */
  const IntensityRemarks &
  GetIntensityRemarks() const
  {
    return m_IntensityRemarks;
  }

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

  /** Writes the requested rows of the output, with \a prediction. */
  virtual void
  GenerateRows(PenCore::StackPrediction & prediction) = 0;

  void
  GenerateData() override;

  /** First and last + 1 of the output's requested rows, counted from 0. */
  PenCore::RowRange
  GetRequestedRows() const;

private:
  PenCore::StackPredictionParameters
  GetPredictionParameters();

  /** Of everything that the prediction depends on. */
  ModifiedTimeType
  GetPredictionMTime() const;

  SegmentationNetwork::Pointer m_Network;
  bool m_UseImageSpacing{ true };
  bool m_ReadAhead{ false };
  PenCore::StackPredictionParameters m_Parameters;

  /** Whether all of the input is asked for at once. */
  bool
  HoldsInput() const;

  // These live from the first to the last row that is asked for.
  std::unique_ptr<PenCore::RowsAhead> m_RowsAhead;
  std::unique_ptr<PenCore::StackPrediction> m_Prediction;
  ModifiedTimeType m_PredictionMTime{ 0 };
  IntensityRemarks m_IntensityRemarks;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkStackNetworkImageFilter.hxx"
#endif

#endif
