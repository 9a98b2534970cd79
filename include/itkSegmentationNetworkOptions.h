// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkSegmentationNetworkOptions_h
#define itkSegmentationNetworkOptions_h

#include "ProjectionEnhancementExport.h"
#include "itkIntensityNormalization.h"
#include "itkSegmentationRecipe.h"

#include <optional>
#include <string>
#include <vector>

namespace itk
{
/** \brief Architecture of a SegmentationNetwork and what a model file records beside its weights.
 *
 * The defaults are the published PEN + CellPose graph with three depth channels (reference: Eddy et al.,
 * "PEN Architecture" and "Implementation"; table 2 of the paper for the alternatives). */
struct SegmentationNetworkOptions
{
  /** What makes the three planes that the 2-D network sees. */
  enum class Projection
  {
    ProjectionEnhancement, ///< PEN, trained with the 2-D network
    Maximum,               ///< maximum over z, repeated on three planes
    LinearDepth            ///< maximum over z under three Gaussian depth windows (the paper's supplement S2)
  };

  /** How an image is cut for the 2-D network, and put together again. */
  enum class Tiling
  {
    Blended, ///< tiles of a wished size that overlap by a wished width, reflected where the image is too small
    CellPose ///< as Cellpose 3: 8 pixels of zeros or more around, tiles of 224, sigmoid weights
  };

  /** How a branch of PEN pools its slices. */
  enum class BlockPool
  {
    Convolution,
    Maximum,
    SplitConvolution,
    Attention ///< a softmax over slices of their features and depth, the same weights for each: any number of slices
  };

  /** How the branches of PEN become one image. */
  enum class Collect
  {
    Convolution,
    Mean,
    Maximum
  };

  Projection projection = Projection::ProjectionEnhancement;
  unsigned int slices =
    27; ///< slices that PEN sees; fewer are centred in zeros, more are binned by maximum (HasFixedSlices())
  std::vector<unsigned int> kernels{ 1, 3, 5, 7, 11 };
  BlockPool blockPool = BlockPool::Convolution;
  Collect collect = Collect::Convolution;
  bool maximumBranch = false; ///< the maximum projection is collected as one more branch of PEN
  std::vector<unsigned int> features{ 32, 64, 128, 256 };
  unsigned int outputChannels = 3; ///< depth channels, N_out in the paper
  double batchNormEpsilon = 1e-3;
  double flowFactor = 5.0; ///< the network's output is this times the inward unit flow

  unsigned int planes = 3;     ///< planes the 2-D network sees; other numbers than 3 with Projection::Maximum only
  bool repeatPlanes = true;    ///< Maximum: each plane holds the projection; otherwise the first one, the rest are 0
  bool borderOutput = true;    ///< false: no border maps, border logits are -PenCore::TargetLogit everywhere
  unsigned int headKernel = 3; ///< kernel of the last convolution
  Tiling tiling = Tiling::Blended;
  bool normalizeProjection = false; ///< Maximum: the projection's intensities are normalised, not the stack's
  double networkDiameter = 0.0;     ///< pixels of its own grid across a cell; 0 where cells have no size of their own
  double cellDiameter = 0.0;        ///< pixels across a cell in the images it learned from, before they were resized

  double pixelSize = 0.0;    ///< um; 0 where the model knows none
  double sliceSpacing = 0.0; ///< um; 0 where the model knows none
  IntensityNormalization normalization;
  std::string depthAssignment = "z_kmeans"; ///< how the training cells were given their channels
  bool depthWindows =
    false; ///< it was trained on a few slices of stacks too (ProjectionEnhancement/Depth/DepthWindows.h)
  std::optional<SegmentationRecipe> recipe; ///< how cells are made of what it shows; none: GetRecipe()
  std::string provenance;                   ///< JSON text: command, data, seed, commit, losses; may be empty

  /** All options as JSON text, as it stands in the model file. */
  ProjectionEnhancement_EXPORT std::string
  ToJson() const;

  /** \throws ExceptionObject naming the key that is missing, of the wrong type or out of range. */
  ProjectionEnhancement_EXPORT static SegmentationNetworkOptions
  FromJson(const std::string & json);

  /** The recipe, or where none is recorded that of a model which this library trained: by its depth channels, and by
   * whether these mean the same in each depth window. */
  ProjectionEnhancement_EXPORT SegmentationRecipe
  GetRecipe() const;

  /** Whether PEN sees a set number of slices: stacks of more are binned by maximum. With attention they are not. */
  bool
  HasFixedSlices() const
  {
    return projection == Projection::ProjectionEnhancement && blockPool != BlockPool::Attention;
  }

  /** Maps of the head a depth channel: x-flow, y-flow, cell logit and, with borderOutput, border logit. */
  unsigned int
  GetMapsPerChannel() const
  {
    return borderOutput ? 4 : 3;
  }

  /** Pixels of the network's grid per pixel of a stack whose cells are this many pixels across; \a diameter 0 stands
   * for cellDiameter. 1 where the network has no networkDiameter. */
  ProjectionEnhancement_EXPORT double
  GetScaleForDiameter(double diameter) const;

  /** \throws ExceptionObject naming the first option that makes no network. */
  ProjectionEnhancement_EXPORT void
  Verify() const;
};
} // namespace itk

#endif
