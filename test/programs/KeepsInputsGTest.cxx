// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// No program replaces what it reads, whatever names and links its outputs are reached by.

#include "programs/RunAsUser.h"
#include "programs/SmallModel.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

using pen_test::ExpectOneErrorLine;
using pen_test::ExpectSilentSuccess;
using pen_test::ReadText;
using pen_test::RunAsUser;
using pen_test::TemporaryFolder;
using pen_test::WriteText;

namespace
{
namespace fs = std::filesystem;
using Arguments = std::vector<std::string>;

// What each program reads, good and small.
class KeepsInputs : public testing::Test
{
protected:
  void
  SetUp() override
  {
    const auto stack = pen_test::MakeRamp<itk::Image<unsigned char, 3>>({ { 24, 20, 4 } }, 0);
    const auto layers = itk::Image<unsigned char, 3>::New();
    layers->SetRegions(itk::Size<3>{ { 24, 20, 1 } });
    layers->Allocate(true);
    for (itk::IndexValueType i = 0; i < 64; ++i)
    {
      layers->SetPixel({ { 4 + i % 8, 4 + i / 8, 0 } }, 1);
    }
    fs::create_directories(m_Folder / "data/a");
    pen_test::WriteImage(stack.GetPointer(), m_Folder / "data/a/stack.nrrd");
    pen_test::WriteImage(layers.GetPointer(), m_Folder / "data/a/layers.nrrd");
    WriteText(m_Folder / "data/a/cells.csv", "label,layer,approx_z\n1,0,1.5\n");
    pen_test::WriteImage(stack.GetPointer(), m_Folder / "stack.nrrd");
    pen_test::WriteImage(layers.GetPointer(), m_Folder / "layers.nrrd");
    WriteText(m_Folder / "table.csv", "label,x,y,z\n1,2,3,1.5\n");
    pen_test::WriteSmallModel(m_Folder / "model.pt");
    ExpectSilentSuccess(RunAsUser("pen-flows", { m_Folder / "layers.nrrd", "-o", m_Folder / "flows.nrrd" }));
    m_Before = this->Contents();
  }

  // Of every file under the folder.
  std::map<std::string, std::string>
  Contents() const
  {
    std::map<std::string, std::string> contents;
    for (const auto & entry : fs::recursive_directory_iterator(m_Folder.GetPath()))
    {
      if (entry.is_regular_file())
      {
        contents[entry.path().string()] = ReadText(entry.path().string());
      }
    }
    return contents;
  }

  void
  ExpectRefused(const std::string & program, const Arguments & arguments)
  {
    std::string call = program;
    for (const std::string & argument : arguments)
    {
      call += ' ' + argument;
    }
    SCOPED_TRACE(call);
    ExpectOneErrorLine(RunAsUser(program, arguments), program, 1, "would replace what the program reads");
    EXPECT_TRUE(this->Contents() == m_Before);
  }

  // Paths of a file under its folder: its own, other spellings, a symbolic and a hard link.
  Arguments
  NamesOf(const std::string & name)
  {
    fs::create_directories(m_Folder / "links");
    const std::string soft = m_Folder / ("links/soft-" + name);
    const std::string hard = m_Folder / ("links/hard-" + name);
    fs::create_symlink("../" + name, soft);
    fs::create_hard_link(m_Folder / name, hard);
    fs::create_directory_symlink(".", m_Folder / "here");
    m_Before = this->Contents();
    return { m_Folder / name, m_Folder.GetPath() + "/./data/../" + name, m_Folder / ("here/" + name), soft, hard };
  }

  TemporaryFolder m_Folder;
  std::map<std::string, std::string> m_Before;
};
} // namespace

