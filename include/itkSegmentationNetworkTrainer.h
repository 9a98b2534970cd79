// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkSegmentationNetworkTrainer_h
#define itkSegmentationNetworkTrainer_h

#include "ProjectionEnhancementNetworkExport.h"
#include "itkSegmentationNetwork.h"
#include "itkTrainingProcessGroup.h"

#include <memory>
#include <string>
#include <vector>

namespace itk
{
/** \brief Crops and their targets, on plain buffers in C order. */
struct TrainingBatch
{
  unsigned int size = 0;
  unsigned int slices = 0;
  unsigned int height = 0;
  unsigned int width = 0;
  std::vector<float> stacks;  ///< [size][slices][height][width], normalised
  std::vector<float> targets; ///< [size][channels][height][width][4]: a flow field as CellsToFlowField() writes it
  std::vector<float> weights; ///< [size][height][width]; 0 where the truth is not known
  /** [size], or empty for 1: the share of a whole stack's range that the crop's projection spans. PEN's planes are
   * rescaled to the range of what they show, which at prediction is the whole stack and in training a crop of it. */
  std::vector<float> rangeShares;
};

/** \brief What the network is trained to lower, and its parts. */
struct TrainingLosses
{
  double total = 0.0;
  double cell = 0.0;   ///< binary cross entropy of the cell logit
  double flow = 0.0;   ///< mean squared error of x and y flow, at the network's flow factor
  double border = 0.0; ///< 1 - soft Dice of the border
};

/** \class SegmentationNetworkTrainer
 * \brief Trains a SegmentationNetwork, one batch at a time, by stochastic gradient descent with momentum or by AdamW.
 *
 * Published loss (the reference implementation of Eddy et al.): 2 (cell + flow x + flow y + border). Cellpose's: cell +
 * (flow x + flow y) / 2, with the border term added so that the border output means something too. Each weight tensor
 * adds L2Penalty times its mean square. The gradient's norm is clipped. AdamW is Loshchilov and Hutter's (2019): its
 * weight decay shrinks tensors of more than one dimension only. The running statistics of batch norm, which a trained
 * network works with, are means over the steps taken, without a share of what they started from. SaveState() and
 * LoadState() keep everything that the next step depends on, so that a resumed training takes the same steps as an
 * unbroken one.
 *
 * \code
 * auto trainer = itk::SegmentationNetworkTrainer::New();
 * trainer->SetNetwork(network);
 * for (unsigned int step = 0; step < steps; ++step)
 *   std::cout << trainer->Step(sampler.Draw(step, batchSize)).total << '\n';
 * network->Save("model.pt");
 * \endcode
 *
 * \ingroup ProjectionEnhancement
 */
class ProjectionEnhancementNetwork_EXPORT SegmentationNetworkTrainer : public Object
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(SegmentationNetworkTrainer);

  using Self = SegmentationNetworkTrainer;
  using Superclass = Object;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkTypeMacro(SegmentationNetworkTrainer, Object);

  enum class Loss : uint8_t
  {
    Published,
    CellPose
  };

  enum class Optimizer : uint8_t
  {
    StochasticGradientDescent,
    AdamW
  };

  /** The network to train, with weights; the optimizer's state starts at 0. */
  void
  SetNetwork(SegmentationNetwork * network);

  itkSetEnumMacro(Loss, Loss);
  itkGetEnumMacro(Loss, Loss);

  /** Set before the first step. */
  itkSetEnumMacro(Optimizer, Optimizer);
  itkGetEnumMacro(Optimizer, Optimizer);

  itkSetMacro(LearningRate, double);
  itkGetConstMacro(LearningRate, double);

  /** What is kept of the past gradients' mean a step; default .9. */
  itkSetMacro(Momentum, double);
  itkGetConstMacro(Momentum, double);

  /** What AdamW keeps of the past gradients' mean square a step; default .999. */
  itkSetMacro(SquareMomentum, double);
  itkGetConstMacro(SquareMomentum, double);

  /** Share of a weight that AdamW takes off a step, times the learning rate; default .01. */
  itkSetMacro(WeightDecay, double);
  itkGetConstMacro(WeightDecay, double);

  /** Largest norm of the whole gradient; default 5, 0 leaves it alone. */
  itkSetMacro(GradientClip, double);
  itkGetConstMacro(GradientClip, double);

  /** Default 1e-5. */
  itkSetMacro(L2Penalty, double);
  itkGetConstMacro(L2Penalty, double);

  /** Whether PEN stays as it is while the 2-D network learns; default off. A step then takes about half the time:
   * PEN's 3-D convolutions run as in prediction, with their running statistics, and nothing of them is
   * differentiated. Of no effect on projections without weights. */
  itkSetMacro(FreezeProjection, bool);
  itkGetConstMacro(FreezeProjection, bool);
  itkBooleanMacro(FreezeProjection);

  /** \brief The processes that take each step together; none by default.
   *
   * Each has the same network and calls Step() with its share of the batch. Gradients, losses and the running
   * statistics of batch norm are averaged over the processes, so that all networks stay the same; batch norm itself
   * sees its process's share alone. Evaluate() and the states are each process's own. */
  void
  SetProcessGroup(std::shared_ptr<const TrainingProcessGroup> group);

  /** Threads of a step; 0 is the process's bound. */
  itkSetMacro(NumberOfThreads, unsigned int);
  itkGetConstMacro(NumberOfThreads, unsigned int);

  /** Takes one step. \throws ExceptionObject on a batch that does not fit the network, or a loss that is not finite. */
  TrainingLosses
  Step(const TrainingBatch & batch);

  /** The losses of a batch with the network as it predicts; changes nothing. */
  TrainingLosses
  Evaluate(const TrainingBatch & batch);

  /** Number of steps taken, those before a resume included. */
  itkGetConstMacro(NumberOfSteps, SizeValueType);

  /** Writes weights, the optimizer's state and the step number. */
  void
  SaveState(const std::string & fileName) const;

  /** \throws ExceptionObject where the file is no state of this network and optimizer. */
  void
  LoadState(const std::string & fileName);

protected:
  SegmentationNetworkTrainer();
  ~SegmentationNetworkTrainer() override;

  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  struct State;

  void
  ApplyGradients();

  std::unique_ptr<State> m_State;
  SegmentationNetwork::Pointer m_Network;
  std::shared_ptr<const TrainingProcessGroup> m_ProcessGroup;
  Loss m_Loss{ Loss::Published };
  Optimizer m_Optimizer{ Optimizer::StochasticGradientDescent };
  double m_LearningRate{ 0.02 };
  double m_Momentum{ 0.9 };
  double m_SquareMomentum{ 0.999 };
  double m_WeightDecay{ 0.01 };
  double m_GradientClip{ 5.0 };
  double m_L2Penalty{ 1e-5 };
  bool m_FreezeProjection{ false };
  unsigned int m_NumberOfThreads{ 0 };
  SizeValueType m_NumberOfSteps{ 0 };
};
} // namespace itk

#endif
