// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Base/Zip.h"

#include "itkMacro.h"

#include <gtest/gtest.h>

TEST(Zip, WhatIsWrittenReadsBack)
{
  const std::string archive = itk::WriteZipEntries({ { "a.txt", "123456789" }, { "b/empty", "" } });
  // The checksum of these nine digits that CRC-32 is known by.
  EXPECT_NE(archive.find("\x26\x39\xf4\xcb"), std::string::npos);
  const auto entries = itk::ReadZipEntries(archive.data(), archive.size());
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(std::string(entries.at("a.txt").begin, entries.at("a.txt").size), "123456789");
  EXPECT_EQ(entries.at("b/empty").size, 0u);
}

TEST(Zip, DamageIsTold)
{
  std::string archive = itk::WriteZipEntries({ { "a.txt", "123456789" } });
  archive[archive.find("123456789")] = '0';
  EXPECT_THROW(itk::ReadZipEntries(archive.data(), archive.size()), itk::ExceptionObject);
  EXPECT_THROW(itk::ReadZipEntries(archive.data(), archive.size() - 1), itk::ExceptionObject);
}

TEST(Zip, MoreFilesThanTheDirectoryCountsAreTold)
{
  EXPECT_THROW(itk::WriteZipEntries(std::vector<itk::ZipEntry>(65535)), itk::RangeError);
}
