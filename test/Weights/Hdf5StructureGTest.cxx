// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Damaged weight files of Keras.

#include "itkPublishedWeights.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace
{
std::string
ReadingError(const std::string & fileName)
{
  try
  {
    itk::ReadKerasWeights(fileName);
  }
  catch (const itk::ExceptionObject & error)
  {
    return error.GetDescription();
  }
  return "";
}

// The bytes of the smallest weight file, to be damaged at places that are found by what lies there.
class DamagedFile
{
public:
  DamagedFile()
    : m_Path(testing::TempDir() + "/pen_keras_damaged_" + testing::UnitTest::GetInstance()->current_test_info()->name())
  {
    std::ifstream file(std::string(PEN_TEST_DATA_DIR) + "/network_vectors/mip/weights.h5", std::ios::binary);
    m_Bytes.assign(std::istreambuf_iterator<char>(file), {});
  }
  ~DamagedFile() { std::filesystem::remove(m_Path); }
  DamagedFile(const DamagedFile &) = delete;
  DamagedFile &
  operator=(const DamagedFile &) = delete;

  // Little-endian, as the file.
  std::uint64_t
  Get(std::size_t place, std::size_t bytes) const
  {
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;)
    {
      value = value << 8 | static_cast<unsigned char>(m_Bytes.at(place + i));
    }
    return value;
  }

  void
  Set(std::size_t place, std::size_t bytes, std::uint64_t value)
  {
    m_Bytes.replace(place, bytes, Number(value, bytes));
  }

  std::size_t
  Find(const std::string & what, std::size_t from = 0) const
  {
    const std::size_t place = m_Bytes.find(what, from);
    EXPECT_NE(place, std::string::npos);
    return place;
  }

  static std::string
  Number(std::uint64_t value, std::size_t bytes)
  {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i)
    {
      text += static_cast<char>(value >> (8 * i) & 255);
    }
    return text;
  }

  void
  ExpectRefused(const std::string & problem) const
  {
    std::ofstream(m_Path, std::ios::binary) << m_Bytes;
    const std::string error = ReadingError(m_Path);
    EXPECT_NE(error.find(m_Path), std::string::npos) << error;
    EXPECT_NE(error.find(problem), std::string::npos) << error;
  }

private:
  std::string m_Path;
  std::string m_Bytes;
};
} // namespace

TEST(Hdf5Structure, DamagedTextsAreRefused)
{
  {
    DamagedFile file;
    file.Set(file.Find("GCOL") + 8, 8, std::uint64_t{ 1 } << 40);
    file.ExpectRefused("a heap of texts reaches beyond the end of the file");
  }
  {
    DamagedFile file;
    file.Set(file.Find("GCOL") + 16 + 8, 8, 60000);
    file.ExpectRefused("an object of a heap of texts reaches beyond it");
  }
  {
    DamagedFile file;
    file.Set(file.Find("GCOL") + 16 + 8, 8, ~std::uint64_t{ 0 } - 7);
    file.ExpectRefused("an object of a heap of texts reaches beyond it");
  }
  const auto text = [](const DamagedFile & file)
  { return file.Find(DamagedFile::Number(file.Find("GCOL"), 8)) - 4; }; // length, heap, index
  {
    DamagedFile file;
    file.Set(text(file), 4, 1); // shorter than the object
    file.ExpectRefused("a text of variable length is damaged");
  }
  {
    DamagedFile file;
    file.Set(text(file) + 12, 4, 40000);
    file.ExpectRefused("a text of variable length is damaged");
  }
  {
    DamagedFile file;
    file.Set(text(file) + 4, 8, 0x60);
    file.ExpectRefused("a text of variable length lies in no heap");
  }
}

TEST(Hdf5Structure, DamagedGroupsAreRefused)
{
  const auto refused = [](const std::string & signature, std::size_t place, std::size_t bytes, std::uint64_t value,
                          const std::string & problem)
  {
    DamagedFile file;
    file.Set(file.Find(signature) + place, bytes, value);
    file.ExpectRefused(problem);
  };
  DamagedFile whole;
  refused("TREE", 6, 2, 65535, "its list of entries is damaged");
  refused("TREE", 5, 1, 200, "its list of entries is damaged");
  refused("TREE", 16, 8, whole.Find("TREE"), "its list of entries is damaged");                        // a circle
  refused("TREE", 32, 8, whole.Find("TREE"), "its list of entries overlaps another part of the file"); // another
  refused("SNOD", 6, 2, 65535, "its list of entries is damaged");
  refused("SNOD", 8, 8, std::uint64_t{ 1 } << 62, "a name lies outside its heap");
  refused("SNOD", 16, 8, 0x60, "overlaps another part of the file"); // a group within itself
  refused("SNOD", 24, 4, 2, "it is a link");
  refused("SNOD", 32, 8, 0x60, "its entry and its header contradict each other");
  refused("HEAP", 8, 8, std::uint64_t{ 1 } << 62, "its heap of names reaches beyond the end of the file");
  refused("HEAP", 16, 8, std::uint64_t{ 1 } << 62, "its heap of names is damaged");
  {
    DamagedFile file; // free space that follows itself
    const std::size_t heap = file.Find("HEAP");
    const std::uint64_t block = file.Get(heap + 16, 8);
    file.Set(file.Get(heap + 24, 8) + block, 8, block);
    file.ExpectRefused("its heap of names is damaged");
  }
}

TEST(Hdf5Structure, DamagedHeadersAreRefused)
{
  const std::string real = DamagedFile::Number(0x00001f2011, 4) + DamagedFile::Number(4, 4);
  {
    DamagedFile file; // a mantissa beyond the value
    file.Set(file.Find(real) + 15, 1, 200);
    file.ExpectRefused("/gamma:0\": it has a type of floating-point numbers that is not known");
  }
  {
    DamagedFile file; // a class of type that holds others
    file.Set(file.Find(real), 1, 0x16);
    file.ExpectRefused("/gamma:0\": it has a type that is neither numbers nor texts");
  }
  {
    DamagedFile file; // a message that is longer than its header
    file.Set(file.Find(real) - 6, 2, 65528);
    file.ExpectRefused("/gamma:0\": its header is damaged");
  }
  {
    DamagedFile file; // shared: its place is elsewhere
    file.Set(file.Find(real) - 4, 1, 2);
    file.ExpectRefused("/gamma:0\": its header shares messages");
  }
  {
    DamagedFile file;
    file.Set(8, 1, 2);
    file.ExpectRefused("it has HDF5's newer format");
  }
  {
    DamagedFile file;
    file.Set(40, 8, file.Get(40, 8) + 1);
    file.ExpectRefused("it is truncated");
  }
}
