// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penDepthWindowOption_h
#define penDepthWindowOption_h

#include "penProgram.h"

#include "itkPenCoreDepthWindows.h"
#include "itkSegmentationNetworkOptions.h"

#include <string>
#include <vector>

namespace pen
{
/** Adds --depth-window. */
void
AddDepthWindowOption(CLI::App & app, std::string & text);

/** Throws UsageError where the text is neither auto, off nor a length in um. */
void
VerifyDepthWindow(const std::string & text);

/** \brief The depth windows of a stack of \a slices that the option asks for.
 *
 * auto is four slices of the model and of the stack at least, for a model of ours whose channels mean the same in every
 * window: one channel, or a local order. A length in um becomes slices by \a sliceSpacing, the stack's in um, or where
 * that is not known (0) the model's; UsageError where neither is. */
std::vector<itk::PenCore::DepthWindow>
DepthWindowsOf(const std::string & text, const itk::SegmentationNetworkOptions & model, std::size_t slices,
               double sliceSpacing);
} // namespace pen

#endif
