// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Network_Inference_h
#define ProjectionEnhancement_Network_Inference_h

#include "Network/Folding.h"
#include "Network/NetworkModules.h"

#include <mutex>
#include <vector>

namespace itk
{
namespace PenTorch
{
/** \brief FlowNetwork as it runs fastest once its weights rest.
 *
 * The same sums in another order: batch norms folded (Network/Folding.h), convolutions on nearest-doubled maps done
 * at the lower resolution, style shifts folded into batch norm shifts. Activations lie channels-last in buffers that
 * are kept from call to call. On a CPU a layer is computed in strips of rows, each by one thread from convolution to
 * activation while it is in that thread's cache; what is computed depends neither on the number of threads nor on the
 * other tiles of a batch. */
class FlowInference
{
public:
  /** Takes the present weights of a network on one device, for one type of activations (float32 or bfloat16). */
  FlowInference(const FlowNetwork & network, const SegmentationNetworkOptions & options, torch::Device device,
                torch::ScalarType type);

  torch::ScalarType
  GetType() const
  {
    return m_Type;
  }

  /** Planes [N, P, H, W] of any device to a flow field [N, C, H, W, 4] of any device, both float32: flow x and y
   * divided by the flow factor, cell logit, border logit. H and W divide by 2^(levels - 1). One call runs at a time. */
  void
  Run(const torch::Tensor & planes, torch::Tensor field);

private:
  /** Activations of one resolution, channels-last: [N, H, W, C], some with rows of zeros above and below. */
  struct Level
  {
    int64_t height;
    int64_t width;
    torch::Tensor input; // what the level's projection sees
    torch::Tensor entry; // activated input of the level's first convolution, with border rows
    torch::Tensor sum;   // residual sum
    torch::Tensor front; // activated maps, with border rows: a convolution reads one and writes the other
    torch::Tensor back;
  };

  void
  Allocate(int64_t count, int64_t height, int64_t width);
  void
  RunPart(const torch::Tensor & planes, const torch::Tensor & field);
  void
  Enter(const torch::Tensor & planes);
  void
  Descend(std::size_t i);
  torch::Tensor
  MeasureStyle();
  void
  Merge(std::size_t i, const torch::Tensor & style);
  void
  Ascend(std::size_t i, const torch::Tensor & style);
  void
  Finish(const torch::Tensor & field);

  /** Convolution of rows [row, row + rows) of an activated map with border rows, [N, rows, W * C]. */
  torch::Tensor
  Convolve(const FoldedConvolution & convolution, const torch::Tensor & map, int64_t row, int64_t rows) const;

  /** Runs body(row, rows) on strips that cover a level's rows, in parallel; strips are even where rows come in pairs.
   */
  template <typename TBody>
  void
  ForStrips(const Level & level, int64_t channels, const TBody & body) const;

  torch::Tensor
  RowOf(const torch::Tensor & values, int64_t width) const;

  torch::Device m_Device;
  torch::ScalarType m_Type;
  int64_t m_Border; // rows of zeros above and below a map: what the widest kernel reaches
  int64_t m_Planes;
  std::vector<FoldedDownLevel> m_Down;
  std::vector<FoldedUpLevel> m_Up;
  ScaleAndShift m_HeadNorm;
  FoldedConvolution m_Head;

  std::mutex m_Mutex;
  unsigned int m_Threads = 1; // of the call that runs
  std::vector<Level> m_Levels;
};
} // namespace PenTorch
} // namespace itk

#endif
