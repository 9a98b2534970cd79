// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_ParameterMacros_h
#define ProjectionEnhancement_Base_ParameterMacros_h

#include "itkIndent.h"

#include <algorithm>
#include <ostream>
#include <type_traits>

/** Set and Get of a value that a filter keeps in its parameters, m_Parameters, as itkSetMacro and itkGetConstMacro have
 * them of a member of its own. */
#define penParameterMacro(name, member, type)                                                                          \
  virtual void Set##name(const type value)                                                                             \
  {                                                                                                                    \
    if (m_Parameters.member != value)                                                                                  \
    {                                                                                                                  \
      m_Parameters.member = value;                                                                                     \
      this->Modified();                                                                                                \
    }                                                                                                                  \
  }                                                                                                                    \
  virtual type Get##name() const                                                                                       \
  {                                                                                                                    \
    return m_Parameters.member;                                                                                        \
  }                                                                                                                    \
  static_assert(true, "needs a semicolon behind it")

/** The same, with values beyond two bounds brought to them, as itkSetClampMacro has it. */
#define penClampedParameterMacro(name, member, type, lowest, highest)                                                  \
  virtual void Set##name(const type value)                                                                             \
  {                                                                                                                    \
    const auto clamped = std::min<type>(std::max<type>(value, lowest), highest);                                       \
    if (m_Parameters.member != clamped)                                                                                \
    {                                                                                                                  \
      m_Parameters.member = clamped;                                                                                   \
      this->Modified();                                                                                                \
    }                                                                                                                  \
  }                                                                                                                    \
  virtual type Get##name() const                                                                                       \
  {                                                                                                                    \
    return m_Parameters.member;                                                                                        \
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
/** A parameter as PrintSelf() has it. */
template <typename TValue>
void
PrintParameter(std::ostream & os, Indent indent, const char * name, const TValue & value)
{
  os << indent << name << ": ";
  if constexpr (std::is_same<TValue, bool>::value)
  {
    os << (value ? "On" : "Off");
  }
  else
  {
    os << value;
  }
  os << std::endl;
}
} // namespace itk

#endif
