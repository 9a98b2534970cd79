// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Trains a network on folders of annotated stacks: crops, flips, turns and copies drawn on the fly, one line of losses
// an epoch, a checkpoint after each epoch from which --resume goes on.

#include "penNetworkOptions.h"
#include "penOutputFile.h"
#include "penTrainingFolder.h"

#include "itkPenCoreDepthChannels.h"
#include "itkSegmentationNetworkTrainer.h"
#include "itkTrainingSampler.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace
{
using Options = itk::SegmentationNetworkOptions;
using Trainer = itk::SegmentationNetworkTrainer;

struct Settings
{
  std::vector<std::string> data;
  std::vector<std::string> validation;
  std::string output;
  std::string architecture = "pen-cellpose";
  std::string blockPool = "conv";
  std::string collect = "conv";
  std::string assign = "z_kmeans";
  std::string loss = "published";
  std::string normalization = "percentile";
  std::string note;
  std::vector<unsigned int> kernels{ 1, 3, 5, 7, 11 };
  std::vector<unsigned int> features{ 32, 64, 128, 256 };
  std::vector<std::string> schedule;
  pen::NetworkPlace place;
  unsigned int channels = 3;
  unsigned int slices = 0;
  unsigned int epochs = 50;
  unsigned int steps = 50;
  unsigned int batch = 8;
  unsigned int crop = 256;
  unsigned int copies = 3;
  double copyShare = 0.5;
  double learningRate = 0.02;
  double pixelSize = 0.0;
  std::uint64_t seed = 0;
  bool resume = false;
};

const std::map<std::string, Options::Projection> Architectures{
  { "pen-cellpose", Options::Projection::ProjectionEnhancement },
  { "mip-cellpose", Options::Projection::Maximum },
  { "linear-cellpose", Options::Projection::LinearDepth }
};
const std::map<std::string, Options::BlockPool> BlockPools{ { "conv", Options::BlockPool::Convolution },
                                                            { "max", Options::BlockPool::Maximum },
                                                            { "conv_split", Options::BlockPool::SplitConvolution } };
const std::map<std::string, Options::Collect> Collects{ { "conv", Options::Collect::Convolution },
                                                        { "mean", Options::Collect::Mean },
                                                        { "max", Options::Collect::Maximum } };

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
AddOptions(CLI::App & app, Settings & s)
{
  app.add_option("--data", s.data, "sample folders, or folders that hold them")->required();
  app.add_option("--validation", s.validation, "folders whose losses are only measured");
  app.add_option("-o,--output", s.output, "the model; MODEL.checkpoint and MODEL.log.csv lie beside it")->required();
  app.add_option("--architecture", s.architecture)->check(CLI::IsMember(KeysOf(Architectures)))->capture_default_str();
  app.add_option("--channels", s.channels, "depth channels")->check(CLI::Range(1, 16))->capture_default_str();
  app.add_option("--slices", s.slices, "slices that the network sees; 0: those of the deepest sample");
  app.add_option("--kernels", s.kernels)->delimiter(',')->capture_default_str();
  app.add_option("--block-pool", s.blockPool)->check(CLI::IsMember(KeysOf(BlockPools)))->capture_default_str();
  app.add_option("--collect", s.collect)->check(CLI::IsMember(KeysOf(Collects)))->capture_default_str();
  app.add_option("--assign", s.assign, "how cells get their depth channel")
    ->check(CLI::IsMember({ "z_kmeans", "pca_kmeans", "slice_cells", "slice_stack", "random", "local_order" }))
    ->capture_default_str();
  app.add_option("--features", s.features, "features a level")->delimiter(',')->capture_default_str();
  app.add_option("--normalization", s.normalization)
    ->check(CLI::IsMember({ "percentile", "background" }))
    ->capture_default_str();
  app.add_option("--pixel-size", s.pixelSize, "um of the network's pixels; 0: the first sample's own");
  app.add_option("--epochs", s.epochs)->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--steps", s.steps, "steps an epoch")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--batch", s.batch)->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--crop", s.crop, "pixels of a crop's side")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--copies", s.copies, "most windows laid over each other")
    ->check(CLI::PositiveNumber)
    ->capture_default_str();
  app.add_option("--copy-share", s.copyShare, "share of the crops that are copied")
    ->check(CLI::Range(0.0, 1.0))
    ->capture_default_str();
  app.add_option("--loss", s.loss)->check(CLI::IsMember({ "published", "cellpose" }))->capture_default_str();
  app.add_option("--lr", s.learningRate, "learning rate of the first epoch")
    ->check(CLI::PositiveNumber)
    ->capture_default_str();
  app.add_option("--schedule", s.schedule, "EPOCH:RATE from that epoch (counted from 0) on")->delimiter(',');
  app.add_option("--seed", s.seed)->capture_default_str();
  app.add_option("--note", s.note, "text kept in the model's provenance");
  app.add_flag("--resume", s.resume, "go on from MODEL.checkpoint");
  pen::AddNetworkOptions(app, s.place);
}

