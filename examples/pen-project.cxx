// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Projects a stack along z: by maximum, mean, sum or standard deviation, by depth windows, or by a trained PEN.

#include "penDefaultModel.h"
#include "penNetworkOptions.h"
#include "penOutputFile.h"
#include "penStackFile.h"

#include "itkImageFileWriter.h"
#include "itkLinearDepthProjectionImageFilter.h"
#include "itkMaximumProjectionImageFilter.h"
#include "itkMeanProjectionImageFilter.h"
#include "itkProjectionEnhancementImageFilter.h"
#include "itkRescaleIntensityImageFilter.h"
#include "itkStandardDeviationProjectionImageFilter.h"
#include "itkSumProjectionImageFilter.h"

#include <algorithm>
#include <filesystem>

namespace
{
using GrayImage = itk::Image<float, 2>;
using ColourImage = itk::Image<itk::RGBPixel<float>, 2>;

struct Options
{
  std::string stack;
  std::string output;
  std::string method = "pen";
  std::string model;
  pen::StackOptions reading;
  pen::NetworkPlace place;
};

bool
IsPicture(const std::string & path)
{
  const std::string extension = std::filesystem::path(path).extension().string();
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg" || extension == ".bmp";
}

template <typename TImage>
void
Write(const TImage * image, const pen::OutputFile & output)
{
  auto writer = itk::ImageFileWriter<TImage>::New();
  writer->SetFileName(output.GetTemporaryPath());
  writer->SetInput(image);
  writer->UseCompressionOn();
  writer->Update();
}

// Data formats keep the values; pictures show the range of the values in 8 bit.
void
WriteGray(const GrayImage * image, const pen::OutputFile & output)
{
  if (!IsPicture(output.GetPath()))
  {
    Write(image, output);
    return;
  }
  auto bytes = itk::RescaleIntensityImageFilter<GrayImage, itk::Image<unsigned char, 2>>::New();
  bytes->SetInput(image);
  bytes->Update();
  Write(bytes->GetOutput(), output);
}

void
WriteColour(const ColourImage * image, const pen::OutputFile & output)
{
  if (!IsPicture(output.GetPath()))
  {
    Write(image, output);
    return;
  }
  const std::size_t pixels = image->GetLargestPossibleRegion().GetNumberOfPixels();
  const auto * colours = image->GetBufferPointer();
  float brightest = 0.0f;
  for (std::size_t i = 0; i < pixels; ++i)
  {
    brightest = std::max({ brightest, colours[i].GetRed(), colours[i].GetGreen(), colours[i].GetBlue() });
  }
  auto bytes = itk::Image<itk::RGBPixel<unsigned char>, 2>::New();
  bytes->CopyInformation(image);
  bytes->SetRegions(image->GetLargestPossibleRegion());
  bytes->Allocate(true);
  for (std::size_t i = 0; i < pixels && brightest > 0.0f; ++i)
  {
    for (unsigned int component = 0; component < 3; ++component)
    {
      const float share = std::min(std::max(colours[i][component] / brightest, 0.0f), 1.0f);
      bytes->GetBufferPointer()[i][component] = static_cast<unsigned char>(255.0f * share + 0.5f);
    }
  }
  Write(bytes.GetPointer(), output);
}

template <typename TFilter>
void
ProjectGray(const pen::StackFile & stack, const pen::OutputFile & output, pen::ProgramContext & context)
{
  auto filter = TFilter::New();
  filter->SetInput(stack.image);
  filter->SetProjectionDimension(2);
  context.UpdateStage("project", filter);
  context.RunStage("write", [&] { WriteGray(filter->GetOutput(), output); });
}

void
ProjectColour(itk::ImageSource<ColourImage> * filter, const pen::OutputFile & output, pen::ProgramContext & context)
{
  context.UpdateStage("project", filter);
  context.RunStage("write", [&] { WriteColour(filter->GetOutput(), output); });
}

void
Project(const Options & options, const pen::StackFile & stack, const pen::OutputFile & output,
        pen::ProgramContext & context)
{
  using Stack = pen::StackImage;
  if (options.method == "max")
  {
    ProjectGray<itk::MaximumProjectionImageFilter<Stack, GrayImage>>(stack, output, context);
  }
  else if (options.method == "mean")
  {
    ProjectGray<itk::MeanProjectionImageFilter<Stack, GrayImage>>(stack, output, context);
  }
  else if (options.method == "sum")
  {
    ProjectGray<itk::SumProjectionImageFilter<Stack, GrayImage>>(stack, output, context);
  }
  else if (options.method == "std")
  {
    ProjectGray<itk::StandardDeviationProjectionImageFilter<Stack, GrayImage>>(stack, output, context);
  }
  else if (options.method == "linear")
  {
    auto filter = itk::LinearDepthProjectionImageFilter<Stack, ColourImage>::New();
    filter->SetInput(stack.image);
    ProjectColour(filter, output, context);
  }
  else
  {
    auto network = pen::MakeNetwork(options.place);
    network->Load(options.model.empty() ? pen::DefaultModel() : options.model);
    auto filter = itk::ProjectionEnhancementImageFilter<Stack, ColourImage>::New();
    filter->SetInput(stack.image);
    filter->SetNetwork(network);
    filter->SetUseImageSpacing(stack.spacingIsKnown);
    ProjectColour(filter, output, context);
  }
}

void
Run(const Options & options, pen::ProgramContext & context)
{
  pen::OutputFile output(options.output);
  context.PlanStages({ { "read", 1 }, { "project", 5 }, { "write", 1 } });
  const pen::StackFile stack =
    context.RunStage("read", [&] { return pen::ReadStack(options.stack, options.reading, context); });
  Project(options, stack, output, context);
  output.Commit();
}
} // namespace

int
main(int argc, char * argv[])
{
  Options options;
  return pen::RunProgram(
    "pen-project", "Projects a stack along z to one image.", argc, argv,
    [&](CLI::App & app)
    {
      app.add_option("STACK", options.stack, "3-D gray image in any format ITK reads")->required();
      app.add_option("-o,--output", options.output, "Image; PNG and the like show the range of values in 8 bit")
        ->required();
      app.add_option("--method", options.method, "max, mean, sum, std, linear (depth windows) or pen")
        ->check(CLI::IsMember({ "max", "mean", "sum", "std", "linear", "pen" }))
        ->capture_default_str();
      app.add_option("--model", options.model, "The model of pen (default: the one that ships with the programs)");
      pen::AddStackOptions(app, options.reading);
      pen::AddNetworkOptions(app, options.place);
    },
    [&](pen::ProgramContext & context) { Run(options, context); });
}
