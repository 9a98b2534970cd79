// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "support/HandMadeTiff.h"

#include <cmath>

namespace pen_test
{
namespace
{
constexpr std::uint64_t Micro = 1000000;

std::string
Number(std::uint64_t value, int bytes)
{
  std::string text;
  for (int i = 0; i < bytes; ++i)
  {
    text.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
  }
  return text;
}

struct Entry
{
  unsigned int tag;
  unsigned int type;
  std::uint64_t count;
  std::uint64_t value;
};

enum Type
{
  Text = 2,
  Short = 3,
  Long = 4,
  Rational = 5
};
} // namespace

HandMadeTiff::Layout
HandMadeTiff::Build() const
{
  const int placeBytes = isBig ? 8 : 4;
  Layout layout;
  std::string & file = layout.bytes;
  file = isBig ? std::string("II+\0\x08\0\0\0", 8) : std::string("II*\0", 4);
  layout.links.push_back(file.size());
  file += Number(0, placeBytes);
  const auto append = [&](const std::string & bytes)
  {
    const std::size_t place = file.size();
    file += bytes + std::string(bytes.size() % 2, '\0');
    return static_cast<std::uint64_t>(place);
  };
  // A rational's eight bytes fit into an entry of a BigTIFF, and those of other lengths lie elsewhere.
  const std::uint64_t perUnit = static_cast<std::uint64_t>(std::llround(pixelsPerUnit * Micro)) | (Micro << 32);
  const std::uint64_t resolution = isBig ? perUnit : append(Number(perUnit, 8));
  const std::uint64_t text = append(description + std::string(9, '\0'));
  std::vector<std::uint64_t> pixels;
  for (const std::string & page : pages)
  {
    pixels.push_back(append(page));
  }
  const std::size_t described = onlyFirstPageIsDescribed ? 1 : pages.size();
  for (std::size_t page = 0; page < described; ++page)
  {
    std::vector<Entry> entries{
      { 256, Long, 1, width }, { 257, Long, 1, height },       { 258, Short, 1, bits },
      { 259, Short, 1, 1 },    { 262, Short, 1, photometric }, { 273, Long, 1, pixels[page] },
      { 277, Short, 1, 1 },    { 278, Long, 1, height },       { 279, Long, 1, pages[page].size() }
    };
    if (page == 0)
    {
      entries.insert(entries.begin() + 5, { 270, Text, description.size() + 9, text });
    }
    if (pixelsPerUnit > 0.0)
    {
      entries.push_back({ 282, Rational, 1, resolution });
      entries.push_back({ 283, Rational, 1, resolution });
      entries.push_back({ 296, Short, 1, 1 });
    }
    entries.push_back({ 339, Short, 1, sampleFormat });
    if (privateTag)
    {
      entries.push_back({ privateTag->tag, privateTag->type, privateTag->count, privateTag->value });
    }
    const std::uint64_t place = append(Number(entries.size(), isBig ? 8 : 2));
    file.resize(place + (isBig ? 8 : 2));
    file.replace(layout.links.back(), static_cast<std::size_t>(placeBytes), Number(place, placeBytes));
    layout.directories.push_back(file.size());
    for (const Entry & entry : entries)
    {
      file += Number(entry.tag, 2) + Number(entry.type, 2) + Number(entry.count, placeBytes) +
              Number(entry.value, placeBytes);
    }
    layout.links.push_back(file.size());
    file += Number(0, placeBytes);
  }
  return layout;
}

std::vector<std::string>
FlatPages(std::size_t count, std::size_t pixels, unsigned char first)
{
  std::vector<std::string> pages;
  for (std::size_t i = 0; i < count; ++i)
  {
    pages.emplace_back(pixels, static_cast<char>(first + i));
  }
  return pages;
}

std::string
OmeXml(const std::string & attributes, const std::string & content)
{
  return R"(<?xml version="1.0" encoding="UTF-8"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">)"
         R"(<Image ID="Image:0"><Pixels ID="Pixels:0" )" +
         attributes + ">" + content + "</Pixels></Image></OME>";
}
} // namespace pen_test
