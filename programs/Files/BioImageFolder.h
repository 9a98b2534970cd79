// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_BioImageFolder_h
#define pen_programs_Files_BioImageFolder_h

#include "itkTorchScriptExport.h"

#include <string>
#include <vector>

namespace pen
{
/** What a folder of the BioImage Model Zoo says beside what the model itself does. */
struct BioImageFacts
{
  std::string name;
  std::string description;
  std::vector<std::string> authors;
  std::string license = "Apache-2.0";
};

/** \brief Writes a folder that the BioImage Model Zoo takes, resource description format 0.5: rdf.yaml, the weights as
 * TorchScript, a test input, the test output that the TorchScript file makes of it, and README.md.
 *
 * The folder appears whole or not at all. */
void
WriteBioImageFolder(const itk::SegmentationNetwork * network, itk::ExportPart part, const BioImageFacts & facts,
                    const std::string & folder);
} // namespace pen

#endif
