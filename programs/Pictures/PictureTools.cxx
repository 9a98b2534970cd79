// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Pictures/PictureTools.h"

#include "ProjectionEnhancement/Stacks/Resample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

namespace pen
{
namespace
{
constexpr double MostPixelsUnasked = 1 << 24;
using Pixel = PictureImage::PixelType;

PictureImage::Pointer
BlankPicture(itk::SizeValueType width, itk::SizeValueType height, unsigned char gray)
{
  Pixel background;
  background.Fill(gray);
  const auto picture = PictureImage::New();
  picture->SetRegions(itk::Size<2>{ { width, height } });
  picture->Allocate();
  picture->FillBuffer(background);
  return picture;
}

void
Paste(const PictureImage * from, itk::IndexValueType left, PictureImage * to)
{
  const auto region = from->GetLargestPossibleRegion();
  for (itk::IndexValueType y = 0; y < static_cast<itk::IndexValueType>(region.GetSize(1)); ++y)
  {
    for (itk::IndexValueType x = 0; x < static_cast<itk::IndexValueType>(region.GetSize(0)); ++x)
    {
      to->SetPixel({ { left + x, y } }, from->GetPixel({ { region.GetIndex(0) + x, region.GetIndex(1) + y } }));
    }
  }
}

// The signs of "0.5 um", 5 x 7 pixels each, a row five bits from the left on.
constexpr std::size_t SignWidth = 5;
constexpr std::size_t SignHeight = 7;
const std::string Signs = "0123456789.um";
constexpr std::array<std::array<unsigned char, SignHeight>, 13> SignRows{ {
  { 0x0e, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0e },
  { 0x04, 0x0c, 0x04, 0x04, 0x04, 0x04, 0x0e },
  { 0x0e, 0x11, 0x01, 0x06, 0x08, 0x10, 0x1f },
  { 0x1f, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0e },
  { 0x02, 0x06, 0x0a, 0x12, 0x1f, 0x02, 0x02 },
  { 0x1f, 0x10, 0x1e, 0x01, 0x01, 0x11, 0x0e },
  { 0x06, 0x08, 0x10, 0x1e, 0x11, 0x11, 0x0e },
  { 0x1f, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08 },
  { 0x0e, 0x11, 0x11, 0x0e, 0x11, 0x11, 0x0e },
  { 0x0e, 0x11, 0x11, 0x0f, 0x01, 0x02, 0x0c },
  { 0x00, 0x00, 0x00, 0x00, 0x00, 0x0c, 0x0c },
  { 0x00, 0x00, 0x11, 0x11, 0x13, 0x1d, 0x10 },
  { 0x00, 0x00, 0x1a, 0x15, 0x15, 0x15, 0x15 },
} };

void
FillBox(PictureImage * picture, itk::IndexValueType left, itk::IndexValueType top, itk::IndexValueType width,
        itk::IndexValueType height, unsigned char gray)
{
  Pixel pixel;
  pixel.Fill(gray);
  const auto region = picture->GetLargestPossibleRegion();
  for (itk::IndexValueType y = top; y < top + height; ++y)
  {
    for (itk::IndexValueType x = left; x < left + width; ++x)
    {
      const PictureImage::IndexType index{ { region.GetIndex(0) + x, region.GetIndex(1) + y } };
      if (region.IsInside(index))
      {
        picture->SetPixel(index, pixel);
      }
    }
  }
}

void
DrawText(PictureImage * picture, const std::string & text, itk::IndexValueType left, itk::IndexValueType top,
         itk::IndexValueType dot)
{
  for (std::size_t i = 0; i < text.size(); ++i)
  {
    const std::size_t sign = Signs.find(text[i]);
    for (std::size_t row = 0; sign != std::string::npos && row < SignHeight; ++row)
    {
      for (std::size_t column = 0; column < SignWidth; ++column)
      {
        if ((SignRows[sign][row] >> (SignWidth - 1 - column)) & 1)
        {
          FillBox(picture, left + dot * static_cast<itk::IndexValueType>(i * (SignWidth + 1) + column),
                  top + dot * static_cast<itk::IndexValueType>(row), dot, dot, 255);
        }
      }
    }
  }
}

double
RoundLength(double longest)
{
  const double power = std::pow(10.0, std::floor(std::log10(longest)));
  double length = power;
  for (const double factor : { 2.0, 5.0 })
  {
    length = factor * power <= longest ? factor * power : length;
  }
  return length;
}
} // namespace

itk::SizeValueType
UsualPictureWidth(itk::SizeValueType stackWidth, itk::SizeValueType stackHeight)
{
  const double most = std::floor(std::sqrt(MostPixelsUnasked * static_cast<double>(stackWidth) /
                                           static_cast<double>(std::max<itk::SizeValueType>(stackHeight, 1))));
  return std::max<itk::SizeValueType>(std::min(stackWidth, static_cast<itk::SizeValueType>(most)), 1);
}

PictureImage::Pointer
Resized(const PictureImage * picture, itk::SizeValueType width)
{
  const auto region = picture->GetLargestPossibleRegion();
  const double scale = static_cast<double>(width) / static_cast<double>(region.GetSize(0));
  const itk::SizeValueType height =
    itk::PenCore::ResampledSize(region.GetSize(1), static_cast<double>(width), static_cast<double>(region.GetSize(0)));
  const PictureImage::Pointer resized = BlankPicture(width, height, 0);
  const itk::PenCore::GridSize from{ 1, region.GetSize(1), region.GetSize(0) };
  const itk::PenCore::GridSize to{ 1, height, width };
  // One channel at a time, which takes a third of the memory.
  for (unsigned int channel = 0; channel < 3; ++channel)
  {
    std::vector<float> values(from.Count());
    std::transform(picture->GetBufferPointer(), picture->GetBufferPointer() + values.size(), values.begin(),
                   [&](const Pixel & pixel) { return pixel[channel]; });
    values = itk::PenCore::ResampleGrid(std::move(values), from, to);
    for (std::size_t i = 0; i < values.size(); ++i)
    {
      resized->GetBufferPointer()[i][channel] = static_cast<unsigned char>(std::lround(values[i]));
    }
  }
  PictureImage::SpacingType spacing;
  spacing[0] = picture->GetSpacing()[0] / scale;
  spacing[1] = picture->GetSpacing()[1] * static_cast<double>(region.GetSize(1)) / static_cast<double>(height);
  resized->SetSpacing(spacing);
  return resized;
}

PictureImage::Pointer
SideBySide(const PictureImage * left, const PictureImage * right)
{
  constexpr itk::SizeValueType gap = 8;
  const auto leftSize = left->GetLargestPossibleRegion().GetSize();
  const auto rightSize = right->GetLargestPossibleRegion().GetSize();
  const PictureImage::Pointer picture =
    BlankPicture(leftSize[0] + gap + rightSize[0], std::max(leftSize[1], rightSize[1]), 255);
  picture->SetSpacing(left->GetSpacing());
  Paste(left, 0, picture);
  Paste(right, static_cast<itk::IndexValueType>(leftSize[0] + gap), picture);
  return picture;
}

void
DrawScaleBar(PictureImage * picture)
{
  const auto size = picture->GetLargestPossibleRegion().GetSize();
  const double spacing = picture->GetSpacing()[0];
  const auto dot = static_cast<itk::IndexValueType>(std::max<itk::SizeValueType>(1, size[0] / 300));
  const double length = RoundLength(0.2 * static_cast<double>(size[0]) * spacing);
  const auto bar = static_cast<itk::IndexValueType>(std::lround(length / spacing));
  const itk::IndexValueType margin = 6 * dot;
  const itk::IndexValueType thickness = 3 * dot;
  const itk::IndexValueType textHeight = static_cast<itk::IndexValueType>(SignHeight) * dot;
  std::ostringstream label;
  label << length << " um";
  const auto textWidth = static_cast<itk::IndexValueType>(label.str().size() * (SignWidth + 1)) * dot;
  const auto width = static_cast<itk::IndexValueType>(size[0]);
  const auto height = static_cast<itk::IndexValueType>(size[1]);
  if (bar < 4 || std::max(bar, textWidth) + 2 * margin > width || textHeight + thickness + 3 * margin > height)
  {
    return;
  }
  const itk::IndexValueType right = width - margin;
  const itk::IndexValueType top = height - margin - thickness;
  const itk::IndexValueType textLeft = std::min(right - (bar + textWidth) / 2, right - textWidth);
  const itk::IndexValueType textTop = top - 2 * dot - textHeight;
  FillBox(picture, right - bar - dot, top - dot, bar + 2 * dot, thickness + 2 * dot, 0);
  FillBox(picture, textLeft - dot, textTop - dot, textWidth + dot, textHeight + 2 * dot, 0);
  FillBox(picture, right - bar, top, bar, thickness, 255);
  DrawText(picture, label.str(), textLeft, textTop, dot);
}
} // namespace pen