double
LearningRateOf(const Settings & s, unsigned int epoch)
{
  double rate = s.learningRate;
  for (const std::string & entry : s.schedule)
  {
    unsigned int from = 0;
    double next = 0.0;
    if (std::sscanf(entry.c_str(), "%u:%lf", &from, &next) != 2 || !(next > 0.0))
    {
      throw std::runtime_error("--schedule \"" + entry + "\" is not EPOCH:RATE");
    }
    rate = epoch >= from ? next : rate;
  }
  return rate;
}

std::vector<pen::TrainingFolder>
ReadFolders(const std::vector<std::string> & paths, pen::ProgramContext & context)
{
  std::vector<pen::TrainingFolder> folders;
  for (const std::string & path : paths)
  {
    for (const std::string & folder : pen::FindTrainingFolders(path))
    {
      folders.push_back(pen::ReadTrainingFolder(folder, context));
    }
  }
  return folders;
}

Options
OptionsOf(const Settings & s, const std::vector<pen::TrainingFolder> & folders)
{
  Options options;
  options.projection = Architectures.at(s.architecture);
  options.blockPool = BlockPools.at(s.blockPool);
  options.collect = Collects.at(s.collect);
  options.kernels = s.kernels;
  options.features = s.features;
  options.outputChannels = s.channels;
  options.depthAssignment = s.assign;
  options.flowFactor = s.loss == "published" ? 10.0 : 5.0;
  options.normalization.method = s.normalization == "background" ? itk::IntensityNormalization::Method::Background
                                                                 : itk::IntensityNormalization::Method::Percentile;
  options.slices = s.slices;
  for (const pen::TrainingFolder & folder : folders)
  {
    options.slices = s.slices > 0 ? s.slices : std::max(options.slices, folder.sample.slices);
  }
  options.pixelSize = s.pixelSize > 0.0 ? s.pixelSize : folders.front().pixelSize;
  options.sliceSpacing = folders.front().sliceSpacing;
  return options;
}

itk::DepthChannelFunction
AssignmentOf(const Settings & s, const Options & options)
{
  itk::PenCore::DepthChannelParameters assignment;
  assignment.method = itk::PenCore::DepthChannelMethodFromName(s.assign);
  assignment.numberOfChannels = static_cast<int>(s.channels);
  assignment.numberOfSlices = static_cast<int>(options.slices);
  assignment.numberOfThreads = 1;
  return [assignment](const std::vector<itk::PenCore::Cell> & cells, std::uint64_t seed) mutable
  {
    assignment.seed = seed;
    return itk::PenCore::AssignDepthChannels(cells, assignment);
  };
}

itk::TrainingSampler
MakeSampler(const Settings & s, const Options & options, std::vector<pen::TrainingFolder> folders, std::uint64_t seed)
{
  itk::TrainingSampler::Parameters parameters;
  parameters.cropSize = s.crop;
  parameters.slices = options.slices;
  parameters.channels = s.channels;
  parameters.copies = s.copies;
  parameters.copyShare = s.copyShare;
  parameters.seed = seed;
  parameters.assignChannels = AssignmentOf(s, options);
  itk::TrainingSampler sampler(parameters);
  for (pen::TrainingFolder & folder : folders)
  {
    itk::TrainingSample & sample = folder.sample;
    itk::PenCore::NormalizeIntensities(sample.stack.data(), sample.stack.size(), options.normalization);
    const bool known = options.pixelSize > 0.0 && folder.pixelSize > 0.0;
    const double factor = known ? folder.pixelSize / options.pixelSize : 1.0;
    sampler.AddSample(sample.Resampled(static_cast<unsigned int>(std::lround(sample.height * factor)),
                                       static_cast<unsigned int>(std::lround(sample.width * factor))));
  }
  return sampler;
}

itk::TrainingLosses
MeanOf(const std::vector<itk::TrainingLosses> & losses)
{
  itk::TrainingLosses mean;
  for (const itk::TrainingLosses & loss : losses)
  {
    mean.total += loss.total / static_cast<double>(losses.size());
    mean.cell += loss.cell / static_cast<double>(losses.size());
    mean.flow += loss.flow / static_cast<double>(losses.size());
    mean.border += loss.border / static_cast<double>(losses.size());
  }
  return mean;
}

// Losses of a few fixed batches of the validation samples; nothing where there are none.
std::vector<itk::TrainingLosses>
Validate(Trainer * trainer, const itk::TrainingSampler & sampler, const Settings & s)
{
  constexpr unsigned int Batches = 8;
  std::vector<itk::TrainingLosses> losses;
  for (unsigned int i = 0; i < Batches && sampler.GetNumberOfSamples() > 0; ++i)
  {
    losses.push_back(trainer->Evaluate(sampler.Draw(i, s.batch)));
  }
  return losses;
}

