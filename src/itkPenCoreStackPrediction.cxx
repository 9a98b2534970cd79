// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPenCoreStackPrediction.h"

#include "itkPenCoreCellsToFlows.h"
#include "itkPenCoreProjections.h"
#include "itkPenCoreTiling.h"

#include <algorithm>
#include <cmath>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr unsigned int PicturePlanes = SegmentationNetwork::NumberOfProjectionPlanes;
constexpr std::size_t Components = 4;
// Tiles of the projection, which is exact for any size; this one keeps a tile's slices in a few MB.
constexpr std::size_t ProjectionTile = 256;
// Cellpose 3 surrounds an image by zeros, half of this on each side at least, up to a multiple of it.
constexpr std::size_t CellposeMargin = 16;
// Share of the work that is done once the stack is on the network's grid, and once it is projected.
constexpr float ResampledShare = 0.05f;
constexpr float ProjectedShare = 0.3f;

void
Report(const StackPredictionParameters & parameters, float share)
{
  if (parameters.progress)
  {
    parameters.progress(share);
  }
}

bool
HasContrast(const std::vector<float> & values)
{
  const auto range = std::minmax_element(values.begin(), values.end());
  return range.first != values.end() && *range.first < *range.second;
}

// A window of each slice of a stack [slices][height][width].
std::vector<float>
CutWindow(const std::vector<float> & stack, const GridSize & size, std::size_t x, std::size_t y, std::size_t width,
          std::size_t height)
{
  std::vector<float> window(size.depth * height * width);
  for (std::size_t z = 0; z < size.depth; ++z)
  {
    for (std::size_t row = 0; row < height; ++row)
    {
      const float * source = stack.data() + (z * size.height + y + row) * size.width + x;
      std::copy(source, source + width, window.data() + (z * height + row) * width);
    }
  }
  return window;
}

// Each tile is projected with the margin that its outermost pixels depend on, which is cut off again.
std::vector<float>
ProjectTiles(const SegmentationNetwork & network, const std::vector<float> & stack, const GridSize & size,
             const StackPredictionParameters & parameters)
{
  const std::size_t radius = network.GetProjectionRadius();
  const std::size_t pixels = size.height * size.width;
  const std::size_t count = network.GetOptions().planes;
  std::vector<float> planes(count * pixels);
  for (std::size_t y = 0; y < size.height; y += ProjectionTile)
  {
    for (std::size_t x = 0; x < size.width; x += ProjectionTile)
    {
      const std::size_t x0 = x - std::min(x, radius);
      const std::size_t y0 = y - std::min(y, radius);
      const std::size_t x1 = std::min(x + ProjectionTile + radius, size.width);
      const std::size_t y1 = std::min(y + ProjectionTile + radius, size.height);
      const std::size_t width = x1 - x0;
      const std::size_t height = y1 - y0;
      const std::vector<float> window = CutWindow(stack, size, x0, y0, width, height);
      std::vector<float> projected(count * height * width);
      network.Project(window.data(), static_cast<unsigned int>(size.depth), static_cast<unsigned int>(height),
                      static_cast<unsigned int>(width), projected.data());
      for (std::size_t p = 0; p < count; ++p)
      {
        for (std::size_t row = y; row < std::min(y + ProjectionTile, size.height); ++row)
        {
          const float * source = projected.data() + (p * height + row - y0) * width + (x - x0);
          std::copy(source, source + std::min(ProjectionTile, size.width - x),
                    planes.data() + p * pixels + row * size.width + x);
        }
      }
    }
    const float done = static_cast<float>(std::min(y + ProjectionTile, size.height)) / static_cast<float>(size.height);
    Report(parameters, ResampledShare + done * (ProjectedShare - ResampledShare));
  }
  return planes;
}

// One tile of the planes; where the image ends inside the tile it is reflected.
std::vector<float>
CutTile(const std::vector<float> & planes, const GridSize & size, std::size_t x, std::size_t y, std::size_t width,
        std::size_t height)
{
  const std::size_t count = planes.size() / (size.height * size.width);
  std::vector<float> tile(count * height * width);
  float * target = tile.data();
  for (std::size_t p = 0; p < count; ++p)
  {
    for (std::size_t row = 0; row < height; ++row)
    {
      const float * source = planes.data() + (p * size.height + ReflectIndex(y + row, size.height)) * size.width;
      for (std::size_t column = 0; column < width; ++column)
      {
        *target++ = source[ReflectIndex(x + column, size.width)];
      }
    }
  }
  return tile;
}

