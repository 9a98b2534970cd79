// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/TiffStack.h"
#include "Files/ImageJMetadata.h"
#include "Files/OmeMetadata.h"
#include "Frame/Errors.h"

#include "ProjectionEnhancement/Base/Threads.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

namespace pen
{
namespace
{
constexpr std::size_t NoPage = std::numeric_limits<std::size_t>::max();
// Far above any recording, far below what would exhaust a machine on a damaged description.
constexpr std::size_t MostPlanes = 10000000;

/** How the pages of a file make up stacks. */
struct PageLayout
{
  std::size_t slices = 1;
  std::size_t channels = 1;
  std::size_t frames = 1;
  std::string order = "ZCT";
  /** Page of each plane in that order; empty where plane i is page i. */
  std::vector<std::size_t> pages;
  std::array<std::optional<double>, 3> voxelSize;

  std::size_t
  Extent(char axis) const
  {
    return axis == 'Z' ? slices : axis == 'C' ? channels : frames;
  }

  std::size_t
  CountPlanes() const
  {
    return slices * channels * frames;
  }

  std::size_t
  PlaneOf(std::size_t slice, std::size_t channel, std::size_t frame) const
  {
    std::size_t plane = 0;
    std::size_t step = 1;
    for (const char axis : order)
    {
      plane += step * (axis == 'Z' ? slice : axis == 'C' ? channel : frame);
      step *= Extent(axis);
    }
    return plane;
  }

  std::size_t
  PageOf(std::size_t slice, std::size_t channel, std::size_t frame) const
  {
    const std::size_t plane = PlaneOf(slice, channel, frame);
    return pages.empty() ? plane : pages[plane];
  }
};

std::string
CountsOf(const PageLayout & layout)
{
  return std::to_string(layout.slices) + " slices, " + std::to_string(layout.channels) + " channels and " +
         std::to_string(layout.frames) + " frames";
}

void
RequirePlausible(const PageLayout & layout, const std::string & path)
{
  const double planes =
    static_cast<double>(layout.slices) * static_cast<double>(layout.channels) * static_cast<double>(layout.frames);
  if (planes < 1.0 || planes > static_cast<double>(MostPlanes))
  {
    Fail("the description tells of " + CountsOf(layout) + ", which cannot be", path);
  }
}

void
RequirePageForEachPlane(const PageLayout & layout, std::size_t pages, const std::string & path)
{
  if (layout.CountPlanes() != pages)
  {
    Fail("the description tells of " + CountsOf(layout) + ", but the file holds " + std::to_string(pages) + " pages",
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
PagesOfPlanes(const std::vector<OmeTiffData> & tiffData, const PageLayout & layout)
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
    Fail("the OME-XML tells of " + std::to_string(width) + " x " + std::to_string(height) +
           " pixels, but the pages have " + std::to_string(file.GetWidth()) + " x " + std::to_string(file.GetHeight()),
         path);
  }
}

PageLayout
LayoutOfOme(const OmePixels & ome, const TiffFile & file, const std::string & path)
{
  const std::size_t pages = file.GetNumberOfPages();
  RequireDescribedSize(ome, file, path);
  if (ome.files.size() > 1)
  {
    Fail("the OME-XML says that the stack lies in " + std::to_string(ome.files.size()) + " files; one is needed", path);
  }
  PageLayout layout;
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
    Fail("the OME-XML has the dimension order XY" + layout.order.substr(0, 16) + ", which cannot be", path);
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

PageLayout
LayoutOfImageJ(const ImageJStack & imageJ, TiffFile & file, const std::string & path)
{
  PageLayout layout;
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

PageLayout
LayoutOf(TiffFile & file, const std::string & path)
{
  if (const auto ome = ParseOmePixels(file.GetDescription()))
  {
    return LayoutOfOme(*ome, file, path);
  }
  if (const auto imageJ = ParseImageJ(file.GetDescription(), file.GetResolution()))
  {
    return LayoutOfImageJ(*imageJ, file, path);
  }
  if (file.GetNumberOfPages() == 1)
  {
    Fail("a 3-D stack is needed, but this image has 2 dimensions", path);
  }
  PageLayout layout;
  layout.slices = file.GetNumberOfPages();
  return layout;
}

// Zero-based.
std::size_t
Choose(unsigned int chosen, std::size_t available, const std::string & what, const PageLayout & layout,
       const std::string & path)
{
  if (chosen > available || (chosen == 0 && available > 1))
  {
    Fail("the file holds " + CountsOf(layout) + "; --" + what + " N, from 1 to " + std::to_string(available) +
           ", chooses one" + (chosen > 0 ? ", not " + std::to_string(chosen) : std::string()),
         path);
  }
  return chosen == 0 ? 0 : chosen - 1;
}
} // namespace

void
TiffStackSource::Open(const std::string & path, const StackOptions & options)
{
  m_File = std::make_unique<TiffFile>(path);
  const PageLayout layout = LayoutOf(*m_File, path);
  const std::size_t channel = Choose(options.channel, layout.channels, "channel", layout, path);
  const std::size_t frame = Choose(options.frame, layout.frames, "frame", layout, path);
  m_File->RequireRoomFor(layout.slices);
  m_Pages.clear();
  for (std::size_t slice = 0; slice < layout.slices; ++slice)
  {
    m_Pages.push_back(layout.PageOf(slice, channel, frame));
    if (m_Pages.back() >= m_File->GetNumberOfPages())
    {
      Fail("slice " + std::to_string(slice + 1) + " of the channel and frame has no page in this file", path);
    }
  }
  m_Spacing.reset();
  if (layout.voxelSize[0] && layout.voxelSize[1] && layout.voxelSize[2])
  {
    m_Spacing.emplace();
    for (unsigned int axis = 0; axis < 3; ++axis)
    {
      (*m_Spacing)[axis] = *layout.voxelSize[axis];
    }
  }
  this->Modified();
}

void
TiffStackSource::SetSpacing(const StackImage::SpacingType & spacing)
{
  m_Spacing = spacing;
  this->Modified();
}

void
TiffStackSource::GenerateOutputInformation()
{
  StackImage * output = this->GetOutput();
  output->SetLargestPossibleRegion(
    StackImage::RegionType(itk::Size<3>{ { m_File->GetWidth(), m_File->GetHeight(), m_Pages.size() } }));
  output->SetSpacing(m_Spacing.value_or(StackImage::SpacingType(1.0)));
}

void
TiffStackSource::EnlargeOutputRequestedRegion(itk::DataObject * output)
{
  auto * image = static_cast<StackImage *>(output);
  auto region = image->GetRequestedRegion();
  region.SetIndex(0, image->GetLargestPossibleRegion().GetIndex(0));
  region.SetSize(0, image->GetLargestPossibleRegion().GetSize(0));
  image->SetRequestedRegion(region);
}

void
TiffStackSource::GenerateData()
{
  this->AllocateOutputs();
  const auto region = this->GetOutput()->GetRequestedRegion();
  const std::size_t pixels = region.GetSize(0) * region.GetSize(1);
  float * voxels = this->GetOutput()->GetBufferPointer();
  const auto first = static_cast<std::size_t>(region.GetIndex(2));
  itk::PenCore::ParallelFor(
    region.GetSize(2), 1,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t i = begin; i < end; ++i)
      {
        m_File->ReadRows(m_Pages[first + i], static_cast<std::size_t>(region.GetIndex(1)), region.GetSize(1),
                         voxels + i * pixels);
      }
    },
    this->GetNumberOfWorkUnits());
}
} // namespace pen
