// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/TiffStack.h"
#include "Formats/ImageJMetadata.h"
#include "Formats/OmeMetadata.h"
#include "ProjectionEnhancement/Base/FileError.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::size_t NoPage = std::numeric_limits<std::size_t>::max();
// Far above any recording, far below what would exhaust a machine on a damaged description.
constexpr std::size_t MostPlanes = 10000000;

std::string
CountsOf(const TiffPages & layout)
{
  return std::to_string(layout.slices) + " slices, " + std::to_string(layout.channels) + " channels and " +
         std::to_string(layout.frames) + " frames";
}

void
RequirePlausible(const TiffPages & layout, const std::string & path)
{
  const double planes =
    static_cast<double>(layout.slices) * static_cast<double>(layout.channels) * static_cast<double>(layout.frames);
  if (planes < 1.0 || planes > static_cast<double>(MostPlanes))
  {
    FailWithFile("the description tells of " + CountsOf(layout) + ", which cannot be", path);
  }
}

void
RequirePageForEachPlane(const TiffPages & layout, std::size_t pages, const std::string & path)
{
  if (layout.CountPlanes() != pages)
  {
    FailWithFile("the description tells of " + CountsOf(layout) + ", but the file holds " + std::to_string(pages) +
                   " pages",
                 path);
  }
}

bool
SaysWherePlanesLie(const std::vector<OmeTiffData> & tiffData)
{
  return std::any_of(tiffData.begin(), tiffData.end(),
                     [](const OmeTiffData & data)
                     { return data.page || data.planes || data.firstSlice + data.firstChannel + data.firstFrame > 0; });
}

// As the OME-TIFF specification has it: without IFD the first page, without PlaneCount one plane where IFD is given
// and all where not.
std::vector<std::size_t>
PagesOfPlanes(const std::vector<OmeTiffData> & tiffData, const TiffPages & layout)
{
  std::vector<std::size_t> pages(layout.CountPlanes(), NoPage);
  for (const OmeTiffData & data : tiffData)
  {
    if (data.firstSlice >= layout.slices || data.firstChannel >= layout.channels || data.firstFrame >= layout.frames)
    {
      continue;
    }
    const std::size_t first = layout.PlaneOf(data.firstSlice, data.firstChannel, data.firstFrame);
    const std::size_t count = data.planes.value_or(data.page ? 1 : pages.size());
    for (std::size_t i = 0; i < std::min(count, pages.size() - first); ++i)
    {
      pages[first + i] = data.page.value_or(0) + i;
    }
  }
  return pages;
}

void
RequireDescribedSize(const OmePixels & ome, const TiffFile & file, const std::string & path)
{
  const std::size_t width = ome.width.value_or(file.GetWidth());
  const std::size_t height = ome.height.value_or(file.GetHeight());
  if (width != file.GetWidth() || height != file.GetHeight())
  {
    FailWithFile("the OME-XML tells of " + std::to_string(width) + " x " + std::to_string(height) +
                   " pixels, but the pages have " + std::to_string(file.GetWidth()) + " x " +
                   std::to_string(file.GetHeight()),
                 path);
  }
}

TiffPages
LayoutOfOme(const OmePixels & ome, const TiffFile & file, const std::string & path)
{
  const std::size_t pages = file.GetNumberOfPages();
  RequireDescribedSize(ome, file, path);
  if (ome.files.size() > 1)
  {
    FailWithFile(
      "the OME-XML says that the stack lies in " + std::to_string(ome.files.size()) + " files; one is needed", path);
  }
  TiffPages layout;
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
  if (SaysWherePlanesLie(ome.tiffData))
  {
    layout.pages = PagesOfPlanes(ome.tiffData, layout);
  }
  else
  {
    RequirePageForEachPlane(layout, pages, path);
  }
  return layout;
}

TiffPages
LayoutOfImageJ(const ImageJStack & imageJ, TiffFile & file, const std::string & path)
{
  TiffPages layout;
  layout.channels = imageJ.channels;
  layout.slices = imageJ.slices;
  layout.frames = imageJ.frames;
  layout.order = "CZT";
  layout.voxelSize = imageJ.voxelSize;
  RequirePlausible(layout, path);
  if (file.GetNumberOfPages() == 1 && imageJ.images > 1)
  {
    file.AddUndescribedPages(imageJ.images);
  }
  RequirePageForEachPlane(layout, file.GetNumberOfPages(), path);
  return layout;
}
} // namespace

std::size_t
TiffPages::PlaneOf(std::size_t slice, std::size_t channel, std::size_t frame) const
{
  std::size_t plane = 0;
  std::size_t step = 1;
  for (const char axis : order)
  {
    plane += step * (axis == 'Z' ? slice : axis == 'C' ? channel : frame);
    step *= axis == 'Z' ? slices : axis == 'C' ? channels : frames;
  }
  return plane;
}

std::size_t
TiffPages::PageOf(std::size_t slice, std::size_t channel, std::size_t frame) const
{
  const std::size_t plane = PlaneOf(slice, channel, frame);
  return pages.empty() ? plane : pages[plane];
}

TiffStack::TiffStack(const std::string & path)
  : m_Path(path)
  , m_File(path)
  , m_Layout(ReadLayout())
{
}

TiffPages
TiffStack::ReadLayout()
{
  if (const auto ome = ParseOmePixels(m_File.GetDescription()))
  {
    return LayoutOfOme(*ome, m_File, m_Path);
  }
  if (const auto imageJ = ParseImageJ(m_File.GetDescription(), m_File.GetResolution()))
  {
    return LayoutOfImageJ(*imageJ, m_File, m_Path);
  }
  TiffPages layout;
  layout.slices = m_File.GetNumberOfPages();
  m_IsFlat = layout.slices == 1;
  return layout;
}

std::vector<std::size_t>
TiffStack::PagesOf(std::size_t channel, std::size_t frame) const
{
  m_File.RequireRoomFor(m_Layout.slices);
  std::vector<std::size_t> pages;
  for (std::size_t slice = 0; slice < m_Layout.slices; ++slice)
  {
    pages.push_back(m_Layout.PageOf(slice, channel, frame));
    if (pages.back() >= m_File.GetNumberOfPages())
    {
      FailWithFile("slice " + std::to_string(slice + 1) + " of the channel and frame has no page in this file", m_Path);
    }
  }
  return pages;
}

std::vector<std::size_t>
TiffStack::AllPages() const
{
  m_File.RequireRoomFor(m_File.GetNumberOfPages());
  std::vector<std::size_t> pages(m_File.GetNumberOfPages());
  std::iota(pages.begin(), pages.end(), std::size_t{ 0 });
  return pages;
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
