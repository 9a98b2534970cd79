// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkTorchScriptExport_h
#define itkTorchScriptExport_h

#include "ProjectionEnhancementNetworkExport.h"
#include "itkSegmentationNetwork.h"

#include <string>
#include <vector>

namespace itk
{
/** \brief What of a network a TorchScript file computes.
 *
 * - Projection: stack [N, Z, H, W], normalised as the options say, to planes [N, P, H, W]; PEN's and the linear depth
 *   projection's as the 2-D network sees them (PEN's rescaled to [0, 1] a sample).
 * - Network: planes [N, P, H, W] to maps [N, 4 C, H, W]: C maps each of flow x, flow y (unit scale, inward), cell logit
 *   and border logit. H and W divide by GetSizeDivisor().
 * - All: stack to maps. */
enum class ExportPart
{
  Projection,
  Network,
  All
};

/** \brief Writes a part of a network as TorchScript: one file with weights and program, for Python torch, LibTorch and
 * what is built on them, tried with version 1.13. Any number of slices is fitted to the network's.
 *
 * The network's options go with it as the extra file "pen_options.json".
 * \throws ExceptionObject where the network has no weights or the file cannot be written. */
ProjectionEnhancementNetwork_EXPORT void
WriteTorchScript(const SegmentationNetwork * network, ExportPart part, const std::string & fileName);

/** \brief An array [N, C, H, W] that goes into a TorchScript file or comes out of it. */
struct ScriptTensor
{
  std::vector<int64_t> shape;
  std::vector<float> values;
};

/** \brief Runs a TorchScript file on the CPU. Unlike a model of this library such a file is a program: run only what
 * you trust. \throws ExceptionObject naming the file where it is no such file or refuses the input. */
ProjectionEnhancementNetwork_EXPORT ScriptTensor
RunTorchScript(const std::string & fileName, const ScriptTensor & input);
} // namespace itk

#endif
