// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penPicture.h"
#include "penImageFile.h"
#include "penLabelColour.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace pen
{
namespace
{
constexpr double DarkPercentile = 0.01;
constexpr double BrightPercentile = 0.998;

PictureImage::PixelType
BrightColour(itk::SizeValueType label)
{
  PictureImage::PixelType colour;
  for (unsigned int channel = 0; channel < 3; ++channel)
  {
    colour[channel] = static_cast<unsigned char>(std::lround(255.0 * LabelColour(label)[channel]));
  }
  return colour;
}

std::vector<float>
MaximumOverSlices(const itk::Image<float, 3> * stack)
{
  const auto size = stack->GetLargestPossibleRegion().GetSize();
  const std::size_t pixels = size[0] * size[1];
  const float * voxels = stack->GetBufferPointer();
  std::vector<float> maximum(voxels, voxels + pixels);
  for (std::size_t z = 1; z < size[2]; ++z)
  {
    for (std::size_t i = 0; i < pixels; ++i)
    {
      maximum[i] = std::max(maximum[i], voxels[z * pixels + i]);
    }
  }
  return maximum;
}

float
Percentile(std::vector<float> values, double share)
{
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

PictureImage::Pointer
PictureOnGridOf(const itk::Image<float, 3> * stack)
{
  const auto region = stack->GetLargestPossibleRegion();
  PictureImage::RegionType pictureRegion;
  PictureImage::SpacingType spacing;
  for (unsigned int axis = 0; axis < PictureImage::ImageDimension; ++axis)
  {
    pictureRegion.SetIndex(axis, region.GetIndex(axis));
    pictureRegion.SetSize(axis, region.GetSize(axis));
    spacing[axis] = stack->GetSpacing()[axis];
  }
  const auto picture = PictureImage::New();
  picture->SetRegions(pictureRegion);
  picture->SetSpacing(spacing);
  picture->Allocate();
  return picture;
}
// A cell's mask in its bounding box with a rim of one pixel.
class CellBitmap
{
public:
  explicit CellBitmap(const itk::PenCore::PixelRuns & runs)
  {
    if (runs.empty())
    {
      return;
    }
    std::int32_t right = runs.front().x;
    m_X = runs.front().x;
    m_Y = runs.front().y;
    for (const itk::PenCore::PixelRun & run : runs)
    {
      m_X = std::min(m_X, run.x);
      right = std::max(right, run.x + run.length);
    }
    m_Width = static_cast<std::size_t>(right - m_X) + 2;
    m_Height = static_cast<std::size_t>(runs.back().y - m_Y) + 3;
    m_Inside.assign(m_Width * m_Height, 0);
    for (const itk::PenCore::PixelRun & run : runs)
    {
      const std::size_t row = static_cast<std::size_t>(run.y - m_Y) + 1;
      const std::size_t column = static_cast<std::size_t>(run.x - m_X) + 1;
      std::fill_n(m_Inside.begin() + static_cast<std::ptrdiff_t>(row * m_Width + column), run.length, 1);
    }
  }

  template <typename TVisitor>
  void
  ForEachOutlinePixel(TVisitor && visit) const
  {
    for (std::size_t y = 1; y + 1 < m_Height; ++y)
    {
      for (std::size_t x = 1; x + 1 < m_Width; ++x)
      {
        const std::size_t i = y * m_Width + x;
        const bool surrounded = m_Inside[i - 1] && m_Inside[i + 1] && m_Inside[i - m_Width] && m_Inside[i + m_Width];
        if (m_Inside[i] && !surrounded)
        {
          visit(m_X + static_cast<itk::IndexValueType>(x) - 1, m_Y + static_cast<itk::IndexValueType>(y) - 1);
        }
      }
    }
  }

private:
  std::int32_t m_X = 0;
  std::int32_t m_Y = 0;
  std::size_t m_Width = 0;
  std::size_t m_Height = 0;
  std::vector<char> m_Inside;
};
} // namespace

PictureImage::Pointer
GrayMaximumProjection(const itk::Image<float, 3> * stack)
{
  const std::vector<float> maximum = MaximumOverSlices(stack);
  const float dark = Percentile(maximum, DarkPercentile);
  const float bright = Percentile(maximum, BrightPercentile);
  const float scale = bright > dark ? 255.0f / (bright - dark) : 0.0f;

  const PictureImage::Pointer picture = PictureOnGridOf(stack);
  PictureImage::PixelType * pixels = picture->GetBufferPointer();
  for (std::size_t i = 0; i < maximum.size(); ++i)
  {
    pixels[i].Fill(static_cast<unsigned char>(std::lround(std::clamp((maximum[i] - dark) * scale, 0.0f, 255.0f))));
  }
  return picture;
}

void
DrawOutlines(const itk::CellLabelMap * cells, PictureImage * picture)
{
  const auto region = picture->GetLargestPossibleRegion();
  for (itk::SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    const auto * cell = cells->GetNthLabelObject(i);
    const PictureImage::PixelType colour = BrightColour(cell->GetLabel());
    const CellBitmap mask(itk::PixelRunsFromLabelObject(cell, region.GetIndex()));
    mask.ForEachOutlinePixel(
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

void
WritePicture(const PictureImage * picture, const OutputFile & output)
{
  WritePixels(picture, output);
}
} // namespace pen
