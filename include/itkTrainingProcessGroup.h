// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkTrainingProcessGroup_h
#define itkTrainingProcessGroup_h

#include "ProjectionEnhancementNetworkExport.h"

#include <memory>
#include <string>
#include <vector>

namespace itk
{
/** \class TrainingProcessGroup
 * \brief The processes that train one network together, each on a device of its own: LibTorch's process group over
 * Gloo.
 *
 * Every process has the same network and learns from its share of each batch; SegmentationNetworkTrainer averages what
 * they found. Values go through the host's memory, so that processes on processors and on GPUs work alike. All
 * processes call the same functions in the same order; a call returns when all have made it.
 *
 * \code
 * const auto place = itk::TrainingProcessGroup::PlaceFromEnvironment();
 * if (place.size > 1)
 *   trainer->SetProcessGroup(std::make_shared<itk::TrainingProcessGroup>(place));
 * trainer->Step(sampler.Draw(step, share, place.rank * share)); // share = batch / place.size
 * \endcode
 *
 * \ingroup ProjectionEnhancement
 */
class ProjectionEnhancementNetwork_EXPORT TrainingProcessGroup
{
public:
  /** Which of the processes this one is, and where they meet. */
  struct Place
  {
    unsigned int rank = 0; ///< among all, from 0
    unsigned int size = 1;
    unsigned int localRank = 0; ///< among those of this machine: the number of its GPU
    std::string address = "127.0.0.1";
    unsigned int port = 29500;
    bool hasStore = false;      ///< whether the launcher listens there; otherwise the process of rank 0 does
    std::string prefix = "pen"; ///< of the names of what is kept there
  };

  /** What torchrun and its like say in RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and MASTER_PORT; one process alone
   * where WORLD_SIZE is not set. \throws ExceptionObject where a value is no number or does not fit the others. */
  static Place
  PlaceFromEnvironment();

  /** Whether this build has Gloo. */
  static bool
  IsAvailable();

  /** Waits for the other processes, five minutes at most. \throws ExceptionObject where they do not meet. */
  explicit TrainingProcessGroup(const Place & place);
  ~TrainingProcessGroup();
  TrainingProcessGroup(const TrainingProcessGroup &) = delete;
  TrainingProcessGroup &
  operator=(const TrainingProcessGroup &) = delete;

  unsigned int
  GetRank() const
  {
    return m_Place.rank;
  }

  unsigned int
  GetSize() const
  {
    return m_Place.size;
  }

  /** Replaces values by their mean over the processes, the same bits in each. \throws ExceptionObject where another
   * process is gone. */
  void
  Average(std::vector<float> & values) const;

private:
  struct State;

  Place m_Place;
  std::unique_ptr<State> m_State;
};
} // namespace itk

#endif
