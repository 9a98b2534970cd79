// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Options_TrainingOptions_h
#define pen_programs_Options_TrainingOptions_h

#include "Files/TrainingFolder.h"
#include "Options/LearningRate.h"
#include "Options/NetworkOptions.h"

#include "itkSegmentationNetworkTrainer.h"
#include "itkTrainingSampler.h"

#include <cstdint>
#include <string>
#include <vector>

namespace pen
{
/** What pen-train is told. */
struct TrainingOptions
{
  std::vector<std::string> data;
  std::vector<std::string> validation;
  std::string output;
  std::string initialModel; ///< to go on from, in place of random weights
  bool resume = false;
  bool overwrite = false;

  std::string architecture = "pen-cellpose";
  std::string blockPool = "conv";
  std::string collect = "conv";
  bool maximumBranch = false;
  std::string assign = "z_kmeans";
  double minimumOverlap = 0.0;
  std::string normalization = "percentile";
  std::vector<unsigned int> kernels{ 1, 3, 5, 7, 11 };
  std::vector<unsigned int> features{ 32, 64, 128, 256 };
  unsigned int channels = 0; ///< 0: 3, or those of the initial model
  unsigned int slices = 0;
  double pixelSize = 0.0;

  std::string loss = "published";
  std::string optimizer = "sgd";
  LearningRateOptions learningRate;
  double weightDecay = 0.01;
  double gradientClip = 5.0;
  bool freezeProjection = false;
  double initialShare = 0.0; ///< of the initial model's weights in the model that is saved
  unsigned int epochs = 50;
  unsigned int steps = 50;
  unsigned int batch = 8;
  unsigned int stopAfter = 0;
  unsigned int validateEvery = 1;

  unsigned int crop = 256;
  unsigned int copies = 3;
  double copyShare = 0.5;
  double pasteShare = 0.0;
  unsigned int pasteCells = 12;
  double pasteOverlap = 0.8;
  double pasteStacked = 0.5;
  std::array<double, 2> cellScale{ { 0.9, 1.1 } };
  std::array<double, 2> pasteStretch{ { 1.0, 1.0 } };
  double pasteBend = 0.0;
  std::array<double, 2> pasteGamma{ { 1.0, 1.0 } };
  double pasteTexture = 0.0;
  double slabShare = 0.0;
  unsigned int thickestSlab = 5;
  double depthWindowShare = 0.0;
  std::array<unsigned int, 2> depthWindowSlices{ { 5, 12 } };
  double dimmest = 0.7;
  bool depthFlips = true;
  unsigned int workers = 1;
  std::uint64_t seed = 0;
  std::string note;
  NetworkPlace place;
};

void
AddTrainingOptions(CLI::App & app, TrainingOptions & options);

/** The network that the options and the samples ask for: slices, pixel size and slice spacing come from the samples
 * where the options leave them open. With an initial model: its network, with the normalisation it was trained with. */
itk::SegmentationNetworkOptions
NetworkOptionsOf(const TrainingOptions & options, const std::vector<TrainingFolder> & folders,
                 const itk::SegmentationNetworkOptions * initial);

/** A sampler of the folders' stacks, normalised and at the network's pixel size. */
itk::TrainingSampler
MakeSampler(const TrainingOptions & options, const itk::SegmentationNetworkOptions & network,
            const std::vector<TrainingFolder> & folders, std::uint64_t seed);

/** The one that losses are validated with: with another seed, and of plain windows where there is no cell to compose
 * crops of. */
itk::TrainingSampler
MakeValidationSampler(const TrainingOptions & options, const itk::SegmentationNetworkOptions & network,
                      const std::vector<TrainingFolder> & folders);

/** A trainer of the network as the options say. */
itk::SegmentationNetworkTrainer::Pointer
MakeTrainer(const TrainingOptions & options, itk::SegmentationNetwork * network);
} // namespace pen

#endif
