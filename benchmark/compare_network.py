#!/usr/bin/env python3
# Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
"""Sets pen-segment beside the same network in Python torch and Cellpose 3's own flows -> masks, with the same weights.

    compare_network.py --programs BUILD/bin [--repeats 3] [--threads 2] [--size 1024] [--slices 13] [--one-thread]
                       [--skip-peer]

Needs an environment with torch (measured: Debian's CPU torch 1.13), numpy and cellpose 3 (3.1.1.3 from PyPI). The
network has the published size (features 32 to 256, 27 slices, kernels 1 to 11, 3 channels) and random weights. The
peer is the published graph as it is written down: conv3d, batch norm, ReLU, on the whole padded stack in float32.

With random weights a flow field holds no cells, so that flows -> masks is timed on another one for both sides: noisy
flows of simulated cells on an image of the same size (penFlowsAndMasksCase), once a depth channel. End to end is, for
either side, the sum of its parts: for ours all of pen-segment's stages but masks, and masks of that field; for the peer
the network, and Cellpose's masks (its reading, normalising and writing cost nothing here). Runs of either side
alternate; times are medians of wall-clock seconds.
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
    parser.add_argument("--programs", required=True, help="folder with pen-segment, pen-simulate and the two cases")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--size", type=int, default=1024, help="pixels along x and y, a multiple of 8")
    parser.add_argument("--slices", type=int, default=13)
    parser.add_argument("--cells", type=int, default=500, help="simulated cells of a channel, for flows -> masks")
    parser.add_argument("--one-thread", action="store_true", help="our times on one thread too")
    parser.add_argument("--skip-peer", action="store_true", help="our times alone")
    return parser.parse_args()


arguments = parse_arguments()
# Before numpy, numba and torch start their threads.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = str(arguments.threads)

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from published_network import PublishedNetwork, read_arrays  # noqa: E402

torch.set_num_threads(arguments.threads)
torch.set_grad_enabled(False)

FEATURES = (32, 64, 128, 256)
NETWORK_SLICES = 27
CHANNELS = 3
FLOW_FACTOR = 5.0
PRECISIONS = ("f32", "bf16")


def read_nrrd(name):
    """Voxels of an 8-bit, raw or gzipped NRRD file as [z, y, x]."""
    import zlib
    with open(name, "rb") as file:
        header, data = file.read().split(b"\n\n", 1)
    fields = dict(line.split(": ", 1) for line in header.decode().splitlines() if ": " in line)
    if fields["encoding"] != "raw":
        data = zlib.decompress(data, 31)
    return np.frombuffer(data, np.uint8).reshape([int(n) for n in fields["sizes"].split()][::-1])


def network_operations(size):
    """Multiplications and additions of the U-Net's convolutions as they are written down."""
    operations, pixels, before = 0, size * size, 3
    for i, features in enumerate(FEATURES):
        for source in (before, FEATURES[min(i + 1, len(FEATURES) - 1)]):
            operations += 2 * pixels * (9 * (source * features + 3 * features ** 2) + source * features)
        operations += 2 * pixels * 9 * features * 4 * CHANNELS if i == 0 else 0
        before, pixels = features, pixels // 4
    return operations


def timed(function, *inputs):
    start = time.perf_counter()
    result = function(*inputs)
    return time.perf_counter() - start, result


def convolution_peak(dtype):
    """Operations a second of a convolution 64 -> 64, 3 x 3, channels-last on 256 x 256."""
    layout = {"memory_format": torch.channels_last}
    x = torch.randn(1, 64, 256, 256).to(dtype).contiguous(**layout)
    weight = torch.randn(64, 64, 3, 3).to(dtype).contiguous(**layout)
    seconds = [timed(lambda: F.conv2d(x, weight, padding=1))[0] for _ in range(20)]
    return 2 * 9 * 64 * 64 * 256 * 256 / min(seconds)


def program(name, *command):
    path = os.path.join(arguments.programs, name)
    return subprocess.run([path, *map(str, command)], check=True, capture_output=True, text=True).stdout


def case(name, *command):
    return json.loads(program(name, *command).strip().splitlines()[-1])


def segment(prefix, folder, precision, threads):
    timings = prefix + ".timings"
    program("pen-segment", prefix + ".nrrd", "-o", folder, "--model", prefix + ".pt", "--precision", precision,
            "--threads", threads, "--timings", timings, "--quiet")
    with open(timings, encoding="utf-8") as file:
        return json.load(file)


def cellpose_masks(prefix):
    from cellpose import dynamics
    # Cellpose 3.1 indexes with 32-bit integers, which torch before 2.0 refuses.
    if int(torch.__version__.split(".")[0]) < 2 and not hasattr(dynamics, "takes_long"):
        get_masks_torch = dynamics.get_masks_torch
        dynamics.get_masks_torch = lambda points, *a, **k: get_masks_torch(points.long(), *a, **k)
        dynamics.takes_long = True
    field = np.fromfile(prefix + ".flows", np.float32).reshape(arguments.size, arguments.size, 4)
    flow = np.ascontiguousarray(np.stack((field[..., 1], field[..., 0])) * FLOW_FACTOR)
    logit = np.ascontiguousarray(field[..., 2])
    return dynamics.resize_and_compute_masks(flow, logit, niter=200, flow_threshold=0.4, device=torch.device("cpu"))


def relative_difference(ours, theirs):
    return float(np.abs(ours - theirs).max() / (theirs.max() - theirs.min()))


