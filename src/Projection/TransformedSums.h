// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Projection_TransformedSums_h
#define ProjectionEnhancement_Projection_TransformedSums_h

#include "Projection/DirectSums.h"

namespace itk
{
namespace PenCore
{
// A branch's pooled planes on a block of TransformedRows rows, by the transform of its columns.
template <typename TVector, int VSections, int VVectors>
class TransformedSums
{
public:
  using Direct = DirectSums<TVector, VSections, VVectors>;
  using Sums = typename Direct::Sums;
  using Planes = typename Direct::Planes;
  static constexpr int Channels = Direct::Channels;
  static constexpr int Lanes = Direct::Lanes;

  PEN_INLINE static void
  ProjectBranch(const DirectBranch & branch, const DirectWindow & window, float * workspace, Planes * pooled)
  {
    const ColumnTransform & transform = branch.weights->transform;
    const int highest = transform.HighestFrequency();
    const int width = InputWidth(branch.kernel);
    const DirectWindow spectrum{ workspace, width, static_cast<std::ptrdiff_t>(window.slices) * width, window.slices };
    float * columns = workspace + (3 * highest + 1) * spectrum.rowStride;
    auto * sums = reinterpret_cast<Sums *>(columns);
    for (int slice = 0; slice < window.slices; ++slice)
    {
      for (int x = 0; x < width; x += ForwardVectors * Lanes)
      {
        Fold(window.origin + slice * window.sliceStride + x, window.rowStride, transform.length,
             reinterpret_cast<Pair *>(columns));
        TransformColumns(transform, reinterpret_cast<const Pair *>(columns), workspace + slice * width + x,
                         spectrum.rowStride);
      }
    }
    for (int row = 0; row < TransformedRows; ++row)
    {
      Direct::Start(pooled[row], branch.start);
    }
    for (int begin = branch.beginSection; begin < branch.endSection; begin += VSections)
    {
      const int left = branch.endSection - begin;
      const int count = left < VSections ? left : VSections;
      SumFrequencies(branch, spectrum, begin, count, sums);
      for (int section = 0; section < count; ++section)
      {
        TransformBack(branch, begin + section, sums, section, pooled);
      }
    }
    for (int row = 0; row < TransformedRows; ++row)
    {
      Direct::Rectify(pooled[row]);
    }
  }

  // Columns of a block with its margins, whole vectors.
  static constexpr int
  InputWidth(int kernel)
  {
    constexpr int step = ForwardVectors * Lanes;
    return (VVectors * Lanes + kernel - 1 + step - 1) / step * step;
  }

private:
  // Rows n and -n of columns: their sum and their difference.
  static constexpr int ForwardVectors = 2;
  static constexpr int ForwardRows = 3;
  static constexpr int BackRows = VSections;
  struct Pair
  {
    TVector even[ForwardVectors];
    TVector odd[ForwardVectors];
  };

  PEN_INLINE static void
  Load(const float * source, TVector (&x)[ForwardVectors])
  {
    std::memcpy(x, source, sizeof(x));
  }

  PEN_INLINE static void
  Fold(const float * source, std::ptrdiff_t rowStride, int length, Pair * pairs)
  {
    for (int n = 0; n <= length / 2; ++n)
    {
      Load(source + n * rowStride, pairs[n].even);
      Repeat<ForwardVectors>([&](auto i) PEN_INLINE { Fill(pairs[n].odd[i], 0.0f); });
      if (n > 0 && n < length / 2)
      {
        TVector mirrored[ForwardVectors];
        Load(source + (length - n) * rowStride, mirrored);
        Repeat<ForwardVectors>(
          [&](auto i) PEN_INLINE
          {
            pairs[n].odd[i] = pairs[n].even[i];
            AddProduct(pairs[n].odd[i], -1.0f, mirrored[i]);
            AddProduct(pairs[n].even[i], 1.0f, mirrored[i]);
          });
      }
    }
  }

  PEN_INLINE static void
  TransformColumns(const ColumnTransform & transform, const Pair * pairs, float * target, std::ptrdiff_t planeStride)
  {
    const int highest = transform.HighestFrequency();
    const int rowStep = 2 * (highest + 1);
    for (int f = 0; f <= highest; f += ForwardRows)
    {
      const float * factors = transform.factors.data() + f * rowStep;
      TVector cosines[ForwardRows][ForwardVectors];
      TVector sines[ForwardRows][ForwardVectors];
      Repeat<ForwardRows * ForwardVectors>(
        [&](auto j) PEN_INLINE
        {
          Fill(cosines[j / ForwardVectors][j % ForwardVectors], 0.0f);
          Fill(sines[j / ForwardVectors][j % ForwardVectors], 0.0f);
        });
      for (int n = 0; n <= highest; ++n, factors += 2)
      {
        Repeat<ForwardRows * ForwardVectors>(
          [&](auto j) PEN_INLINE
          {
            constexpr int Row = j / ForwardVectors;
            constexpr int I = j % ForwardVectors;
            AddProduct(cosines[Row][I], factors[Row * rowStep], pairs[n].even[I]);
            AddProduct(sines[Row][I], factors[Row * rowStep + 1], pairs[n].odd[I]);
          });
      }
      Repeat<ForwardRows>(
        [&](auto j) PEN_INLINE
        {
          if (f + j <= highest)
          {
            float * plane = target + 3 * (f + j) * planeStride;
            std::memcpy(plane, cosines[j], sizeof(cosines[j]));
            if (f + j > 0 && f + j < highest)
            {
              std::memcpy(plane + planeStride, sines[j], sizeof(sines[j]));
              Repeat<ForwardVectors>([&](auto i) PEN_INLINE { AddProduct(cosines[j][i], -1.0f, sines[j][i]); });
              std::memcpy(plane + 2 * planeStride, cosines[j], sizeof(cosines[j]));
            }
          }
        });
    }
  }

