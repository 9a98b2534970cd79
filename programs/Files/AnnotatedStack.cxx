// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/AnnotatedStack.h"
#include "Files/ImageFile.h"
#include "Files/TrainingFolderParts.h"

#include "ProjectionEnhancement/Depth/Depth.h"
#include "ProjectionEnhancement/Formats/OmeTiffWriter.h"
#include "itkPolygonAnnotation.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace pen
{
namespace
{
namespace fs = std::filesystem;

std::string
SizeText(std::size_t width, std::size_t height, std::size_t slices)
{
  return std::to_string(width) + " x " + std::to_string(height) + " x " + std::to_string(slices);
}

itk::PolygonAnnotation
ReadPolygons(const std::string & path)
{
  RequireReadableFile(path);
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  try
  {
    return itk::ParsePolygonAnnotation(text.str());
  }
  catch (const itk::ExceptionObject & error)
  {
    Fail(OneLineMessage(error), path);
  }
}

// Without its ending.
std::string
NameOfStack(const std::string & annotation)
{
  const fs::path path = fs::absolute(annotation);
  return (path.parent_path().parent_path() / "images" / path.stem()).string();
}

void
AddPolygons(const std::string & path, itk::TrainingSample & sample)
{
  itk::PolygonAnnotation annotation = ReadPolygons(path);
  const unsigned int slices = annotation.slices > 0 ? annotation.slices : sample.slices;
  if (annotation.width != sample.width || annotation.height != sample.height || slices != sample.slices)
  {
    Fail("the annotation is of a stack of " + SizeText(annotation.width, annotation.height, slices) +
           " voxels, but its stack has " + SizeText(sample.width, sample.height, sample.slices),
         path);
  }
  sample.cells = std::move(annotation.cells);
  sample.ignore = std::move(annotation.ignore);
}

void
AddLayers(const AnnotationFiles & files, const itk::PenCore::SliceGrid & slices, itk::TrainingSample & sample)
{
  const std::vector<itk::SizeValueType> labels = ReadCellMasks(files.annotation, sample);
  if (!files.table.empty())
  {
    SetDepthsFromTable(files.table, files.annotation, labels, slices, sample);
    return;
  }
  const std::vector<double> depths =
    itk::PenCore::EstimateDepths(sample.cells, sample.stack.data(), { sample.slices, sample.height, sample.width });
  for (std::size_t i = 0; i < depths.size(); ++i)
  {
    sample.cells[i].depth = depths[i];
  }
}
} // namespace

bool
IsJson(const std::string & path)
{
  return fs::path(path).extension() == ".json";
}

TrainingFolder
ReadAnnotatedStack(const std::string & stack, const AnnotationFiles & files, const StackOptions & options,
                   ProgramContext & context)
{
  TrainingFolder folder = ReadStackOfSample(stack, options, context);
  folder.path = files.annotation;
  if (IsJson(files.annotation))
  {
    AddPolygons(files.annotation, folder.sample);
  }
  else
  {
    AddLayers(files, { folder.sliceSpacing, folder.firstSlice }, folder.sample);
  }
  if (!files.ignore.empty())
  {
    ReadIgnoreMask(files.ignore, folder.sample);
  }
  return folder;
}

bool
IsAuthorsLayout(const std::string & folder)
{
  return fs::is_directory(fs::path(folder) / "images") && fs::is_directory(fs::path(folder) / "gt");
}

std::vector<std::string>
FindAnnotations(const std::string & folder)
{
  std::vector<std::string> annotations;
  for (const fs::directory_entry & entry : fs::directory_iterator(fs::path(folder) / "gt"))
  {
    const std::string name = entry.path().filename().string();
    if (name.front() != '.' && IsJson(name))
    {
      annotations.push_back(entry.path().string());
    }
  }
  std::sort(annotations.begin(), annotations.end());
  return annotations;
}

std::optional<std::string>
FindStackOfAnnotation(const std::string & annotation)
{
  for (const char * extension : { ".ome.tif", ".tif", ".ome.tiff", ".tiff" })
  {
    const std::string stack = NameOfStack(annotation) + extension;
    if (fs::exists(stack))
    {
      return stack;
    }
  }
  return std::nullopt;
}

std::string
StackOfAnnotation(const std::string & annotation)
{
  const auto stack = FindStackOfAnnotation(annotation);
  if (!stack)
  {
    Fail("the stack of this annotation, " + NameOfStack(annotation) + ".ome.tif, is missing", annotation);
  }
  return *stack;
}

std::array<std::string, 2>
FilesOfAuthorsLayout(const std::string & folder, const std::string & name)
{
  return { folder + "/images/" + name + ".ome.tif", folder + "/gt/" + name + ".json" };
}

void
WriteAuthorsLayout(const TrainingFolder & sample, const std::string & folder, const std::string & name)
{
  CreateOutputFolder(folder + "/images");
  CreateOutputFolder(folder + "/gt");
  const auto [stackPath, annotationPath] = FilesOfAuthorsLayout(folder, name);
  OutputFile stackFile(stackPath);
  OutputFile annotationFile(annotationPath);

  const itk::TrainingSample & source = sample.sample;
  const auto stack = StackImage::New();
  stack->SetRegions(itk::Size<3>{ { source.width, source.height, source.slices } });
  stack->SetSpacing(source.spacing.data());
  stack->Allocate();
  std::copy(source.stack.begin(), source.stack.end(), stack->GetBufferPointer());
  stackFile.Write([&](const std::string & path)
                  { itk::PenCore::WriteOmeTiff(stack, sample.sliceSpacing > 0.0, path); });

  itk::PolygonAnnotation annotation;
  annotation.fileName = name + ".ome.tif";
  annotation.width = source.width;
  annotation.height = source.height;
  annotation.slices = source.slices;
  annotation.cells = source.cells;
  annotation.ignore = source.ignore;
  annotationFile.WriteText(itk::WritePolygonAnnotation(annotation));
  stackFile.Commit();
  annotationFile.Commit();
}
} // namespace pen
