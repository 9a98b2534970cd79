// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Pictures/Projection.h"
#include "Files/DefaultModel.h"
#include "Files/ImageFile.h"

#include "itkLinearDepthProjectionImageFilter.h"
#include "itkMaximumProjectionImageFilter.h"
#include "itkMeanProjectionImageFilter.h"
#include "itkMetaDataObject.h"
#include "itkProjectionEnhancementImageFilter.h"
#include "itkRescaleIntensityImageFilter.h"
#include "itkSpacingInMicrometers.h"
#include "itkStandardDeviationProjectionImageFilter.h"
#include "itkSumProjectionImageFilter.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <limits>

namespace pen
{
namespace
{
using GrayImage = itk::Image<float, 2>;
using ColourImage = itk::Image<itk::RGBPixel<float>, 2>;

std::string
ExtensionOf(const std::string & path)
{
  std::string extension = std::filesystem::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

bool
IsPicture(const std::string & path)
{
  const std::string extension = ExtensionOf(path);
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg" || extension == ".bmp";
}

bool
IsTiff(const std::string & path)
{
  const std::string extension = ExtensionOf(path);
  return extension == ".tif" || extension == ".tiff";
}

void
TellUnit(itk::DataObject * image, bool spacingIsKnown)
{
  itk::EncapsulateMetaData<std::string>(image->GetMetaDataDictionary(), itk::SpacingUnitKey,
                                        spacingIsKnown ? "um" : "unknown");
}

// Data formats keep the values; pictures show the range of the values in 8 bit.
void
WriteGray(const GrayImage * image, const OutputFile & output)
{
  if (!IsPicture(output.GetPath()))
  {
    WritePixels(image, output);
    return;
  }
  auto bytes = itk::RescaleIntensityImageFilter<GrayImage, itk::Image<unsigned char, 2>>::New();
  bytes->SetInput(image);
  bytes->Update();
  WritePixels(bytes->GetOutput(), output);
}

// The brightest component becomes the type's highest value.
template <typename TComponent>
typename itk::Image<itk::RGBPixel<TComponent>, 2>::Pointer
ScaledColours(const ColourImage * image)
{
  const std::size_t pixels = image->GetLargestPossibleRegion().GetNumberOfPixels();
  const auto * colours = image->GetBufferPointer();
  float brightest = 0.0f;
  for (std::size_t i = 0; i < pixels; ++i)
  {
    brightest = std::max({ brightest, colours[i].GetRed(), colours[i].GetGreen(), colours[i].GetBlue() });
  }
  const auto scaled = itk::Image<itk::RGBPixel<TComponent>, 2>::New();
  scaled->CopyInformation(image);
  scaled->SetMetaDataDictionary(image->GetMetaDataDictionary());
  scaled->SetRegions(image->GetLargestPossibleRegion());
  scaled->Allocate(true);
  constexpr auto highest = static_cast<float>(std::numeric_limits<TComponent>::max());
  for (std::size_t i = 0; i < pixels && brightest > 0.0f; ++i)
  {
    for (unsigned int component = 0; component < 3; ++component)
    {
      const float share = std::min(std::max(colours[i][component] / brightest, 0.0f), 1.0f);
      scaled->GetBufferPointer()[i][component] = static_cast<TComponent>(highest * share + 0.5f);
    }
  }
  return scaled;
}

// Viewers take a TIFF of three floating-point numbers per pixel for no picture.
void
WriteColour(const ColourImage * image, const OutputFile & output)
{
  if (IsPicture(output.GetPath()))
  {
    WritePixels(ScaledColours<unsigned char>(image).GetPointer(), output);
  }
  else if (IsTiff(output.GetPath()))
  {
    WritePixels(ScaledColours<unsigned short>(image).GetPointer(), output);
  }
  else
  {
    WritePixels(image, output);
  }
}

ValueRange
RangeOf(const GrayImage * image)
{
  const float * begin = image->GetBufferPointer();
  const auto [lowest, highest] =
    std::minmax_element(begin, begin + image->GetLargestPossibleRegion().GetNumberOfPixels());
  return { *lowest, *highest };
}

ValueRange
RangeOf(const ColourImage * image)
{
  const float * begin = image->GetBufferPointer()->GetDataPointer();
  const auto [lowest, highest] =
    std::minmax_element(begin, begin + 3 * image->GetLargestPossibleRegion().GetNumberOfPixels());
  return { *lowest, *highest };
}

template <typename TFilter>
ValueRange
ProjectGray(const StackFile & stack, const OutputFile & output, ProgramContext & context)
{
  auto filter = TFilter::New();
  filter->SetInput(stack.image);
  filter->SetProjectionDimension(2);
  context.UpdateStage("project", filter);
  TellUnit(filter->GetOutput(), stack.spacingIsKnown);
  context.RunStage("write", [&] { WriteGray(filter->GetOutput(), output); });
  return RangeOf(filter->GetOutput());
}

ValueRange
ProjectColour(const StackFile & stack, itk::ImageSource<ColourImage> * filter, const OutputFile & output,
              ProgramContext & context)
{
  context.UpdateStage("project", filter);
  TellUnit(filter->GetOutput(), stack.spacingIsKnown);
  context.RunStage("write", [&] { WriteColour(filter->GetOutput(), output); });
  return RangeOf(filter->GetOutput());
}
} // namespace

void
AddProjectionOptions(CLI::App & app, ProjectionOptions & options)
{
  app.add_option("--method", options.method, "max, mean, sum, std, linear (depth windows) or pen")
    ->check(CLI::IsMember({ "max", "mean", "sum", "std", "linear", "pen" }))
    ->capture_default_str();
  Reads(app.add_option("--model", options.model, "The model of pen (default: the one that ships with the programs)"));
  AddStackOptions(app, options.reading);
  AddNetworkOptions(app, options.place);
}

bool
MakesColours(const ProjectionOptions & options)
{
  return options.method == "linear" || options.method == "pen";
}

bool
UsesNetwork(const ProjectionOptions & options)
{
  return options.method == "pen";
}

ValueRange
Project(const StackFile & stack, const ProjectionOptions & options, const OutputFile & output, ProgramContext & context)
{
  if (options.method == "max")
  {
    return ProjectGray<itk::MaximumProjectionImageFilter<StackImage, GrayImage>>(stack, output, context);
  }
  if (options.method == "mean")
  {
    return ProjectGray<itk::MeanProjectionImageFilter<StackImage, GrayImage>>(stack, output, context);
  }
  if (options.method == "sum")
  {
    return ProjectGray<itk::SumProjectionImageFilter<StackImage, GrayImage>>(stack, output, context);
  }
  if (options.method == "std")
  {
    return ProjectGray<itk::StandardDeviationProjectionImageFilter<StackImage, GrayImage>>(stack, output, context);
  }
  if (options.method == "linear")
  {
    auto filter = itk::LinearDepthProjectionImageFilter<StackImage, ColourImage>::New();
    filter->SetInput(stack.image);
    return ProjectColour(stack, filter, output, context);
  }
  auto network = MakeNetwork(options.place);
  network->Load(options.model.empty() ? DefaultModel() : options.model);
  auto filter = itk::ProjectionEnhancementImageFilter<StackImage, ColourImage>::New();
  filter->SetInput(stack.image);
  filter->SetNetwork(network);
  filter->SetUseImageSpacing(stack.spacingIsKnown);
  return ProjectColour(stack, filter, output, context);
}
} // namespace pen