  PEN_INLINE static void
  SetZero(Sums & sums)
  {
    Repeat<VSections>([&](auto s) PEN_INLINE { Direct::Start(sums[s], FoldedProjection::Triple{}); });
  }

  // Not by memcpy, which would be a call.
  PEN_INLINE static void
  Store(const Sums & from, Sums & to)
  {
    Repeat<VSections * Channels * VVectors>(
      [&](auto j) PEN_INLINE
      {
        constexpr int S = j / (Channels * VVectors);
        constexpr int C = j / VVectors % Channels;
        to[S][C][j % VVectors] = from[S][C][j % VVectors];
      });
  }

  // On return sums[3 f] holds the sections' cosine parts, sums[3 f + 1] their sine parts.
  PEN_INLINE static void
  SumFrequencies(const DirectBranch & branch, const DirectWindow & spectrum, int begin, int count, Sums * sums)
  {
    const ColumnTransform & transform = branch.weights->transform;
    const int planes = 3 * transform.HighestFrequency() + 1;
    const int tapsOfPlane = Channels * branch.kernel * branch.kernel;
    for (int plane = 0; plane < planes; ++plane)
    {
      if (plane == 1)
      {
        SetZero(sums[1]);
        plane = 3;
      }
      DirectWindow window = spectrum;
      window.origin += plane * spectrum.rowStride;
      Sums products;
      SetZero(products);
      Direct::SumSections(branch, window, transform.taps.data() + plane * tapsOfPlane, 1, begin, count, products);
      if (plane % 3 == 2)
      {
        Combine(sums[plane - 2], sums[plane - 1], products);
      }
      else
      {
        Store(products, sums[plane]);
      }
    }
    SetZero(sums[planes]);
  }

  PEN_INLINE static void
  Combine(Sums & cosines, Sums & sines, const Sums & mixed)
  {
    Repeat<VSections * Channels * VVectors>(
      [&](auto j) PEN_INLINE
      {
        constexpr int S = j / (Channels * VVectors);
        constexpr int C = j / VVectors % Channels;
        constexpr int I = j % VVectors;
        TVector difference = cosines[S][C][I];
        AddProduct(difference, -1.0f, sines[S][C][I]);
        AddProduct(difference, -1.0f, mixed[S][C][I]);
        AddProduct(cosines[S][C][I], 1.0f, sines[S][C][I]);
        sines[S][C][I] = difference;
      });
  }

  PEN_INLINE static void
  TransformBack(const DirectBranch & branch, int section, const Sums * sums, int s, Planes * pooled)
  {
    const ColumnTransform & transform = branch.weights->transform;
    const int highest = transform.HighestFrequency();
    const int rowStep = 2 * (highest + 1);
    for (int n = 0; n <= highest; n += BackRows)
    {
      for (int i = 0; i < VVectors; ++i)
      {
        const float * factors = transform.factors.data() + n * rowStep;
        TVector even[BackRows][Channels];
        TVector odd[BackRows][Channels];
        Repeat<BackRows * Channels>(
          [&](auto j) PEN_INLINE
          {
            Fill(even[j / Channels][j % Channels], branch.weights->bias[j % Channels]);
            Fill(odd[j / Channels][j % Channels], 0.0f);
          });
        for (int f = 0; f <= highest; ++f, factors += 2)
        {
          Repeat<BackRows * Channels>(
            [&](auto j) PEN_INLINE
            {
              constexpr int Row = j / Channels;
              constexpr int C = j % Channels;
              AddProduct(even[Row][C], factors[Row * rowStep], sums[3 * f][s][C][i]);
              AddProduct(odd[Row][C], factors[Row * rowStep + 1], sums[3 * f + 1][s][C][i]);
            });
        }
        Repeat<BackRows>(
          [&](auto j) PEN_INLINE
          {
            if (n + j <= highest)
            {
              PoolRow(branch, section, even[j], odd[j], 1.0f, n + j, i, pooled);
            }
            if (n + j > 0 && n + j < highest)
            {
              PoolRow(branch, section, even[j], odd[j], -1.0f, transform.length - n - j, i, pooled);
            }
          });
      }
    }
  }

  PEN_INLINE static void
  PoolRow(const DirectBranch & branch, int section, const TVector (&even)[Channels], const TVector (&odd)[Channels],
          float sign, int row, int i, Planes * pooled)
  {
    using Single = DirectSums<TVector, VSections, 1>;
    if (row >= TransformedRows)
    {
      return;
    }
    typename Single::Planes features;
    typename Single::Planes part;
    Repeat<Channels>(
      [&](auto c) PEN_INLINE
      {
        features[c][0] = even[c];
        AddProduct(features[c][0], sign, odd[c]);
        part[c][0] = pooled[row][c][i];
      });
    Single::PoolSection(branch, section, features, part);
    Repeat<Channels>([&](auto c) PEN_INLINE { pooled[row][c][i] = part[c][0]; });
  }
};
} // namespace PenCore
} // namespace itk

#endif
