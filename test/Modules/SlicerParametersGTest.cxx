// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// The descriptions of the Slicer modules, and how their parameters are read.

#include "Options/Segmentation.h"
#include "Pictures/Projection.h"
#include "Report/Evaluation.h"
#include "SlicerArguments.h"
#include "SlicerParameterFile.h"
#include "support/TestFiles.h"

#include <CLI/CLI.hpp>

#include <gtest/gtest.h>

#include <cctype>
#include <set>

using pen::SlicerParameter;
using pen_test::MessageOf;
using pen_test::ReadText;
using pen_test::TemporaryFolder;
using pen_test::WriteText;

namespace
{
const std::vector<std::string> Modules{ "PenSegment", "PenProject", "PenEvaluate" };

pen::SlicerDescription
DescriptionOf(const std::string & module)
{
  return pen::ParseSlicerDescription(ReadText(std::string(PEN_CLI_SOURCE_DIR) + '/' + module + '/' + module + ".xml"));
}

std::map<std::string, std::string>
ReadValues(const std::vector<std::string> & words)
{
  return pen::ReadSlicerArguments(DescriptionOf("PenSegment"), words).values;
}

bool
IsIdentifier(const std::string & name)
{
  return !name.empty() && !std::isdigit(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

// The defaults of a program's options, as its help tells them.
std::map<std::string, std::string>
DefaultsOf(const std::function<void(CLI::App &)> & setup)
{
  CLI::App app;
  app.option_defaults()->always_capture_default();
  setup(app);
  std::map<std::string, std::string> defaults;
  for (const CLI::Option * option : app.get_options())
  {
    defaults[option->get_name()] = option->get_default_str();
  }
  return defaults;
}

void
ExpectDefaults(const std::string & module, const std::map<std::string, std::string> & defaults,
               const std::map<std::string, std::string> & optionOf)
{
  const pen::SlicerDescription description = DescriptionOf(module);
  for (const auto & [name, option] : optionOf)
  {
    const SlicerParameter * parameter = description.FindByName(name);
    ASSERT_NE(parameter, nullptr) << name;
    ASSERT_EQ(defaults.count(option), 1u) << option;
    const std::string & expected = defaults.at(option);
    if (parameter->type == "integer" || parameter->type == "double")
    {
      EXPECT_DOUBLE_EQ(std::stod(parameter->defaultValue), std::stod(expected)) << name;
    }
    else
    {
      EXPECT_EQ(parameter->defaultValue, expected) << name;
    }
  }
}
} // namespace

TEST(SlicerDescription, FollowsTheRulesOfTheExecutionModel)
{
  for (const std::string & module : Modules)
  {
    const pen::SlicerDescription description = DescriptionOf(module);
    EXPECT_FALSE(description.title.empty());
    EXPECT_FALSE(description.description.empty());
    EXPECT_EQ(description.version, PEN_PROJECT_VERSION);
    std::set<std::string> names;
    unsigned int positional = 0;
    for (const SlicerParameter * parameter : description.GetParameters())
    {
      EXPECT_TRUE(IsIdentifier(parameter->name)) << parameter->name;
      EXPECT_TRUE(names.insert(parameter->name).second) << parameter->name << " stands twice";
      EXPECT_FALSE(parameter->description.empty()) << parameter->name;
      EXPECT_TRUE(parameter->longFlag.empty() || parameter->longFlag == parameter->name) << parameter->name;
      EXPECT_EQ((parameter->index ? 1 : 0) + (parameter->longFlag.empty() ? 0 : 1) + (parameter->IsReturned() ? 1 : 0),
                1)
        << parameter->name;
      positional += parameter->index ? 1 : 0;
      if (!parameter->defaultValue.empty())
      {
        EXPECT_EQ(pen::CheckedValue(*parameter, parameter->defaultValue), parameter->defaultValue);
      }
    }
    const auto inOrder = description.GetPositional();
    for (unsigned int i = 0; i < positional; ++i)
    {
      EXPECT_EQ(*inOrder[i]->index, i);
    }
    for (const pen::SlicerParameterGroup & group : description.groups)
    {
      EXPECT_FALSE(group.label.empty());
      EXPECT_FALSE(group.parameters.empty());
    }
  }
}

TEST(SlicerDescription, EveryNumberOfAScalarHasLimits)
{
  for (const std::string & module : Modules)
  {
    const pen::SlicerDescription description = DescriptionOf(module);
    for (const SlicerParameter * parameter : description.GetParameters())
    {
      if ((parameter->type == "integer" || parameter->type == "double") && !parameter->IsReturned())
      {
        ASSERT_TRUE(parameter->minimum && parameter->maximum) << parameter->name;
        EXPECT_LT(*parameter->minimum, *parameter->maximum) << parameter->name;
      }
    }
  }
}

TEST(SlicerDescription, DefaultsAreThoseOfThePrograms)
{
  pen::SegmentationOptions segmentation;
  ExpectDefaults("PenSegment", DefaultsOf([&](CLI::App & app) { pen::AddSegmentationOptions(app, segmentation); }),
                 { { "pixelSize", "--pixel-size" },
                   { "diameter", "--diameter" },
                   { "method", "--method" },
                   { "mergeDuplicates", "--merge-duplicates" },
                   { "channel", "--channel" },
                   { "frame", "--frame" },
                   { "device", "--device" },
                   { "precision", "--precision" },
                   { "tile", "--tile" },
                   { "overlap", "--overlap" },
                   { "memory", "--memory" },
                   { "ahead", "--ahead" },
                   { "depthWindow", "--depth-window" },
                   { "sampling", "--sampling" } });
  pen::ProjectionOptions projection;
  ExpectDefaults("PenProject", DefaultsOf([&](CLI::App & app) { pen::AddProjectionOptions(app, projection); }),
                 { { "method", "--method" },
                   { "channel", "--channel" },
                   { "frame", "--frame" },
                   { "device", "--device" },
                   { "precision", "--precision" } });
  pen::EvaluationOptions evaluation;
  ExpectDefaults(
    "PenEvaluate", DefaultsOf([&](CLI::App & app) { pen::AddEvaluationOptions(app, evaluation); }),
    { { "iou", "--iou" }, { "touchingDistance", "--touching-distance" }, { "stackedShare", "--stacked-share" } });
  EXPECT_EQ(DescriptionOf("PenEvaluate").FindByName("depthGaps")->defaultValue, "10,20,40");
  EXPECT_EQ(evaluation.depthGaps, (std::vector<double>{ 10.0, 20.0, 40.0 }));
}

// An option that a program learns has to become a parameter of its module.
TEST(SlicerDescription, EveryOptionOfAProgramIsAParameter)
{
  pen::SegmentationOptions segmentation;
  pen::PictureOptions pictures;
  pen::ProjectionOptions projection;
  pen::EvaluationOptions evaluation;
  const std::map<std::string, std::function<void(CLI::App &)>> setups{
    { "PenSegment",
      [&](CLI::App & app)
      {
        pen::AddSegmentationOptions(app, segmentation);
        pen::AddPictureOptions(app, pictures);
      } },
    { "PenProject", [&](CLI::App & app) { pen::AddProjectionOptions(app, projection); } },
    { "PenEvaluate", [&](CLI::App & app) { pen::AddEvaluationOptions(app, evaluation); } }
  };
  for (const auto & [module, setup] : setups)
  {
    std::set<std::string> options;
    const pen::SlicerDescription description = DescriptionOf(module);
    for (const SlicerParameter * parameter : description.GetParameters())
    {
      options.insert(pen::ProgramOption(parameter->name));
    }
    CLI::App app;
    setup(app);
    for (const CLI::Option * option : app.get_options())
    {
      const std::string name = option->get_single_name();
      EXPECT_TRUE(name == "help" || options.count("--" + name) == 1) << module << " has no parameter for --" << name;
    }
  }
}

TEST(SlicerDescription, ADefaultIsLeftToTheProgram)
{
  const pen::SlicerDescription description = DescriptionOf("PenSegment");
  const auto words = [&](const std::vector<std::string> & line)
  { return pen::ProgramArguments(description, pen::ReadSlicerArguments(description, line)); };
  EXPECT_EQ(words({ "stack.nrrd", "--flowThreshold", "-1.0", "--minArea=-1.00", "--minScore", "-1000" }),
            (std::vector<std::string>{ "--input-volume=stack.nrrd" }));
  EXPECT_EQ(words({ "stack.nrrd", "--flowThreshold", "0.4", "--scaleBar", "--cellThreshold=-2" }),
            (std::vector<std::string>{ "--input-volume=stack.nrrd", "--cell-threshold=-2", "--flow-threshold=0.4",
                                       "--scale-bar" }));
}

TEST(SlicerArguments, BooleansStandWithAndWithoutAValue)
{
  using Words = std::vector<std::string>;
  for (const Words & words :
       { Words{ "--scaleBar", "s.nrrd" }, Words{ "--scaleBar", "true", "s.nrrd" }, Words{ "--scaleBar=true", "s.nrrd" },
         Words{ "--scaleBar", "1", "s.nrrd" }, Words{ "s.nrrd", "--scaleBar" }, Words{ "--scaleBar=ON", "s.nrrd" } })
  {
    const auto values = ReadValues(words);
    EXPECT_EQ(values.at("scaleBar"), "true");
    EXPECT_EQ(values.at("inputVolume"), "s.nrrd");
  }
  for (const Words & words : { Words{ "--scaleBar", "false", "s.nrrd" }, Words{ "--scaleBar=0", "s.nrrd" } })
  {
    EXPECT_EQ(ReadValues(words).at("scaleBar"), "false");
    EXPECT_EQ(ReadValues(words).at("inputVolume"), "s.nrrd");
  }
  EXPECT_EQ(MessageOf([] { ReadValues({ "--scaleBar=maybe" }); }), "scaleBar is \"maybe\", expected true or false");
}

TEST(SlicerArguments, NumbersHaveOneSpelling)
{
  const auto values = ReadValues({ "--tile", "1e3", "--spacing=0.5, 0.5,10", "--minArea", " 12.5 " });
  EXPECT_EQ(values.at("tile"), "1000");
  EXPECT_EQ(values.at("spacing"), "0.5,0.5,10");
  EXPECT_EQ(values.at("minArea"), "12.5");
}

TEST(SlicerArguments, TellWhatIsWrong)
{
  EXPECT_EQ(MessageOf([] { ReadValues({ "--tile", "8" }); }), "tile is \"8\", expected at least 16");
  EXPECT_EQ(MessageOf([] { ReadValues({ "--directionThreshold=3" }); }),
            "directionThreshold is \"3\", expected at most 2");
  EXPECT_EQ(MessageOf([] { ReadValues({ "--tile", "32.5" }); }), "tile is \"32.5\", expected a whole number");
  EXPECT_EQ(MessageOf([] { ReadValues({ "--minArea", "many" }); }), "minArea is \"many\", expected a number");
  EXPECT_EQ(MessageOf([] { ReadValues({ "--spacing", "1,x,1" }); }), "spacing is \"1,x,1\", expected a number");
  EXPECT_EQ(MessageOf(
              [] {
                ReadValues({ "--method", "magic" });
              }),
            "method is \"magic\", expected one of auto, cellpose, pen");
  EXPECT_EQ(MessageOf([] { ReadValues({ "--cell-threshold", "1" }); }), "there is no parameter --cell-threshold");
  EXPECT_EQ(MessageOf([] { ReadValues({ "--tile" }); }), "--tile has no value");
  EXPECT_EQ(MessageOf([] { ReadValues({ "a.nrrd", "b.nrrd" }); }), "\"b.nrrd\" is one argument too many");
}

TEST(SlicerArguments, TheFrameOfTheExecutionModelIsAccepted)
{
  const auto arguments =
    pen::ReadSlicerArguments(DescriptionOf("PenSegment"), { "--processinformationaddress", "0x7ffd3c0",
                                                            "--returnparameterfile", "r.params", "--echo", "s.nrrd" });
  EXPECT_EQ(arguments.returnFile, "r.params");
  EXPECT_TRUE(arguments.echo);
  EXPECT_EQ(arguments.values, (std::map<std::string, std::string>{ { "inputVolume", "s.nrrd" } }));
}

TEST(SlicerParameterFile, TheCommandLineWins)
{
  const TemporaryFolder folder;
  WriteText(folder / "p.json", R"({"Parameters": {
    "Input and output": {"inputVolume": "stored.nrrd", "labels": null},
    "Computing": {"tile": 128, "overlap": 16},
    "Pictures and files for other programs": {"scaleBar": true},
    "Stack": {"spacing": [0.5, 0.5, 10]},
    "Result": {"cells": 7},
    "": {"echoSwitch": false, "xmlSwitch": false, "returnParameterFile": ""}}})");
  EXPECT_EQ(ReadValues({ "--tile", "64", "--deserialize", folder / "p.json" }),
            (std::map<std::string, std::string>{ { "inputVolume", "stored.nrrd" },
                                                 { "tile", "64" },
                                                 { "overlap", "16" },
                                                 { "scaleBar", "true" },
                                                 { "spacing", "0.5,0.5,10" } }));
}

