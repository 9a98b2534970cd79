// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Network_TensorProjection_h
#define ProjectionEnhancement_Network_TensorProjection_h

#include "Projection/DirectProjection.h"

#include <torch/types.h>

#include <mutex>

namespace itk
{
namespace PenTorch
{
class ProjectionModule;

/** \brief A network's PEN as PenCore::ProjectDirectly computes it, beside the module that it stands for. */
class DirectProjection
{
public:
  /** Folds the weights and running statistics that \a module has now. */
  DirectProjection(std::shared_ptr<ProjectionModule> module, const SegmentationNetworkOptions & options);

  /** Planes [3][height][width] of a stack [slices][height][width], whose slices are fitted to the network's. */
  void
  Run(const float * stack, unsigned int slices, unsigned int height, unsigned int width, float * planes) const;

  /** Whether Run() is faster on this processor than the module's convolutions in bfloat16: the first call times both on
   * a small stack. */
  bool
  IsFasterThanBFloat16() const;

  const PenCore::FoldedProjection &
  GetWeights() const
  {
    return m_Weights;
  }

private:
  std::shared_ptr<ProjectionModule> m_Module;
  PenCore::FoldedProjection m_Weights;
  mutable std::once_flag m_Timed;
  mutable bool m_IsFaster{ true };
};

/** PEN's weights by the names of \a module's arrays, batch norms folded with their running statistics. */
PenCore::FoldedProjection
FoldProjection(const ProjectionModule & module, const SegmentationNetworkOptions & options);
} // namespace PenTorch
} // namespace itk

#endif
