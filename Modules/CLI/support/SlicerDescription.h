// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_Modules_CLI_support_SlicerDescription_h
#define pen_Modules_CLI_support_SlicerDescription_h

#include <optional>
#include <string>
#include <vector>

namespace pen
{
/** A parameter of a Slicer command-line module, as its XML description has it. */
struct SlicerParameter
{
  std::string type; ///< "integer", "double", "boolean", "string-enumeration", "image", ...
  std::string name;
  std::string flag;     ///< without "-"
  std::string longFlag; ///< without "--"
  std::string description;
  std::string defaultValue;
  std::string channel; ///< "input", "output" or empty
  std::vector<std::string> elements;
  std::optional<unsigned int> index;
  std::optional<double> minimum;
  std::optional<double> maximum;

  bool
  IsBoolean() const
  {
    return type == "boolean";
  }

  /** A number or text that the module returns instead of reading it: on the output channel, with neither flag nor
   * index, which is how Slicer knows it. */
  bool
  IsReturned() const
  {
    return channel == "output" && flag.empty() && longFlag.empty() && !index;
  }
};

/** Parameters that Slicer shows together. */
struct SlicerParameterGroup
{
  std::string label;
  std::vector<SlicerParameter> parameters;
};

/** What the XML description of a command-line module says. */
struct SlicerDescription
{
  std::string title;
  std::string description;
  std::string version;
  std::vector<SlicerParameterGroup> groups;

  /** All parameters, in the order of the description. */
  std::vector<const SlicerParameter *>
  GetParameters() const;

  /** Null where there is none of that name. */
  const SlicerParameter *
  FindByName(const std::string & name) const;

  /** Null where there is none with that flag or long flag, given with its hyphens. */
  const SlicerParameter *
  FindByFlag(const std::string & flag) const;

  /** Parameters that have an index, in its order. */
  std::vector<const SlicerParameter *>
  GetPositional() const;
};

/** Reads a module's XML description. Throws std::runtime_error with one line where it is damaged. */
SlicerDescription
ParseSlicerDescription(const std::string & xml);

/** The value of a parameter in one spelling, for example "true" for "1" of a boolean. Throws UsageError for a value of
 * another type, beyond the limits or not among the choices. */
std::string
CheckedValue(const SlicerParameter & parameter, const std::string & value);

/** The truth value of "true", "1", "yes" or "on" and of "false", "0", "no" or "off", in any case; none for all else. */
std::optional<bool>
BooleanValue(std::string text);
} // namespace pen

#endif
