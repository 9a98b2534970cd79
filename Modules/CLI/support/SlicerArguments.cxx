// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "SlicerArguments.h"
#include "Frame/Errors.h"
#include "SlicerParameterFile.h"

#include <cctype>
#include <cstdlib>

namespace pen
{
namespace
{
// Walks over the words of a command line.
class ArgumentReader
{
public:
  ArgumentReader(const SlicerDescription & description, const std::vector<std::string> & words)
    : m_Description(description)
    , m_Words(words)
  {
  }

  SlicerArguments
  Read()
  {
    bool flagsEnded = false;
    while (m_Next < m_Words.size())
    {
      const std::string word = m_Words[m_Next++];
      if (word == "--" && !flagsEnded)
      {
        flagsEnded = true;
      }
      else if (!flagsEnded && word.size() > 1 && word[0] == '-')
      {
        ReadFlag(word);
      }
      else
      {
        ReadPositional(word);
      }
    }
    if (!m_ParameterFile.empty())
    {
      // insert() keeps what the command line said.
      const auto stored = ReadParameterFile(m_Description, m_ParameterFile);
      m_Result.values.insert(stored.begin(), stored.end());
    }
    return m_Result;
  }

private:
  void
  ReadFlag(const std::string & word)
  {
    const std::size_t equals = word.find('=');
    const std::string flag = word.substr(0, equals);
    m_Attached = equals == std::string::npos ? nullptr : &word[equals + 1];
    if (const SlicerParameter * parameter = m_Description.FindByFlag(flag))
    {
      m_Result.values[parameter->name] =
        CheckedValue(*parameter, parameter->IsBoolean() ? ReadTruth() : ReadValue(flag));
    }
    else if (!ReadOwnFlag(flag))
    {
      throw UsageError("there is no parameter " + flag);
    }
    m_Attached = nullptr;
  }

  // The flags that every module has.
  bool
  ReadOwnFlag(const std::string & flag)
  {
    const std::map<std::string, bool *> switches{ { "--echo", &m_Result.echo },
                                                  { "--help", &m_Result.help },
                                                  { "-h", &m_Result.help },
                                                  { "--version", &m_Result.version },
                                                  { "--xml", &m_Result.xml } };
    if (const auto found = switches.find(flag); found != switches.end())
    {
      *found->second = true;
      return true;
    }
    // The address points into Slicer's memory, where a module that is a process of its own cannot report; it does so
    // on stdout instead.
    std::string address;
    const std::map<std::string, std::string *> texts{ { "--returnparameterfile", &m_Result.returnFile },
                                                      { "--serialize", &m_Result.serializeFile },
                                                      { "--deserialize", &m_ParameterFile },
                                                      { "--processinformationaddress", &address } };
    if (const auto found = texts.find(flag); found != texts.end())
    {
      *found->second = ReadValue(flag);
      return true;
    }
    return false;
  }

  std::string
  ReadValue(const std::string & flag)
  {
    if (m_Attached != nullptr)
    {
      return m_Attached;
    }
    if (m_Next == m_Words.size())
    {
      throw UsageError(flag + " has no value");
    }
    return m_Words[m_Next++];
  }

  // "--flag", "--flag=false" or "--flag false"; a word that is no truth value is the next argument.
  std::string
  ReadTruth()
  {
    if (m_Attached != nullptr)
    {
      return m_Attached;
    }
    return m_Next < m_Words.size() && BooleanValue(m_Words[m_Next]) ? m_Words[m_Next++] : "true";
  }

  void
  ReadPositional(const std::string & word)
  {
    const auto positional = m_Description.GetPositional();
    if (m_Positional == positional.size())
    {
      throw UsageError("\"" + word + "\" is one argument too many");
    }
    const SlicerParameter & parameter = *positional[m_Positional++];
    m_Result.values[parameter.name] = CheckedValue(parameter, word);
  }

  const SlicerDescription & m_Description;
  const std::vector<std::string> & m_Words;
  std::size_t m_Next{ 0 };
  std::size_t m_Positional{ 0 };
  const char * m_Attached{ nullptr };
  std::string m_ParameterFile;
  SlicerArguments m_Result;
};

// "0.50" is the default "0.5".
bool
IsDefault(const SlicerParameter & parameter, const std::string & value)
{
  const bool isNumber = parameter.type == "integer" || parameter.type == "float" || parameter.type == "double";
  return value == parameter.defaultValue ||
         (isNumber && std::strtod(value.c_str(), nullptr) == std::strtod(parameter.defaultValue.c_str(), nullptr));
}
} // namespace

SlicerArguments
ReadSlicerArguments(const SlicerDescription & description, const std::vector<std::string> & arguments)
{
  return ArgumentReader(description, arguments).Read();
}

std::string
ValueInForce(const SlicerArguments & arguments, const SlicerParameter & parameter)
{
  const auto said = arguments.values.find(parameter.name);
  return said == arguments.values.end() ? parameter.defaultValue : said->second;
}

std::string
ProgramOption(const std::string & parameterName)
{
  std::string option = "--";
  for (const char letter : parameterName)
  {
    if (std::isupper(static_cast<unsigned char>(letter)))
    {
      option += '-';
    }
    option += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return option;
}

std::vector<std::string>
ProgramArguments(const SlicerDescription & description, const SlicerArguments & arguments)
{
  std::vector<std::string> words;
  for (const SlicerParameter * parameter : description.GetParameters())
  {
    const std::string value = ValueInForce(arguments, *parameter);
    if (value.empty() || parameter->IsReturned() || IsDefault(*parameter, value))
    {
      continue;
    }
    const std::string option = ProgramOption(parameter->name);
    if (!parameter->IsBoolean())
    {
      words.push_back(option + '=' + value);
    }
    else if (value == "true")
    {
      words.push_back(option);
    }
  }
  for (const SlicerParameter * parameter : description.GetPositional())
  {
    if (ValueInForce(arguments, *parameter).empty())
    {
      throw UsageError(parameter->name + " is missing");
    }
  }
  return words;
}
} // namespace pen
