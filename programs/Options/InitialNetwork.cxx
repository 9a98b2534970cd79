// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Options/InitialNetwork.h"

#include <algorithm>

namespace pen
{
void
CopyWeights(const itk::SegmentationNetwork * model, itk::SegmentationNetwork * network)
{
  const std::size_t before = model->GetOptions().outputChannels;
  const std::size_t channels = network->GetOptions().outputChannels;
  const std::size_t maps = network->GetOptions().GetMapsPerChannel();
  for (const auto & parameter : network->GetParameters())
  {
    std::vector<float> values = model->GetParameter(parameter.name);
    if (parameter.name == "network.head.conv.weight" || parameter.name == "network.head.conv.bias")
    {
      // [map][channel][...], channels next to each other.
      const std::vector<float> old = std::move(values);
      const std::size_t each = old.size() / (maps * before);
      values.clear();
      for (std::size_t map = 0; map < maps; ++map)
      {
        for (std::size_t channel = 0; channel < channels; ++channel)
        {
          const auto from =
            old.begin() + static_cast<std::ptrdiff_t>((map * before + std::min(channel, before - 1)) * each);
          values.insert(values.end(), from, from + static_cast<std::ptrdiff_t>(each));
        }
      }
    }
    network->SetParameter(parameter.name, values);
  }
}
} // namespace pen
