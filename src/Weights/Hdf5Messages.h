// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Weights_Hdf5Messages_h
#define ProjectionEnhancement_Weights_Hdf5Messages_h

#include "Weights/Hdf5Bytes.h"

#include <map>

namespace itk
{
/** A piece of the file. */
struct Hdf5Range
{
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/** \brief What an object header message holds, each call checking one kind of message. */
class Hdf5Messages
{
public:
  explicit Hdf5Messages(Hdf5Bytes & bytes)
    : m_Bytes(bytes)
  {
  }

  /** \brief A type of numbers or texts. */
  struct Type
  {
    std::uint64_t size = 0; ///< bytes of a value
    bool isVariableText = false;
  };

  /** The type that a range holds. */
  Type
  ReadType(Hdf5Range range) const;

  /** The number of values of the extents that a range holds; at most 2^63. */
  std::uint64_t
  CountValues(Hdf5Range range) const;

  /** Refuses a damaged default value for values of a size. */
  void
  VerifyFillValue(Hdf5Range range, std::uint64_t valueSize, bool isOldForm) const;

  /** Claims the values that the range says to be elsewhere. */
  void
  ClaimValues(Hdf5Range range, std::uint64_t count, std::uint64_t valueSize);

  void
  VerifyAttribute(Hdf5Range range);

private:
  using Collection = std::map<std::uint64_t, std::uint64_t>; // sizes of a global heap's objects, by index

  void
  VerifyNumber(Hdf5Range range) const;
  void
  VerifyReal(Hdf5Range range) const;
  void
  VerifyVariableTexts(std::uint64_t place, std::uint64_t count);
  const Collection &
  ReadCollection(std::uint64_t place);

  Hdf5Bytes & m_Bytes;
  std::map<std::uint64_t, Collection> m_Collections;
};
} // namespace itk

#endif
