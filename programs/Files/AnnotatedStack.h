// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_AnnotatedStack_h
#define pen_programs_Files_AnnotatedStack_h

#include "Files/StackFile.h"
#include "Files/TrainingFolder.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace pen
{
/** Files that describe the cells of a stack. */
struct AnnotationFiles
{
  /** JSON polygons of the paper's authors, or a 2-D or 3-D label image (layers). */
  std::string annotation;
  /** Where the annotation is an image: a table with columns label and approx_z (slices) or z (um), as training folders
   * and pen-segment have; empty: depths are estimated from the stack. */
  std::string table;
  /** Image that is not 0 where the truth is unknown; empty: none but what JSON tells. */
  std::string ignore;
};

/** \brief Reads a stack and the annotation that belongs to it.
 *
 * Throws with one clear line where a file is missing or damaged, where sizes differ, or where a label has no row in the
 * table. */
TrainingFolder
ReadAnnotatedStack(const std::string & stack, const AnnotationFiles & files, const StackOptions & options,
                   ProgramContext & context);

/** Whether a file's name is that of the authors' polygons. */
bool
IsJson(const std::string & path);

/** Whether the folder is laid out as the authors' data: images/NAME.ome.tif and gt/NAME.json. */
bool
IsAuthorsLayout(const std::string & folder);

/** The annotation files of such a folder in the order of their names. */
std::vector<std::string>
FindAnnotations(const std::string & folder);

/** images/NAME.ome.tif or images/NAME.tif beside the folder of gt/NAME.json; none where there is neither. */
std::optional<std::string>
FindStackOfAnnotation(const std::string & annotation);

/** The same. Throws where there is neither. */
std::string
StackOfAnnotation(const std::string & annotation);

/** FOLDER/images/NAME.ome.tif and FOLDER/gt/NAME.json. */
std::array<std::string, 2>
FilesOfAuthorsLayout(const std::string & folder, const std::string & name);

/** Writes FOLDER/images/NAME.ome.tif and FOLDER/gt/NAME.json, both or none. 3-D labels have no place there. */
void
WriteAuthorsLayout(const TrainingFolder & sample, const std::string & folder, const std::string & name);
} // namespace pen

#endif
