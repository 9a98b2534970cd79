// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Weights_PickleStack_h
#define ProjectionEnhancement_Weights_PickleStack_h

#include "Weights/PickleReader.h"
#include "itkMacro.h"

#include <algorithm>
#include <cstring>

namespace itk
{
/** \brief The bytes of a pickle and the stack of values they build, with every access checked. */
class PickleStack
{
public:
  PickleStack(const char * bytes, std::size_t size)
    : m_Bytes(bytes)
    , m_Size(size)
  {
  }

protected:
  using Kind = PickleValue::Kind;

  static constexpr std::size_t MostValues = 1u << 20;
  static constexpr std::size_t LongestName = 200;

  [[noreturn]] static void
  Damaged()
  {
    itkGenericExceptionMacro("the pickle is truncated or damaged");
  }

  const char *
  Take(std::uint64_t count)
  {
    if (count > m_Size - m_Place)
    {
      Damaged();
    }
    const char * begin = m_Bytes + m_Place;
    m_Place += static_cast<std::size_t>(count);
    return begin;
  }

  std::uint64_t
  TakeNumber(std::size_t bytes)
  {
    const char * begin = this->Take(bytes);
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;)
    {
      value = value << 8 | static_cast<unsigned char>(begin[i]);
    }
    return value;
  }

  std::string
  TakeText(std::uint64_t length)
  {
    const char * begin = this->Take(length);
    return std::string(begin, static_cast<std::size_t>(length));
  }

  std::string
  TakeLine()
  {
    const char * begin = m_Bytes + m_Place;
    const void * end = std::memchr(begin, '\n', std::min(m_Size - m_Place, LongestName));
    if (!end)
    {
      Damaged();
    }
    const std::string line(begin, static_cast<const char *>(end));
    m_Place += line.size() + 1;
    return line;
  }

  PickleValue &
  Push(Kind kind)
  {
    if (m_Pickle.values.size() >= MostValues)
    {
      itkGenericExceptionMacro("the pickle holds more than " << MostValues << " values");
    }
    m_Stack.push_back(m_Pickle.values.size());
    m_Pickle.values.emplace_back();
    m_Pickle.values.back().kind = kind;
    return m_Pickle.values.back();
  }

  std::size_t
  Pop()
  {
    if (m_Stack.empty() || (!m_Marks.empty() && m_Marks.back() == m_Stack.size()))
    {
      Damaged();
    }
    const std::size_t top = m_Stack.back();
    m_Stack.pop_back();
    return top;
  }

  PickleValue &
  Top(Kind kind)
  {
    if (m_Stack.empty() || m_Pickle.values[m_Stack.back()].kind != kind)
    {
      Damaged();
    }
    return m_Pickle.values[m_Stack.back()];
  }

  std::vector<std::size_t>
  PopToMark()
  {
    if (m_Marks.empty())
    {
      Damaged();
    }
    const auto begin = m_Stack.begin() + static_cast<std::ptrdiff_t>(m_Marks.back());
    std::vector<std::size_t> items(begin, m_Stack.end());
    m_Stack.erase(begin, m_Stack.end());
    m_Marks.pop_back();
    return items;
  }

  void
  PushTuple(std::size_t count)
  {
    std::vector<std::size_t> items(count);
    for (std::size_t i = count; i-- > 0;)
    {
      items[i] = this->Pop();
    }
    this->Push(Kind::Sequence).items = std::move(items);
  }

  // A value may be shared by many containers; this bounds what walking them costs.
  void
  Add(PickleValue & container, const std::vector<std::size_t> & items)
  {
    m_References += items.size();
    if (m_References > 4 * MostValues)
    {
      itkGenericExceptionMacro("the pickle holds more than " << 4 * MostValues << " references");
    }
    container.items.insert(container.items.end(), items.begin(), items.end());
  }

  const char * m_Bytes;
  std::size_t m_Size;
  std::size_t m_Place = 0;
  std::size_t m_References = 0;
  Pickle m_Pickle;
  std::vector<std::size_t> m_Stack;
  std::vector<std::size_t> m_Marks;
};
} // namespace itk

#endif
