// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// 50 damaged annotations and 50 damaged TIFFs, each refused with one clear line. What reads them is called for each;
// pen-convert, which takes longer to start than to read, for some of each kind.

#include "programs/RunAsUser.h"
#include "support/HandMadeTiff.h"
#include "support/TestFiles.h"

#include "Files/TrainingFolder.h"
#include "Frame/Errors.h"
#include "Frame/StandardErrorCapture.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>

#if defined(__unix__) || defined(__APPLE__)
#  include <sys/resource.h>
#endif

using pen_test::HandMadeTiff;
using pen_test::RunAsUser;
using pen_test::TemporaryFolder;
using pen_test::WriteText;

namespace
{
using Json = nlohmann::json;

struct DamagedFile
{
  std::string what;
  std::string bytes;
};

// Largest memory of this test and of any program it has run, in MiB; 0 where the system does not tell.
double
HighestMemory()
{
#if defined(__unix__)
  double highest = 0.0;
  for (const auto who : { RUSAGE_SELF, RUSAGE_CHILDREN })
  {
    rusage usage{};
    getrusage(who, &usage);
    highest = std::max(highest, static_cast<double>(usage.ru_maxrss) / 1024.0);
  }
  return highest;
#else
  return 0.0;
#endif
}

// What reading said, as the program prints it after its name; empty when it succeeded.
struct Reading
{
  std::string error;
  std::string otherLines;
};

Reading
Read(const std::string & annotation)
{
  Reading reading;
  const pen::StandardErrorCapture capture;
  try
  {
    pen::ProgramContext context("pen-test", false);
    pen::ReadTrainingFolder(annotation, context);
  }
  catch (const std::exception & error)
  {
    reading.error = pen::OneLineMessage(error);
  }
  reading.otherLines = capture.GetText();
  return reading;
}

// Every n-th file is given to the program too.
constexpr std::size_t ProgramEvery = 16;

class DamagedFiles : public testing::Test
{
protected:
  void
  SetUp() override
  {
    std::filesystem::create_directories(m_Folder / "data/images");
    std::filesystem::create_directories(m_Folder / "data/gt");
    m_Tiff.width = 16;
    m_Tiff.height = 12;
    m_Tiff.pages = pen_test::FlatPages(4, 192);
    m_Tiff.description = pen_test::OmeXml(
      R"(SizeX="16" SizeY="12" SizeZ="4" SizeC="1" SizeT="1" PhysicalSizeX="0.5" PhysicalSizeY="0.5" PhysicalSizeZ="5")");
    m_Annotation = Json::parse(R"({"images": {"file_name": "field.ome.tif", "width": 16, "height": 12, "slices": 4},
      "annotations": {"regions": {"area": [9, 6], "x_vert": [[1, 3, 3, 1], [5, 7, 5]],
                                  "y_vert": [[1, 1, 3, 3], [0, 0, 2]], "approx_z": [2, 3]}},
      "pixelweight": {"x_vert": [[0, 1, 1, 0]], "y_vert": [[8, 8, 9, 9]]}})");
    WriteText(m_Folder / "data/images/field.ome.tif", m_Tiff.Bytes());
    WriteText(m_Folder / "data/gt/field.json", m_Annotation.dump());
    ASSERT_EQ(Convert().exitCode, 0);
    std::filesystem::remove_all(m_Folder / "out");
  }

  pen_test::ProgramResult
  Convert() const
  {
    return RunAsUser("pen-convert", { m_Folder / "data", "-o", m_Folder / "out" });
  }

  void
  ExpectEachRefused(const std::vector<DamagedFile> & files, const std::string & place)
  {
    constexpr double mostSeconds = 10.0;
    const double mostMemory = HighestMemory() + 200.0;
    for (std::size_t i = 0; i < files.size(); ++i)
    {
      SCOPED_TRACE(files[i].what);
      WriteText(place, files[i].bytes);
      const auto start = std::chrono::steady_clock::now();
      const Reading reading = Read(m_Folder / "data/gt/field.json");
      EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), mostSeconds);
      EXPECT_NE(reading.error.find("field"), std::string::npos) << reading.error;
      EXPECT_EQ(reading.error.find('\n'), std::string::npos) << reading.error;
      EXPECT_EQ(reading.otherLines, "");
      if (i % ProgramEvery == 0)
      {
        pen_test::ExpectOneErrorLine(Convert(), "pen-convert", 1, reading.error);
        EXPECT_FALSE(std::filesystem::exists(m_Folder / "out"));
      }
      EXPECT_LT(HighestMemory(), mostMemory);
    }
  }

  TemporaryFolder m_Folder;
  HandMadeTiff m_Tiff;
  Json m_Annotation;
};