void
AddTile(const std::vector<float> & tile, std::size_t tileHeight, std::size_t tileWidth, std::size_t channels,
        std::size_t x, std::size_t y, const std::vector<float> & weightsX, const std::vector<float> & weightsY,
        const GridSize & size, std::vector<float> & flowField)
{
  for (std::size_t c = 0; c < channels; ++c)
  {
    for (std::size_t row = 0; row < weightsY.size(); ++row)
    {
      const float * source = tile.data() + (c * tileHeight + row) * tileWidth * Components;
      float * target = flowField.data() + ((c * size.height + y + row) * size.width + x) * Components;
      for (std::size_t i = 0; i < weightsX.size() * Components; ++i)
      {
        target[i] += weightsY[row] * weightsX[i / Components] * source[i];
      }
    }
  }
}

std::vector<float>
PredictTiles(const SegmentationNetwork & network, const std::vector<float> & planes, const GridSize & size,
             const AxisTiling & rows, const AxisTiling & columns, const StackPredictionParameters & parameters)
{
  const std::size_t channels = network.GetOptions().outputChannels;
  const std::size_t width = columns.GetTileSize();
  const std::size_t height = rows.GetTileSize();
  std::vector<float> flowField(channels * size.height * size.width * Components, 0.0f);
  std::vector<float> predicted(channels * height * width * Components);
  const std::size_t tiles = rows.GetNumberOfTiles() * columns.GetNumberOfTiles();
  for (std::size_t i = 0; i < tiles; ++i)
  {
    const std::size_t row = i / columns.GetNumberOfTiles();
    const std::size_t column = i % columns.GetNumberOfTiles();
    const std::size_t x = columns.GetBegin(column);
    const std::size_t y = rows.GetBegin(row);
    const std::vector<float> tile = CutTile(planes, size, x, y, width, height);
    network.Predict(tile.data(), 1, static_cast<unsigned int>(height), static_cast<unsigned int>(width),
                    predicted.data());
    AddTile(predicted, height, width, channels, x, y, columns.GetWeights(column), rows.GetWeights(row), size,
            flowField);
    const float done = static_cast<float>(i + 1) / static_cast<float>(tiles);
    Report(parameters, ProjectedShare + done * (1.0f - ProjectedShare));
  }
  return flowField;
}

// Copies what two grids [outer][height][width][inner] have in common, where (x, y) of the larger is the origin of the
// smaller one.
void
CopyCommon(const std::vector<float> & from, const GridSize & fromSize, std::vector<float> & to, const GridSize & toSize,
           std::size_t x, std::size_t y)
{
  const bool shrinks = fromSize.width > toSize.width;
  const GridSize & small = shrinks ? toSize : fromSize;
  for (std::size_t z = 0; z < small.depth; ++z)
  {
    for (std::size_t row = 0; row < small.height; ++row)
    {
      const std::size_t fromRow = (z * fromSize.height + row + (shrinks ? y : 0)) * fromSize.width + (shrinks ? x : 0);
      const std::size_t toRow = (z * toSize.height + row + (shrinks ? 0 : y)) * toSize.width + (shrinks ? 0 : x);
      std::copy_n(from.data() + fromRow * small.components, small.width * small.components,
                  to.data() + toRow * small.components);
    }
  }
}

std::size_t
CellposePadded(std::size_t n)
{
  return (n + CellposeMargin - 1) / CellposeMargin * CellposeMargin + CellposeMargin;
}

