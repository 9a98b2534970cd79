#!/usr/bin/env python3
# Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
"""Sets training steps of SegmentationNetworkTrainer beside those of the same network in Python torch.

    compare_training.py --programs BUILD/bin [--repeats 3] [--steps 4] [--threads 2] [--batch 8] [--crop 128]

Needs an environment with torch (measured: Debian's CPU torch 1.13) and numpy. The network has the shipped models' size
(features 16 to 128, 20 slices, kernels 1 to 11, 2 channels) and the same random weights on both sides; both see the same
batch of noise with the same targets, Cellpose's loss with the border term, AdamW, gradients clipped to a norm of 5, all in
float32. Drawing crops is not part of it: pen-train draws them in a thread of its own. Steps of either side alternate; the
first one of a run, which waits for memory and compilers, is not counted; times are medians.
"""
import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True, help="folder with penNetworkCase")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--steps", type=int, default=4, help="of a run")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--crop", type=int, default=128)
    return parser.parse_args()


arguments = parse_arguments()
# Before numpy and torch start their threads.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = str(arguments.threads)

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from published_network import PublishedNetwork, read_arrays  # noqa: E402

torch.set_num_threads(arguments.threads)

SLICES = 20
CHANNELS = 2
FLOW_FACTOR = 5.0
DICE_SMOOTHING = 1e-6
STATISTICS = (".running_mean", ".running_var", ".num_batches_tracked")


def our_steps(prefix):
    command = ("penNetworkCase", "train", prefix, arguments.steps, arguments.batch, arguments.crop, arguments.threads)
    path = os.path.join(arguments.programs, command[0])
    output = subprocess.run([path, *map(str, command[1:])], check=True, capture_output=True, text=True).stdout
    return json.loads(output.strip().splitlines()[-1])


def loss_of(maps, targets):
    """Cellpose's loss and the border's Dice loss. maps [N, 4 * C, H, W], targets [N, C, H, W, 4]."""
    maps = maps.reshape(maps.shape[0], 4, CHANNELS, *maps.shape[2:])
    cell = F.binary_cross_entropy_with_logits(maps[:, 2], (targets[..., 2] > 0).float())
    flow = sum((maps[:, axis] - FLOW_FACTOR * targets[..., axis]).square().mean() for axis in (0, 1))
    truth = (targets[..., 3] > 0).float().flatten(1)
    predicted = maps[:, 3].sigmoid().flatten(1)
    dice = (2 * (truth * predicted).sum(1) + DICE_SMOOTHING) / (
        truth.square().sum(1) + predicted.square().sum(1) + DICE_SMOOTHING)
    return cell + 0.5 * flow + 1 - dice.mean()


def their_steps(prefix, stacks, targets):
    arrays = read_arrays(prefix)
    learned = {name: array.requires_grad_() for name, array in arrays.items() if not name.endswith(STATISTICS)}
    network = PublishedNetwork(arrays, training=True)
    # Weight decay is for weights, not for biases and batch norms.
    optimizer = torch.optim.AdamW([{"params": [a for a in learned.values() if a.dim() > 1], "weight_decay": 0.01},
                                   {"params": [a for a in learned.values() if a.dim() <= 1], "weight_decay": 0.0}],
                                  lr=1e-3)
    losses, seconds = [], []
    for _ in range(arguments.steps):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss = loss_of(network.predict(network.project(stacks)), targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned.values(), 5.0)
        optimizer.step()
        losses.append(loss.item())
        seconds.append(time.perf_counter() - start)
    return {"losses": losses, "seconds": seconds}


def make_inputs(prefix):
    path = os.path.join(arguments.programs, "penNetworkCase")
    subprocess.run([path, "make", prefix, "1", "training"], check=True, capture_output=True)
    random = np.random.default_rng(1)
    size = (arguments.batch, arguments.crop, arguments.crop)
    stacks = random.random((size[0], SLICES, *size[1:]), np.float32)
    targets = random.uniform(-1, 1, (size[0], CHANNELS, *size[1:], 4)).astype(np.float32)
    stacks.tofile(prefix + ".stacks")
    targets.tofile(prefix + ".targets")
    return torch.from_numpy(stacks[:, None]), torch.from_numpy(targets)


def main():
    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, "training")
        stacks, targets = make_inputs(prefix)
        ours, theirs = [], []
        for _ in range(arguments.repeats):
            ours.append(our_steps(prefix))
            theirs.append(their_steps(prefix, stacks, targets))
    losses = [runs[0]["losses"] for runs in (ours, theirs)]
    print("losses of the steps, ours: " + ", ".join(f"{loss:.5f}" for loss in losses[0]))
    print("                    peer: " + ", ".join(f"{loss:.5f}" for loss in losses[1]))
    medians = [statistics.median(second for run in runs for second in run["seconds"][1:]) for runs in (ours, theirs)]
    names = ("ours", "peer")
    print(f"{arguments.batch} crops of {arguments.crop} x {arguments.crop} x {SLICES}, {arguments.threads} threads: " +
          ", ".join(f"{name} {m:.2f} s a step, {arguments.batch / m:.2f} crops/s" for name, m in zip(names, medians)) +
          f", ratio {medians[1] / medians[0]:.2f}")


main()
