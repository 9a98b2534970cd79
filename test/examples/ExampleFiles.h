// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_test_examples_ExampleFiles_h
#define pen_test_examples_ExampleFiles_h

#include "itkImage.h"

#include <map>
#include <string>
#include <vector>

namespace pen_test
{
using ByteStack = itk::Image<unsigned char, 3>;
using LayersImage = itk::Image<unsigned int, 3>;

/** A square of the real stack that ships in test/data, all its slices; two cells lie in it whole, one in part. */
ByteStack::Pointer
CropOfRealStack();

/** The annotated cells of CropOfRealStack(). */
LayersImage::Pointer
CropOfRealLayers();

/** Writes the shipped PEN model with a recipe that takes all slices at once: five times faster than depth windows. */
void
WriteQuickModel(const std::string & path);

/** Number of pixels of each label but 0. */
std::map<unsigned int, itk::SizeValueType>
CountLabels(const LayersImage * layers);

/** Checks that two images have the same size and pixels. */
void
ExpectSamePixels(const LayersImage * a, const LayersImage * b);
} // namespace pen_test

#endif
