// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkTestFolder_h
#define itkTestFolder_h

#include <filesystem>
#include <random>
#include <string>

/** An empty folder that goes with the object, and all in it. */
class TestFolder
{
public:
  TestFolder()
    : m_Path(std::filesystem::temp_directory_path() / ("pen-test-" + std::to_string(std::random_device()())))
  {
    std::filesystem::create_directory(m_Path);
  }
  ~TestFolder()
  {
    std::error_code ignored;
    std::filesystem::remove_all(m_Path, ignored);
  }
  TestFolder(const TestFolder &) = delete;
  TestFolder &
  operator=(const TestFolder &) = delete;

  std::string
  GetPath() const
  {
    return m_Path.string();
  }

  bool
  IsEmpty() const
  {
    return std::filesystem::is_empty(m_Path);
  }

private:
  std::filesystem::path m_Path;
};

#endif
