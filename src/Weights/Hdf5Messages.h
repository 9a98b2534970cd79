// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Weights_Hdf5Messages_h
#define ProjectionEnhancement_Weights_Hdf5Messages_h

#include "Weights/Hdf5Bytes.h"
#include "Weights/Hdf5Objects.h"

#include <utility>

namespace itk
{
/** \brief What an object header message holds, each call checking and reading one kind of message. */
class Hdf5Messages
{
public:
  explicit Hdf5Messages(Hdf5Bytes & bytes)
    : m_Bytes(bytes)
  {
  }

  /** The type that a range holds. */
  Hdf5Type
  ReadType(Hdf5Range range) const;

  /** \brief Extents and how many values they are for: one where there are no extents, or none. */
  struct Extents
  {
    std::vector<std::uint64_t> extents;
    std::uint64_t count = 0; ///< at most 2^40
  };

  /** The extents that a range holds. */
  Extents
  ReadExtents(Hdf5Range range) const;

  /** Refuses a damaged default value for values of a size. */
  void
  VerifyFillValue(Hdf5Range range, std::uint64_t valueSize, bool isOldForm) const;

  /** Claims the values that the range says to be elsewhere. Where the values are; empty where none were written. */
  Hdf5Range
  ClaimValues(Hdf5Range range, std::uint64_t count, std::uint64_t valueSize);

  /** An attribute with its name. */
  std::pair<std::string, Hdf5Attribute>
  ReadAttribute(Hdf5Range range);

private:
  using Collection = std::map<std::uint64_t, Hdf5Range>; // objects of a global heap, by index

  void
  VerifyNumber(Hdf5Range range) const;
  void
  VerifyReal(Hdf5Range range) const;
  std::vector<Hdf5Range>
  ReadVariableTexts(std::uint64_t place, std::uint64_t count);
  const Collection &
  ReadCollection(std::uint64_t place);

  Hdf5Bytes & m_Bytes;
  std::map<std::uint64_t, Collection> m_Collections;
};
} // namespace itk

#endif
