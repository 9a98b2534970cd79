// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_ParameterMacros_h
#define ProjectionEnhancement_Base_ParameterMacros_h

#include "ProjectionEnhancement/Base/Parameters.h"
#include "itkIndent.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <ostream>
#include <string>
#include <type_traits>
#include <vector>

namespace itk
{
namespace PenCore
{
/** Gives a parameter of a filter a value, and tells the filter where that is another one. */
template <typename TFilter, typename TOwn, typename TValue>
void
SetParameter(TFilter * filter, TOwn & own, const TValue & value)
{
  if (!(own == static_cast<TOwn>(value)))
  {
    own = static_cast<TOwn>(value);
    filter->Modified();
  }
}
} // namespace PenCore
} // namespace itk

/** Set and Get of a struct of parameters that m_Parameters is, or is derived from. */
#define penPartOfParametersMacro(name, type)                                                                           \
  virtual void Set##name(const type & value)                                                                           \
  {                                                                                                                    \
    itk::PenCore::SetParameter(this, static_cast<type &>(m_Parameters), value);                                        \
  }                                                                                                                    \
  virtual const type & Get##name() const                                                                               \
  {                                                                                                                    \
    return m_Parameters;                                                                                               \
  }                                                                                                                    \
  static_assert(true, "needs a semicolon behind it")

/** Set and Get of all of a filter's parameters, m_Parameters, at once. What belongs to a run (numberOfThreads,
 * progress) is the filter's own. */
#define penParametersMacro(type) penPartOfParametersMacro(Parameters, type)

/** Set and Get of one of them, as itkSetMacro and itkGetConstMacro have them of a member of its own. The member may be
 * of another number type, which holds all that is set. */
#define penParameterMacro(name, member, type)                                                                          \
  virtual void Set##name(const type value)                                                                             \
  {                                                                                                                    \
    itk::PenCore::SetParameter(this, m_Parameters.member, value);                                                      \
  }                                                                                                                    \
  virtual type Get##name() const                                                                                       \
  {                                                                                                                    \
    return static_cast<type>(m_Parameters.member);                                                                     \
  }                                                                                                                    \
  static_assert(true, "needs a semicolon behind it")

/** The same, with values beyond two bounds brought to them, as itkSetClampMacro has it. */
#define penClampedParameterMacro(name, member, type, lowest, highest)                                                  \
  virtual void Set##name(const type value)                                                                             \
  {                                                                                                                    \
    itk::PenCore::SetParameter(this, m_Parameters.member, std::min<type>(std::max<type>(value, lowest), highest));     \
  }                                                                                                                    \
  virtual type Get##name() const                                                                                       \
  {                                                                                                                    \
    return static_cast<type>(m_Parameters.member);                                                                     \
  }                                                                                                                    \
  static_assert(true, "needs a semicolon behind it")

/** The same of a list, as itkGetConstReferenceMacro has it. */
#define penReferenceParameterMacro(name, member, type)                                                                 \
  virtual void Set##name(const type & value)                                                                           \
  {                                                                                                                    \
    itk::PenCore::SetParameter(this, m_Parameters.member, value);                                                      \
  }                                                                                                                    \
  virtual const type & Get##name() const                                                                               \
  {                                                                                                                    \
    return m_Parameters.member;                                                                                        \
  }                                                                                                                    \
  static_assert(true, "needs a semicolon behind it")

/** The same of a text, as itkSetStringMacro and itkGetStringMacro have it. */
#define penStringParameterMacro(name, member)                                                                          \
  virtual void Set##name(const std::string & value)                                                                    \
  {                                                                                                                    \
    itk::PenCore::SetParameter(this, m_Parameters.member, value);                                                      \
  }                                                                                                                    \
  virtual void Set##name(const char * value)                                                                           \
  {                                                                                                                    \
    this->Set##name(std::string(value ? value : ""));                                                                  \
  }                                                                                                                    \
  virtual const char * Get##name() const                                                                               \
  {                                                                                                                    \
    return m_Parameters.member.c_str();                                                                                \
  }                                                                                                                    \
  static_assert(true, "needs a semicolon behind it")

/** On and Off of a switch that has a Set. */
#define penSwitchMacro(name)                                                                                           \
  virtual void name##On()                                                                                              \
  {                                                                                                                    \
    this->Set##name(true);                                                                                             \
  }                                                                                                                    \
  virtual void name##Off()                                                                                             \
  {                                                                                                                    \
    this->Set##name(false);                                                                                            \
  }                                                                                                                    \
  static_assert(true, "needs a semicolon behind it")

namespace itk
{
/** A parameter's value as PrintSelf() has it: switches are On or Off, lists stand in brackets. */
template <typename TValue>
void
PrintParameterValue(std::ostream & os, const TValue & value)
{
  if constexpr (std::is_same<TValue, bool>::value)
  {
    os << (value ? "On" : "Off");
  }
  else
  {
    os << value;
  }
}

template <typename TValue>
void
PrintParameterValue(std::ostream & os, const std::vector<TValue> & values)
{
  const char * separator = "[";
  for (const TValue & value : values)
  {
    os << separator;
    PrintParameterValue(os, value);
    separator = ", ";
  }
  os << (values.empty() ? "[]" : "]");
}

template <typename TValue, std::size_t VCount>
void
PrintParameterValue(std::ostream & os, const std::array<TValue, VCount> & values)
{
  PrintParameterValue(os, std::vector<TValue>(values.begin(), values.end()));
}

/** A parameter as PrintSelf() has it. */
template <typename TValue>
void
PrintParameter(std::ostream & os, Indent indent, const char * name, const TValue & value)
{
  os << indent << name << ": ";
  PrintParameterValue(os, value);
  os << std::endl;
}

/** All that a parameter struct lists, as PrintSelf() has it. */
template <typename TParameters>
void
PrintParameters(std::ostream & os, Indent indent, const TParameters & parameters)
{
  PenCore::ForEachParameter([&](const char * name, const auto & value) { PrintParameter(os, indent, name, value); },
                            parameters);
}
} // namespace itk

#endif
