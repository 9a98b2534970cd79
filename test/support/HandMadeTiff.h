// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_test_support_HandMadeTiff_h
#define pen_test_support_HandMadeTiff_h

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pen_test
{
/** \brief A little-endian uncompressed TIFF of gray pages, put together byte by byte: ITK's writer cannot write the
 * descriptions that microscopes do. */
struct HandMadeTiff
{
  std::uint32_t width = 2;
  std::uint32_t height = 1;
  std::uint32_t bits = 8;
  std::uint32_t sampleFormat = 1;
  std::uint32_t photometric = 1;
  std::vector<std::string> pages; ///< the bytes of each page's pixels
  std::string description;
  double pixelsPerUnit = 0.0; ///< 0: no resolution tags
  /** An entry of every page's directory, after all others. */
  struct PrivateTag
  {
    unsigned int tag;
    unsigned int type;
    std::uint64_t count;
    std::uint64_t value;
  };
  std::optional<PrivateTag> privateTag;
  bool isBig = false;
  bool onlyFirstPageIsDescribed = false; ///< ImageJ's form of stacks larger than 4 GiB

  /** The file, and where its parts begin. */
  struct Layout
  {
    std::string bytes;
    std::vector<std::size_t> directories; ///< where the entries of each page's directory begin
    std::vector<std::size_t> links;       ///< where the place of the next directory stands
  };

  Layout
  Build() const;
  std::string
  Bytes() const
  {
    return Build().bytes;
  }
};

/** Pages of 8-bit pixels, each with the same value on all its pixels: \a first, \a first + 1, ... */
std::vector<std::string>
FlatPages(std::size_t count, std::size_t pixels, unsigned char first = 1);

/** An OME-XML text whose Pixels element has the attributes and the content. */
std::string
OmeXml(const std::string & attributes, const std::string & content = "<TiffData/>");
} // namespace pen_test

#endif
