// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkSegmentationRecipe_h
#define itkSegmentationRecipe_h

#include "ProjectionEnhancementExport.h"

#include <limits>
#include <string>

namespace itk
{
/** \brief How cells are made of what a network shows: the part of a model that is no weight.
 *
 * A model file records it (SegmentationNetworkOptions::recipe), and CellSegmentationImageFilter follows it, so that
 * whoever runs a model gets the same cells. Lengths are um. */
struct SegmentationRecipe
{
  /** How a flow field becomes masks (FlowFieldToLabelMapFilter). */
  enum class Dynamics
  {
    CellPose,
    Pen
  };

  Dynamics dynamics = Dynamics::CellPose;
  double cellThreshold = 0.0; ///< pixels are a cell's where the cell logit is above this
  double levelShare = 0.0;    ///< pixels go below this share of their cell's own probability, in [0, 1]
  /** Masks above this share of the image are removed, in [0, 1]. 0: 0.4 as in Cellpose, and none where a spacing
   * decides how large cells are. */
  double maximumSizeShare = 0.0;
  double flowThreshold = 0.4;      ///< masks with a larger flow error go; 0 keeps all
  double directionThreshold = 0.0; ///< masks go whose 1 - mean cosine to the flow field is above this; 0 keeps all
  double minimumScore = std::numeric_limits<double>::lowest(); ///< masks with a lower mean cell logit go
  unsigned int minimumSize = 15;                               ///< masks of fewer pixels of the stack go
  double minimumArea = 0.0;   ///< masks of less um^2 go, where the stack's spacing is known; 0 keeps all
  bool connectedMasks = true; ///< a mask is one part, other large parts are cells (FlowsToCellsParameters)
  bool fillHoles = true;      ///< a mask's holes that no other cell lies in become part of it

  /** CellPose: Euler steps of a stack's pixels. 0: 200 steps of the network's pixels, however fine the stack's are. */
  unsigned int iterations = 0;

  /** CellPose: flows are read up to half a pixel off, as by Cellpose on GPUs; for comparison with its masks. */
  bool stretchedSampling = false;

  bool mergeDuplicates = true; ///< a cell seen in several depth channels becomes one
  double mergeIoU = 0.5;       ///< least IoU of two masks of one cell, in [0, 1]

  /** Slices of the windows along z that a stack is segmented in, which overlap by half; 0: all slices at once. Slices
   * of the model's own spacing, and as many of the stack's at least. */
  unsigned int windowSlices = 0;
  double windowExtent = 0.0; ///< um along z of a window, in place of windowSlices; 0: not said
  /** Whether a cell that the window owning its depth missed is taken from a neighbour: for networks that learned depth
   * windows (SegmentationNetworkOptions::depthWindows). */
  bool adoptCells = false;

  /** What a method was published with. */
  ProjectionEnhancement_EXPORT static SegmentationRecipe
  Published(Dynamics dynamics);

  /** As it stands in a model file: a JSON object. */
  ProjectionEnhancement_EXPORT std::string
  ToJson() const;

  /** \throws ExceptionObject naming the key that is of the wrong type or out of range. A key that is missing has the
   * value above. */
  ProjectionEnhancement_EXPORT static SegmentationRecipe
  FromJson(const std::string & json);

  /** \throws ExceptionObject naming the first value that is out of range. */
  ProjectionEnhancement_EXPORT void
  Verify() const;
};
} // namespace itk

#endif
