// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_test_support_TemporaryFolder_h
#define pen_test_support_TemporaryFolder_h

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace pen_test
{
/** A folder of its own for one test, gone when the test ends. */
class TemporaryFolder
{
public:
  TemporaryFolder()
  {
    std::random_device random;
    do
    {
      m_Path = std::filesystem::temp_directory_path() / ("pen-test-" + std::to_string(random()));
    } while (!std::filesystem::create_directory(m_Path));
  }
  ~TemporaryFolder()
  {
    std::error_code ignored;
    std::filesystem::remove_all(m_Path, ignored);
  }
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &
  operator=(const TemporaryFolder &) = delete;

  std::string
  GetPath() const
  {
    return m_Path.string();
  }

  /** Full path of a file in it. */
  std::string
  operator/(const std::string & name) const
  {
    return (m_Path / name).string();
  }

  /** Names of all that lies in it, sorted. */
  std::vector<std::string>
  List() const
  {
    std::vector<std::string> names;
    for (const auto & entry : std::filesystem::directory_iterator(m_Path))
    {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

private:
  std::filesystem::path m_Path;
};
} // namespace pen_test

#endif
