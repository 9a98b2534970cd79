// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Gives each cell of a table its depth channel.

#include "Files/LayersFile.h"
#include "Frame/Program.h"

#include "ProjectionEnhancement/Depth/DepthChannels.h"
#include "ProjectionEnhancement/Formats/CellsTable.h"

#include <CLI/CLI.hpp>

#include <sstream>

namespace
{
using itk::PenCore::CellsTableRow;
using itk::PenCore::DepthChannelMethod;

struct Options
{
  std::string table;
  std::string output;
  std::string layers;
  std::string method = "z_kmeans";
  int channels = 3;
  int slices = 0;
  double minimumOverlap = 0.0;
  std::uint64_t seed = 0;
};

// The masks of the table's cells, in the table's order.
std::vector<itk::PenCore::PixelRuns>
ReadMasks(const std::string & path, const std::vector<CellsTableRow> & rows)
{
  const itk::CellLabelMap::Pointer cells = pen::ReadCells(path);
  std::vector<itk::PenCore::PixelRuns> masks;
  for (const CellsTableRow & row : rows)
  {
    if (!cells->HasLabel(row.label))
    {
      pen::Fail("the layers lack label " + std::to_string(row.label) + " of the table", path);
    }
    masks.push_back(
      itk::PixelRunsFromLabelObject(cells->GetLabelObject(row.label), cells->GetLargestPossibleRegion().GetIndex()));
  }
  return masks;
}

std::vector<CellsTableRow>
ReadTable(const Options & options, DepthChannelMethod method, pen::ProgramContext & context)
{
  std::vector<CellsTableRow> rows = itk::PenCore::ReadCellsTable(options.table);
  if (rows.empty())
  {
    context.Warn("the table has no cell, and so has the result: " + options.table);
  }
  const bool countsSlices = method == DepthChannelMethod::SliceStack || method == DepthChannelMethod::SliceCells;
  for (const CellsTableRow & row : rows)
  {
    if (countsSlices && options.slices > 0)
    {
      itk::PenCore::RequireDepthInStack(row.label, row.z, static_cast<itk::SizeValueType>(options.slices),
                                        options.table);
    }
  }
  return rows;
}

void
Run(const Options & options, pen::ProgramContext & context)
{
  itk::PenCore::DepthChannelParameters parameters;
  parameters.method = itk::PenCore::DepthChannelMethodFromName(options.method);
  parameters.numberOfChannels = options.channels;
  parameters.numberOfSlices = options.slices;
  parameters.minimumOverlap = options.minimumOverlap;
  parameters.seed = options.seed;
  const bool needsMasks = parameters.method == DepthChannelMethod::LocalOrder;
  if (needsMasks && options.layers.empty())
  {
    throw pen::UsageError("--method local_order needs --layers");
  }
  if (parameters.method == DepthChannelMethod::SliceStack && options.slices < 1)
  {
    throw pen::UsageError("--method slice_stack needs --slices");
  }

  pen::OutputFile output(options.output);
  const std::vector<CellsTableRow> rows = ReadTable(options, parameters.method, context);
  std::vector<itk::PenCore::CellPosition> positions;
  for (const CellsTableRow & row : rows)
  {
    positions.push_back({ row.x, row.y, row.z });
  }
  const std::vector<itk::PenCore::PixelRuns> masks =
    needsMasks ? ReadMasks(options.layers, rows) : std::vector<itk::PenCore::PixelRuns>();
  itk::PenCore::MaskPointers pointers;
  for (const itk::PenCore::PixelRuns & mask : masks)
  {
    pointers.push_back(&mask);
  }
  const std::vector<int> channels = itk::PenCore::AssignDepthChannels(positions, parameters, pointers);

  std::ostringstream table;
  table << "label,channel\n";
  for (std::size_t i = 0; i < rows.size(); ++i)
  {
    table << rows[i].label << ',' << channels[i] << '\n';
  }
  output.WriteText(table.str());
  output.Commit();
}
} // namespace

int
main(int argc, char * argv[])
{
  Options options;
  return pen::RunProgram(
    "pen-assign", "Gives each cell of a table its depth channel, 0 the shallowest.", argc, argv,
    [&](CLI::App & app)
    {
      pen::Reads(
        app.add_option("CELLS", options.table, "CSV with columns label, x, y, z; z in slices for slice_*")->required());
      app.add_option("-o,--output", options.output, "CSV with columns label, channel")->required();
      app.add_option("--channels", options.channels, "Number of depth channels")
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
      app.add_option("--method", options.method, "How channels are assigned")
        ->check(CLI::IsMember({ "z_kmeans", "pca_kmeans", "slice_cells", "slice_stack", "random", "local_order" }))
        ->capture_default_str();
      pen::Reads(app.add_option("--layers", options.layers, "The cells' masks, for local_order"));
      app
        .add_option("--minimum-overlap", options.minimumOverlap,
                    "Share of the smaller cell from which on two cells overlap, for local_order")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
      app.add_option("--slices", options.slices, "Slices of the stack, for slice_stack");
      app.add_option("--seed", options.seed, "Of random");
    },
    [&](pen::ProgramContext & context) { Run(options, context); });
}
