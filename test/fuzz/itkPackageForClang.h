// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// A package of ITK that was built with GCC knows GCC only, though clang reads its headers as well. Included before
// everything else (-include), this lets clang pass for GCC where ITK asks.
#pragma push_macro("__clang__")
#pragma push_macro("__GNUC__")
#undef __clang__
#undef __GNUC__
#define __GNUC__ 12
#include <itk_compiler_detection.h>
#pragma pop_macro("__GNUC__")
#pragma pop_macro("__clang__")
