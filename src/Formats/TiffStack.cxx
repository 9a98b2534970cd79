// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/TiffStack.h"
#include "Formats/ImageJMetadata.h"
#include "Formats/ShapedMetadata.h"
#include "ProjectionEnhancement/Base/FileError.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>
#include <system_error>

namespace itk
{
namespace PenCore
{
namespace
{
// Far above any recording, far below what would exhaust a machine on a damaged description.
constexpr std::size_t MostPlanes = 10000000;
// Files of a set that stay open; each takes a descriptor per thread.
constexpr std::size_t MostOpenFiles = 32;

std::string
CountsOf(const TiffPlanes & layout)
{
  return std::to_string(layout.slices) + " slices, " + std::to_string(layout.channels) + " channels and " +
         std::to_string(layout.frames) + " frames";
}

void
RequirePlausible(const TiffPlanes & layout, const std::string & path)
{
  const double planes =
    static_cast<double>(layout.slices) * static_cast<double>(layout.channels) * static_cast<double>(layout.frames);
  if (planes < 1.0 || planes > static_cast<double>(MostPlanes))
  {
    FailWithFile("the description tells of " + CountsOf(layout) + ", which cannot be", path);
  }
}

[[noreturn]] void
FailWithCounts(const TiffPlanes & layout, std::size_t pages, const std::string & path)
{
  FailWithFile(
    "the description tells of " + CountsOf(layout) + ", but the file holds " + std::to_string(pages) + " pages", path);
}

void
RequirePageForEachPlane(const TiffPlanes & layout, std::size_t pages, const std::string & path)
{
  if (layout.Count() != pages)
  {
    FailWithCounts(layout, pages, path);
  }
}

void
RequireDescribedSize(const OmePixels & ome, const TiffFormat & format, const std::string & path)
{
  const std::size_t width = ome.width.value_or(format.width);
  const std::size_t height = ome.height.value_or(format.height);
  if (width != format.width || height != format.height)
  {
    FailWithFile("the OME-XML tells of " + std::to_string(width) + " x " + std::to_string(height) +
                   " pixels, but the pages have " + std::to_string(format.width) + " x " +
                   std::to_string(format.height),
                 path);
  }
}

TiffPlanes
CountsOfOme(const OmePixels & ome, std::size_t pages, const std::string & path)
{
  TiffPlanes layout;
  layout.channels = ome.channels;
  layout.frames = ome.timePoints;
  const std::size_t others = std::max<std::size_t>(1, layout.channels * layout.frames);
  layout.slices = ome.slices.value_or(pages / others);
  layout.voxelSize = ome.physicalSize;
  layout.order = ome.order;
  std::string axes = layout.order;
  std::sort(axes.begin(), axes.end());
  if (axes != "CTZ")
  {
    FailWithFile("the OME-XML has the dimension order XY" + layout.order.substr(0, 16) + ", which cannot be", path);
  }
  RequirePlausible(layout, path);
  if (!ome.slices)
  {
    RequirePageForEachPlane(layout, pages, path);
  }
  return layout;
}
} // namespace

TiffStack::TiffStack(const std::string & path, Palette palette)
  : m_Path(path)
  , m_Palette(palette)
  , m_FilePaths{ path }
{
  m_Files.push_back(std::make_unique<TiffFile>(path));
  ReadLayout();
}

void
TiffStack::ReadLayout()
{
  const TiffFile & file = *m_Files.front();
  const TiffFormat & first = file.GetFormat();
  if (const auto document = ReadOmeDocument(file.GetDescription(), m_Path))
  {
    LayOutOme(*document);
  }
  else if (const auto imageJ = ParseImageJ(file.GetDescription(), file.GetResolution()))
  {
    LayOutImageJ(*imageJ);
  }
  else if (const auto shaped = ParseShaped(file.GetDescription(), file.GetResolution(), first.width, first.height))
  {
    LayOutShaped(*shaped);
  }
  else
  {
    UseAlike({ { 0, 0 } });
    m_Layout.slices = file.GetNumberOfPages();
    m_IsFlat = m_Layout.slices == 1;
  }
}

// Pages that the image does not name do not matter.
void
TiffStack::LayOutOme(const OmeDocument & document)
{
  m_Palette = Palette::Numbers;
  const std::size_t pages = m_Files.front()->GetNumberOfPages();
  const OmeImage image = FindOmeImage(document, m_Path);
  m_Layout = CountsOfOme(*image.pixels, pages, m_Path);
  m_Planes = PlanesOf(image, m_Layout);
  m_FilePaths = image.files;
  m_Files.resize(m_FilePaths.size());
  std::optional<TiffPage> first = TiffPage{ 0, 0 };
  if (m_Planes.empty())
  {
    if (m_Layout.Count() > pages)
    {
      FailWithCounts(m_Layout, pages, m_Path);
    }
  }
  else
  {
    const auto here =
      std::find_if(m_Planes.begin(), m_Planes.end(), [](const OmePlane & plane) { return plane.file == 0; });
    first = here == m_Planes.end() ? std::nullopt : FindPage(*here);
  }
  if (first)
  {
    UseAlike({ *first });
    RequireDescribedSize(*image.pixels, m_Format, m_Path);
  }
}

void
TiffStack::LayOutImageJ(const ImageJStack & imageJ)
{
  m_Palette = Palette::Numbers;
  m_Layout.channels = imageJ.channels;
  m_Layout.slices = imageJ.slices;
  m_Layout.frames = imageJ.frames;
  m_Layout.order = "CZT";
  m_Layout.voxelSize = imageJ.voxelSize;
  UseAlike({ { 0, 0 } });
  RequirePlausible(m_Layout, m_Path);
  if (m_Files.front()->GetNumberOfPages() == 1 && imageJ.images > 1)
  {
    m_Files.front()->AddUndescribedPages(imageJ.images);
  }
  RequirePageForEachPlane(m_Layout, m_Files.front()->GetNumberOfPages(), m_Path);
}

void
TiffStack::LayOutShaped(const ShapedStack & shaped)
{
  UseAlike({ { 0, 0 } });
  TiffFile & file = *m_Files.front();
  m_Layout.voxelSize = shaped.voxelSize;
  m_Problem = shaped.problem;
  if (!m_Problem.empty())
  {
    m_Layout.slices = file.GetNumberOfPages();
    return;
  }
  m_Layout.channels = shaped.channels;
  m_Layout.slices = shaped.slices;
  m_Layout.frames = shaped.frames;
  m_Layout.order = shaped.order;
  RequirePlausible(m_Layout, m_Path);
  // tifffile too may describe the first page of those that follow each other only.
  if (file.GetNumberOfPages() == 1 && m_Layout.Count() > 1)
  {
    file.AddUndescribedPages(m_Layout.Count());
  }
  RequirePageForEachPlane(m_Layout, file.GetNumberOfPages(), m_Path);
  m_IsFlat = m_Layout.Count() == 1;
}

TiffFile &
TiffStack::OpenFile(std::size_t file)
{
  if (!m_Files[file])
  {
    std::error_code ignored;
    const std::string & path = m_FilePaths[file];
    if (path.empty() || !std::filesystem::is_regular_file(path, ignored))
    {
      FailWithFile("the OME-XML says that a part of the stack lies in " +
                     (path.empty() ? std::string("a file that it does not name")
                                   : std::filesystem::path(path).filename().string() + ", which is not beside it"),
                   m_Path);
    }
    m_Files[file] = std::make_unique<TiffFile>(path, m_Files.size() > MostOpenFiles ? TiffFile::Opening::ForEachRead
                                                                                    : TiffFile::Opening::Kept);
  }
  return *m_Files[file];
}

std::optional<TiffPage>
TiffStack::FindPage(const OmePlane & plane)
{
  const auto page = plane.file == NoIndex ? std::nullopt : OpenFile(plane.file).FindPage(plane.directory);
  return page ? std::optional<TiffPage>(TiffPage{ plane.file, *page }) : std::nullopt;
}

void
TiffStack::UseAlike(const std::vector<TiffPage> & pages)
{
  std::map<std::size_t, std::vector<std::size_t>> pagesOfFiles;
  for (const TiffPage & page : pages)
  {
    pagesOfFiles[page.file].push_back(page.page);
  }
  bool isFirst = true;
  for (const auto & [file, numbers] : pagesOfFiles)
  {
    TiffFile & opened = OpenFile(file);
    opened.Use(numbers, m_Palette == Palette::Numbers);
    if (!isFirst && !opened.GetFormat().IsLike(m_Format))
    {
      FailWithFile("the pages differ in size or pixel type from those of " + m_FilePaths[pagesOfFiles.begin()->first],
                   opened.GetPath());
    }
    m_Format = opened.GetFormat();
    isFirst = false;
  }
}

void
TiffStack::RequireRoomFor(const std::vector<TiffPage> & pages) const
{
  std::map<std::size_t, std::size_t> pagesInFiles;
  for (const TiffPage & page : pages)
  {
    ++pagesInFiles[page.file];
  }
  for (const auto & [file, count] : pagesInFiles)
  {
    m_Files[file]->RequireRoomFor(count);
  }
}

std::vector<TiffPage>
TiffStack::PagesOf(std::size_t channel, std::size_t frame)
{
  if (!m_Problem.empty())
  {
    FailWithFile(m_Problem, m_Path);
  }
  std::vector<TiffPage> pages;
  for (std::size_t slice = 0; slice < m_Layout.slices; ++slice)
  {
    const std::size_t plane = m_Layout.PlaneOf(slice, channel, frame);
    const auto page = m_Planes.empty() ? std::optional<TiffPage>(TiffPage{ 0, plane }) : FindPage(m_Planes[plane]);
    if (!page)
    {
      FailWithFile("slice " + std::to_string(slice + 1) + " of the channel and frame has no page in this file", m_Path);
    }
    pages.push_back(*page);
  }
  UseAlike(pages);
  RequireRoomFor(pages);
  return pages;
}

std::vector<TiffPage>
TiffStack::AllPages()
{
  std::vector<TiffPage> pages;
  for (std::size_t plane = 0; plane < m_Layout.Count(); ++plane)
  {
    const auto page = m_Planes.empty() ? std::optional<TiffPage>(TiffPage{ 0, plane }) : FindPage(m_Planes[plane]);
    if (!page)
    {
      FailWithFile("plane " + std::to_string(plane + 1) + " of the stack has no page in this file", m_Path);
    }
    pages.push_back(*page);
  }
  const auto place = [](const TiffPage & page) { return std::make_pair(page.file, page.page); };
  std::sort(pages.begin(), pages.end(), [&](const TiffPage & a, const TiffPage & b) { return place(a) < place(b); });
  pages.erase(std::unique(pages.begin(), pages.end(),
                          [&](const TiffPage & a, const TiffPage & b) { return place(a) == place(b); }),
              pages.end());
  UseAlike(pages);
  RequireRoomFor(pages);
  return pages;
}

void
TiffStack::ReadRows(const TiffPage & page, std::size_t first, std::size_t count, void * pixels) const
{
  m_Files[page.file]->ReadRows(page.page, first, count, pixels);
}

void
TiffStack::ReadRowsAsFloat(const TiffPage & page, std::size_t first, std::size_t count, float * pixels) const
{
  m_Files[page.file]->ReadRowsAsFloat(page.page, first, count, pixels);
}

std::optional<std::array<double, 3>>
TiffStack::GetSpacing() const
{
  const auto & size = m_Layout.voxelSize;
  return size[0] && size[1] && size[2] ? std::optional<std::array<double, 3>>({ { *size[0], *size[1], *size[2] } })
                                       : std::nullopt;
}
} // namespace PenCore
} // namespace itk