TEST(SlicerParameterFile, ReadsBackWhatItWrote)
{
  const TemporaryFolder folder;
  const pen::SlicerDescription description = DescriptionOf("PenSegment");
  const std::map<std::string, std::string> values{ { "inputVolume", "a \"stack\" of Zoë.nrrd" },
                                                   { "cellThreshold", "-0.1" },
                                                   { "scaleBar", "true" },
                                                   { "tile", "512" },
                                                   { "spacing", "0.538,0.538,10.0" } };
  WriteText(folder / "p.json", pen::ParameterFileText(description, values));
  const auto read = pen::ReadParameterFile(description, folder / "p.json");
  for (const auto & [name, value] : values)
  {
    EXPECT_EQ(read.at(name), value);
  }
  EXPECT_EQ(read.at("minArea"), "-1.0");
  EXPECT_EQ(read.count("cells"), 0u);
}

TEST(SlicerParameterFile, DamagedFilesAreToldInOneLine)
{
  const TemporaryFolder folder;
  const std::string file = folder / "p.json";
  const auto message = [&](const std::string & text)
  {
    WriteText(file, text);
    const std::string what = MessageOf([&] { ReadValues({ "--deserialize", file }); });
    EXPECT_NE(what.find(file), std::string::npos) << what;
    EXPECT_EQ(what.find('\n'), std::string::npos) << what;
    return what;
  };
  for (const std::string text : { "", "{", "[]", "7", R"({"parameters": {}})", R"({"Parameters": []})",
                                  R"({"Parameters": {"Model": 3}})", R"({"Parameters": {"Model": {"model": {}}}})" })
  {
    EXPECT_NE(message(text).find("parameter file"), std::string::npos) << text;
  }
  EXPECT_NE(message(R"({"Parameters": {"Model": {"colour": 1}}})").find("there is no parameter colour"),
            std::string::npos);
  EXPECT_NE(message(R"({"Parameters": {"Computing": {"tile": 1}}})").find("at least 16"), std::string::npos);
  std::filesystem::remove(file);
  EXPECT_NE(MessageOf([&] { ReadValues({ "--deserialize", file }); }).find("does not exist"), std::string::npos);
}
