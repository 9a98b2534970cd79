// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Weights_Hdf5Structure_h
#define ProjectionEnhancement_Weights_Hdf5Structure_h

#include "Weights/Hdf5Objects.h"

#include <cstddef>

namespace itk
{
/** \brief The groups and arrays of an HDF5 file in memory that is built as Keras' weight files are.
 *
 * What is read consists of the structures that Keras' files have and of nothing else, with every address, size, count
 * and name checked: the first version of the superblock, of object headers and of groups; numbers and texts as types;
 * contiguous or compact arrays; texts of variable length in the global heap. No two structures share bytes.
 * Chunked or compressed arrays, links, shared messages and the newer file format (libver "v108" and above) are refused.
 * Follows the HDF5 File Format Specification, version 3.0, sections II to IV.
 * \throws ExceptionObject naming the group or array and what is wrong with it. */
Hdf5Objects
ReadHdf5Structure(const char * bytes, std::size_t size);
} // namespace itk

#endif
