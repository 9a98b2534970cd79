// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Every program, given what it cannot use: one clear line on stderr, the right exit code, nothing left behind.

#include "programs/RunAsUser.h"
#include "programs/SmallModel.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <limits>

using pen_test::ExpectOneErrorLine;
using pen_test::MakeRamp;
using pen_test::RunAsUser;
using pen_test::TemporaryFolder;
using pen_test::WriteImage;
using pen_test::WriteText;

namespace
{
using FloatStack = itk::Image<float, 3>;

// A good stack and a good model, one of which each test replaces by something bad.
class BadInput : public testing::Test
{
protected:
  void
  SetUp() override
  {
    m_Stack = MakeRamp<FloatStack>({ { 32, 24, 4 } }, 0.0f);
    m_Stack->SetSpacing(FloatStack::SpacingType(2.0));
    WriteImage(m_Stack.GetPointer(), m_Folder / "stack.nrrd");
    pen_test::WriteSmallModel(m_Folder / "model.pt");
    m_FilesBefore = m_Folder.List();
  }

  void
  ExpectSegmentFails(const std::string & stack, const std::string & model, const std::string & mentioned)
  {
    ExpectOneErrorLine(
      RunAsUser("pen-segment", { m_Folder / stack, "-o", m_Folder / "out", "--model", m_Folder / model }),
      "pen-segment", 1, mentioned);
    // The output folder may stand, but it holds nothing.
    if (std::filesystem::exists(m_Folder / "out"))
    {
      EXPECT_TRUE(std::filesystem::is_empty(m_Folder / "out"));
    }
  }

  void
  ExpectNothingNew()
  {
    EXPECT_EQ(m_Folder.List(), m_FilesBefore);
  }

  TemporaryFolder m_Folder;
  FloatStack::Pointer m_Stack;
  std::vector<std::string> m_FilesBefore;
};
} // namespace

TEST_F(BadInput, MissingModel)
{
  ExpectSegmentFails("stack.nrrd", "absent.pt", "absent.pt");
  ExpectOneErrorLine(RunAsUser("pen-info", { m_Folder / "absent.pt" }), "pen-info", 1, "absent.pt");
}