TEST_F(KeepsInputs, HoweverTheOutputIsReached)
{
  for (const std::string & name : this->NamesOf("layers.nrrd"))
  {
    ExpectRefused("pen-flows", { m_Folder / "layers.nrrd", "-o", name });
    ExpectRefused("pen-flows", { name, "-o", m_Folder / "layers.nrrd" });
    ExpectRefused("pen-assign", { m_Folder / "table.csv", "-o", name, "--method", "local_order", "--layers",
                                  m_Folder / "layers.nrrd" });
  }
}

TEST_F(KeepsInputs, OfEachOptionThatReads)
{
  const std::string stack = m_Folder / "stack.nrrd";
  const std::string layers = m_Folder / "layers.nrrd";
  const std::string table = m_Folder / "table.csv";
  const std::string model = m_Folder / "model.pt";
  const std::string flows = m_Folder / "flows.nrrd";
  const std::string out = m_Folder / "out.nrrd";
  ExpectRefused("pen-masks", { flows, "-o", flows });
  ExpectRefused("pen-masks", { flows, "-o", out, "--timings", flows });
  ExpectRefused("pen-project", { stack, "-o", stack, "--method", "max" });
  ExpectRefused("pen-project", { stack, "-o", out, "--method", "pen", "--model", model, "--timings", model });
  ExpectRefused("pen-assign", { table, "-o", table });
  ExpectRefused("pen-import", { "--from", "keras", model, "-o", model });
  ExpectRefused("pen-export", { model, "-o", model });
  ExpectRefused("pen-info", { model, "--timings", model });
  for (const std::string option : { "--json", "--csv", "--curve", "--timings" })
  {
    ExpectRefused("pen-evaluate", { "--truth", layers, "--prediction", flows, option, layers });
    ExpectRefused("pen-evaluate", { "--truth", flows, "--prediction", layers, option, layers });
    ExpectRefused("pen-evaluate", { "--truth", flows, "--prediction", flows, "--ignore", layers, option, layers });
    ExpectRefused("pen-evaluate", { "--truth", layers, "--prediction", layers, "--truth-cells", table, option, table });
  }
}

TEST_F(KeepsInputs, OfNamesThatAProgramMakesItself)
{
  const std::string stack = m_Folder / "stack.nrrd";
  const std::string model = m_Folder / "model.pt";
  const std::string data = m_Folder / "data";
  // A result of the first stack has the second one's name.
  fs::copy_file(stack, m_Folder / "stack_labels.nrrd");
  fs::copy_file(stack, m_Folder / "a_layers.nrrd");
  fs::copy_file(model, m_Folder / "m.pt.best");
  fs::create_directories(m_Folder / "bio");
  fs::copy_file(model, m_Folder / "bio/weights.pt");
  fs::copy_file(m_Folder / "layers.nrrd", m_Folder / "data/a/ignore.nrrd");
  m_Before = this->Contents();
  ExpectRefused("pen-segment", { stack, m_Folder / "stack_labels.nrrd", "-o", m_Folder.GetPath(), "--model", model });
  ExpectRefused("pen-annotate", { m_Folder / "a_layers.nrrd", "-o", m_Folder / "a" });
  ExpectRefused("pen-export", { m_Folder / "bio/weights.pt", "-o", m_Folder / "bio", "--format", "bioimage" });
  ExpectRefused("pen-augment", { data + "/a", "-o", data + "/a" });
  ExpectRefused("pen-augment", { data, "-o", data + "/a/" });
  ExpectRefused("pen-convert", { data, "-o", data });
  ExpectRefused("pen-convert", { data + "/a", "-o", data });
  ExpectRefused("pen-convert", { stack, "--annotation", data + "/a/layers.nrrd", "-o", m_Folder / "data/a/..",
                                 "--cells", data + "/a/cells.csv", "--timings", data + "/a/cells.csv" });
  ExpectRefused("pen-simulate", { "--outlines", data + "/a/layers.nrrd", "-o", data + "/a" });
  ExpectRefused("pen-train", { "--data", data, "-o", data + "/a/stack.nrrd", "--overwrite" });
  ExpectRefused("pen-train",
                { "--data", data, "-o", m_Folder / "m.pt", "--initial-model", m_Folder / "m.pt.best", "--overwrite" });
  ExpectRefused("pen-train", { "--data", data, "-o", model, "--initial-model", model, "--overwrite" });
}

