// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Prediction/StackPrediction.h"
#include "Network/ThreadBound.h"

#include "Base/PartOfProgress.h"
#include "Prediction/FlowFieldRows.h"
#include "Prediction/NetworkPlanes.h"
#include "ProjectionEnhancement/Base/FlowFieldLayout.h"
#include "ProjectionEnhancement/Base/ForEachLine.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr unsigned int PicturePlanes = SegmentationNetwork::NumberOfProjectionPlanes;
// Share of the work that is done once the stack is projected.
constexpr float ProjectedShare = 0.3f;

// What a network shows where it sees nothing.
void
FillBlank(float * flowField, std::size_t pixels)
{
  std::fill_n(flowField, pixels * FlowFieldComponents, 0.0f);
  for (std::size_t i = 0; i < pixels; ++i)
  {
    flowField[i * FlowFieldComponents + 2] = -TargetLogit;
    flowField[i * FlowFieldComponents + 3] = -TargetLogit;
  }
}

StackPredictionParameters
WithProgress(StackPredictionParameters parameters, float begin, float end)
{
  parameters.progress = PartOfProgress(parameters.progress, begin, end);
  return parameters;
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

class StackPrediction::Implementation
{
public:
  Implementation(const SegmentationNetwork & network, StackRows rows, const GridSize & size,
                 const StackPredictionParameters & parameters)
    : m_Size(size)
    , m_Parameters(parameters)
    , m_Bound(std::in_place, parameters.numberOfThreads)
    , m_Options(network.GetOptions())
    , m_Planes(network, std::move(rows), size, WithProgress(parameters, 0.0f, ProjectedShare))
    , m_Field(network, m_Planes, WithProgress(parameters, ProjectedShare, 1.0f))
  {
    m_Bound.reset();
  }

  void
  PredictRows(const RowRange & wanted, float * flowField)
  {
    const NetworkThreadBound bound(m_Parameters.numberOfThreads);
    if (m_Planes.IsBlank())
    {
      FillBlank(flowField, m_Options.outputChannels * wanted.Count() * m_Size.width);
      return;
    }
    const bool asCellpose = m_Options.tiling == SegmentationNetworkOptions::Tiling::CellPose;
    GridSize fieldSize = m_Planes.GetSize();
    fieldSize.depth = m_Options.outputChannels;
    fieldSize.components = FlowFieldComponents;
    this->ResampleInBands(
      wanted, fieldSize, asCellpose ? Resampling::Linear : Resampling::Antialiased,
      [&](const RowRange & given) { return m_Field.GetRows(given); }, flowField);
  }

  const IntensityRemarks &
  GetIntensityRemarks() const
  {
    return m_Planes.GetIntensityRemarks();
  }

  void
  Wait() const
  {
    m_Field.Wait();
  }

  // A maximum projection is gray, however many planes hold it.
  void
  ProjectRows(const RowRange & wanted, float * picture) const
  {
    const NetworkThreadBound bound(m_Parameters.numberOfThreads);
    const std::size_t pixels = wanted.Count() * m_Size.width;
    if (m_Planes.IsBlank())
    {
      std::fill_n(picture, PicturePlanes * pixels, 0.0f);
      return;
    }
    const bool isGray = m_Options.projection == SegmentationNetworkOptions::Projection::Maximum;
    GridSize shownSize = m_Planes.GetSize();
    shownSize.depth = isGray ? 1 : PicturePlanes;
    this->ResampleInBands(
      wanted, shownSize, Resampling::Antialiased,
      [&](const RowRange & given)
      {
        std::vector<float> planes = m_Planes.GetRows(given);
        planes.resize(shownSize.depth * given.Count() * shownSize.width);
        return planes;
      },
      picture);
    for (std::size_t p = shownSize.depth; p < PicturePlanes; ++p)
    {
      std::copy_n(picture, pixels, picture + p * pixels);
    }
    if (m_Parameters.progress)
    {
      m_Parameters.progress(ProjectedShare + static_cast<float>(wanted.end) / static_cast<float>(m_Size.height) *
                                               (1.0f - ProjectedShare));
    }
  }

private:
  // Writes wanted rows [depth][wanted.Count()][width][components] of the stack's x-y grid, made of rows of the
  // network's grid that \a getRows gives; in bands, so that what lies between takes little memory.
  template <typename TGetRows>
  void
  ResampleInBands(const RowRange & wanted, const GridSize & size, Resampling resampling, TGetRows && getRows,
                  float * target) const
  {
    GridSize ownSize = size;
    ownSize.height = m_Size.height;
    ownSize.width = m_Size.width;
    const std::size_t line = ownSize.width * ownSize.components;
    const std::size_t rowsPerBand =
      std::max<std::size_t>(UsualBytesPerBand / (ownSize.depth * line * sizeof(float)), 1);
    for (RowRange band{ wanted.begin, wanted.begin }; band.begin < wanted.end; band.begin = band.end)
    {
      band.end = std::min(band.begin + rowsPerBand, wanted.end);
      const RowRange given = RowsForResampling(size.height, ownSize.height, band, resampling);
      const std::vector<float> rows =
        ResampleRows(getRows(given), given, size, ownSize, band, m_Parameters.numberOfThreads, resampling);
      const auto copyLine = [&](std::size_t i)
      {
        const std::size_t page = i / band.Count();
        const std::size_t row = band.begin - wanted.begin + i % band.Count();
        std::copy_n(rows.data() + i * line, line, target + (page * wanted.Count() + row) * line);
      };
      ForEachLine(ownSize.depth * band.Count(), line, copyLine, m_Parameters.numberOfThreads);
    }
  }

  GridSize m_Size;
  StackPredictionParameters m_Parameters;
  std::optional<NetworkThreadBound> m_Bound; // while the planes are made
  const SegmentationNetworkOptions & m_Options;
  NetworkPlanes m_Planes;
  FlowFieldRows m_Field;
};

StackPrediction::StackPrediction(const SegmentationNetwork & network, StackRows rows, const GridSize & size,
                                 const StackPredictionParameters & parameters)
  : m_Implementation(std::make_unique<Implementation>(network, std::move(rows), size, parameters))
{
}

StackPrediction::~StackPrediction() = default;

void
StackPrediction::PredictRows(std::size_t begin, std::size_t end, float * flowField)
{
  m_Implementation->PredictRows({ begin, end }, flowField);
}

const IntensityRemarks &
StackPrediction::GetIntensityRemarks() const
{
  return m_Implementation->GetIntensityRemarks();
}

void
StackPrediction::Wait() const
{
  m_Implementation->Wait();
}

void
StackPrediction::ProjectRows(std::size_t begin, std::size_t end, float * planes) const
{
  m_Implementation->ProjectRows({ begin, end }, planes);
}

std::vector<float>
PredictFlowField(const SegmentationNetwork & network, const std::vector<float> & stack, const GridSize & size,
                 const StackPredictionParameters & parameters)
{
  std::vector<float> flowField(network.GetOptions().outputChannels * size.height * size.width * FlowFieldComponents);
  StackPrediction(network, RowsOfBuffer(stack.data(), size), size, parameters)
    .PredictRows(0, size.height, flowField.data());
  return flowField;
}
} // namespace PenCore
} // namespace itk
