// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_Simd_h
#define ProjectionEnhancement_Base_Simd_h

// Compiles a function for 256-bit vectors beside the baseline and lets the loader choose. The sources that use it are
// built without contraction of a * b + c, so that either choice gives the same bits. Sanitizers run before the
// loader's choice can work.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__gnu_linux__) &&                       \
  !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#  define PEN_SIMD_CLONES __attribute__((target_clones("avx2", "default")))
#else
#  define PEN_SIMD_CLONES
#endif

#if defined(__GNUC__) || defined(_MSC_VER)
#  define PEN_RESTRICT __restrict
#else
#  define PEN_RESTRICT
#endif

#endif
