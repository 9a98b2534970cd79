// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/itkNiftiUnitsImageIO.h"
#include "Formats/SpacingOfHeader.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

namespace itk
{
namespace
{
// The NIfTI-1 header, as far as the spacing: the number of axes and their spacings.
constexpr std::size_t HeaderSize = 348;
constexpr std::size_t DimensionsAt = 40;
constexpr std::size_t SpacingsAt = 76;
using Header = std::array<char, HeaderSize>;

template <typename TNumber>
TNumber
NumberAt(const Header & header, std::size_t place, bool isSwapped)
{
  std::array<char, sizeof(TNumber)> bytes;
  std::copy_n(header.begin() + static_cast<std::ptrdiff_t>(place), bytes.size(), bytes.begin());
  if (isSwapped)
  {
    std::reverse(bytes.begin(), bytes.end());
  }
  TNumber number;
  std::memcpy(&number, bytes.data(), sizeof(number));
  return number;
}

// Analyze's form has the header in a file of its own.
std::string
HeaderFileOf(const std::string & fileName)
{
  const std::size_t place = fileName.rfind(".img");
  const bool isPixels = place != std::string::npos &&
                        (place + 4 == fileName.size() || fileName.compare(place, std::string::npos, ".img.gz") == 0);
  return isPixels ? fileName.substr(0, place) + ".hdr" + fileName.substr(place + 4) : fileName;
}

// Whether a spacing is one; true where the header cannot be looked at, which is the reader's matter.
bool
SpacingIsPossible(const std::string & fileName, unsigned int axes)
{
  // Reads files that are not compressed too.
  const std::unique_ptr<gzFile_s, decltype(&gzclose)> file(gzopen(HeaderFileOf(fileName).c_str(), "rb"), gzclose);
  Header header{};
  if (!file || gzread(file.get(), header.data(), HeaderSize) != static_cast<int>(HeaderSize))
  {
    return true;
  }
  const auto dimensions = NumberAt<std::int16_t>(header, DimensionsAt, false);
  const bool isSwapped = dimensions < 1 || dimensions > 7;
  for (unsigned int axis = 0; axis < std::min(axes, 3u); ++axis)
  {
    const auto spacing = NumberAt<float>(header, SpacingsAt + sizeof(float) * (axis + 1), isSwapped);
    if (!std::isfinite(spacing) || spacing <= 0.0f)
    {
      return false;
    }
  }
  return true;
}
} // namespace

void
NiftiUnitsImageIO::ReadUnits()
{
  if (!SpacingIsPossible(this->GetFileName(), this->GetNumberOfDimensions()))
  {
    PenCore::TellSpacingUnit(this, "unknown");
  }
}
} // namespace itk
