#!/usr/bin/env python3
# Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
"""Sets flows -> masks and masks -> flows beside Cellpose 3 and the published PEN code, on the same files in one run.

    compare_flows_and_masks.py --case BUILD/bin/penFlowsAndMasksCase [--repeats 3] [--threads 2]
                               [--size 2048 --cells 2000 --noise 0.3 ...] [--pen FLOWS_TO_MASKS.py]

Needs an environment with cellpose 3 (measured: 3.1.1.3 from PyPI) and its CPU torch. --pen names the file
CellPose/main/flows_to_masks.py of the published code (github eddy6081/PEN), which is read where it lies. Runs of either
side alternate; times are medians, of wall-clock seconds and of processor seconds (which a busy machine changes less);
first runs, which compile or wait for memory, are not counted.
"""
import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import types


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", required=True, help="the program penFlowsAndMasksCase")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--size", type=int, default=2048)
    parser.add_argument("--cells", type=int, default=2000)
    parser.add_argument("--noise", type=float, nargs="+", default=[0.3], help="deviation of the flows' white noise")
    parser.add_argument("--pen", help="flows_to_masks.py of the published code; compared on 512 x 512")
    return parser.parse_args()


arguments = parse_arguments()
# Before numpy, numba and torch start their threads.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = str(arguments.threads)

import numpy as np  # noqa: E402
import torch  # noqa: E402
from cellpose import dynamics, metrics  # noqa: E402

torch.set_num_threads(arguments.threads)
CPU = torch.device("cpu")
CELLPOSES_SCALE = 5.0

# Cellpose 3.1 indexes with 32-bit integers, which torch before 2.0 refuses.
if int(torch.__version__.split(".")[0]) < 2:
    get_masks_torch = dynamics.get_masks_torch
    dynamics.get_masks_torch = lambda points, *a, **k: get_masks_torch(points.long(), *a, **k)


def run_case(*command):
    output = subprocess.run([arguments.case, *map(str, command)], check=True, capture_output=True, text=True).stdout
    return json.loads(output.strip().splitlines()[-1])


def timed(function):
    wall, processor = time.perf_counter(), time.process_time()
    result = function()
    return {"seconds": time.perf_counter() - wall, "processor_seconds": time.process_time() - processor}, result


def average_precision(truth, masks):
    return float(metrics.average_precision(truth.astype(int), masks.astype(int), threshold=[0.9])[0][0])


def share_within(field, flows, truth, degrees):
    """Share of cell pixels whose two flows are within an angle; flows is y then x."""
    cosine = field[..., 0] * flows[1] + field[..., 1] * flows[0]
    inside = (truth > 0) & (np.hypot(flows[0], flows[1]) > 0.5)
    return float((cosine[inside] > np.cos(np.radians(degrees))).mean())


def report(what, ours, theirs):
    for key, name in (("seconds", "wall"), ("processor_seconds", "processor")):
        us, them = (statistics.median(run[key] for run in side) for side in (ours, theirs))
        print(f"  {what}, {name}: ours {us:.3f} s, peer {them:.2f} s, ratio {them / us:.1f}", flush=True)


