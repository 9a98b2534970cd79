// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Weights_Hdf5Bytes_h
#define ProjectionEnhancement_Weights_Hdf5Bytes_h

#include "itkMacro.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <map>
#include <string>

namespace itk
{
/** \brief The bytes of an HDF5 file, of which each structure claims its own, so that none overlap or repeat. */
class Hdf5Bytes
{
public:
  static constexpr std::uint64_t Undefined = ~std::uint64_t{ 0 };

  Hdf5Bytes(const char * bytes, std::size_t size)
    : m_Bytes(bytes)
    , m_Size(size)
  {
  }

  /** What messages name from here on. */
  void
  SetObject(const std::string & path)
  {
    m_Object = path;
  }

  [[noreturn]] void
  Refuse(const std::string & problem) const
  {
    std::string object = m_Object.substr(0, 200);
    std::replace_if(
      object.begin(), object.end(), [](unsigned char c) { return c < 32 || c == 127; }, '?');
    itkGenericExceptionMacro(
      "the file is damaged or none that Keras wrote: " << (object.empty() ? object : '"' + object + "\": ") << problem);
  }

  void
  Require(bool fulfilled, const char * problem) const
  {
    if (!fulfilled)
    {
      this->Refuse(problem);
    }
  }

  /** The bytes that the file says it has, if it has them. */
  void
  Shorten(std::uint64_t size)
  {
    this->Require(size <= m_Size, "it is truncated");
    m_Size = size;
  }

  void
  Claim(std::uint64_t begin, std::uint64_t length, const char * what)
  {
    if (begin > m_Size || length > m_Size - begin)
    {
      this->Refuse(std::string(what) + " reaches beyond the end of the file");
    }
    const auto next = m_Claimed.lower_bound(begin);
    const bool meetsNext = next != m_Claimed.end() && next->first < begin + length;
    const bool meetsLast = next != m_Claimed.begin() && std::prev(next)->second > begin;
    if (meetsNext || meetsLast)
    {
      this->Refuse(std::string(what) + " overlaps another part of the file");
    }
    if (length > 0)
    {
      m_Claimed[begin] = begin + length;
    }
  }

  std::uint64_t
  Number(std::uint64_t place, std::size_t bytes) const
  {
    this->Require(place <= m_Size && bytes <= m_Size - place, "a number lies beyond the end of the file");
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;)
    {
      value = value << 8 | static_cast<unsigned char>(m_Bytes[place + i]);
    }
    return value;
  }

  bool
  Holds(std::uint64_t place, const char * signature) const
  {
    const std::size_t length = std::strlen(signature);
    return place <= m_Size && length <= m_Size - place && std::memcmp(m_Bytes + place, signature, length) == 0;
  }

  /** The text from \a place, which ends with a zero before \a end. */
  std::string
  Text(std::uint64_t place, std::uint64_t end) const
  {
    this->Require(place < end && end <= m_Size, "a name lies outside its place");
    const char * zero = static_cast<const char *>(std::memchr(m_Bytes + place, 0, end - place));
    this->Require(zero, "a name does not end");
    return std::string(m_Bytes + place, zero);
  }

private:
  const char * m_Bytes;
  std::uint64_t m_Size;
  std::map<std::uint64_t, std::uint64_t> m_Claimed;
  std::string m_Object;
};
} // namespace itk

#endif
