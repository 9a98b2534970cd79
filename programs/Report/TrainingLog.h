// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Report_TrainingLog_h
#define pen_programs_Report_TrainingLog_h

#include "Report/TensorBoard.h"

#include <cstdint>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

namespace pen
{
/** What an epoch of a training measured; what was not measured is NaN. */
struct TrainingLogRow
{
  static constexpr double NotMeasured = std::numeric_limits<double>::quiet_NaN();

  std::uint64_t step = 0; ///< steps taken at the epoch's end
  double epoch = 0.0;
  double loss = NotMeasured;
  double cell = NotMeasured;
  double flow = NotMeasured;
  double border = NotMeasured;
  double validationLoss = NotMeasured;
  double validationJaccard = NotMeasured; ///< and the others at IoU .5, pooled over the validation samples
  double validationPrecision = NotMeasured;
  double validationRecall = NotMeasured;
  double validationQuality = NotMeasured;
  double validationMeanJaccard = NotMeasured; ///< over IoU .5 to .95
  double learningRate = NotMeasured;
  double seconds = NotMeasured;
};

/** \brief A training's log in three forms: MODEL.log.csv, MODEL.curves.svg, and TensorBoard's event file in
 * MODEL.tensorboard. */
class TrainingLog
{
public:
  /** A resumed training keeps the rows of the steps that its checkpoint holds; the others are written anew. Throws
   * where a file cannot be written. */
  TrainingLog(const std::string & model, std::uint64_t stepsOfCheckpoint);

  void
  Add(const TrainingLogRow & row);

  const std::vector<TrainingLogRow> &
  GetRows() const
  {
    return m_Rows;
  }

  /** The row as it stands in the CSV. */
  static std::string
  TextOf(const TrainingLogRow & row);

private:
  void
  WriteCurves() const;

  std::string m_Model;
  std::vector<TrainingLogRow> m_Rows;
  std::ofstream m_Table;
  TensorBoardWriter m_TensorBoard;
};
} // namespace pen

#endif
