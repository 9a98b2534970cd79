// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Prediction_ScratchFlowField_h
#define ProjectionEnhancement_Prediction_ScratchFlowField_h

#include "ProjectionEnhancement/Base/ScratchFile.h"
#include "ProjectionEnhancementNetworkExport.h"
#include "itkImage.h"
#include "itkImageSource.h"
#include "itkVector.h"

#include <functional>
#include <memory>
#include <string>

namespace itk
{
namespace PenCore
{
/** X x Y x C depth channels; flow x, flow y, cell logit, border logit. */
using FlowFieldImage = Image<Vector<float, 4>, 3>;

/** Asks a flow field, whose information is up to date, for bands of rows of all its channels from top to bottom, each
 * of which body(region) gets when it is there. */
ProjectionEnhancementNetwork_EXPORT void
ForEachBandOfFlows(FlowFieldImage * flowField, const std::function<void(const FlowFieldImage::RegionType &)> & body);

/** \brief A flow field in a scratch file, as an ITK source that reads the regions it is asked for.
 *
 * Raw floats [channels][height][width][4], beside the results; gone with the object. */
class ProjectionEnhancementNetwork_EXPORT ScratchFlowField : public ImageSource<FlowFieldImage>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(ScratchFlowField);

  using Self = ScratchFlowField;
  using Superclass = ImageSource<FlowFieldImage>;
  using Pointer = SmartPointer<Self>;

  itkNewMacro(Self);
  itkTypeMacro(ScratchFlowField, ImageSource);

  /** Asks \a flowField for bands of rows from top to bottom and writes them to a file in \a folder. Throws with one
   * clear line where the disk is full. */
  void
  Fill(FlowFieldImage * flowField, const std::string & folder);

protected:
  ScratchFlowField() = default;
  ~ScratchFlowField() override = default;

  void
  GenerateOutputInformation() override;

  void
  GenerateData() override;

private:
  std::size_t
  PlaceOf(const FlowFieldImage::IndexType & pixel) const;

  std::unique_ptr<ScratchFile> m_File;
  FlowFieldImage::Pointer m_Geometry;
};
} // namespace PenCore
} // namespace itk

#endif
