// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Trains a small network on one annotated stack.  train_network FOLDER MODEL STEPS

#include "itkCellDepthLabelMapFilter.h"
#include "itkImageFileReader.h"
#include "itkLayersImageToCellLabelMapFilter.h"
#include "itkSegmentationNetworkTrainer.h"
#include "itkTrainingSampleFromImages.h"
#include "itkTrainingSampler.h"

#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>

namespace
{
using Stack = itk::Image<float, 3>;
using Layers = itk::Image<unsigned int, 3>;

itk::TrainingSample
ReadSample(const std::string & folder)
{
  const auto stack = itk::ReadImage<Stack>(folder + "/stack.nrrd");
  const auto layers = itk::ReadImage<Layers>(folder + "/layers.nrrd");
  const auto ignore = itk::ReadImage<itk::Image<unsigned char, 2>>(folder + "/ignore.nrrd");
  const auto cells = itk::LayersImageToCellLabelMapFilter<Layers>::New();
  cells->SetInput(layers);
  const auto depths = itk::CellDepthLabelMapFilter<itk::CellLabelMap, Stack>::New();
  depths->SetInput(cells->GetOutput());
  depths->SetStackImage(stack);
  depths->Update();
  return itk::TrainingSampleFromImages(stack.GetPointer(), depths->GetOutput(), ignore.GetPointer());
}

void
Train(const std::string & folder, const std::string & model, unsigned int steps)
{
  constexpr unsigned int batchSize = 4;
  itk::TrainingSample sample = ReadSample(folder);
  itk::SegmentationNetworkOptions options;
  options.slices = sample.slices;
  options.kernels = { 1, 3 };
  options.features = { 8, 16 };
  options.outputChannels = 1; // more need TrainingSampler::Parameters::assignChannels
  options.pixelSize = sample.spacing[0];
  options.sliceSpacing = sample.spacing[2];
  const auto network = itk::SegmentationNetwork::New();
  network->Create(options, 1);
  itk::PenCore::NormalizeIntensities(sample.stack.data(), { sample.slices, sample.height, sample.width },
                                     options.normalization);
  itk::TrainingSampler::Parameters parameters;
  parameters.cropSize = 64;
  parameters.slices = options.slices;
  parameters.channels = options.outputChannels;
  parameters.copies = 1;
  itk::TrainingSampler sampler(parameters);
  sampler.AddSample(std::move(sample));

  const auto trainer = itk::SegmentationNetworkTrainer::New();
  trainer->SetNetwork(network);
  trainer->SetLoss(itk::SegmentationNetworkTrainer::Loss::CellPose);
  trainer->SetNumberOfThreads(1); // small batches gain nothing from more
  for (unsigned int step = 0; step < steps; ++step)
  {
    std::cout << step << ' ' << trainer->Step(sampler.Draw(step, batchSize)).total << '\n';
  }
  network->Save(model);
}
} // namespace

int
main(int argc, char * argv[])
{
  if (argc != 4)
  {
    std::cerr << "usage: train_network FOLDER MODEL STEPS\n";
    return EXIT_FAILURE;
  }
  try
  {
    Train(argv[1], argv[2], static_cast<unsigned int>(std::stoul(argv[3])));
  }
  catch (const std::exception & error)
  {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
