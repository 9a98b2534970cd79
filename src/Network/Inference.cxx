// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Network/Inference.h"

#include "Network/ThreadBound.h"
#include "ProjectionEnhancement/Base/Threads.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <optional>

namespace itk
{
namespace PenTorch
{
namespace
{
// Of one strip of the maps that a convolution writes: they are activated while a core's own cache holds them.
constexpr int64_t StripBytes = 1 << 19;
// Small maps are cut further, so that many cores find work; shorter strips would read weights more than maps.
constexpr int64_t FewestStrips = 16;
constexpr int64_t FewestRows = 4;
constexpr double SmallestStyleNorm = 1e-12;

// Rows [row, row + rows) of maps [N, H, W, C], as [N, rows, W * C].
torch::Tensor
Rows(const torch::Tensor & maps, int64_t row, int64_t rows)
{
  return maps.narrow(1, row, rows).flatten(2);
}

// Convolution of maps [N, rows, W, C] that hold their own border rows, as [N, rows, W * C].
torch::Tensor
ConvolveRows(const FoldedConvolution & convolution, const torch::Tensor & maps)
{
  const torch::Tensor input = maps.permute({ 0, 3, 1, 2 });
  const std::array<int64_t, 2> ones{ 1, 1 };
  const std::array<int64_t, 2> padding{ 0, convolution.weight.size(3) / 2 };
  const torch::IntArrayRef onesOf(ones);
  // at::conv2d leaves small inputs to the BLAS, whose threads and ours then take each other's cores.
  const torch::Tensor output =
    maps.is_cpu() && at::globalContext().userEnabledMkldnn() && at::hasMKLDNN()
      ? at::mkldnn_convolution(input, convolution.weight, convolution.bias, torch::IntArrayRef(padding), onesOf, onesOf,
                               1)
      : at::conv2d(input, convolution.weight, convolution.bias, onesOf, torch::IntArrayRef(padding));
  return output.permute({ 0, 2, 3, 1 }).contiguous().flatten(2);
}

// target = relu(scale * source + shift).
void
Activate(torch::Tensor target, const torch::Tensor & source, const torch::Tensor & scale, const torch::Tensor & shift)
{
  at::addcmul_out(target, shift, source, scale);
  target.relu_();
}

// Maxima of 2 x 2 pixels of rows [N, rows, W * C], as [N, rows / 2, W / 2, C].
torch::Tensor
PoolPairs(const torch::Tensor & rows, int64_t width)
{
  const torch::Tensor pairs = rows.unflatten(1, { -1, 2 });
  const torch::Tensor higher = at::maximum(pairs.select(2, 0), pairs.select(2, 1)).unflatten(2, { width / 2, 2, -1 });
  return at::maximum(higher.select(3, 0), higher.select(3, 1));
}
} // namespace

FlowInference::FlowInference(const FlowNetwork & network, const SegmentationNetworkOptions & options,
                             torch::Device device, torch::ScalarType type)
  : m_Device(device)
  , m_Type(type)
  , m_Border(std::max<int64_t>(options.headKernel / 2, 1))
  , m_Planes(options.planes)
{
  const NetworkFolder folder(network, options.batchNormEpsilon, device, type);
  const std::size_t levels = options.features.size();
  for (std::size_t i = 0; i < levels; ++i)
  {
    m_Down.push_back(folder.Down(i));
    m_Up.push_back(folder.Up(i, i + 1 < levels));
  }
  m_HeadNorm = folder.HeadNorm();
  m_Head = folder.Head(options);
}

void
FlowInference::Allocate(int64_t count, int64_t height, int64_t width)
{
  if (!m_Levels.empty() && m_Levels[0].sum.size(0) == count && m_Levels[0].height == height &&
      m_Levels[0].width == width)
  {
    return;
  }
  m_Levels.clear();
  const auto options = torch::TensorOptions().device(m_Device).dtype(m_Type);
  int64_t in = m_Planes;
  for (std::size_t i = 0; i < m_Down.size(); ++i)
  {
    const int64_t out = m_Down[i].second.scale.size(0);
    Level level{ height >> i, width >> i, {}, {}, {}, {}, {} };
    const int64_t bordered = level.height + 2 * m_Border;
    level.input = torch::empty({ count, level.height, level.width, in }, options);
    level.entry = torch::zeros({ count, bordered, level.width, in }, options);
    level.sum = torch::empty({ count, level.height, level.width, out }, options);
    level.front = torch::zeros({ count, bordered, level.width, out }, options);
    level.back = torch::zeros({ count, bordered, level.width, out }, options);
    m_Levels.push_back(level);
    in = out;
  }
}

template <typename TBody>
void
FlowInference::ForStrips(const Level & level, int64_t channels, const TBody & body) const
{
  if (!m_Device.is_cpu())
  {
    body(0, level.height);
    return;
  }
  const auto rowBytes = level.width * channels * static_cast<int64_t>(c10::elementSize(m_Type));
  const int64_t shared = std::max((level.height + FewestStrips - 1) / FewestStrips, FewestRows);
  const int64_t rows = std::max<int64_t>(std::min(StripBytes / rowBytes, shared) / 2 * 2, 2);
  const int64_t strips = (level.height + rows - 1) / rows;
  PenCore::ParallelFor(
    static_cast<std::size_t>(strips), 1,
    [&](std::size_t begin, std::size_t end)
    {
      const PenCore::OneThreadHere one;
      const torch::NoGradGuard guard;
      for (auto strip = static_cast<int64_t>(begin); strip < static_cast<int64_t>(end); ++strip)
      {
        const int64_t row = strip * rows;
        body(row, std::min(rows, level.height - row));
      }
    },
    m_Threads);
}

torch::Tensor
FlowInference::Convolve(const FoldedConvolution & convolution, const torch::Tensor & map, int64_t row,
                        int64_t rows) const
{
  const int64_t radius = convolution.weight.size(2) / 2;
  return ConvolveRows(convolution, map.narrow(1, m_Border + row - radius, rows + 2 * radius));
}

// Values [C] or [N, C] along a row, [1 or N, 1, W * C]: long rows are what elementwise operations are fast on.
torch::Tensor
FlowInference::RowOf(const torch::Tensor & values, int64_t width) const
{
  return values.to(m_Type).reshape({ -1, 1, values.size(-1) }).repeat({ 1, 1, width });
}

void
FlowInference::Run(const torch::Tensor & planes, torch::Tensor field)
{
  const torch::NoGradGuard guard;
  const std::lock_guard<std::mutex> lock(m_Mutex);
  m_Threads = static_cast<unsigned int>(at::get_num_threads());
  std::optional<PenCore::OneThreadHere> one;
  if (m_Device.is_cpu())
  {
    one.emplace();
  }
  // A CPU takes one tile after another, which keeps the buffers small; a GPU is filled by all at once.
  const int64_t count = planes.size(0);
  const int64_t part = m_Device.is_cpu() ? 1 : count;
  this->Allocate(part, planes.size(2), planes.size(3));
  const bool isHere = field.device() == m_Device;
  for (int64_t i = 0; i < count; i += part)
  {
    const torch::Tensor target = field.narrow(0, i, part);
    const torch::Tensor own = isHere ? target : torch::empty_like(target, m_Device);
    // The copy back waits for all before it, the copy there included.
    this->RunPart(planes.narrow(0, i, part).to(m_Device, /*non_blocking=*/!isHere), own);
    if (!isHere)
    {
      target.copy_(own);
    }
  }
}

void
FlowInference::RunPart(const torch::Tensor & planes, const torch::Tensor & field)
{
  this->Enter(planes);
  for (std::size_t i = 0; i < m_Down.size(); ++i)
  {
    this->Descend(i);
  }
  const torch::Tensor style = this->MeasureStyle();
  for (std::size_t i = m_Up.size(); i-- > 0;)
  {
    this->Merge(i, style);
    this->Ascend(i, style);
  }
  this->Finish(field);
}

void
FlowInference::Enter(const torch::Tensor & planes)
{
  const Level & level = m_Levels[0];
  const torch::Tensor scale = this->RowOf(m_Down[0].first.scale, level.width);
  const torch::Tensor shift = this->RowOf(m_Down[0].first.shift, level.width);
  this->ForStrips(level, m_Planes,
                  [&](int64_t row, int64_t rows)
                  {
                    level.input.narrow(1, row, rows).copy_(planes.narrow(2, row, rows).permute({ 0, 2, 3, 1 }));
                    Activate(Rows(level.entry, m_Border + row, rows), Rows(level.input, row, rows), scale, shift);
                  });
}

// From a level's input and entry to its residual sum, and to the input and entry of the level below.
void
FlowInference::Descend(std::size_t i)
{
  const FoldedDownLevel & folded = m_Down[i];
  const Level & level = m_Levels[i];
  const int64_t channels = level.sum.size(3);
  const auto convolveFirst =
    [&](const FoldedConvolution & convolution, const torch::Tensor & from, const torch::Tensor & to)
  {
    this->ForStrips(level, channels,
                    [&](int64_t row, int64_t rows)
                    {
                      torch::Tensor target = Rows(to, m_Border + row, rows);
                      at::clamp_min_out(target, this->Convolve(convolution, from, row, rows), 0);
                    });
  };
  const torch::Tensor scale = this->RowOf(folded.second.scale, level.width);
  const torch::Tensor shift = this->RowOf(folded.second.shift, level.width);
  convolveFirst(folded.convolutions[0], level.entry, level.back);
  this->ForStrips(level, channels,
                  [&](int64_t row, int64_t rows)
                  {
                    torch::Tensor sum = Rows(level.sum, row, rows);
                    const torch::Tensor projected = ConvolveRows(folded.projection, level.input.narrow(1, row, rows));
                    at::add_out(sum, this->Convolve(folded.convolutions[1], level.back, row, rows), projected);
                    Activate(Rows(level.front, m_Border + row, rows), sum, scale, shift);
                  });
  convolveFirst(folded.convolutions[2], level.front, level.back);

  const bool isDeepest = i + 1 == m_Levels.size();
  const Level & next = m_Levels[isDeepest ? i : i + 1];
  const ScaleAndShift & nextNorm = isDeepest ? m_Up[i].first : m_Down[i + 1].first;
  const torch::Tensor nextScale = this->RowOf(nextNorm.scale, next.width);
  const torch::Tensor nextShift = this->RowOf(nextNorm.shift, next.width);
  this->ForStrips(level, channels,
                  [&](int64_t row, int64_t rows)
                  {
                    torch::Tensor sum = Rows(level.sum, row, rows);
                    sum.add_(this->Convolve(folded.convolutions[3], level.back, row, rows));
                    if (isDeepest)
                    {
                      Activate(Rows(level.front, m_Border + row, rows), sum, nextScale, nextShift);
                      return;
                    }
                    next.input.narrow(1, row / 2, rows / 2).copy_(PoolPairs(sum, level.width));
                    Activate(Rows(next.entry, m_Border + row / 2, rows / 2), Rows(next.input, row / 2, rows / 2),
                             nextScale, nextShift);
                  });
}

// Mean of the deepest maps at length 1, [N, C] float32. Rows are summed first, in an order that no thread changes.
torch::Tensor
FlowInference::MeasureStyle()
{
  const Level & level = m_Levels.back();
  const torch::Tensor sums = torch::empty({ level.sum.size(0), level.height, level.sum.size(3) },
                                          torch::TensorOptions().device(m_Device).dtype(torch::kFloat32));
  this->ForStrips(level, level.sum.size(3),
                  [&](int64_t row, int64_t rows)
                  { sums.narrow(1, row, rows).copy_(level.sum.narrow(1, row, rows).to(torch::kFloat32).sum(2)); });
  const torch::Tensor mean = sums.sum(1) / static_cast<double>(level.height * level.width);
  return mean / mean.norm(2, 1, true).clamp_min(SmallestStyleNorm);
}

// First convolution of an up level, on the activated map in front (of the level below, or its own where it is the
// deepest), and the skip: to the activated map in back.
void
FlowInference::Merge(std::size_t i, const torch::Tensor & style)
{
  const FoldedUpLevel & folded = m_Up[i];
  const Level & level = m_Levels[i];
  const int64_t channels = level.sum.size(3);
  const torch::Tensor scale = this->RowOf(folded.scale1, level.width);
  const torch::Tensor shift =
    this->RowOf(at::addmm(folded.shifts[0].bias, style, folded.shifts[0].weight.t()), level.width);
  const bool isDeepest = i + 1 == m_Levels.size();
  const torch::Tensor & from = m_Levels[isDeepest ? i : i + 1].front;
  this->ForStrips(
    level, channels,
    [&](int64_t row, int64_t rows)
    {
      torch::Tensor merged = Rows(level.back, m_Border + row, rows);
      at::addcmul_out(merged, shift, Rows(level.sum, row, rows), scale);
      if (isDeepest)
      {
        merged.add_(this->Convolve(folded.convolutions[0], from, row, rows));
      }
      for (int64_t odd = 0; odd < 2 && !isDeepest; ++odd)
      {
        const torch::Tensor half = ConvolveRows(folded.doubled[static_cast<std::size_t>(odd)],
                                                from.narrow(1, m_Border + row / 2 - 1 + odd, rows / 2 + 1));
        merged.unflatten(1, { -1, 2 }).select(2, odd).add_(half.narrow(2, channels, level.width * channels));
      }
      merged.relu_();
    });
}

// From the merged map to the level's residual sum, and to its activation in front for what comes next.
void
FlowInference::Ascend(std::size_t i, const torch::Tensor & style)
{
  const FoldedUpLevel & folded = m_Up[i];
  const Level & level = m_Levels[i];
  const int64_t channels = level.sum.size(3);
  const bool isDeepest = i + 1 == m_Levels.size();
  const torch::Tensor & input = m_Levels[isDeepest ? i : i + 1].sum;
  const auto shiftOf = [&](const StyledShift & shift)
  { return this->RowOf(at::addmm(shift.bias, style, shift.weight.t()), level.width); };

  const torch::Tensor scale2 = this->RowOf(folded.scale2, level.width);
  const torch::Tensor shift2 = shiftOf(folded.shifts[1]);
  this->ForStrips(level, channels,
                  [&](int64_t row, int64_t rows)
                  {
                    const int64_t step = isDeepest ? 1 : 2;
                    const torch::Tensor projected =
                      ConvolveRows(folded.projection, input.narrow(1, row / step, rows / step));
                    torch::Tensor sum = Rows(level.sum, row, rows).unflatten(1, { -1, step });
                    const torch::Tensor convolved = this->Convolve(folded.convolutions[1], level.back, row, rows);
                    at::add_out(sum, convolved.unflatten(1, { -1, step }), projected.unsqueeze(2));
                    Activate(Rows(level.front, m_Border + row, rows), sum.flatten(1, 2), scale2, shift2);
                  });

  const torch::Tensor shift3 = shiftOf(folded.shifts[2]);
  this->ForStrips(level, channels,
                  [&](int64_t row, int64_t rows)
                  {
                    torch::Tensor target = Rows(level.back, m_Border + row, rows);
                    at::add_out(target, this->Convolve(folded.convolutions[2], level.front, row, rows), shift3);
                    target.relu_();
                  });

  const ScaleAndShift & next = i > 0 ? m_Up[i - 1].first : m_HeadNorm;
  const torch::Tensor nextScale = this->RowOf(next.scale, level.width);
  const torch::Tensor nextShift = this->RowOf(next.shift, level.width);
  this->ForStrips(level, channels,
                  [&](int64_t row, int64_t rows)
                  {
                    torch::Tensor sum = Rows(level.sum, row, rows);
                    sum.add_(this->Convolve(folded.convolutions[3], level.back, row, rows));
                    Activate(Rows(level.front, m_Border + row, rows), sum, nextScale, nextShift);
                  });
}

void
FlowInference::Finish(const torch::Tensor & field)
{
  const Level & level = m_Levels[0];
  this->ForStrips(level, level.sum.size(3),
                  [&](int64_t row, int64_t rows)
                  {
                    const torch::Tensor maps = this->Convolve(m_Head, level.front, row, rows);
                    field.narrow(2, row, rows)
                      .copy_(maps.unflatten(2, { level.width, field.size(1), -1 }).permute({ 0, 3, 1, 2, 4 }));
                  });
}
} // namespace PenTorch
} // namespace itk
