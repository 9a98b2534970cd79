// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/TiffFile.h"
#include "Formats/TiffFileHandle.h"
#include "ProjectionEnhancement/Base/FileError.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

namespace itk
{
namespace PenCore
{
namespace
{
// Beyond what lossless compression reaches on images; damaged headers ask for far more.
constexpr std::size_t HighestCompression = 5000;
// libtiff's own bound on directories.
constexpr std::size_t MostPages = 1048576;

// Reduced copies of a page, and masks.
bool
IsSubordinate(TIFF * tiff)
{
  return (TiffTag<std::uint32_t>(tiff, TIFFTAG_SUBFILETYPE, 0) & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) != 0;
}
} // namespace

TiffFile::TiffFile(const std::string & path, Opening opening)
  : m_Path(path)
  , m_Library(std::make_unique<Library>(path, opening))
{
  const Handle tiff(*this);
  m_Library->length = std::filesystem::file_size(path);
  CollectPages(tiff);
  ReadDescription(tiff);
}

TiffFile::~TiffFile() = default;

void
TiffFile::SetDirectory(const Handle & tiff, std::size_t directory) const
{
  // A directory's number has 16 bits in libtiff before 4.5.
  if (TIFFSetDirectory(tiff, static_cast<decltype(TIFFCurrentDirectory(tiff))>(directory)) != 1)
  {
    FailWith("cannot read the header of page " + std::to_string(directory + 1));
  }
}

void
TiffFile::FailWith(const std::string & what) const
{
  const std::string error = m_Library->GetFirstError();
  FailWithFile(error.empty() ? what : what + " (" + error + ")", m_Path);
}

void
TiffFile::CollectPages(const Handle & tiff)
{
  for (std::size_t directory = 0; directory < MostPages; ++directory)
  {
    if (!IsSubordinate(tiff))
    {
      const TiffFormat format = ReadTiffFormat(tiff);
      // Some writers of pyramids do not say which pages are the smaller copies.
      if (m_Pages.empty() || !format.IsReducedCopyOf(m_Pages.front().format))
      {
        m_Pages.push_back({ directory, format });
      }
    }
    if (TIFFLastDirectory(tiff))
    {
      break;
    }
    // What libtiff finds wrong with a tag that it can do without is no error of the page.
    if (TIFFReadDirectory(tiff) != 1)
    {
      FailWith("cannot read the header of page " + std::to_string(directory + 2));
    }
  }
  if (m_Pages.empty())
  {
    FailWithFile("the file holds no image of full size", m_Path);
  }
  m_Format = m_Pages.front().format;
}

// Of the first page, or where that says nothing of a thumbnail before it.
void
TiffFile::ReadDescription(const Handle & tiff)
{
  for (const std::size_t directory : { m_Pages.front().directory, std::size_t{ 0 } })
  {
    SetDirectory(tiff, directory);
    if (directory == m_Pages.front().directory)
    {
      m_Resolution.x = TiffTag<float>(tiff, TIFFTAG_XRESOLUTION, 0.0f);
      m_Resolution.y = TiffTag<float>(tiff, TIFFTAG_YRESOLUTION, 0.0f);
      const auto unit = TiffTag<std::uint16_t>(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_NONE);
      m_Resolution.unitInMicrometres = unit == RESUNIT_INCH ? 25400.0 : unit == RESUNIT_CENTIMETER ? 10000.0 : 0.0;
    }
    m_Description = TiffTextTag(tiff, TIFFTAG_IMAGEDESCRIPTION);
    if (!m_Description.empty())
    {
      return;
    }
  }
}

std::optional<std::size_t>
TiffFile::FindPage(std::size_t directory) const
{
  const auto page =
    std::lower_bound(m_Pages.begin(), m_Pages.end(), directory,
                     [](const Page & candidate, std::size_t wanted) { return candidate.directory < wanted; });
  return page != m_Pages.end() && page->directory == directory
           ? std::optional<std::size_t>(static_cast<std::size_t>(page - m_Pages.begin()))
           : std::nullopt;
}

void
TiffFile::Use(const std::vector<std::size_t> & pages, bool paletteIsNumbers)
{
  bool isFirst = true;
  for (const std::size_t page : pages)
  {
    const TiffFormat & format = m_Pages.at(page).format;
    const std::string problem = format.WhyUnreadable(paletteIsNumbers);
    if (!problem.empty())
    {
      FailWith(problem);
    }
    if (!isFirst && !format.IsLike(m_Format))
    {
      FailWithFile("page " + std::to_string(m_Pages[page].directory + 1) +
                     " differs from the first one in size or pixel type",
                   m_Path);
    }
    m_Format = format;
    isFirst = false;
  }
}

void
TiffFile::AddUndescribedPages(std::size_t numberOfPages)
{
  const Handle tiff(*this);
  const std::uint64_t * offsets = nullptr;
  SetDirectory(tiff, m_Pages.front().directory);
  const bool isPlain = !TIFFIsTiled(tiff) &&
                       TiffTag<std::uint16_t>(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE) == COMPRESSION_NONE &&
                       TIFFGetField(tiff, TIFFTAG_STRIPOFFSETS, &offsets) == 1 && offsets;
  const std::uint64_t available = isPlain && offsets[0] < m_Library->length ? m_Library->length - offsets[0] : 0;
  if (available / m_Format.BytesPerPage() < numberOfPages)
  {
    FailWithFile("the description tells of " + std::to_string(numberOfPages) + " pages, but the file holds " +
                   std::to_string(GetNumberOfPages()),
                 m_Path);
  }
  m_Pages.assign(numberOfPages, m_Pages.front());
  m_PagesAreUndescribed = true;
}

void
TiffFile::RequireRoomFor(std::size_t numberOfPages) const
{
  const double bytes = static_cast<double>(m_Format.BytesPerPage()) * static_cast<double>(numberOfPages);
  const double highest = static_cast<double>(HighestCompression) * static_cast<double>(m_Library->length);
  if (bytes > std::max(highest, static_cast<double>(NegligibleBytes)))
  {
    FailWithFile("the file is too short for " + std::to_string(numberOfPages) + " pages of " +
                   std::to_string(m_Format.width) + " x " + std::to_string(m_Format.height) + " pixels",
                 m_Path);
  }
}

std::optional<TiffFirstPage>
ReadTiffFirstPage(const std::string & path)
{
  if (!IsTiffFile(path))
  {
    return std::nullopt;
  }
  TiffErrors errors;
  const std::unique_ptr<TIFF, decltype(&TIFFClose)> file(errors.Open(path, "rm"), TIFFClose);
  if (!file)
  {
    return std::nullopt;
  }
  TiffFirstPage page;
  std::string ofThumbnail;
  for (std::size_t directory = 0; IsSubordinate(file.get()); ++directory)
  {
    ofThumbnail = directory == 0 ? TiffTextTag(file.get(), TIFFTAG_IMAGEDESCRIPTION) : ofThumbnail;
    if (directory == MostPages || TIFFLastDirectory(file.get()) || TIFFReadDirectory(file.get()) != 1)
    {
      return std::nullopt;
    }
  }
  page.description = TiffTextTag(file.get(), TIFFTAG_IMAGEDESCRIPTION);
  page.description = page.description.empty() ? ofThumbnail : page.description;
  page.format = ReadTiffFormat(file.get());
  page.isTiled = TIFFIsTiled(file.get()) != 0;
  page.isFollowed = TIFFLastDirectory(file.get()) == 0;
  return page;
}

bool
IsTiffFile(const std::string & path)
{
  std::array<char, 4> start{};
  std::ifstream(path, std::ios::binary).read(start.data(), start.size());
  const std::string text(start.data(), start.size());
  for (const std::string & mark :
       { std::string("II*\0", 4), std::string("MM\0*", 4), std::string("II+\0", 4), std::string("MM\0+", 4) })
  {
    if (text == mark)
    {
      return true;
    }
  }
  return false;
}
} // namespace PenCore
} // namespace itk
