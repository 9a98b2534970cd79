// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Pictures/Picture.h"
#include "Pictures/Png.h"
#include "ProjectionEnhancement/Formats/LabelColour.h"
#include "ProjectionEnhancement/Formats/StackDepth.h"

#include "ProjectionEnhancement/Cells/PixelBox.h"
#include "ProjectionEnhancement/Stacks/OrderStatistics.h"
#include "ProjectionEnhancement/Stacks/Projections.h"
#include "ProjectionEnhancement/Stacks/StackRowsOfImage.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace pen
{
namespace
{
constexpr double DarkPercentile = 0.01;
constexpr double BrightPercentile = 0.998;
constexpr std::size_t PixelsPerPiece = 1 << 14;

PictureImage::PixelType
PixelOf(const std::array<double, 3> & colour)
{
  PictureImage::PixelType pixel;
  for (unsigned int channel = 0; channel < 3; ++channel)
  {
    pixel[channel] = static_cast<unsigned char>(std::lround(255.0 * colour[channel]));
  }
  return pixel;
}

// By bands of the picture's rows, each made of the stack's rows that it needs.
std::vector<float>
MaximumOverSlices(const itk::Image<float, 3> * stack, const PictureImage::SizeType & pictureSize)
{
  const itk::PenCore::GridSize size = itk::GridSizeOfStack(stack);
  const itk::PenCore::GridSize plane{ 1, size.height, size.width };
  const itk::PenCore::GridSize pictureGrid{ 1, pictureSize[1], pictureSize[0] };
  const std::size_t rowsInMemory = itk::PenCore::UsualBytesPerBand / (size.depth * size.width * sizeof(float));
  const std::size_t rowsPerBand = std::max<std::size_t>(rowsInMemory * pictureGrid.height / size.height, 1);
  const itk::PenCore::StackRows readRows = itk::StackRowsOfImage(stack);
  std::vector<float> picture;
  picture.reserve(pictureGrid.Count());
  for (std::size_t y = 0; y < pictureGrid.height; y += rowsPerBand)
  {
    const itk::PenCore::RowRange wanted{ y, std::min(y + rowsPerBand, pictureGrid.height) };
    const itk::PenCore::RowRange given = itk::PenCore::RowsForResampling(size.height, pictureGrid.height, wanted);
    std::vector<float> rows(size.depth * given.Count() * size.width);
    readRows(given.begin, given.end, rows.data());
    std::vector<float> maximum(given.Count() * size.width);
    itk::PenCore::MaximumProjection(rows.data(), static_cast<unsigned int>(size.depth), maximum.size(), maximum.data(),
                                    0);
    const std::vector<float> band = itk::PenCore::ResampleRows(std::move(maximum), given, plane, pictureGrid, wanted);
    picture.insert(picture.end(), band.begin(), band.end());
  }
  return picture;
}

// The values below which two shares of them lie.
std::pair<float, float>
Percentiles(const std::vector<float> & values, double low, double high)
{
  const auto rankOf = [&](double share)
  { return static_cast<std::uint64_t>(share * static_cast<double>(values.size() - 1)); };
  itk::PenCore::OrderStatistics statistics;
  statistics.Count(values.data(), values.size());
  if (statistics.Want({ rankOf(low), rankOf(high) }))
  {
    statistics.CountFinely(values.data(), values.size());
  }
  return { statistics.GetValue(rankOf(low)), statistics.GetValue(rankOf(high)) };
}

PictureImage::Pointer
PictureOnGridOf(const itk::Image<float, 3> * stack, itk::SizeValueType width)
{
  const auto region = stack->GetLargestPossibleRegion();
  const bool shrinks = width > 0 && width < region.GetSize(0);
  PictureImage::RegionType pictureRegion;
  if (shrinks)
  {
    pictureRegion.SetSize({ { width, itk::PenCore::ResampledSize(region.GetSize(1), static_cast<double>(width),
                                                                 static_cast<double>(region.GetSize(0))) } });
  }
  else
  {
    pictureRegion = { { { region.GetIndex(0), region.GetIndex(1) } }, { { region.GetSize(0), region.GetSize(1) } } };
  }
  PictureImage::SpacingType spacing;
  for (unsigned int axis = 0; axis < PictureImage::ImageDimension; ++axis)
  {
    spacing[axis] = stack->GetSpacing()[axis] * static_cast<double>(region.GetSize(axis)) /
                    static_cast<double>(pictureRegion.GetSize(axis));
  }
  const auto picture = PictureImage::New();
  picture->SetRegions(pictureRegion);
  picture->SetSpacing(spacing);
  picture->Allocate();
  return picture;
}

// A cell's mask in its bounding box, on a grid that is scaled from the cells' own.
class CellBitmap
{
public:
  CellBitmap(const itk::PenCore::PixelRuns & runs, double scaleX, double scaleY)
  {
    const itk::PenCore::PixelBox box = itk::PenCore::BoundingBox(runs);
    m_Left = static_cast<itk::IndexValueType>(std::floor(box.left * scaleX));
    m_Top = static_cast<itk::IndexValueType>(std::floor(box.top * scaleY));
    m_Width = static_cast<itk::IndexValueType>(std::ceil(box.right * scaleX)) - m_Left;
    m_Height = static_cast<itk::IndexValueType>(std::ceil(box.bottom * scaleY)) - m_Top;
    m_Inside.assign(static_cast<std::size_t>(m_Width * m_Height), 0);
    for (const itk::PenCore::PixelRun & run : runs)
    {
      // The scaled pixels whose middles lie in the run.
      const auto first = [](double begin, double scale)
      { return static_cast<itk::IndexValueType>(std::ceil(begin * scale - 0.5)); };
      for (auto y = first(run.y, scaleY); y < first(run.y + 1.0, scaleY); ++y)
      {
        for (auto x = first(run.x, scaleX); x < first(static_cast<double>(run.x) + run.length, scaleX); ++x)
        {
          m_Inside[static_cast<std::size_t>((y - m_Top) * m_Width + x - m_Left)] = 1;
        }
      }
    }
  }

  template <typename TVisitor>
  void
  ForEachOutlinePixel(TVisitor && visit) const
  {
    for (itk::IndexValueType y = 0; y < m_Height; ++y)
    {
      for (itk::IndexValueType x = 0; x < m_Width; ++x)
      {
        const bool surrounded = Holds(x - 1, y) && Holds(x + 1, y) && Holds(x, y - 1) && Holds(x, y + 1);
        if (Holds(x, y) && !surrounded)
        {
          visit(m_Left + x, m_Top + y);
        }
      }
    }
  }

private:
  bool
  Holds(itk::IndexValueType x, itk::IndexValueType y) const
  {
    return x >= 0 && y >= 0 && x < m_Width && y < m_Height && m_Inside[static_cast<std::size_t>(y * m_Width + x)] != 0;
  }

  itk::IndexValueType m_Left;
  itk::IndexValueType m_Top;
  itk::IndexValueType m_Width;
  itk::IndexValueType m_Height;
  std::vector<char> m_Inside;
};

template <typename TColour>
void
DrawOutlinesIn(const itk::CellLabelMap * cells, PictureImage * picture, TColour && colourOf)
{
  const auto region = picture->GetLargestPossibleRegion();
  const auto cellRegion = cells->GetLargestPossibleRegion();
  const double scaleX = static_cast<double>(region.GetSize(0)) / static_cast<double>(cellRegion.GetSize(0));
  const double scaleY = static_cast<double>(region.GetSize(1)) / static_cast<double>(cellRegion.GetSize(1));
  for (itk::SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    const auto * cell = cells->GetNthLabelObject(i);
    const auto runs = itk::PixelRunsFromLabelObject(cell, cellRegion.GetIndex());
    if (runs.empty())
    {
      continue;
    }
    const PictureImage::PixelType colour = PixelOf(colourOf(cell));
    CellBitmap(runs, scaleX, scaleY)
      .ForEachOutlinePixel(
        [&](itk::IndexValueType x, itk::IndexValueType y)
        {
          const PictureImage::IndexType index{ { region.GetIndex(0) + x, region.GetIndex(1) + y } };
          if (region.IsInside(index))
          {
            picture->SetPixel(index, colour);
          }
        });
  }
}
} // namespace

PictureImage::Pointer
GrayMaximumProjection(const itk::Image<float, 3> * stack, itk::SizeValueType width)
{
  const PictureImage::Pointer picture = PictureOnGridOf(stack, width);
  const std::vector<float> maximum = MaximumOverSlices(stack, picture->GetLargestPossibleRegion().GetSize());
  const auto [dark, bright] = Percentiles(maximum, DarkPercentile, BrightPercentile);
  const float scale = bright > dark ? 255.0f / (bright - dark) : 0.0f;

  PictureImage::PixelType * pixels = picture->GetBufferPointer();
  const auto paint = [&maximum, pixels, scale, dark = dark](std::size_t begin, std::size_t end)
  {
    for (std::size_t i = begin; i < end; ++i)
    {
      pixels[i].Fill(static_cast<unsigned char>(std::lround(std::clamp((maximum[i] - dark) * scale, 0.0f, 255.0f))));
    }
  };
  itk::PenCore::ParallelFor(maximum.size(), PixelsPerPiece, paint);
  return picture;
}

void
DrawOutlines(const itk::CellLabelMap * cells, PictureImage * picture)
{
  DrawOutlinesIn(cells, picture, [](const auto * cell) { return itk::PenCore::LabelColour(cell->GetLabel()); });
}

void
DrawDepthOutlines(const itk::CellLabelMap * cells, const itk::ImageBase<3> * stack, PictureImage * picture)
{
  const itk::PenCore::StackDepth depths(stack);
  DrawOutlinesIn(cells, picture, [&](const auto * cell) { return depths.Colour(cell->GetDepth()); });
}

void
WritePicture(const PictureImage * picture, const OutputFile & output)
{
  output.WriteText(PngBytes(picture));
}
} // namespace pen
