// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Weights_Hdf5Values_h
#define ProjectionEnhancement_Weights_Hdf5Values_h

#include "Weights/Hdf5Objects.h"

namespace itk
{
/** \brief The texts of an attribute of the file \a bytes, each up to its first zero.
 * \throws ExceptionObject where it holds numbers, or texts of more than 4,096 bytes. */
std::vector<std::string>
ReadHdf5Texts(const char * bytes, const Hdf5Attribute & attribute);

/** \brief The floating-point numbers of an array of the file \a bytes, in C order; \a array has values of Kind::Real.
 * Doubles are rounded; those beyond a float's range become infinite. */
std::vector<float>
ReadHdf5Values(const char * bytes, const Hdf5Object & array);
} // namespace itk

#endif
