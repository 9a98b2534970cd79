// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Projection_Vectors_h
#define ProjectionEnhancement_Projection_Vectors_h

#include <cstring>
#include <utility>

// Always inlined, so that no code is compiled for the oldest processor before it becomes part of a function for a newer
// one. Sanitizers' checks would make functions of that size that take minutes to compile.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#  define PEN_SANITIZED
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#    define PEN_SANITIZED
#  endif
#endif
#if defined(__GNUC__) && !defined(PEN_SANITIZED)
#  define PEN_INLINE __attribute__((always_inline))
#else
#  define PEN_INLINE
#endif

namespace itk
{
namespace PenCore
{
// Several pixels of a row. Functions take vectors by reference only: a 64-byte vector has no calling convention in code
// for the oldest processors.
#if defined(__GNUC__)
typedef float Vector4 __attribute__((vector_size(16)));
typedef float Vector8 __attribute__((vector_size(32)));
typedef float Vector16 __attribute__((vector_size(64)));

template <typename TVector>
PEN_INLINE inline void
AddProduct(TVector & sum, float factor, const TVector & x)
{
  sum += factor * x;
}

// sum += a * b, lane by lane.
template <typename TVector>
PEN_INLINE inline void
AddProducts(TVector & sum, const TVector & a, const TVector & b)
{
  sum += a * b;
}

template <typename TVector>
PEN_INLINE inline void
RaiseTo(TVector & x, const TVector & lowest)
{
  x = x < lowest ? lowest : x;
}
#else
struct Vector4
{
  float lane[4];
};

inline void
AddProduct(Vector4 & sum, float factor, const Vector4 & x)
{
  for (int i = 0; i < 4; ++i)
  {
    sum.lane[i] += factor * x.lane[i];
  }
}

inline void
AddProducts(Vector4 & sum, const Vector4 & a, const Vector4 & b)
{
  for (int i = 0; i < 4; ++i)
  {
    sum.lane[i] += a.lane[i] * b.lane[i];
  }
}

inline void
RaiseTo(Vector4 & x, const Vector4 & lowest)
{
  for (int i = 0; i < 4; ++i)
  {
    x.lane[i] = x.lane[i] < lowest.lane[i] ? lowest.lane[i] : x.lane[i];
  }
}
#endif

template <typename TVector>
PEN_INLINE inline void
Fill(TVector & x, float value)
{
  float lanes[sizeof(TVector) / sizeof(float)];
  for (float & lane : lanes)
  {
    lane = value;
  }
  std::memcpy(&x, lanes, sizeof(TVector));
}

template <int... VIndex, typename TFunction>
PEN_INLINE inline void
RepeatOver(std::integer_sequence<int, VIndex...>, const TFunction & f)
{
  (f(std::integral_constant<int, VIndex>()), ...);
}

// f(0), ..., f(n - 1), with indices that are constants, so that arrays become registers.
template <int VCount, typename TFunction>
PEN_INLINE inline void
Repeat(const TFunction & f)
{
  RepeatOver(std::make_integer_sequence<int, VCount>(), f);
}
} // namespace PenCore
} // namespace itk

#endif
