// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Options/TrainingOptions.h"

#include "Frame/Inputs.h"
#include "ProjectionEnhancement/Depth/DepthChannels.h"
#include "ProjectionEnhancement/Stacks/Resample.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace pen
{
namespace
{
using NetworkOptions = itk::SegmentationNetworkOptions;
using Trainer = itk::SegmentationNetworkTrainer;

const std::map<std::string, NetworkOptions::Projection> Architectures{
  { "pen-cellpose", NetworkOptions::Projection::ProjectionEnhancement },
  { "mip-cellpose", NetworkOptions::Projection::Maximum },
  { "linear-cellpose", NetworkOptions::Projection::LinearDepth }
};
const std::map<std::string, NetworkOptions::BlockPool> BlockPools{
  { "conv", NetworkOptions::BlockPool::Convolution },
  { "max", NetworkOptions::BlockPool::Maximum },
  { "conv_split", NetworkOptions::BlockPool::SplitConvolution },
  { "attention", NetworkOptions::BlockPool::Attention }
};
const std::map<std::string, NetworkOptions::Collect> Collects{ { "conv", NetworkOptions::Collect::Convolution },
                                                               { "mean", NetworkOptions::Collect::Mean },
                                                               { "max", NetworkOptions::Collect::Maximum } };

template <typename TMap>
std::vector<std::string>
KeysOf(const TMap & map)
{
  std::vector<std::string> keys;
  for (const auto & entry : map)
  {
    keys.push_back(entry.first);
  }
  return keys;
}

void
AddNetworkShapeOptions(CLI::App & app, TrainingOptions & o)
{
  auto * initial =
    Reads(app.add_option("--initial-model", o.initialModel, "Go on from this model's weights: fine-tuning"));
  app
    .add_option("--channels", o.channels,
                "Depth channels (default: 3, or those of the --initial-model; where there are more, its last one is "
                "copied)")
    ->check(CLI::Range(1, 16));
  const std::vector<CLI::Option *> shape{
    app.add_option("--architecture", o.architecture)->check(CLI::IsMember(KeysOf(Architectures))),
    app.add_option("--slices", o.slices, "Slices that the network sees (default: those of the deepest sample)"),
    app.add_option("--kernels", o.kernels, "Kernels of PEN's branches")->delimiter(','),
    app.add_option("--block-pool", o.blockPool)->check(CLI::IsMember(KeysOf(BlockPools))),
    app.add_option("--collect", o.collect)->check(CLI::IsMember(KeysOf(Collects))),
    app.add_flag("--maximum-branch", o.maximumBranch, "The maximum projection as one more branch of PEN"),
    app.add_option("--features", o.features, "Features a level")->delimiter(','),
    app.add_option("--normalization", o.normalization)->check(CLI::IsMember({ "percentile", "background" })),
    app.add_option("--pixel-size", o.pixelSize, "um of the network's pixels (default: the first sample's)")
  };
  for (CLI::Option * option : shape)
  {
    option->capture_default_str()->excludes(initial);
  }
}

void
AddLearningOptions(CLI::App & app, TrainingOptions & o)
{
  app.add_option("--loss", o.loss)->check(CLI::IsMember({ "published", "cellpose" }))->capture_default_str();
  app.add_option("--optimizer", o.optimizer)->check(CLI::IsMember({ "sgd", "adamw" }))->capture_default_str();
  AddLearningRateOptions(app, o.learningRate);
  app.add_option("--weight-decay", o.weightDecay, "Of AdamW")->check(CLI::NonNegativeNumber)->capture_default_str();
  app.add_option("--clip", o.gradientClip, "Largest norm of the gradient; 0: any")
    ->check(CLI::NonNegativeNumber)
    ->capture_default_str();
  app
    .add_flag("--freeze-projection", o.freezeProjection,
              "Leave PEN as it is in the --initial-model and train the 2-D network alone: a step takes about half the "
              "time")
    ->needs("--initial-model");
  app
    .add_option(
      "--initial-share", o.initialShare,
      "Share of the --initial-model's weights in the model at the end, a weighted mean: cells unlike those of "
      "the data are forgotten less")
    ->check(CLI::Range(0.0, 1.0))
    ->capture_default_str()
    ->needs("--initial-model");
  app.add_option("--epochs", o.epochs)->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--stop-after", o.stopAfter, "Stop after that many of the epochs, to --resume another time");
  app.add_option("--steps", o.steps, "Steps an epoch")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--batch", o.batch, "Crops a step")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--validate-every", o.validateEvery, "Epochs from one validation to the next")
    ->check(CLI::PositiveNumber)
    ->capture_default_str();
}

void
AddSamplerOptions(CLI::App & app, TrainingOptions & o)
{
  const auto addShare = [&app](const std::string & name, double & share, const std::string & description)
  { app.add_option(name, share, description)->check(CLI::Range(0.0, 1.0))->capture_default_str(); };
  app.add_option("--assign", o.assign, "How cells get their depth channel")
    ->check(CLI::IsMember({ "z_kmeans", "pca_kmeans", "slice_cells", "slice_stack", "random", "local_order" }))
    ->capture_default_str();
  app
    .add_option("--minimum-overlap", o.minimumOverlap,
                "Share of the smaller cell from which on two cells overlap, for local_order")
    ->check(CLI::Range(0.0, 1.0))
    ->capture_default_str();
  app.add_option("--crop", o.crop, "Pixels of a crop's side")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--copies", o.copies, "Most windows laid over each other")
    ->check(CLI::PositiveNumber)
    ->capture_default_str();
  addShare("--copy-share", o.copyShare, "Share of the crops that are copied");
  addShare("--paste-share", o.pasteShare, "Share of the crops that are composed of single cells");
  app.add_option("--paste-cells", o.pasteCells, "Most cells of such a crop")
    ->check(CLI::PositiveNumber)
    ->capture_default_str();
  addShare("--paste-overlap", o.pasteOverlap, "Most of its cells that overlap another, as a share");
  addShare("--paste-stacked", o.pasteStacked, "Most of its cells right above or below another, as a share");
  app.add_option("--paste-scale", o.cellScale, "LO,HI factor of their size")->delimiter(',')->capture_default_str();
  app
    .add_option("--paste-stretch", o.pasteStretch,
                "LO,HI factor of their length along one direction of the plane; across it, 1 / sqrt")
    ->delimiter(',')
    ->capture_default_str();
  addShare("--paste-bend", o.pasteBend, "Largest slope by which they are bent");
  app
    .add_option("--paste-gamma", o.pasteGamma, "LO,HI gamma of a curve of their intensity, up to their brightest voxel")
    ->delimiter(',')
    ->capture_default_str();
  addShare("--paste-texture", o.pasteTexture,
           "Standard deviation of the logarithm of a factor of their intensity that varies smoothly within them");
  addShare("--slab-share", o.slabShare, "Share of the composed crops that are imaged in slabs of several slices");
  app.add_option("--thickest-slab", o.thickestSlab, "Slices of the thickest of them")
    ->check(CLI::Range(2, 1000))
    ->capture_default_str();
  addShare("--depth-window-share", o.depthWindowShare,
           "Share of the crops that show some slices of theirs and the cells centred there, as depth windows do");
  app.add_option("--depth-window-slices", o.depthWindowSlices, "LO,HI slices of them")
    ->delimiter(',')
    ->check(CLI::Range(1, 1000))
    ->capture_default_str();
  app.add_option("--dimmest", o.dimmest, "A copy's or pasted cell's brightness is lowered by up to this factor")
    ->check(CLI::Range(0.01, 1.0))
    ->capture_default_str();
  app.add_flag("!--no-depth-flips", o.depthFlips, "Never turn a stack upside down");
  app.add_option("--workers", o.workers, "Threads that draw the next batches meanwhile")->capture_default_str();
  app.add_option("--seed", o.seed)->capture_default_str();
}

itk::DepthChannelFunction
AssignmentOf(const TrainingOptions & o, const NetworkOptions & network)
{
  itk::PenCore::DepthChannelParameters assignment;
  assignment.method = itk::PenCore::DepthChannelMethodFromName(o.assign);
  assignment.numberOfChannels = static_cast<int>(network.outputChannels);
  assignment.numberOfSlices = static_cast<int>(network.slices);
  assignment.minimumOverlap = o.minimumOverlap;
  assignment.numberOfThreads = 1;
  return [assignment](const std::vector<itk::PenCore::Cell> & cells, std::uint64_t seed) mutable
  {
    assignment.seed = seed;
    return itk::PenCore::AssignDepthChannels(cells, assignment);
  };
}
// um where known; otherwise composing takes voxels as they are.
std::array<double, 3>
SpacingOf(const NetworkOptions & network, const std::vector<TrainingFolder> & folders)
{
  if (network.pixelSize > 0.0 && network.sliceSpacing > 0.0)
  {
    return { { network.pixelSize, network.pixelSize, network.sliceSpacing } };
  }
  return folders.empty() ? std::array<double, 3>{ { 1.0, 1.0, 1.0 } } : folders.front().sample.spacing;
}

// Slices of a sample at the network's spacing, where both spacings are known.
unsigned int
SlicesOf(const TrainingFolder & folder, const NetworkOptions & network)
{
  const bool known = network.sliceSpacing > 0.0 && folder.sliceSpacing > 0.0;
  return known ? static_cast<unsigned int>(
                   itk::PenCore::ResampledSize(folder.sample.slices, folder.sliceSpacing, network.sliceSpacing))
               : folder.sample.slices;
}
} // namespace

