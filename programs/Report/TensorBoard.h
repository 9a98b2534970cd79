// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Report_TensorBoard_h
#define pen_programs_Report_TensorBoard_h

#include <cstdint>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace pen
{
/** The CRC-32C (Castagnoli) of a text, which TensorFlow's record files carry. */
std::uint32_t
Crc32c(const std::string & bytes);

/** \brief Writes scalars as a TensorBoard event file.
 *
 * The file is a sequence of TFRecords (length, masked CRC-32C of the length, data, masked CRC-32C of the data), each
 * an Event protocol buffer; both formats are public. */
class TensorBoardWriter
{
public:
  /** Opens FOLDER/events.out.tfevents.0.pen-train anew; makes the folder. Throws where it cannot be written. */
  explicit TensorBoardWriter(const std::string & folder);

  /** The scalars of a step, (name, value). \a wallTime in seconds since 1970. */
  void
  Write(std::uint64_t step, double wallTime, const std::vector<std::pair<std::string, double>> & scalars);

private:
  void
  WriteRecord(const std::string & data);

  std::string m_FileName;
  std::ofstream m_File;
};
} // namespace pen

#endif