def compare_with_cellpose(prefix, noise):
    size = arguments.size
    made = run_case("make", prefix, size, arguments.cells, noise)
    print(f"Cellpose 3, {size} x {size}, {made['cells']} cells, noise {noise}, {arguments.threads} threads")
    field = np.fromfile(prefix + ".flows", np.float32).reshape(size, size, 4)
    truth = np.fromfile(prefix + ".truth", np.int32).reshape(size, size)
    flow = np.ascontiguousarray(np.stack((field[..., 1], field[..., 0])) * CELLPOSES_SCALE)
    logit = np.ascontiguousarray(field[..., 2])

    def cellpose_masks():
        return dynamics.resize_and_compute_masks(flow, logit, niter=200, flow_threshold=0.4, device=CPU)

    def cellpose_flows():
        return dynamics.masks_to_flows(truth.astype(int), device=CPU)

    cellpose_masks()
    ours, theirs, our_flows, their_flows = [], [], [], []
    for _ in range(arguments.repeats):
        ours.append(run_case("masks", prefix, size, arguments.threads, "cellpose"))
        seconds, cellpose = timed(cellpose_masks)
        theirs.append(seconds)
        our_flows.append(run_case("flows", prefix, size, arguments.threads))
        seconds, target = timed(cellpose_flows)
        their_flows.append(seconds)
    report("flows -> masks with flow check", ours, theirs)
    report("masks -> flows", our_flows, their_flows)
    masks = np.fromfile(prefix + ".masks", np.int32).reshape(size, size)
    own = np.fromfile(prefix + ".own", np.float32).reshape(size, size, 4)
    print(f"  AP at IoU 0.9: ours to Cellpose's {average_precision(cellpose, masks):.4f}, to the truth ours "
          f"{average_precision(truth, masks):.4f}, Cellpose's {average_precision(truth, cellpose):.4f}")
    print(f"  masks -> flows within 2 degrees of Cellpose's: {share_within(own, target, truth, 2.0):.5f}", flush=True)


def load_published_pen():
    """The published module, with what its age needs: names that numpy and scipy have dropped, and no plotting."""
    for name, value in (("int", int), ("bool", bool), ("float", float)):
        if name not in np.__dict__:
            setattr(np, name, value)
    import scipy.ndimage
    stand_ins = ["scipy.ndimage.filters", "scipy.ndimage.morphology"]
    if importlib.util.find_spec("matplotlib") is None:
        stand_ins += ["matplotlib", "matplotlib.pyplot"]
    for name in stand_ins:
        module = types.ModuleType(name)
        for function in ("maximum_filter1d", "distance_transform_edt", "binary_fill_holes"):
            setattr(module, function, getattr(scipy.ndimage, function))
        sys.modules[name] = module
    spec = importlib.util.spec_from_file_location("published_flows_to_masks", arguments.pen)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compare_with_pen(prefix, noise):
    size, cells = 512, 125
    made = run_case("make", prefix, size, cells, noise)
    print(f"Published PEN dynamics, {size} x {size}, {made['cells']} cells, noise {noise}, {arguments.threads} threads")
    field = np.fromfile(prefix + ".flows", np.float32).reshape(size, size, 4)
    truth = np.fromfile(prefix + ".truth", np.int32).reshape(size, size)
    cell, border = (1.0 / (1.0 + np.exp(-field[..., k])) for k in (2, 3))
    published_input = np.stack((cell, field[..., 0], field[..., 1], border))
    published = load_published_pen()

    def published_masks():
        ends = published.follow_flows(published_input, niter=500, mask_threshold=0.5, border_threshold=0.8,
                                      verbose=False)
        return published.get_masks(ends, published_input, threshold=0.5, niter=300, size_threshold=30,
                                   verbose=False)[1]

    ours, theirs = [], []
    for _ in range(arguments.repeats):
        ours += [run_case("masks", prefix, size, arguments.threads, "pen") for _ in range(3)]
        seconds, labels = timed(published_masks)
        theirs.append(seconds)
    report("flows -> masks", ours, theirs)
    masks = np.fromfile(prefix + ".masks", np.int32).reshape(size, size)
    labels = np.unique(labels.astype(int), return_inverse=True)[1].reshape(size, size)
    print(f"  AP at IoU 0.9: ours to the published masks {average_precision(labels, masks):.4f}, to the truth ours "
          f"{average_precision(truth, masks):.4f}, published {average_precision(truth, labels):.4f}", flush=True)


with tempfile.TemporaryDirectory() as folder:
    for deviation in arguments.noise:
        compare_with_cellpose(os.path.join(folder, "case"), deviation)
    if arguments.pen:
        for deviation in arguments.noise:
            compare_with_pen(os.path.join(folder, "case"), deviation)