void
AddTrainingOptions(CLI::App & app, TrainingOptions & o)
{
  Reads(app
          .add_option("--data", o.data,
                      "Sample folders, or folders that hold them; each is drawn from as often as the others")
          ->required());
  Reads(
    app.add_option("--validation", o.validation, "Folders that are only measured: losses of crops, metrics of stacks"));
  app
    .add_option("-o,--output", o.output,
                "The model; MODEL.checkpoint, MODEL.best, MODEL.log.csv, MODEL.curves.svg and MODEL.tensorboard lie "
                "beside it")
    ->required();
  auto * resume = app.add_flag("--resume", o.resume, "Go on from MODEL.checkpoint");
  app.add_flag("--overwrite", o.overwrite, "Replace a model, or an unfinished training, that is there already")
    ->excludes(resume);
  AddNetworkShapeOptions(app, o);
  AddSamplerOptions(app, o);
  AddLearningOptions(app, o);
  app.add_option("--note", o.note, "Text kept in the model's provenance");
  AddNetworkOptions(app, o.place);
}

NetworkOptions
NetworkOptionsOf(const TrainingOptions & o, const std::vector<TrainingFolder> & folders, const NetworkOptions * initial)
{
  NetworkOptions network = initial ? *initial : NetworkOptions();
  network.depthAssignment = o.assign;
  network.depthWindows = network.depthWindows || o.depthWindowShare > 0.0;
  network.recipe.reset(); // that of what is trained here
  if (initial)
  {
    network.outputChannels = o.channels > 0 ? o.channels : initial->outputChannels;
    return network;
  }
  network.projection = Architectures.at(o.architecture);
  network.blockPool = BlockPools.at(o.blockPool);
  network.collect = Collects.at(o.collect);
  network.maximumBranch = o.maximumBranch;
  network.kernels = o.kernels;
  network.features = o.features;
  network.outputChannels = o.channels > 0 ? o.channels : 3;
  network.flowFactor = o.loss == "published" ? 10.0 : 5.0;
  network.normalization.method = o.normalization == "background" ? itk::IntensityNormalization::Method::Background
                                                                 : itk::IntensityNormalization::Method::Percentile;
  network.pixelSize = o.pixelSize > 0.0 ? o.pixelSize : folders.front().pixelSize;
  network.sliceSpacing = folders.front().sliceSpacing;
  network.slices = o.slices;
  for (const TrainingFolder & folder : folders)
  {
    network.slices = o.slices > 0 ? o.slices : std::max(network.slices, SlicesOf(folder, network));
  }
  return network;
}