std::string
LogRow(const Trainer * trainer, unsigned int epoch, const itk::TrainingLosses & losses,
       const std::vector<itk::TrainingLosses> & validation, double seconds)
{
  std::ostringstream row;
  row << trainer->GetNumberOfSteps() << ',' << epoch << ',' << losses.total << ',' << losses.cell << ',' << losses.flow
      << ',' << losses.border << ',';
  if (!validation.empty())
  {
    row << MeanOf(validation).total;
  }
  row << ',' << trainer->GetLearningRate() << ',' << seconds;
  return row.str();
}

std::string
Provenance(const Settings & s, const std::string & command, const Trainer * trainer, const itk::TrainingLosses & losses)
{
  const nlohmann::json json{ { "command", command },
                             { "seed", s.seed },
                             { "steps", trainer->GetNumberOfSteps() },
                             { "last_epoch_loss", losses.total },
                             { "note", s.note } };
  return json.dump();
}

// MODEL.log.csv. A resumed training keeps the rows of the steps that its checkpoint holds and writes the others anew.
std::ofstream
OpenLog(const std::string & path, itk::SizeValueType steps)
{
  std::string kept = "step,epoch,loss,cell,flow,border,validation_loss,learning_rate,seconds\n";
  std::ifstream old(path);
  std::string row;
  for (std::getline(old, row); steps > 0 && std::getline(old, row);)
  {
    if (std::strtoull(row.c_str(), nullptr, 10) <= steps)
    {
      kept += row + '\n';
    }
  }
  old.close();
  std::ofstream log(path, std::ios::trunc);
  if (!(log << kept << std::flush))
  {
    throw std::runtime_error(path + " cannot be written");
  }
  return log;
}

void
SaveCheckpoint(const Trainer * trainer, const std::string & path)
{
  pen::OutputFile checkpoint(path);
  trainer->SaveState(checkpoint.GetTemporaryPath());
  checkpoint.Commit();
}

// The mean losses of the epoch's steps.
itk::TrainingLosses
TrainEpoch(Trainer * trainer, const itk::TrainingSampler & sampler, const Settings & s, unsigned int epoch,
           pen::ProgramContext & context)
{
  trainer->SetLearningRate(LearningRateOf(s, epoch));
  std::vector<itk::TrainingLosses> losses;
  for (unsigned int step = 0; step < s.steps; ++step)
  {
    losses.push_back(trainer->Step(sampler.Draw(trainer->GetNumberOfSteps(), s.batch)));
    context.SetStageProgress((epoch * s.steps + step + 1.0) / (static_cast<double>(s.epochs) * s.steps));
  }
  return MeanOf(losses);
}

void
SaveModel(itk::SegmentationNetwork * network, const std::string & provenance, const std::string & path)
{
  Options options = network->GetOptions();
  options.provenance = provenance;
  network->SetOptions(options);
  pen::OutputFile model(path);
  network->Save(model.GetTemporaryPath());
  model.Commit();
}

void
Train(const Settings & s, const std::string & command, pen::ProgramContext & context)
{
  const std::vector<pen::TrainingFolder> folders = ReadFolders(s.data, context);
  const Options options = OptionsOf(s, folders);
  const itk::TrainingSampler sampler = MakeSampler(s, options, folders, s.seed);
  const itk::TrainingSampler validation = MakeSampler(s, options, ReadFolders(s.validation, context), ~s.seed);

  auto network = pen::MakeNetwork(s.place);
  network->Create(options, s.seed);
  auto trainer = Trainer::New();
  trainer->SetNetwork(network);
  trainer->SetLoss(s.loss == "published" ? Trainer::Loss::Published : Trainer::Loss::CellPose);
  const std::string checkpoint = s.output + ".checkpoint";
  if (s.resume)
  {
    trainer->LoadState(checkpoint);
  }
  std::ofstream log = OpenLog(s.output + ".log.csv", trainer->GetNumberOfSteps());

  context.PlanStages({ { "train", 1.0 } });
  itk::TrainingLosses losses;
  const auto trainEpochs = [&]
  {
    for (auto epoch = static_cast<unsigned int>(trainer->GetNumberOfSteps() / s.steps); epoch < s.epochs; ++epoch)
    {
      const double start = context.GetTimings().GetTotal();
      losses = TrainEpoch(trainer, sampler, s, epoch, context);
      const auto measured = Validate(trainer, validation, s);
      const std::string row = LogRow(trainer, epoch, losses, measured, context.GetTimings().GetTotal() - start);
      log << row << std::endl;
      if (!context.IsQuiet())
      {
        std::cout << row << std::endl;
      }
      SaveCheckpoint(trainer, checkpoint);
    }
  };
  context.RunStage("train", trainEpochs);
  SaveModel(network, Provenance(s, command, trainer, losses), s.output);
}
} // namespace

int
main(int argc, char * argv[])
{
  Settings settings;
  std::string command = "pen-train";
  for (int i = 1; i < argc; ++i)
  {
    command += std::string(" ") + argv[i];
  }
  return pen::RunProgram(
    "pen-train", "Trains a segmentation network on annotated stacks.", argc, argv,
    [&](CLI::App & app) { AddOptions(app, settings); },
    [&](pen::ProgramContext & context) { Train(settings, command, context); });
}
