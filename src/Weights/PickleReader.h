// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Weights_PickleReader_h
#define ProjectionEnhancement_Weights_PickleReader_h

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace itk
{
/** \brief One value of a pickle; containers hold places in Pickle::values. */
struct PickleValue
{
  enum class Kind
  {
    Nothing,
    Boolean,
    Integer,
    Real,
    Text, ///< also bytes, and integers beyond 64 bits
    Sequence,
    Dictionary, ///< items are keys and values in turn
    Class,      ///< text is "module name"
    Storage,    ///< text is the storage's key, items its five or six description fields
    Tensor      ///< items are storage, offset, size, strides
  };

  Kind kind = Kind::Nothing;
  std::int64_t integer = 0;
  double real = 0.0;
  std::string text;
  std::vector<std::size_t> items;
};

/** \brief What a pickle builds, without cycles. */
struct Pickle
{
  std::vector<PickleValue> values;
  std::size_t root = 0;
  std::size_t length = 0; ///< bytes up to and with its end

  const PickleValue &
  operator[](std::size_t i) const
  {
    return values[i];
  }
};

/** \brief Reads the part of Python's pickle language that torch.save() uses for state dicts.
 *
 * Runs nothing: the only functions it knows, by name, are OrderedDict and torch's rebuilding of tensors and parameters,
 * which become values of the kinds above. Everything else is refused.
 * \throws ExceptionObject on anything else, on more than a million values, and on values that contain themselves. */
Pickle
ReadPickle(const char * bytes, std::size_t size);
} // namespace itk

#endif