itk::TrainingSampler
MakeSampler(const TrainingOptions & o, const NetworkOptions & network, const std::vector<TrainingFolder> & folders,
            std::uint64_t seed)
{
  itk::TrainingSampler::Parameters parameters;
  parameters.cropSize = o.crop;
  parameters.slices = network.slices;
  parameters.channels = network.outputChannels;
  parameters.copies = o.copies;
  parameters.copyShare = o.copyShare;
  parameters.depthFlips = o.depthFlips;
  parameters.dimmestBrightness = o.dimmest;
  parameters.pasteShare = o.pasteShare;
  parameters.mostPastedCells = o.pasteCells;
  parameters.mostOverlapShare = o.pasteOverlap;
  parameters.mostStackedShare = o.pasteStacked;
  parameters.cellScale = o.cellScale;
  parameters.cellStretch = o.pasteStretch;
  parameters.cellBend = o.pasteBend;
  parameters.cellGamma = o.pasteGamma;
  parameters.cellTexture = o.pasteTexture;
  parameters.slabShare = o.slabShare;
  parameters.thickestSlab = o.thickestSlab;
  parameters.depthWindowShare = o.depthWindowShare;
  parameters.depthWindowSlices = o.depthWindowSlices;
  parameters.normalization = network.normalization;
  parameters.spacing = SpacingOf(network, folders);
  parameters.seed = seed;
  parameters.assignChannels = AssignmentOf(o, network);
  itk::TrainingSampler sampler(parameters);
  for (const TrainingFolder & folder : folders)
  {
    const bool known = network.pixelSize > 0.0 && folder.pixelSize > 0.0;
    const auto pixelsOn = [&](unsigned int pixels, std::size_t axis)
    {
      const double factor = known ? folder.sample.spacing[axis] / network.pixelSize : 1.0;
      return static_cast<unsigned int>(std::max(std::lround(pixels * factor), 1L));
    };
    const auto resampled = [&](const itk::TrainingSample & sample)
    { return sample.Resampled(SlicesOf(folder, network), pixelsOn(sample.height, 1), pixelsOn(sample.width, 0)); };
    if (o.pasteShare > 0.0)
    {
      sampler.AddCells(resampled(folder.sample), folder.group);
    }
    itk::TrainingSample sample = folder.sample;
    itk::PenCore::NormalizeIntensities(sample.stack.data(), { sample.slices, sample.height, sample.width },
                                       network.normalization);
    sampler.AddSample(resampled(sample), folder.group);
  }
  return sampler;
}

itk::TrainingSampler
MakeValidationSampler(const TrainingOptions & o, const NetworkOptions & network,
                      const std::vector<TrainingFolder> & folders)
{
  const std::uint64_t seed = ~o.seed;
  itk::TrainingSampler sampler = MakeSampler(o, network, folders, seed);
  if (o.pasteShare > 0.0 && !sampler.HasCells())
  {
    TrainingOptions windows = o;
    windows.pasteShare = 0.0;
    return MakeSampler(windows, network, folders, seed);
  }
  return sampler;
}

Trainer::Pointer
MakeTrainer(const TrainingOptions & o, itk::SegmentationNetwork * network)
{
  auto trainer = Trainer::New();
  trainer->SetNetwork(network);
  trainer->SetLoss(o.loss == "published" ? Trainer::Loss::Published : Trainer::Loss::CellPose);
  trainer->SetOptimizer(o.optimizer == "adamw" ? Trainer::Optimizer::AdamW
                                               : Trainer::Optimizer::StochasticGradientDescent);
  trainer->SetWeightDecay(o.weightDecay);
  trainer->SetGradientClip(o.gradientClip);
  trainer->SetFreezeProjection(o.freezeProjection);
  return trainer;
}
} // namespace pen