def compare_outputs(prefix, peer, padded):
    """Largest differences of our planes and flow field, in files, to the peer's."""
    size = arguments.size
    planes = peer.project(padded)
    maps = peer.predict(planes).reshape(4, CHANNELS, size, size).clone()
    maps[:2] /= FLOW_FACTOR
    field = np.fromfile(prefix + ".field", np.float32).reshape(CHANNELS, size, size, 4)
    return [relative_difference(np.fromfile(prefix + ".planes", np.float32).reshape(planes.shape), planes.numpy()),
            relative_difference(field, maps.permute(1, 2, 3, 0).numpy())]


def make_inputs(folder):
    prefix = os.path.join(folder, "network")
    size, slices = arguments.size, arguments.slices
    case("penNetworkCase", "make", prefix, 1)
    program("pen-simulate", "-o", os.path.join(folder, "simulated"), "--size", f"{size},{size},{slices}", "--cells", 200,
            "--seed", 1, "--quiet")
    os.rename(os.path.join(folder, "simulated", "stack.nrrd"), prefix + ".nrrd")
    stack = read_nrrd(prefix + ".nrrd").astype(np.float32) / 255
    stack.tofile(prefix + ".stack")
    case("penFlowsAndMasksCase", "make", prefix, size, arguments.cells, 0.3)
    return prefix, stack


def median_of(runs, *keys):
    def value(run):
        for key in keys:
            run = run[key]
        return run
    return statistics.median(value(run) for run in runs)


def main():
    size, slices, threads = arguments.size, arguments.slices, arguments.threads
    with tempfile.TemporaryDirectory() as folder:
        prefix, stack = make_inputs(folder)
        peer = PublishedNetwork(read_arrays(prefix))
        before = (NETWORK_SLICES - slices) // 2
        padded = np.pad(stack, ((before, NETWORK_SLICES - slices - before), (0, 0), (0, 0)))
        padded = torch.from_numpy(padded[None, None])
        peaks = {"f32": convolution_peak(torch.float32), "bf16": convolution_peak(torch.bfloat16)}
        counts = sorted({1, threads}) if arguments.one_thread else [threads]
        settings = [(precision, n) for precision in PRECISIONS for n in counts]
        alone, whole = {s: [] for s in settings}, {s: [] for s in settings}
        our_masks, their_projection, their_network, their_masks = [], [], [], []
        differences = None
        if not arguments.skip_peer:  # this first run, which waits for memory and compilers, is not counted
            case("penNetworkCase", "run", prefix, slices, size, size, threads, "f32")
            differences = compare_outputs(prefix, peer, padded)
            cellpose_masks(prefix)
        for _ in range(arguments.repeats):
            for precision, n in settings:
                alone[precision, n].append(case("penNetworkCase", "run", prefix, slices, size, size, n, precision))
                whole[precision, n].append(segment(prefix, os.path.join(folder, "out"), precision, n))
            our_masks.append(case("penFlowsAndMasksCase", "masks", prefix, size, threads, "cellpose"))
            if arguments.skip_peer:
                continue
            seconds, planes = timed(peer.project, padded)
            their_projection.append(seconds)
            their_network.append(timed(peer.predict, planes)[0])
            their_masks.append(timed(cellpose_masks, prefix)[0])
        report(alone, whole, our_masks, their_projection, their_network, their_masks, peaks, differences)


def report(alone, whole, our_masks, their_projection, their_network, their_masks, peaks, differences):
    size, threads = arguments.size, arguments.threads
    operations = network_operations(size)
    masks = CHANNELS * median_of(our_masks, "seconds")
    print(f"{size} x {size} x {arguments.slices}, U-Net of {operations / 1e9:.0f} GFLOP, peak of conv2d at {threads} "
          f"threads: " + ", ".join(f"{p} {peaks[p] / 1e9:.0f} GFLOP/s" for p in PRECISIONS))
    if differences:
        print(f"largest difference to the peer, share of its range: planes {differences[0]:.1e}, field "
              f"{differences[1]:.1e}")
        peer = [statistics.median(runs) for runs in (their_projection, their_network)]
        peer_masks = CHANNELS * statistics.median(their_masks)
        print(f"peer f32, {threads} threads: PEN {peer[0]:.3f} s, U-Net {peer[1]:.3f} s "
              f"({operations / peer[1] / 1e9:.0f} GFLOP/s), masks {peer_masks:.3f} s, end to end "
              f"{sum(peer) + peer_masks:.3f} s")
    for (precision, n), runs in whole.items():
        projection = median_of(alone[precision, n], "projection_seconds")
        network = median_of(alone[precision, n], "network_seconds")
        cores = median_of(alone[precision, n], "network_processor_seconds") / network
        rest = median_of(runs, "total") - median_of(runs, "stages", "masks")
        print(f"ours {precision}, {n} threads: PEN {projection:.3f} s, U-Net {network:.3f} s "
              f"({operations / network / 1e9:.0f} GFLOP/s on {cores:.2f} cores), pen-segment without masks {rest:.3f} s "
              f"(network {median_of(runs, 'stages', 'network'):.3f} s)", end="")
        if n == threads:
            print(f", masks {masks:.3f} s, end to end {rest + masks:.3f} s", end="")
            if differences:
                print(f", ratio {(sum(peer) + peer_masks) / (rest + masks):.1f}", end="")
        print(flush=True)


main()
