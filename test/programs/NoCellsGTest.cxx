// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// What holds no cell gives a result without cells, and one warning; a training on it is refused.

#include "programs/RunAsUser.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <filesystem>

using pen_test::ExpectOneErrorLine;
using pen_test::ProgramResult;
using pen_test::ReadText;
using pen_test::RunAsUser;
using pen_test::TemporaryFolder;
using pen_test::WriteText;

namespace
{
// A blank stack as a training folder.
class NoCells : public testing::Test
{
protected:
  void
  SetUp() override
  {
    std::filesystem::create_directories(m_Folder / "blank");
    const auto blank = itk::Image<unsigned char, 3>::New();
    blank->SetRegions(itk::Size<3>{ { 24, 20, 4 } });
    const double spacing[] = { 1.0, 1.0, 5.0 };
    blank->SetSpacing(spacing);
    blank->Allocate(true);
    pen_test::WriteImage(blank.GetPointer(), m_Folder / "blank/stack.nrrd");
    pen_test::WriteImage(blank.GetPointer(), m_Folder / "blank/layers.nrrd");
    WriteText(m_Folder / "blank/cells.csv", "label,layer,approx_z\n");
  }

  void
  ExpectOneWarning(const std::string & program, const std::vector<std::string> & arguments,
                   const std::string & message) const
  {
    const ProgramResult result = RunAsUser(program, arguments);
    EXPECT_EQ(result.exitCode, 0) << result.errors;
    EXPECT_EQ(result.errors, program + ": warning: " + message + "\n");
    std::vector<std::string> quiet = arguments;
    quiet.emplace_back("--quiet");
    ExpectSilentSuccess(RunAsUser(program, quiet));
  }

  TemporaryFolder m_Folder;
};
} // namespace

TEST_F(NoCells, IsSaidInOneWarning)
{
  const std::string folder = m_Folder / "blank";
  const std::string layers = folder + "/layers.nrrd";
  const std::string table = m_Folder / "empty.csv";
  WriteText(table, "label,x,y,z\n");
  ExpectOneWarning("pen-flows", { layers, "-o", m_Folder / "flows.nrrd" }, "there is no cell: " + layers);
  ExpectOneWarning("pen-masks", { m_Folder / "flows.nrrd", "-o", m_Folder / "masks.nrrd", "--cell-threshold", "20" },
                   "no cell was found: " + (m_Folder / "flows.nrrd"));
  ExpectOneWarning("pen-evaluate", { "--truth", layers, "--prediction", layers },
                   "there is no true cell to find: " + layers);
  ExpectOneWarning("pen-assign", { table, "-o", m_Folder / "channels.csv" },
                   "the table has no cell, and so has the result: " + table);
  EXPECT_EQ(ReadText(m_Folder / "channels.csv"), "label,channel\n");
  ExpectOneWarning("pen-augment", { folder, "-o", m_Folder / "augmented", "--depth", "8" },
                   "there is no cell, and so there is none in the results: " + folder);
  ExpectOneWarning("pen-convert", { folder, "-o", m_Folder / "converted" }, "there is no cell: " + folder);
}

TEST_F(NoCells, NoTrainingStarts)
{
  const std::string folder = m_Folder / "blank";
  ExpectOneErrorLine(RunAsUser("pen-train", { "--data", folder, "-o", m_Folder / "m.pt" }), "pen-train", 1,
                     "there is no cell to learn from: " + folder);
  EXPECT_EQ(m_Folder.List(), std::vector<std::string>{ "blank" });
}
