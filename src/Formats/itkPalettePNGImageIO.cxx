// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/itkPalettePNGImageIO.h"
#include "ProjectionEnhancement/Base/FileError.h"

#include <png.h>

#include <array>
#include <fstream>
#include <string>
#include <vector>

namespace itk
{
namespace
{
// Opens a PNG for its palette's entries, which libpng hands on as they are.
class PaletteFile
{
public:
  explicit PaletteFile(const std::string & path)
    : m_Path(path)
  {
    m_Image.version = PNG_IMAGE_VERSION;
    Require(png_image_begin_read_from_file(&m_Image, path.c_str()));
    m_Image.format = PNG_FORMAT_RGBA_COLORMAP;
  }
  ~PaletteFile() { png_image_free(&m_Image); }
  PaletteFile(const PaletteFile &) = delete;
  PaletteFile &
  operator=(const PaletteFile &) = delete;

  std::array<std::size_t, 2>
  GetSize() const
  {
    return { { m_Image.width, m_Image.height } };
  }

  void
  ReadEntries(void * buffer)
  {
    std::vector<png_byte> colours(PNG_IMAGE_COLORMAP_SIZE(m_Image));
    Require(png_image_finish_read(&m_Image, nullptr, buffer, 0, colours.data()));
  }

private:
  void
  Require(int hasWorked) const
  {
    if (hasWorked == 0)
    {
      PenCore::FailWithFile(std::string("cannot read the whole image (") + m_Image.message + ')', m_Path);
    }
  }

  std::string m_Path;
  png_image m_Image{};
};
} // namespace

bool
PalettePNGImageIO::CanReadFile(const char * fileName)
{
  // The signature, the first chunk's length and name, width, height, bits and kind of colour.
  std::array<char, 26> start{};
  std::ifstream(fileName, std::ios::binary).read(start.data(), start.size());
  constexpr char palette = 3;
  return std::string(start.data(), 8) == "\x89PNG\r\n\x1a\n" && start[25] == palette;
}

void
PalettePNGImageIO::ReadImageInformation()
{
  const auto size = PaletteFile(this->GetFileName()).GetSize();
  this->SetNumberOfDimensions(2);
  for (unsigned int axis = 0; axis < 2; ++axis)
  {
    this->SetDimensions(axis, size[axis]);
    this->SetSpacing(axis, 1.0);
    this->SetOrigin(axis, 0.0);
  }
  this->SetPixelType(IOPixelEnum::SCALAR);
  this->SetNumberOfComponents(1);
  this->SetComponentType(IOComponentEnum::UCHAR);
  this->SetFileTypeToBinary();
}

void
PalettePNGImageIO::Read(void * buffer)
{
  PaletteFile(this->GetFileName()).ReadEntries(buffer);
}

bool
PalettePNGImageIO::CanWriteFile(const char *)
{
  return false;
}

void
PalettePNGImageIO::WriteImageInformation()
{
}

void
PalettePNGImageIO::Write(const void *)
{
  PenCore::FailWithFile("this class writes nothing", this->GetFileName());
}
} // namespace itk