// Every text that ends early, and every one with a control character in it, is no JSON.
void
AddBrokenTexts(const std::string & text, std::vector<DamagedFile> & files)
{
  constexpr std::size_t parts = 12;
  for (std::size_t i = 0; i < parts; ++i)
  {
    const std::size_t place = i * (text.size() - 1) / parts;
    files.push_back({ "cut at " + std::to_string(place), text.substr(0, place) });
    std::string flipped = text;
    flipped[place + 1] = '\x01';
    files.push_back({ "control character at " + std::to_string(place + 1), flipped });
  }
}

void
AddWrongEntries(const Json & annotation, std::vector<DamagedFile> & files)
{
  const std::vector<std::pair<const char *, Json>> entries{
    { "/images", nullptr },
    { "/images", 3 },
    { "/images/width", "16" },
    { "/images/width", -16 },
    { "/images/width", 1e300 },
    { "/images/height", 4000000000u },
    { "/images/height", Json::array() },
    { "/images/slices", 3 },
    { "/annotations", "none" },
    { "/annotations/regions", nullptr },
    { "/annotations/regions", Json::array() },
    { "/annotations/regions/x_vert", true },
    { "/annotations/regions/x_vert", Json::array() },
    { "/annotations/regions/x_vert/0", { { 1, 2 }, { 3, 4 } } },
    { "/annotations/regions/x_vert/0/2", "three" },
    { "/annotations/regions/x_vert/1", { 1, 2 } },
    { "/annotations/regions/y_vert/0", Json::array() },
    { "/annotations/regions/y_vert/1/0", nullptr },
    { "/annotations/regions/approx_z", { 1, 2, 3 } },
    { "/annotations/regions/approx_z", nullptr },
    { "/annotations/regions/approx_z/0", 1e18 },
    { "/annotations/regions/approx_z/1", -0.5 },
    { "/annotations/regions/approx_z/1", Json::object() },
    { "/pixelweight", 5 },
    { "/pixelweight/y_vert", Json::array() },
    { "/pixelweight/x_vert/0", { 1 } },
  };
  for (const auto & [place, value] : entries)
  {
    Json wrong = annotation;
    wrong[Json::json_pointer(place)] = value;
    files.push_back({ std::string(place) + " = " + value.dump(), wrong.dump() });
  }
}

void
AddCutTiffs(const std::string & bytes, std::vector<DamagedFile> & files)
{
  constexpr std::size_t parts = 14;
  for (std::size_t i = 0; i < parts; ++i)
  {
    const std::size_t length = i * bytes.size() / parts;
    files.push_back({ "cut at " + std::to_string(length), bytes.substr(0, length) });
  }
}

void
AddWrongHeaders(const HandMadeTiff::Layout & tiff, std::vector<DamagedFile> & files)
{
  for (const std::size_t place : { 0, 1, 2, 3, 5, 6, 7 })
  {
    std::string bytes = tiff.bytes;
    bytes[place] = static_cast<char>(~bytes[place]);
    files.push_back({ "header byte " + std::to_string(place) + " flipped", bytes });
  }
  // A directory that comes after itself, or lies beyond the end.
  for (const std::size_t link : { tiff.links[1], tiff.links[3] })
  {
    for (const std::uint32_t target : { static_cast<std::uint32_t>(tiff.directories[0] - 2), 0x7fffffffu, 3u })
    {
      std::string bytes = tiff.bytes;
      for (std::size_t i = 0; i < 4; ++i)
      {
        bytes[link + i] = static_cast<char>((target >> (8 * i)) & 0xff);
      }
      files.push_back({ "link at " + std::to_string(link) + " to " + std::to_string(target), bytes });
    }
  }
}

