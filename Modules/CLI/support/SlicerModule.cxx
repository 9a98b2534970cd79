// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "SlicerModule.h"
#include "Files/DefaultModel.h"
#include "Frame/OutputFile.h"
#include "SlicerArguments.h"
#include "SlicerParameterFile.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <sstream>

namespace pen
{
namespace
{
// Slicer reads progress from stdout while the module runs, so every line has to leave at once.
void
Tell(const std::string & line)
{
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

// Tells each stage once and the progress in whole per cent, never backwards.
class StandardOutputProgress
{
public:
  void
  operator()(double done, const std::string & stage)
  {
    if (stage != m_Stage)
    {
      m_Stage = stage;
      Tell("<filter-comment>" + stage + "</filter-comment>");
    }
    const int percent = static_cast<int>(done * 100.0);
    if (percent > m_Percent)
    {
      m_Percent = percent;
      char number[16];
      std::snprintf(number, sizeof number, "%.2f", percent / 100.0);
      Tell(std::string("<filter-progress>") + number + "</filter-progress>");
    }
  }

private:
  std::string m_Stage;
  int m_Percent{ -1 };
};

void
TellStart(const std::string & name, const std::string & title)
{
  Tell("<filter-start>\n<filter-name>" + name + "</filter-name>\n<filter-comment>" + title +
       "</filter-comment>\n</filter-start>");
}

void
TellEnd(const std::string & name, double seconds)
{
  char time[32];
  std::snprintf(time, sizeof time, "%.3f", seconds);
  Tell("<filter-progress>1.00</filter-progress>");
  Tell("<filter-end>\n<filter-name>" + name + "</filter-name>\n<filter-time>" + time + "</filter-time>\n</filter-end>");
}

std::string
HelpText(const std::string & name, const SlicerDescription & description)
{
  std::ostringstream text;
  text << description.title << ": " << description.description << "\nUsage: " << name << " [FLAGS]";
  for (const SlicerParameter * parameter : description.GetPositional())
  {
    text << ' ' << parameter->name;
  }
  text << "\n";
  for (const SlicerParameterGroup & group : description.groups)
  {
    text << '\n' << group.label << '\n';
    for (const SlicerParameter & parameter : group.parameters)
    {
      text << "  " << (parameter.longFlag.empty() ? parameter.name : "--" + parameter.longFlag) << " ("
           << parameter.type << (parameter.defaultValue.empty() ? "" : ", default " + parameter.defaultValue) << ") "
           << parameter.description << '\n';
    }
  }
  text << "\nEvery module\n  --xml --help --version --echo --deserialize FILE --serialize FILE "
          "--returnparameterfile FILE --processinformationaddress ADDRESS\n";
  return text.str();
}

void
Echo(const SlicerDescription & description, const SlicerArguments & arguments)
{
  Tell("Command Line Arguments");
  for (const SlicerParameter * parameter : description.GetParameters())
  {
    Tell("    " + parameter->name + ": " + ValueInForce(arguments, *parameter));
  }
}

std::string
ReturnFileText(const ReturnedValues & returned)
{
  std::string text;
  for (const auto & [name, value] : returned)
  {
    text += name + " = " + value + '\n';
  }
  return text;
}

void
RunBody(const std::string & name, const SlicerDescription & description, const SlicerArguments & arguments,
        ProgramContext & context, const std::function<void(ProgramContext &, ReturnedValues &)> & body)
{
  std::unique_ptr<OutputFile> returnFile;
  if (!arguments.returnFile.empty())
  {
    returnFile = std::make_unique<OutputFile>(arguments.returnFile);
  }
  if (!arguments.serializeFile.empty())
  {
    OutputFile file(arguments.serializeFile);
    file.WriteText(ParameterFileText(description, arguments.values));
    file.Commit();
  }
  TellStart(name, description.title);
  ReturnedValues returned;
  body(context, returned);
  if (returnFile)
  {
    returnFile->WriteText(ReturnFileText(returned));
    returnFile->Commit();
  }
  TellEnd(name, context.GetTimings().GetTotal());
}

int
RunAsProgram(const std::string & name, const SlicerDescription & description, const SlicerArguments & arguments,
             const std::function<void(CLI::App &)> & setup,
             const std::function<void(ProgramContext &, ReturnedValues &)> & body)
{
  std::vector<std::string> words = ProgramArguments(description, arguments);
  words.insert(words.begin(), name);
  std::vector<char *> pointers;
  for (std::string & word : words)
  {
    pointers.push_back(word.data());
  }
  return RunProgram(
    name, description.description, static_cast<int>(pointers.size()), pointers.data(), setup,
    [&](ProgramContext & context) { RunBody(name, description, arguments, context, body); }, StandardOutputProgress());
}

int
Answer(const std::string & name, const std::string & xml, const std::vector<std::string> & words,
       const std::function<void(CLI::App &)> & setup,
       const std::function<void(ProgramContext &, ReturnedValues &)> & body)
{
  const SlicerDescription description = ParseSlicerDescription(xml);
  // As Slicer asks for it; whatever else stands there does not matter then.
  if (std::find(words.begin(), words.end(), "--xml") != words.end())
  {
    std::fputs(xml.c_str(), stdout);
    return 0;
  }
  const SlicerArguments arguments = ReadSlicerArguments(description, words);
  if (arguments.help)
  {
    std::fputs(HelpText(name, description).c_str(), stdout);
    return 0;
  }
  if (arguments.version)
  {
    std::printf("%s %s\n", name.c_str(), description.version.c_str());
    return 0;
  }
  if (arguments.echo)
  {
    Echo(description, arguments);
  }
  return RunAsProgram(name, description, arguments, setup, body);
}
} // namespace

int
RunSlicerModule(const std::string & name, const std::string & xml, int argc, char * argv[],
                const std::function<void(CLI::App &)> & setup,
                const std::function<void(ProgramContext &, ReturnedValues &)> & body)
{
  LookForModelsBeside(argv[0]);
  try
  {
    return Answer(name, xml, { argv + 1, argv + argc }, setup, body);
  }
  catch (const UsageError & error)
  {
    std::fprintf(stderr, "%s: error: %s (see %s --help)\n", name.c_str(), OneLineMessage(error).c_str(), name.c_str());
    return 2;
  }
  catch (const std::exception & error)
  {
    std::fprintf(stderr, "%s: error: %s\n", name.c_str(), OneLineMessage(error).c_str());
    return 1;
  }
}
} // namespace pen
