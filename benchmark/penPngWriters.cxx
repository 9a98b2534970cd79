// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// penPngWriters PICTURE.png: seconds and bytes of writing that picture, repeated to the size of the paper's spheroid
// scan, by the programs' own writer and by ITK's. Medians of five; ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS says on how
// many threads.

#include "Pictures/Png.h"
#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"
#include "itkMultiThreaderBase.h"
#include "itkPNGImageIO.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <random>

namespace
{
constexpr itk::SizeValueType Width = 5613;
constexpr itk::SizeValueType Height = 2773;

// Mirrored at its edges. Gray pixels get one level of noise, so that no copy is found again in the one before.
pen::PictureImage::Pointer
Repeated(const pen::PictureImage * picture)
{
  const auto size = picture->GetLargestPossibleRegion().GetSize();
  const auto repeated = pen::PictureImage::New();
  repeated->SetRegions(itk::Size<2>{ { Width, Height } });
  repeated->Allocate();
  std::mt19937 random(1);
  const auto mirrored = [](itk::SizeValueType place, itk::SizeValueType n)
  { return static_cast<itk::IndexValueType>(place / n % 2 == 0 ? place % n : n - 1 - place % n); };
  for (itk::SizeValueType y = 0; y < Height; ++y)
  {
    for (itk::SizeValueType x = 0; x < Width; ++x)
    {
      auto pixel = picture->GetPixel({ { mirrored(x, size[0]), mirrored(y, size[1]) } });
      if (pixel[0] == pixel[1] && pixel[1] == pixel[2])
      {
        pixel.Fill(static_cast<unsigned char>(std::clamp(pixel[0] + static_cast<int>(random() % 3) - 1, 0, 255)));
      }
      repeated->GetBufferPointer()[y * Width + x] = pixel;
    }
  }
  return repeated;
}

std::size_t
WriteByItk(const pen::PictureImage * picture, int level, const std::string & fileName)
{
  const auto io = itk::PNGImageIO::New();
  io->SetUseCompression(true);
  io->SetCompressionLevel(level);
  const auto writer = itk::ImageFileWriter<pen::PictureImage>::New();
  writer->SetImageIO(io);
  writer->SetUseCompression(true);
  writer->SetCompressionLevel(level);
  writer->SetInput(picture);
  writer->SetFileName(fileName);
  writer->Update();
  return std::filesystem::file_size(fileName);
}

void
Measure(const char * name, const std::function<std::size_t()> & write)
{
  std::array<double, 5> seconds{};
  std::size_t bytes = 0;
  for (double & one : seconds)
  {
    const auto begin = std::chrono::steady_clock::now();
    bytes = write();
    one = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  std::sort(seconds.begin(), seconds.end());
  std::printf("%-16s %6.2f s %9zu bytes\n", name, seconds[2], bytes);
}
} // namespace

int
main(int argc, char ** argv)
{
  if (argc != 2)
  {
    std::cerr << "usage: penPngWriters PICTURE.png" << std::endl;
    return 2;
  }
  try
  {
    const auto reader = itk::ImageFileReader<pen::PictureImage>::New();
    reader->SetImageIO(itk::PNGImageIO::New());
    reader->SetFileName(argv[1]);
    reader->Update();
    const auto picture = Repeated(reader->GetOutput());
    const std::string fileName = (std::filesystem::temp_directory_path() / "penPngWriters.png").string();
    const auto writeOurs = [&]
    {
      const std::string bytes = pen::PngBytes(picture);
      std::ofstream(fileName, std::ios::binary) << bytes;
      return bytes.size();
    };
    std::printf("%u threads\n", itk::MultiThreaderBase::GetGlobalDefaultNumberOfThreads());
    Measure("PngBytes", writeOurs);
    for (const int level : { 1, 3, 4 })
    {
      const std::string name = "ITK, level " + std::to_string(level);
      Measure(name.c_str(), [&] { return WriteByItk(picture, level, fileName); });
    }
    std::filesystem::remove(fileName);
  }
  catch (const std::exception & error)
  {
    std::cerr << "penPngWriters: error: " << error.what() << std::endl;
    return 1;
  }
  return 0;
}
