// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Trains a network on folders of annotated stacks: crops, flips, turns and copies drawn on the fly, one line of losses
// and metrics an epoch, a checkpoint after each epoch from which --resume goes on. Where a launcher such as torchrun
// starts several of it, they train one model together.

#include "Frame/OutputFile.h"
#include "Options/InitialNetwork.h"
#include "Options/TrainingFiles.h"
#include "Options/TrainingOptions.h"
#include "Options/Validation.h"
#include "Report/TrainingLog.h"

#include "itkTrainingBatchQueue.h"
#include "itkTrainingProcessGroup.h"

#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <optional>

namespace
{
using Trainer = itk::SegmentationNetworkTrainer;
using Place = itk::TrainingProcessGroup::Place;
using Options = pen::TrainingOptions;

// Crops whose losses an epoch's validation measures, in batches.
constexpr unsigned int ValidationBatches = 8;

std::vector<pen::TrainingFolder>
ReadFolders(const std::vector<std::string> & paths, pen::ProgramContext & context)
{
  std::vector<pen::TrainingFolder> folders;
  for (std::size_t group = 0; group < paths.size(); ++group)
  {
    for (const std::string & folder : pen::FindTrainingFolders(paths[group]))
    {
      folders.push_back(pen::ReadTrainingFolder(folder, context));
      folders.back().group = group;
      if (!folders.back().doubtAboutSpacing.empty())
      {
        context.Warn(folders.back().doubtAboutSpacing + ", so the unit of its spacing may be wrong: " + folder);
      }
    }
  }
  return folders;
}

// A training on nothing but background ends with a model that never finds a cell.
std::vector<pen::TrainingFolder>
ReadData(const Options & options, pen::ProgramContext & context)
{
  std::vector<pen::TrainingFolder> folders = ReadFolders(options.data, context);
  if (std::all_of(folders.begin(), folders.end(),
                  [](const pen::TrainingFolder & folder) { return folder.sample.cells.empty(); }))
  {
    pen::Fail("there is no cell to learn from", options.data.front());
  }
  return folders;
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

std::string
Provenance(const Options & options, const std::string & command, const pen::TrainingLogRow & last)
{
  const nlohmann::json json{ { "command", command },
                             { "seed", options.seed },
                             { "steps", last.step },
                             { "last_epoch_loss", last.loss },
                             { "note", options.note } };
  // The names in the command may be no UTF-8.
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// One training: what it learns from, and the files it leaves.
class Training
{
public:
  Training(const Options & options, const Place & place, const std::string & command, pen::ProgramContext & context)
    : m_Options(options)
    , m_Place(place)
    , m_Command(command)
    , m_Context(context)
    , m_Folders(ReadData(options, context))
    , m_ValidationFolders(IsFirst() ? ReadFolders(options.validation, context) : std::vector<pen::TrainingFolder>())
    , m_Network(MakeNetwork())
    , m_Trainer(pen::MakeTrainer(options, m_Network))
    , m_Sampler(pen::MakeSampler(options, m_Network->GetOptions(), m_Folders, options.seed))
    , m_ValidationSampler(pen::MakeValidationSampler(options, m_Network->GetOptions(), m_ValidationFolders))
  {
  }

  void
  Run()
  {
    const std::uint64_t end = std::uint64_t{ m_Options.epochs } * m_Options.steps;
    const pen::LearningRate rate(m_Options.learningRate, m_Options.steps, end);
    const std::string checkpoint = m_Options.output + ".checkpoint";
    if (m_Options.resume)
    {
      m_Trainer->LoadState(checkpoint);
    }
    if (m_Place.size > 1)
    {
      m_Trainer->SetProcessGroup(std::make_shared<itk::TrainingProcessGroup>(m_Place));
    }
    const std::uint64_t first = m_Trainer->GetNumberOfSteps();
    if (first % m_Options.steps != 0)
    {
      FailForSteps(first);
    }
    std::optional<pen::TrainingLog> log;
    if (IsFirst())
    {
      RemoveEarlierTraining();
      log.emplace(m_Options.output, first);
    }
    const bool hasRows = log && !log->GetRows().empty();
    if (hasRows && log->GetRows().back().step != (log->GetRows().back().epoch + std::uint64_t{ 1 }) * m_Options.steps)
    {
      FailForSteps(log->GetRows().back().step);
    }
    const unsigned int share = m_Options.batch / m_Place.size;
    itk::TrainingBatchQueue queue([&](std::uint64_t step) { return m_Sampler.Draw(step, share, m_Place.rank * share); },
                                  first, end, m_Options.workers);
    const unsigned int epochs =
      m_Options.stopAfter > 0 ? std::min(m_Options.stopAfter, m_Options.epochs) : m_Options.epochs;
    for (auto epoch = static_cast<unsigned int>(first / m_Options.steps); epoch < epochs; ++epoch)
    {
      pen::TrainingLogRow row = TrainEpoch(epoch, rate, queue);
      if (!IsFirst())
      {
        continue;
      }
      if ((epoch + 1) % m_Options.validateEvery == 0 || epoch + 1 == m_Options.epochs)
      {
        Validate(row, log->GetRows());
      }
      log->Add(row);
      if (!m_Context.IsQuiet())
      {
        std::cout << pen::TrainingLog::TextOf(row) << std::endl;
      }
      pen::OutputFile state(checkpoint);
      m_Trainer->SaveState(state.GetTemporaryPath());
      state.Commit();
    }
    if (IsFirst() && m_Trainer->GetNumberOfSteps() >= end)
    {
      MixWithInitialModel();
      SaveModel(m_Options.output, log->GetRows().empty() ? pen::TrainingLogRow() : log->GetRows().back());
    }
  }

private:
  // --resume must not go on from what --overwrite put an end to. The model itself stays until there is another.
  void
  RemoveEarlierTraining() const
  {
    if (!m_Options.resume)
    {
      std::filesystem::remove(m_Options.output + ".checkpoint");
      std::filesystem::remove(m_Options.output + ".best");
    }
  }

  [[noreturn]] void
  FailForSteps(std::uint64_t step) const
  {
    throw pen::UsageError("--steps is " + std::to_string(m_Options.steps) + ", but the checkpoint is at step " +
                          std::to_string(step) + ": resume with the steps that it was begun with");
  }

  // Of several processes, one measures and writes.
  bool
  IsFirst() const
  {
    return m_Place.rank == 0;
  }

  itk::SegmentationNetwork::Pointer
  MakeNetwork() const
  {
    auto network = pen::MakeNetwork(m_Options.place);
    if (m_Options.initialModel.empty())
    {
      network->Create(pen::NetworkOptionsOf(m_Options, m_Folders, nullptr), m_Options.seed);
      return network;
    }
    network->Load(m_Options.initialModel);
    const itk::SegmentationNetworkOptions initial = network->GetOptions();
    const itk::SegmentationNetworkOptions options = pen::NetworkOptionsOf(m_Options, m_Folders, &initial);
    if (options.outputChannels != initial.outputChannels)
    {
      auto other = pen::MakeNetwork(m_Options.place);
      other->Create(options);
      pen::CopyWeights(network, other);
      return other;
    }
    network->SetOptions(options);
    return network;
  }

  // After the last step only, so that the checkpoint is the training's own. Source: Wortsman et al., "Robust
  // fine-tuning of zero-shot models" (2022).
  void
  MixWithInitialModel()
  {
    const auto share = static_cast<float>(m_Options.initialShare);
    if (share == 0.0f)
    {
      return;
    }
    const auto initial = this->MakeNetwork();
    for (const auto & parameter : m_Network->GetParameters())
    {
      const std::vector<float> before = initial->GetParameter(parameter.name);
      std::vector<float> values = m_Network->GetParameter(parameter.name);
      for (std::size_t i = 0; i < values.size(); ++i)
      {
        values[i] = share * before[i] + (1.0f - share) * values[i];
      }
      m_Network->SetParameter(parameter.name, values);
    }
  }

  // The mean losses of the epoch's steps.
  pen::TrainingLogRow
  TrainEpoch(unsigned int epoch, const pen::LearningRate & rate, itk::TrainingBatchQueue & queue)
  {
    const auto start = std::chrono::steady_clock::now();
    const double steps = static_cast<double>(m_Options.epochs) * m_Options.steps;
    std::vector<itk::TrainingLosses> losses;
    pen::TrainingLogRow row;
    // An interrupted epoch never reaches a checkpoint, so that each begins with its first step.
    for (unsigned int step = 0; step < m_Options.steps; ++step)
    {
      row.learningRate = rate.At(m_Trainer->GetNumberOfSteps());
      m_Trainer->SetLearningRate(row.learningRate);
      losses.push_back(m_Trainer->Step(queue.Next()));
      row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      const double secondsPerStep = row.seconds / (step + 1.0);
      const double done = epoch * static_cast<double>(m_Options.steps) + step + 1.0;
      if (IsFirst())
      {
        m_Context.SetStageProgress(done / steps, TimeLeft(secondsPerStep, steps - done));
      }
    }
    const itk::TrainingLosses mean = MeanOf(losses);
    row.step = m_Trainer->GetNumberOfSteps();
    row.epoch = epoch;
    row.loss = mean.total;
    row.cell = mean.cell;
    row.flow = mean.flow;
    row.border = mean.border;
    return row;
  }

  static std::string
  TimeLeft(double secondsPerStep, double stepsLeft)
  {
    const auto minutes = static_cast<unsigned long>(secondsPerStep * stepsLeft / 60.0);
    char text[64];
    std::snprintf(text, sizeof(text), "%.2f s a step, %lu:%02lu h left", secondsPerStep, minutes / 60, minutes % 60);
    return text;
  }

  void
  Validate(pen::TrainingLogRow & row, const std::vector<pen::TrainingLogRow> & earlier)
  {
    if (m_ValidationFolders.empty())
    {
      return;
    }
    std::vector<itk::TrainingLosses> losses;
    for (unsigned int i = 0; i < ValidationBatches; ++i)
    {
      losses.push_back(m_Trainer->Evaluate(m_ValidationSampler.Draw(i, m_Options.batch)));
    }
    const itk::PenCore::InstanceMetrics metrics = pen::MeasureNetwork(m_Network, m_ValidationFolders);
    row.validationLoss = MeanOf(losses).total;
    row.validationJaccard = metrics.counts.Jaccard();
    row.validationPrecision = metrics.counts.Precision();
    row.validationRecall = metrics.counts.Recall();
    row.validationQuality = metrics.counts.Quality();
    row.validationMeanJaccard = metrics.MeanJaccard();
    bool isBest = true;
    for (const pen::TrainingLogRow & other : earlier)
    {
      isBest = isBest && !(other.validationMeanJaccard >= row.validationMeanJaccard);
    }
    if (isBest)
    {
      SaveModel(m_Options.output + ".best", row);
    }
  }

  void
  SaveModel(const std::string & path, const pen::TrainingLogRow & row)
  {
    itk::SegmentationNetworkOptions options = m_Network->GetOptions();
    const std::string before = options.provenance;
    options.provenance = Provenance(m_Options, m_Command, row);
    m_Network->SetOptions(options);
    pen::OutputFile model(path);
    m_Network->Save(model.GetTemporaryPath());
    model.Commit();
    // A checkpoint belongs to a training by its options, which hold no provenance of an unfinished one.
    options.provenance = before;
    m_Network->SetOptions(options);
  }

  const Options & m_Options;
  const Place & m_Place;
  const std::string & m_Command;
  pen::ProgramContext & m_Context;
  std::vector<pen::TrainingFolder> m_Folders;
  std::vector<pen::TrainingFolder> m_ValidationFolders;
  itk::SegmentationNetwork::Pointer m_Network;
  Trainer::Pointer m_Trainer;
  itk::TrainingSampler m_Sampler;
  itk::TrainingSampler m_ValidationSampler;
};

// Each process takes the GPU of its number on its machine, unless it is told another; the batch is divided evenly.
void
TakePlace(const Place & place, Options & options)
{
  if (options.batch % place.size != 0)
  {
    throw pen::UsageError("--batch " + std::to_string(options.batch) + " cannot be divided among " +
                          std::to_string(place.size) + " processes");
  }
  const bool isOpen = options.place.device == "auto" || options.place.device == "cuda";
  if (place.size > 1 && isOpen && pen::MakeNetwork(options.place)->GetResolvedDevice() != "cpu")
  {
    options.place.device = "cuda:" + std::to_string(place.localRank);
  }
}
} // namespace

int
main(int argc, char * argv[])
{
  Options options;
  std::string command = "pen-train";
  for (int i = 1; i < argc; ++i)
  {
    command += std::string(" ") + argv[i];
  }
  return pen::RunProgram(
    "pen-train", "Trains a segmentation network on annotated stacks.", argc, argv,
    [&](CLI::App & app) { pen::AddTrainingOptions(app, options); },
    [&](pen::ProgramContext & context)
    {
      const Place place = itk::TrainingProcessGroup::PlaceFromEnvironment();
      TakePlace(place, options);
      pen::VerifyTrainingFiles(options);
      context.PlanStages({ { "train", 1.0 } });
      context.RunStage("train", [&] { Training(options, place, command, context).Run(); });
    });
}