TEST_F(BadInput, TruncatedModel)
{
  const auto size = std::filesystem::file_size(m_Folder / "model.pt");
  for (const double share : { 0.0, 0.1, 0.5, 0.9, 0.999 })
  {
    std::filesystem::copy_file(m_Folder / "model.pt", m_Folder / "short.pt",
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(m_Folder / "short.pt", static_cast<std::uintmax_t>(share * static_cast<double>(size)));
    ExpectSegmentFails("stack.nrrd", "short.pt", "short.pt");
    ExpectOneErrorLine(RunAsUser("pen-info", { m_Folder / "short.pt" }), "pen-info", 1, "short.pt");
  }
}

TEST_F(BadInput, ForeignModel)
{
  WriteText(m_Folder / "notes.pt", "this is no model");
  ExpectSegmentFails("stack.nrrd", "notes.pt", "notes.pt");
  ExpectSegmentFails("stack.nrrd", "stack.nrrd", "stack.nrrd");
  WriteText(m_Folder / "zip.pt", std::string("PK\x05\x06", 4) + std::string(18, '\0'));
  ExpectSegmentFails("stack.nrrd", "zip.pt", "zip.pt");
}

TEST_F(BadInput, MissingStack)
{
  ExpectSegmentFails("absent.nrrd", "model.pt", "the file does not exist");
}

TEST_F(BadInput, FlatImageWhereAStackIsDue)
{
  WriteImage(MakeRamp<itk::Image<unsigned char, 2>>({ { 8, 8 } }, 0).GetPointer(), m_Folder / "flat.png");
  ExpectSegmentFails("flat.png", "model.pt", "3-D stack");
}

TEST_F(BadInput, StackOfNoSlices)
{
  WriteText(m_Folder / "empty.mha",
            "ObjectType = Image\nNDims = 3\nDimSize = 4 4 0\nElementType = MET_UCHAR\nElementDataFile = LOCAL\n");
  ExpectSegmentFails("empty.mha", "model.pt", "empty.mha");
  WriteText(m_Folder / "empty.nrrd",
            "NRRD0004\ntype: uint8\ndimension: 3\nsizes: 4 4 0\nendian: little\nencoding: raw\n\n");
  ExpectSegmentFails("empty.nrrd", "model.pt", "empty.nrrd");
}

TEST_F(BadInput, VoxelThatIsNoNumber)
{
  m_Stack->SetPixel({ { 3, 4, 2 } }, std::numeric_limits<float>::quiet_NaN());
  WriteImage(m_Stack.GetPointer(), m_Folder / "nan.nrrd");
  ExpectSegmentFails("nan.nrrd", "model.pt", "voxel [3, 4, 2] is NaN");
}

TEST_F(BadInput, UnknownPixelType)
{
  WriteText(m_Folder / "odd.mha",
            "ObjectType = Image\nNDims = 3\nDimSize = 1 1 1\nElementType = MET_OTHER\nElementDataFile = LOCAL\nx");
  ExpectSegmentFails("odd.mha", "model.pt", "odd.mha");
  WriteText(m_Folder / "odd.nrrd",
            "NRRD0004\ntype: quaternion\ndimension: 3\nsizes: 1 1 1\nendian: little\nencoding: raw\n\nx");
  ExpectSegmentFails("odd.nrrd", "model.pt", "odd.nrrd");
}

TEST_F(BadInput, TruncatedStack)
{
  for (const std::string name : { "short.nrrd", "short.mha", "short.tif" })
  {
    WriteImage(MakeRamp<itk::Image<unsigned char, 3>>({ { 64, 64, 8 } }, 0).GetPointer(), m_Folder / name);
    std::filesystem::resize_file(m_Folder / name, std::filesystem::file_size(m_Folder / name) / 2);
    ExpectSegmentFails(name, "model.pt", name);
  }
}

TEST_F(BadInput, UnwritableOutputFolder)
{
  WriteText(m_Folder / "file", "");
  ExpectOneErrorLine(
    RunAsUser("pen-segment", { m_Folder / "stack.nrrd", "-o", m_Folder / "file", "--model", m_Folder / "model.pt" }),
    "pen-segment", 1, m_Folder / "file");
  ExpectOneErrorLine(RunAsUser("pen-segment", { m_Folder / "stack.nrrd", "-o", m_Folder / "file/deeper", "--model",
                                                m_Folder / "model.pt" }),
                     "pen-segment", 1, m_Folder / "file/deeper");
  // Nobody can make files here, the superuser neither.
  if (std::filesystem::exists("/proc/self"))
  {
    ExpectOneErrorLine(
      RunAsUser("pen-segment", { m_Folder / "stack.nrrd", "-o", "/proc", "--model", m_Folder / "model.pt" }),
      "pen-segment", 1, "/proc");
    ExpectOneErrorLine(RunAsUser("pen-flows", { m_Folder / "stack.nrrd", "-o", "/proc/flows.nrrd" }), "pen-flows", 1,
                       "/proc");
  }
}

TEST_F(BadInput, FlowsAndMasksOfWhatIsNeither)
{
  ExpectOneErrorLine(RunAsUser("pen-masks", { m_Folder / "stack.nrrd", "-o", m_Folder / "layers.nrrd" }), "pen-masks",
                     1, "4 components");
  ExpectOneErrorLine(RunAsUser("pen-flows", { m_Folder / "stack.nrrd", "-o", m_Folder / "flows.nrrd" }), "pen-flows", 1,
                     "integer");
  ExpectOneErrorLine(RunAsUser("pen-masks", { m_Folder / "absent.nrrd", "-o", m_Folder / "layers.nrrd" }), "pen-masks",
                     1, "the file does not exist");
  ExpectOneErrorLine(RunAsUser("pen-flows", { m_Folder / "absent.nrrd", "-o", m_Folder / "absent/flows.nrrd" }),
                     "pen-flows", 1, "output folder does not exist");
  ExpectNothingNew();
}

TEST_F(BadInput, LabelOnTwoPages)
{
  const auto layers = itk::Image<unsigned char, 3>::New();
  layers->SetRegions(itk::Size<3>{ { 4, 4, 2 } });
  layers->Allocate();
  layers->FillBuffer(5);
  WriteImage(layers.GetPointer(), m_Folder / "layers.nrrd");
  for (const std::vector<std::string> & call : std::vector<std::vector<std::string>>{
         { "pen-flows", m_Folder / "layers.nrrd", "-o", m_Folder / "flows.nrrd" },
         { "pen-evaluate", "--truth", m_Folder / "layers.nrrd", "--prediction", m_Folder / "layers.nrrd" } })
  {
    ExpectOneErrorLine(RunAsUser(call[0], { call.begin() + 1, call.end() }), call[0], 1, m_Folder / "layers.nrrd");
  }
}

TEST_F(BadInput, UnknownOutputFormat)
{
  const auto layers = MakeRamp<itk::Image<unsigned char, 2>>({ { 8, 8 } }, 0);
  WriteImage(layers.GetPointer(), m_Folder / "layers.png");
  ExpectOneErrorLine(RunAsUser("pen-flows", { m_Folder / "layers.png", "-o", m_Folder / "flows.unknown" }), "pen-flows",
                     1, ".unknown");
  EXPECT_FALSE(std::filesystem::exists(m_Folder / "flows.unknown"));
}

// A header whose pixels lie in another file would name a file that is gone.
TEST_F(BadInput, ProjectionsAreOneFileEach)
{
  for (const std::string name : { "p.mhd", "p.nhdr", "p.unknown" })
  {
    ExpectOneErrorLine(RunAsUser("pen-project", { m_Folder / "stack.nrrd", "-o", m_Folder / name, "--method", "max" }),
                       "pen-project", 1, m_Folder / name);
  }
  ExpectNothingNew();
  EXPECT_EQ(RunAsUser("pen-project", { m_Folder / "stack.nrrd", "-o", m_Folder / "P.PNG", "--method", "max" }).exitCode,
            0);
}

TEST_F(BadInput, OptionsWithoutEffect)
{
  ExpectOneErrorLine(
    RunAsUser("pen-masks", { "flows.nrrd", "-o", "layers.nrrd", "--iterations", "9", "--method", "pen" }), "pen-masks",
    2, "--iterations: has no effect with --method pen");
  ExpectOneErrorLine(
    RunAsUser("pen-import", { "--slice-spacing", "7", "--from", "cellpose", "w.pth", "-o", m_Folder / "m.pt" }),
    "pen-import", 2, "--slice-spacing: has no effect with --from cellpose");
  ExpectOneErrorLine(
    RunAsUser("pen-import", { "--cell-size", "7", "--from", "keras", "w.h5", "-o", m_Folder / "m.pt" }), "pen-import",
    2, "--cell-size: has no effect with --from keras");
  ExpectOneErrorLine(RunAsUser("pen-import", { "--slices", "9", "w.h5", "-o", m_Folder / "m.pt" }), "pen-import", 2,
                     "--from is required");
  ExpectNothingNew();
}

TEST_F(BadInput, WrongUsage)
{
  for (const std::string program :
       { "pen-segment", "pen-masks", "pen-flows", "pen-evaluate", "pen-info", "pen-train", "pen-assign" })
  {
    ExpectOneErrorLine(RunAsUser(program, {}), program, 2, "");
    ExpectOneErrorLine(RunAsUser(program, { "--no-such-option" }), program, 2, "");
    EXPECT_EQ(RunAsUser(program, { "--help" }).exitCode, 0);
    EXPECT_EQ(RunAsUser(program, { "--version" }).output.find(program + " "), 0u);
  }
  ExpectOneErrorLine(RunAsUser("pen-masks", { "f.nrrd", "-o", "l.nrrd", "--method", "magic" }), "pen-masks", 2,
                     "--method");
  ExpectOneErrorLine(RunAsUser("pen-segment", { "s.nrrd", "-o", m_Folder / "out", "--spacing", "1,1" }), "pen-segment",
                     2, "--spacing");
  ExpectOneErrorLine(RunAsUser("pen-segment", { "s.nrrd", "-o", m_Folder / "out", "--spacing", "1,0,1" }),
                     "pen-segment", 2, "--spacing");
  ExpectOneErrorLine(RunAsUser("pen-evaluate", { "--truth", "a", "b", "--prediction", "c" }), "pen-evaluate", 2,
                     "--prediction");
  ExpectNothingNew();
}
