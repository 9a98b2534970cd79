// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Options_TrainingFiles_h
#define pen_programs_Options_TrainingFiles_h

#include "Options/TrainingOptions.h"

namespace pen
{
/** \brief Looks at the files of a training before hours of work.
 *
 * Throws with one clear line where a file that it reads is missing, the model cannot be written, a file of the training
 * would replace what it reads, or an earlier model is there and the options neither go on with its training nor allow
 * to replace it. */
void
VerifyTrainingFiles(const TrainingOptions & options);
} // namespace pen

#endif
