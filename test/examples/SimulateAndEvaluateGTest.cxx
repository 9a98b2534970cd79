// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "examples/ExampleFiles.h"
#include "programs/RunAsUser.h"
#include "support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <sstream>
#include <string>

namespace
{
using namespace pen_test;

TEST(ExampleSimulateAndEvaluate, FindsFewSimulatedCells)
{
  const TemporaryFolder folder;
  WriteQuickModel(folder / "model.pt");
  const ProgramResult result = RunAsUser("simulate_and_evaluate", { folder / "model.pt", "6", "1" });
  ExpectSilentSuccess(result);
  std::map<std::string, double> printed;
  std::istringstream lines(result.output);
  std::string name;
  double value = 0.0;
  while (lines >> name >> value)
  {
    printed[name] = value;
  }
  ASSERT_EQ(printed.size(), 5u) << result.output;
  EXPECT_EQ(printed["true"], 6.0);
  EXPECT_GE(printed["jaccard"], 0.6); // masks anywhere, or none, have 0
  // Counts and scores tell of the same matches.
  const double matches = printed["recall"] * printed["true"];
  EXPECT_NEAR(matches, std::round(matches), 1e-3);
  EXPECT_NEAR(printed["precision"] * printed["found"], matches, 1e-3);
  EXPECT_NEAR(printed["jaccard"], matches / (printed["true"] + printed["found"] - matches), 1e-3);
}
} // namespace
