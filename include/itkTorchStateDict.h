// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkTorchStateDict_h
#define itkTorchStateDict_h

#include "ProjectionEnhancementNetworkExport.h"

#include <cstdint>
#include <string>
#include <vector>

namespace itk
{
/** \brief A named array of a file that torch.save() wrote, in C order. */
struct TorchArray
{
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;
};

/** \brief Reads the arrays of a state dict that Python's torch.save() wrote, as a zip archive or in the older format.
 *
 * Nothing in the file is executed: of pickle's language only what builds dictionaries, lists, tuples, texts, numbers
 * and arrays is understood, and the few functions that torch names to build arrays are recognised by their names.
 * Integers become floats; an entry that is no array is refused.
 * \throws ExceptionObject naming the file and what is wrong with it: truncated, another format, code, sizes beyond the
 * file's, references in a circle, an array that is no array, values that are not finite. */
ProjectionEnhancementNetwork_EXPORT std::vector<TorchArray>
ReadTorchStateDict(const std::string & fileName);

/** The same from memory; messages name no file. */
ProjectionEnhancementNetwork_EXPORT std::vector<TorchArray>
ReadTorchStateDict(const char * bytes, std::size_t size);
} // namespace itk

#endif