TEST_F(KeepsInputs, TheAuthorsLayoutToo)
{
  const std::string authors = m_Folder / "authors";
  ExpectSilentSuccess(RunAsUser("pen-convert", { m_Folder / "data", "-o", authors, "--to", "json", "--quiet" }));
  m_Before = this->Contents();
  ExpectRefused("pen-convert", { authors, "-o", authors, "--to", "json" });
  ExpectRefused("pen-convert", { authors + "/gt/a.json", "-o", authors, "--to", "json" });
  ExpectRefused("pen-augment", { authors, "-o", m_Folder / "out", "--timings", authors + "/images/a.ome.tif" });
}

TEST_F(KeepsInputs, ResultsMayLieBesideThem)
{
  const std::string data = m_Folder / "data";
  ExpectSilentSuccess(RunAsUser("pen-augment", { data, "-o", data, "--samples", "2", "--depth", "8", "--quiet" }));
  ExpectSilentSuccess(RunAsUser("pen-assign", { m_Folder / "table.csv", "-o", m_Folder / "table.csv.csv" }));
  ExpectSilentSuccess(RunAsUser("pen-segment", { m_Folder / "stack.nrrd", "-o", m_Folder.GetPath(), "--model",
                                                 m_Folder / "model.pt", "--quiet", "--no-report" }));
  // What is no input is replaced as ever.
  ExpectSilentSuccess(RunAsUser("pen-assign", { m_Folder / "table.csv", "-o", m_Folder / "table.csv.csv" }));
  const auto after = this->Contents();
  for (const auto & [path, content] : m_Before)
  {
    EXPECT_TRUE(after.count(path) == 1 && after.at(path) == content) << path;
  }
}

TEST_F(KeepsInputs, TwoOutputsHaveTwoNames)
{
  const std::string both = m_Folder / "scores.json";
  ExpectOneErrorLine(
    RunAsUser("pen-evaluate", { "--truth", m_Folder / "layers.nrrd", "--prediction", m_Folder / "layers.nrrd", "--json",
                                both, "--csv", m_Folder / "./scores.json" }),
    "pen-evaluate", 1, "two outputs have this name");
  EXPECT_FALSE(fs::exists(both));
}

TEST_F(KeepsInputs, AnotherFrameOrChannelHasResultsOfItsOwn)
{
  const auto segment = [&](const Arguments & more)
  {
    Arguments arguments{ m_Folder / "stack.nrrd", "-o",      m_Folder / "out", "--model",
                         m_Folder / "model.pt",   "--quiet", "--no-report" };
    arguments.insert(arguments.end(), more.begin(), more.end());
    ExpectSilentSuccess(RunAsUser("pen-segment", arguments));
  };
  segment({});
  segment({ "--frame", "1" });
  segment({ "--channel", "1", "--frame", "1" });
  for (const std::string name : { "stack", "stack_frame1", "stack_channel1_frame1" })
  {
    EXPECT_TRUE(fs::exists(m_Folder / ("out/" + name + "_cells.csv"))) << name;
  }
  fs::create_directories(m_Folder / "b");
  fs::copy_file(m_Folder / "stack.nrrd", m_Folder / "b/stack.nrrd");
  ExpectOneErrorLine(RunAsUser("pen-segment", { m_Folder / "stack.nrrd", m_Folder / "b/stack.nrrd", "-o",
                                                m_Folder / "out2", "--model", m_Folder / "model.pt" }),
                     "pen-segment", 2, "two stacks would write the same results, named stack");
  EXPECT_FALSE(fs::exists(m_Folder / "out2"));
}