// Flow field of the planes, cut into tiles and put together as the network's options say.
std::vector<float>
PredictPlanes(const SegmentationNetwork & network, const std::vector<float> & planes, const GridSize & size,
              const StackPredictionParameters & parameters)
{
  if (network.GetOptions().tiling == SegmentationNetworkOptions::Tiling::Blended)
  {
    const std::size_t divisor = network.GetSizeDivisor();
    const AxisTiling columns(size.width, parameters.tileSize, parameters.tileOverlap, divisor);
    const AxisTiling rows(size.height, parameters.tileSize, parameters.tileOverlap, divisor);
    return PredictTiles(network, planes, size, rows, columns, parameters);
  }
  GridSize own = size;
  own.depth = network.GetOptions().planes;
  GridSize padded = own;
  padded.height = CellposePadded(size.height);
  padded.width = CellposePadded(size.width);
  const std::size_t x = (padded.width - size.width) / 2;
  const std::size_t y = (padded.height - size.height) / 2;
  std::vector<float> surrounded(padded.Count(), 0.0f);
  CopyCommon(planes, own, surrounded, padded, x, y);
  const std::vector<float> field = PredictTiles(network, surrounded, padded, AxisTiling::OfCellpose(padded.height),
                                                AxisTiling::OfCellpose(padded.width), parameters);
  own.depth = padded.depth = network.GetOptions().outputChannels;
  own.components = padded.components = Components;
  std::vector<float> cropped(own.Count());
  CopyCommon(field, padded, cropped, own, x, y);
  return cropped;
}

std::vector<float>
BlankFlowField(std::size_t pixels)
{
  std::vector<float> flowField(pixels * Components, 0.0f);
  for (std::size_t i = 0; i < pixels; ++i)
  {
    flowField[i * Components + 2] = -TargetLogit;
    flowField[i * Components + 3] = -TargetLogit;
  }
  return flowField;
}

// As Cellpose treats an image: the projection is normalised, then resized as OpenCV does it.
std::vector<float>
NormalizedProjection(const SegmentationNetwork & network, const std::vector<float> & stack, const GridSize & size,
                     const GridSize & networkSize, const StackPredictionParameters & parameters)
{
  const SegmentationNetworkOptions & options = network.GetOptions();
  const unsigned int threads = parameters.numberOfThreads;
  std::vector<float> projection(size.height * size.width);
  MaximumProjection(stack.data(), static_cast<unsigned int>(size.depth), projection.size(), projection.data());
  NormalizeIntensities(projection.data(), projection.size(), options.normalization, threads);
  if (!HasContrast(projection))
  {
    return {};
  }
  projection = ResampleGrid(std::move(projection), { 1, size.height, size.width },
                            { 1, networkSize.height, networkSize.width }, threads, Resampling::Linear);
  std::vector<float> planes(options.planes * projection.size(), 0.0f);
  for (std::size_t p = 0; p < (options.repeatPlanes ? options.planes : 1); ++p)
  {
    std::copy(projection.begin(), projection.end(),
              planes.begin() + static_cast<std::ptrdiff_t>(p * projection.size()));
  }
  Report(parameters, ProjectedShare);
  return planes;
}

// The planes that the network sees, on its grid; none where the stack has no contrast.
std::vector<float>
PlanesOnNetworkGrid(const SegmentationNetwork & network, std::vector<float> stack, const GridSize & size,
                    const GridSize & networkSize, const StackPredictionParameters & parameters)
{
  const SegmentationNetworkOptions & options = network.GetOptions();
  if (options.normalizeProjection)
  {
    IntensityNormalization none;
    none.method = IntensityNormalization::Method::None;
    NormalizeIntensities(stack.data(), stack.size(), none); // refuses voxels that are not finite
    return NormalizedProjection(network, stack, size, networkSize, parameters);
  }
  NormalizeIntensities(stack.data(), stack.size(), options.normalization, parameters.numberOfThreads);
  stack = ResampleGrid(std::move(stack), size, networkSize, parameters.numberOfThreads);
  Report(parameters, ResampledShare);
  if (!HasContrast(stack))
  {
    return {};
  }
  std::vector<float> planes = ProjectTiles(network, stack, networkSize, parameters);
  if (options.projection == SegmentationNetworkOptions::Projection::ProjectionEnhancement)
  {
    RescaleToUnitRange(planes.data(), planes.size());
  }
  return planes;
}

