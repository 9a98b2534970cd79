#!/usr/bin/env python3
# Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
"""What a network that makes no mistake could find at most, for a number of depth channels in local order.

    channel_ceiling.py --programs BUILD/bin --data FOLDER/data [--sets real-dense ...] [--channels 1 2 3 9]

FOLDER/data comes from scripts/make-training-data. The true cells of each test stack get their channels as pen-train
assigns them (--assign local_order --minimum-overlap 0.05); where two of a channel overlap, the deeper one wins, as in its
targets. Their exact flow fields (pen-flows) become cells again (pen-masks with its defaults), which pen-evaluate compares
with the truth at IoU .5: what is missed is what the channels cannot hold. Needs numpy.
"""
import argparse
import csv
import gzip
import json
import os
import subprocess
import tempfile

import numpy as np

MINIMUM_OVERLAP = 0.05
TYPES = {"unsigned char": "u1", "uint8": "u1", "unsigned short": "<u2", "uint16": "<u2"}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True, help="folder with pen-flows, pen-masks and pen-evaluate")
    parser.add_argument("--data", required=True)
    parser.add_argument("--sets", nargs="+", default=["real-dense", "real-crowded", "real-stacked"])
    parser.add_argument("--channels", nargs="+", type=int, default=[1, 2, 3, 9])
    return parser.parse_args()


def read_layers(path):
    with open(path, "rb") as file:
        header, _, data = file.read().partition(b"\n\n")
    fields = dict(line.split(": ", 1) for line in header.decode().split("\n") if ": " in line)
    data = gzip.decompress(data) if fields["encoding"].startswith("gz") else data
    return np.frombuffer(data, TYPES[fields["type"]]).reshape([int(size) for size in fields["sizes"].split()][::-1])


def write_layers(path, layers):
    sizes = " ".join(str(size) for size in layers.shape[::-1])
    header = f"NRRD0004\ntype: uint16\ndimension: 3\nsizes: {sizes}\nendian: little\nencoding: raw\n\n"
    with open(path, "wb") as file:
        file.write(header.encode() + layers.astype("<u2").tobytes())


def local_order(masks, depths, channels):
    assigned = {}
    for label in sorted(masks, key=lambda label: depths[label]):
        area = masks[label].sum()
        above = [channel for other, channel in assigned.items()
                 if (masks[label] & masks[other]).sum() >= MINIMUM_OVERLAP * min(area, masks[other].sum())]
        assigned[label] = min(max(above, default=-1) + 1, channels - 1)
    return assigned


class Ceiling:
    def __init__(self, programs, folder):
        self.programs = programs
        self.folder = folder

    def run(self, name, *arguments):
        subprocess.run([os.path.join(self.programs, name), *arguments, "--quiet"], check=True,
                       stdout=subprocess.DEVNULL)

    def of_stack(self, sample, channels):
        """True positives, false positives and false negatives."""
        truth = os.path.join(sample, "layers.nrrd")
        layers = read_layers(truth)
        with open(os.path.join(sample, "cells.csv"), encoding="utf-8") as table:
            depths = {int(row["label"]): float(row["approx_z"]) for row in csv.DictReader(table)}
        masks = {label: (layers == label).any(0) for label in depths}
        pages = np.zeros((channels,) + layers.shape[1:])
        assigned = local_order(masks, depths, channels)
        for label in sorted(masks, key=lambda label: depths[label]):
            pages[assigned[label]][masks[label]] = label
        paths = [os.path.join(self.folder, name) for name in ("true.nrrd", "flows.nrrd", "found.nrrd", "scores.json")]
        write_layers(paths[0], pages)
        self.run("pen-flows", paths[0], "-o", paths[1])
        self.run("pen-masks", paths[1], "-o", paths[2])
        self.run("pen-evaluate", "--truth", truth, "--prediction", paths[2], "--json", paths[3])
        with open(paths[3], encoding="utf-8") as file:
            scores = json.load(file)
        return np.array([scores["tp"], scores["fp"], scores["fn"]])


def main():
    arguments = parse_arguments()
    print("set,channels,jaccard,tp,fp,fn")
    with tempfile.TemporaryDirectory() as folder:
        ceiling = Ceiling(arguments.programs, folder)
        for name in arguments.sets:
            of_set = os.path.join(arguments.data, "test", name)
            for channels in arguments.channels:
                counts = sum(ceiling.of_stack(os.path.join(of_set, sample), channels)
                             for sample in sorted(os.listdir(of_set)))
                print(f"{name},{channels},{counts[0] / counts.sum():.4f},{counts[0]},{counts[1]},{counts[2]}",
                      flush=True)


main()
