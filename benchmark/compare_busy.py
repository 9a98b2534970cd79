#!/usr/bin/env python3
# Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
"""Times pen-segment on a machine that other programs keep busy: on one thread and on more, beside the load and alone.

    compare_busy.py --programs BUILD/bin [--against OTHER/bin] [--size 1024] [--slices 13] [--threads 2] [--busy 2]
                    [--repeats 3] [--model FILE]

The load is --busy processes that only count; the script starts and ends them. Needs nothing but Python. Without --model
the network has the published size and random weights (penNetworkCase, of -DPEN_BUILD_BENCHMARKS=ON, makes it). Runs alternate; times are medians of
wall-clock seconds. With --against a second build is timed in the same turns.
"""
import argparse
import contextlib
import os
import statistics
import subprocess
import tempfile
import time


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True, help="folder with pen-segment and pen-simulate")
    parser.add_argument("--against", help="folder with another build's programs")
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--slices", type=int, default=13)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--busy", type=int, default=2, help="processes that keep the machine busy")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--model", help="a model file (default: published size, random weights)")
    return parser.parse_args()


@contextlib.contextmanager
def load(processes):
    running = [subprocess.Popen(["python3", "-c", "while True: pass"]) for _ in range(processes)]
    try:
        time.sleep(0.5)
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def segment_seconds(programs, model, stack, threads, folder):
    start = time.monotonic()
    subprocess.run([os.path.join(programs, "pen-segment"), stack, "-o", os.path.join(folder, "out"), "--model", model,
                    "--threads", str(threads), "--no-report", "--depth-window", "off", "--quiet"],
                   check=True, stderr=subprocess.DEVNULL)
    return time.monotonic() - start


def main():
    arguments = parse_arguments()
    builds = {"this build": arguments.programs}
    if arguments.against:
        builds["the other"] = arguments.against
    with tempfile.TemporaryDirectory() as folder:
        size = f"{arguments.size},{arguments.size},{arguments.slices}"
        subprocess.run([os.path.join(arguments.programs, "pen-simulate"), "-o", folder, "--size", size, "--cells", "60",
                        "--seed", "1", "--quiet"], check=True)
        stack = os.path.join(folder, "stack.nrrd")
        model = arguments.model
        if not model:
            model = os.path.join(folder, "model.pt")
            subprocess.run([os.path.join(arguments.programs, "penNetworkCase"), "make", model[:-3], "1"], check=True)
        seconds = {}
        for _ in range(arguments.repeats):
            for busy in (0, arguments.busy):
                with load(busy):
                    for name, programs in builds.items():
                        for threads in (1, arguments.threads):
                            seconds.setdefault((name, busy, threads), []).append(
                                segment_seconds(programs, model, stack, threads, folder))
    for name in builds:
        print(name)
        alone = statistics.median(seconds[name, 0, arguments.threads])
        for (build, busy, threads), values in seconds.items():
            if build == name:
                median = statistics.median(values)
                print(f"  {threads} thread(s), {busy} busy programs: {median:6.2f} s "
                      f"({min(values):.2f} to {max(values):.2f}), {median / alone:.2f} of {arguments.threads} alone")


if __name__ == "__main__":
    main()