// Red, green and blue of what the network sees: a maximum projection is gray, however many planes hold it.
std::vector<float>
PictureOf(std::vector<float> planes, std::size_t pixels, const SegmentationNetworkOptions & options)
{
  if (options.projection == SegmentationNetworkOptions::Projection::Maximum)
  {
    planes.resize(PicturePlanes * pixels);
    for (std::size_t p = 1; p < PicturePlanes; ++p)
    {
      std::copy_n(planes.begin(), pixels, planes.begin() + static_cast<std::ptrdiff_t>(p * pixels));
    }
  }
  return planes;
}

// Cellpose drops the fraction.
std::size_t
ScaledSize(std::size_t n, double scale)
{
  return std::max<std::size_t>(static_cast<std::size_t>(static_cast<double>(n) * scale), 1);
}
} // namespace

GridSize
NetworkGridSize(const SegmentationNetworkOptions & options, const GridSize & size,
                const StackPredictionParameters & parameters)
{
  GridSize networkSize = size;
  const double pixelSize = parameters.networkPixelSize > 0.0 ? parameters.networkPixelSize : options.pixelSize;
  const bool spacingsAreKnown = pixelSize > 0.0 && parameters.pixelWidth > 0.0 && parameters.pixelHeight > 0.0;
  if (spacingsAreKnown && !(parameters.cellDiameter > 0.0))
  {
    networkSize.height = ResampledSize(size.height, parameters.pixelHeight, pixelSize);
    networkSize.width = ResampledSize(size.width, parameters.pixelWidth, pixelSize);
  }
  else
  {
    const double scale = options.GetScaleForDiameter(parameters.cellDiameter);
    networkSize.height = ScaledSize(size.height, scale);
    networkSize.width = ScaledSize(size.width, scale);
  }
  if (options.sliceSpacing > 0.0 && parameters.sliceSpacing > 0.0)
  {
    networkSize.depth = ResampledSize(size.depth, parameters.sliceSpacing, options.sliceSpacing);
  }
  return networkSize;
}

std::vector<float>
ProjectStack(const SegmentationNetwork & network, std::vector<float> stack, const GridSize & size,
             const StackPredictionParameters & parameters)
{
  const NetworkThreadBound bound(parameters.numberOfThreads);
  const GridSize networkSize = NetworkGridSize(network.GetOptions(), size, parameters);
  std::vector<float> planes = PlanesOnNetworkGrid(network, std::move(stack), size, networkSize, parameters);
  if (planes.empty())
  {
    return std::vector<float>(PicturePlanes * size.height * size.width, 0.0f);
  }
  planes = PictureOf(std::move(planes), networkSize.height * networkSize.width, network.GetOptions());
  GridSize planesSize = networkSize;
  planesSize.depth = PicturePlanes;
  GridSize ownSize = size;
  ownSize.depth = PicturePlanes;
  planes = ResampleGrid(std::move(planes), planesSize, ownSize, parameters.numberOfThreads);
  Report(parameters, 1.0f);
  return planes;
}

std::vector<float>
PredictFlowField(const SegmentationNetwork & network, std::vector<float> stack, const GridSize & size,
                 const StackPredictionParameters & parameters)
{
  const NetworkThreadBound bound(parameters.numberOfThreads);
  const std::size_t channels = network.GetOptions().outputChannels;
  const GridSize networkSize = NetworkGridSize(network.GetOptions(), size, parameters);
  const std::vector<float> planes = PlanesOnNetworkGrid(network, std::move(stack), size, networkSize, parameters);
  if (planes.empty())
  {
    return BlankFlowField(channels * size.height * size.width);
  }
  std::vector<float> flowField = PredictPlanes(network, planes, networkSize, parameters);

  GridSize fieldSize = networkSize;
  fieldSize.depth = channels;
  fieldSize.components = Components;
  GridSize ownSize = fieldSize;
  ownSize.height = size.height;
  ownSize.width = size.width;
  const bool asCellpose = network.GetOptions().tiling == SegmentationNetworkOptions::Tiling::CellPose;
  return ResampleGrid(std::move(flowField), fieldSize, ownSize, parameters.numberOfThreads,
                      asCellpose ? Resampling::Linear : Resampling::Antialiased);
}
} // namespace PenCore
} // namespace itk
