// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkSegmentationNetwork_h
#define itkSegmentationNetwork_h

#include "ProjectionEnhancementNetworkExport.h"
#include "itkObject.h"
#include "itkObjectFactory.h"
#include "itkSegmentationNetworkOptions.h"

#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace itk
{
namespace PenTorch
{
struct NetworkState;
}

/** \class SegmentationNetwork
 * \brief PEN and CellPose's U-Net, on plain float buffers.
 *
 * Holds the published PEN + CellPose graph with every option of SegmentationNetworkOptions, its weights, and the
 * device and precision it runs at. Create() draws new weights, Load() and Save() use one file with a JSON header and
 * raw arrays; loading runs no code from the file. Images reach it through FlowFieldPredictionImageFilter and
 * ProjectionEnhancementImageFilter.
 *
 * \code
 * auto network = itk::SegmentationNetwork::New();
 * network->Load("models/pen-cellpose.pt");
 * std::vector<float> planes(3 * height * width);
 * network->Project(stack.data(), slices, height, width, planes.data());
 * \endcode
 *
 * Source: Eddy et al., "PEN Architecture"; Stringer et al. 2021 for the U-Net.
 *
 * \ingroup ProjectionEnhancement
 */
class ProjectionEnhancementNetwork_EXPORT SegmentationNetwork : public Object
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(SegmentationNetwork);

  using Self = SegmentationNetwork;
  using Superclass = Object;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(SegmentationNetwork, Object);

  /** Planes that PEN and the linear depth projection make (red, green, blue). */
  static constexpr unsigned int NumberOfProjectionPlanes = 3;

  enum class Precision : uint8_t
  {
    Auto, ///< BFloat16 where the device is fast in it, else Float32
    Float32,
    BFloat16 ///< Float32 on a processor that cannot (x86 without AVX-512 BW, VL and DQ)
  };

  /** A weight or a running statistic. */
  struct Parameter
  {
    std::string name;
    std::vector<int64_t> shape;
  };

  /** Draws the weights of a new network from a seed. \throws ExceptionObject on impossible options. */
  void
  Create(const SegmentationNetworkOptions & options, uint64_t seed = 0);

  /** \throws ExceptionObject, naming the file, where it is missing, truncated or not a model of this library. */
  void
  Load(const std::string & fileName);

  /** Writes the whole model or throws; an existing file is overwritten. */
  void
  Save(const std::string & fileName) const;

  /** False until Create() or Load(). */
  bool
  IsDefined() const;

  /** \throws ExceptionObject where IsDefined() is false. */
  const SegmentationNetworkOptions &
  GetOptions() const;

  /** Replaces what a model records beside its weights; the architecture must stay. */
  void
  SetOptions(const SegmentationNetworkOptions & options);

  /** "auto" (CUDA where there is one), "cpu", "cuda" or "cuda:N". \throws ExceptionObject where there is no such
   * device. */
  void
  SetDevice(const std::string & device);
  itkGetStringMacro(Device);

  /** The device that "auto" means here, or the one that was set. */
  std::string
  GetResolvedDevice() const;

  itkSetEnumMacro(Precision, Precision);
  itkGetEnumMacro(Precision, Precision);

  /** Planes [P][height][width] (P = GetOptions().planes) of a normalised stack [slices][height][width], before
   * rescaling to [0, 1]. The planes at a pixel depend on the stack within GetProjectionRadius() pixels only; outside
   * the image it counts as 0. A stack with another number of slices than the network's is centred in zeros or binned by
   * maximum. */
  void
  Project(const float * stack, unsigned int slices, unsigned int height, unsigned int width, float * planes) const;

  /** Whether Project() sums PEN up in float32 on the CPU, without convolving tensors: always in float32 there, and in
   * bfloat16 where that is the faster way on this processor, which the first call measures. */
  bool
  ProjectsDirectly() const;

  unsigned int
  GetProjectionRadius() const;

  /** Flow field [C][height][width][4] of each of \a batch tiles of planes [P][height][width]: unit inward flow x and y,
   * cell logit, border logit (-PenCore::TargetLogit where the network has no border output). height and width must
   * divide by GetSizeDivisor(). */
  void
  Predict(const float * planes, unsigned int batch, unsigned int height, unsigned int width, float * flowField) const;

  /** \brief Predict() in a thread of the network's own, on at most \a numberOfThreads of them (0: as many as there
   * are).
   *
   * One call runs after another. Until the future is ready, which it need not be when it is destroyed, the network and
   * the buffers must stay as they are. */
  std::future<void>
  PredictBeside(const float * planes, unsigned int batch, unsigned int height, unsigned int width, float * flowField,
                unsigned int numberOfThreads = 0) const;

  /** \brief Memory of n floats, not initialised, that Predict() reads or writes best.
   *
   * Where the network is on a GPU the pages are locked: it copies from and to them by itself. */
  std::shared_ptr<float[]>
  MakeTransferBuffer(std::size_t n) const;

  /** 2^(levels - 1): 8 for the published network. */
  unsigned int
  GetSizeDivisor() const;

  /** Every array, in a fixed order. */
  std::vector<Parameter>
  GetParameters() const;

  /** Values of an array in C order. \throws ExceptionObject naming an unknown array. */
  std::vector<float>
  GetParameter(const std::string & name) const;

  /** \throws ExceptionObject naming an unknown array or a wrong number of values. */
  void
  SetParameter(const std::string & name, const std::vector<float> & values);

  /** For this library's own sources. */
  PenTorch::NetworkState &
  GetState() const;

protected:
  SegmentationNetwork();
  ~SegmentationNetwork() override;

  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  std::unique_ptr<PenTorch::NetworkState> m_State;
  std::string m_Device{ "auto" };
  Precision m_Precision{ Precision::Auto };
};

ProjectionEnhancementNetwork_EXPORT std::ostream &
operator<<(std::ostream & os, SegmentationNetwork::Precision precision);
} // namespace itk

#endif
