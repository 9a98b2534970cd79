# Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
"""The published graph of PEN and CellPose's U-Net as it is written down, in Python torch: the peer of the benchmarks."""
import json

import numpy as np
import torch
import torch.nn.functional as F

KERNELS = (1, 3, 5, 7, 11)
BATCH_NORM_EPSILON = 1e-3
SMALLEST_STYLE = 1e-12


class PublishedNetwork:
    """PEN and CellPose's U-Net with arrays by this library's names; batch norms use the batch's own statistics where
    it is training."""

    def __init__(self, arrays, training=False):
        self.arrays = arrays
        self.training = training
        self.levels = sum(name.startswith("network.down") and name.endswith(".projection.conv.weight")
                          for name in arrays)

    def norm(self, x, name):
        mean, variance, weight, bias = (self.arrays[name + end]
                                        for end in (".running_mean", ".running_var", ".weight", ".bias"))
        return F.batch_norm(x, mean, variance, weight, bias, training=self.training, eps=BATCH_NORM_EPSILON)

    def convolve_3d(self, x, name, padding=0):
        y = F.conv3d(x, self.arrays[name + ".weight"], self.arrays[name + ".bias"], padding=padding)
        return F.relu(self.norm(y, name + "_bn"))

    def project(self, stack):
        """[N, 1, Z, H, W] to [N, 3, H, W], each in [0, 1]."""
        branches = []
        for kernel in KERNELS:
            name = f"projection.branch{kernel}"
            sections = self.convolve_3d(stack, name + "_conv", (0, kernel // 2, kernel // 2))
            branches.append(self.convolve_3d(sections, name + "_pool"))
        planes = self.convolve_3d(torch.cat(branches, 2), "projection.collect").squeeze(2)
        planes = planes - planes.amin((1, 2, 3), keepdim=True)
        return planes / planes.amax((1, 2, 3), keepdim=True)

    def unit(self, x, name, rectify=True):
        x = self.norm(x, name + ".bn")
        x = F.relu(x) if rectify else x
        weight = self.arrays[name + ".conv.weight"]
        return F.conv2d(x, weight, self.arrays[name + ".conv.bias"], padding=weight.shape[-1] // 2)

    def down(self, x, name):
        y = self.unit(self.unit(x, name + ".convolution0"), name + ".convolution1")
        x = self.unit(x, name + ".projection", rectify=False) + y
        return x + self.unit(self.unit(x, name + ".convolution2"), name + ".convolution3")

    def styled(self, x, style, name, i):
        shift = F.linear(style, self.arrays[f"{name}.style{i}.weight"], self.arrays[f"{name}.style{i}.bias"])
        return self.unit(x + shift[:, :, None, None], f"{name}.convolution{i}")

    def up(self, x, skip, style, name):
        y = self.styled(self.unit(x, name + ".convolution0") + skip, style, name, 1)
        x = self.unit(x, name + ".projection", rectify=False) + y
        return x + self.styled(self.styled(x, style, name, 2), style, name, 3)

    def predict(self, planes):
        """[N, 3, H, W] to [N, 4 * C, H, W]: x-flows, y-flows (both times the flow factor), cell and border logits."""
        skips = []
        x = planes
        for i in range(self.levels):
            x = self.down(F.max_pool2d(x, 2) if i > 0 else x, f"network.down{i}")
            skips.append(x)
        mean = x.mean((2, 3))
        style = mean / mean.norm(dim=1, keepdim=True).clamp_min(SMALLEST_STYLE)
        for i in reversed(range(self.levels)):
            x = F.interpolate(x, scale_factor=2, mode="nearest") if i + 1 < self.levels else x
            x = self.up(x, skips[i], style, f"network.up{i}")
        return self.unit(x, "network.head")


def read_arrays(prefix):
    with open(prefix + ".json", encoding="utf-8") as file:
        entries = json.load(file)
    values = np.fromfile(prefix + ".arrays", np.float32)
    arrays = {}
    for name, shape in entries:
        count = int(np.prod(shape))
        arrays[name] = torch.from_numpy(values[:count].reshape(shape).copy())
        values = values[count:]
    return arrays