// Entries of the directory of a page: tag (2 bytes), type (2), count (4), value (4).
void
AddWrongEntries(const HandMadeTiff::Layout & tiff, std::vector<DamagedFile> & files)
{
  struct Change
  {
    const char * what;
    std::size_t page;
    std::size_t entry;
    std::size_t place;
    std::size_t bytes;
    std::uint32_t value;
  };
  constexpr std::size_t Width = 0, Height = 1, Bits = 2, Compression = 3, Photometric = 4, Offset = 6, Samples = 7;
  // The other pages have no description before their offsets.
  constexpr std::size_t LaterOffset = 5;
  const std::vector<Change> changes{
    { "no width", 0, Width, 8, 4, 0 },
    { "huge width", 0, Width, 8, 4, 0xffffffff },
    { "wider than it is told", 0, Width, 8, 4, 17 },
    { "narrower than it is told", 0, Width, 8, 4, 15 },
    { "another width", 2, Width, 8, 4, 8 },
    { "width of an unknown type", 0, Width, 2, 2, 99 },
    { "width of no values", 0, Width, 4, 4, 0 },
    { "no height", 0, Height, 8, 4, 0 },
    { "huge height", 0, Height, 8, 4, 0x7fffffff },
    { "lower than it is told", 0, Height, 8, 4, 11 },
    { "no height on a later page", 3, Height, 8, 4, 0 },
    { "no bits", 0, Bits, 8, 4, 0 },
    { "pixels of 7 bits", 0, Bits, 8, 4, 7 },
    { "pixels of 64 bits", 0, Bits, 8, 4, 64 },
    { "pixels of 65535 bits", 0, Bits, 8, 4, 0xffff },
    { "an unknown compression", 0, Compression, 8, 4, 4711 },
    { "another compression", 1, Compression, 8, 4, 8 },
    { "colours", 0, Photometric, 8, 4, 2 },
    { "pixels beyond the end", 0, Offset, 8, 4, 0x7ffffff0 },
    { "pixels of a later page beyond the end", 2, LaterOffset, 8, 4, 0x7ffffff0 },
    { "three components", 0, Samples, 8, 4, 3 },
    { "65535 components", 0, Samples, 8, 4, 0xffff },
    { "no components", 0, Samples, 8, 4, 0 },
  };
  for (const Change & change : changes)
  {
    std::string bytes = tiff.bytes;
    for (std::size_t i = 0; i < change.bytes; ++i)
    {
      bytes[tiff.directories[change.page] + 12 * change.entry + change.place + i] =
        static_cast<char>((change.value >> (8 * i)) & 0xff);
    }
    files.push_back({ change.what, bytes });
  }
}
} // namespace

TEST_F(DamagedFiles, AnnotationsAreRefused)
{
  std::vector<DamagedFile> files;
  AddBrokenTexts(m_Annotation.dump(), files);
  AddWrongEntries(m_Annotation, files);
  EXPECT_EQ(files.size(), 50u);
  ExpectEachRefused(files, m_Folder / "data/gt/field.json");
}

TEST_F(DamagedFiles, TiffsAreRefused)
{
  std::vector<DamagedFile> files;
  const HandMadeTiff::Layout tiff = m_Tiff.Build();
  AddCutTiffs(tiff.bytes, files);
  AddWrongHeaders(tiff, files);
  AddWrongEntries(tiff, files);
  EXPECT_EQ(files.size(), 50u);
  ExpectEachRefused(files, m_Folder / "data/images/field.ome.tif");
}

// Any single byte, flipped: whatever a reader can make of it, no crash, no second line, nothing half written.
TEST_F(DamagedFiles, FlippedBytesOfATiffNeverCrash)
{
  const std::string good = m_Tiff.Bytes();
  constexpr std::size_t trials = 40;
  for (std::size_t i = 0; i < trials; ++i)
  {
    const std::size_t place = i * 7919 % good.size();
    SCOPED_TRACE("byte " + std::to_string(place));
    std::string bytes = good;
    bytes[place] = static_cast<char>(~bytes[place]);
    WriteText(m_Folder / "data/images/field.ome.tif", bytes);
    const Reading reading = Read(m_Folder / "data/gt/field.json");
    EXPECT_TRUE(reading.error.empty() || reading.error.find("field") != std::string::npos) << reading.error;
    EXPECT_EQ(reading.error.find('\n'), std::string::npos) << reading.error;
    EXPECT_TRUE(reading.error.empty() || reading.otherLines.empty()) << reading.otherLines;
    if (i % ProgramEvery != 0)
    {
      continue;
    }
    const pen_test::ProgramResult result = Convert();
    EXPECT_EQ(result.exitCode == 0, reading.error.empty());
    if (result.exitCode == 0)
    {
      EXPECT_TRUE(std::filesystem::exists(m_Folder / "out/field/stack.nrrd"));
      std::filesystem::remove_all(m_Folder / "out");
    }
    else
    {
      pen_test::ExpectOneErrorLine(result, "pen-convert", 1, "field");
      EXPECT_FALSE(std::filesystem::exists(m_Folder / "out"));
    }
  }
}
