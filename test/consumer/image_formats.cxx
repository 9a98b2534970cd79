// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Writes a small image in each format that the module's users meet, reads it, and compares the pixels.

#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <numeric>
#include <string>

int
main(int argc, char * argv[])
{
  if (argc != 2)
  {
    std::cerr << "usage: image_formats FOLDER\n";
    return EXIT_FAILURE;
  }
  using ImageType = itk::Image<unsigned char, 2>;
  constexpr itk::SizeValueType numberOfPixels = 6 * 5;
  const auto image = ImageType::New();
  image->SetRegions(ImageType::SizeType{ { 6, 5 } });
  image->Allocate();
  unsigned char * pixels = image->GetBufferPointer();
  std::iota(pixels, pixels + numberOfPixels, static_cast<unsigned char>(7));
  for (const std::string extension : { "nrrd", "mha", "tif", "png" })
  {
    const std::string path = std::string(argv[1]) + "/image." + extension;
    try
    {
      itk::WriteImage(image.GetPointer(), path);
      const auto again = itk::ReadImage<ImageType>(path);
      if (again->GetLargestPossibleRegion() != image->GetLargestPossibleRegion() ||
          !std::equal(pixels, pixels + numberOfPixels, again->GetBufferPointer()))
      {
        std::cerr << path << " holds other pixels than were written\n";
        return EXIT_FAILURE;
      }
      std::cout << extension << '\n';
    }
    catch (const std::exception & error)
    {
      std::cerr << error.what() << '\n';
      return EXIT_FAILURE;
    }
  }
  return EXIT_SUCCESS;
}
