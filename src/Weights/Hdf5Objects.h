// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Weights_Hdf5Objects_h
#define ProjectionEnhancement_Weights_Hdf5Objects_h

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace itk
{
/** A piece of the file. */
struct Hdf5Range
{
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  std::uint64_t
  Count() const
  {
    return end - begin;
  }
};

/** \brief How a value lies in the file. */
struct Hdf5Type
{
  enum class Kind
  {
    Whole,       ///< a whole number
    Real,        ///< IEEE 754 of 2, 4 or 8 bytes
    Text,        ///< of one length
    VariableText ///< in the global heap
  };

  Kind kind = Kind::Whole;
  std::uint64_t size = 0;    ///< bytes per value
  bool isBigEndian = false;  ///< of Real
  bool endsInSpaces = false; ///< Text is filled up with spaces, otherwise with zeros
};

/** \brief A small list that belongs to a group or an array. */
struct Hdf5Attribute
{
  Hdf5Type type;
  std::uint64_t count = 0;
  Hdf5Range values;
  std::vector<Hdf5Range> texts; ///< where the texts of variable length are
};

/** \brief A group or an array. All ranges lie inside the file. */
struct Hdf5Object
{
  bool isGroup = false;
  std::map<std::string, Hdf5Attribute> attributes;
  Hdf5Type type;                      ///< of an array's values
  std::vector<std::uint64_t> extents; ///< of an array, slowest axis first; none for one value
  Hdf5Range values;                   ///< of an array, in C order; empty where none were written
};

/** By their paths from the first group, which is "" itself, as "group/array". */
using Hdf5Objects = std::map<std::string, Hdf5Object>;
} // namespace itk

#endif
