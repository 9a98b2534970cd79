# Writes metrics.json: what scipy's linear_sum_assignment and Cellpose's average_precision say of small cases.
# Needs Python with numpy, scipy and cellpose 3; see README.md. Nothing of this runs in the tests.
import json
import sys

import numpy as np
from cellpose.metrics import average_precision
from scipy.optimize import linear_sum_assignment

generator = np.random.default_rng(2024)


def assignment(weights):
    weights = np.round(weights, 6)
    rows, columns = linear_sum_assignment(weights, maximize=True)
    return {
        "rows": weights.shape[0],
        "columns": weights.shape[1],
        "weights": weights.ravel().tolist(),
        "total": float(weights[rows, columns].sum()),
    }


def consecutive(labels):
    return np.unique(labels, return_inverse=True)[1].reshape(labels.shape)


def discs(shape, count, smallest, largest):
    labels = np.zeros(shape, int)
    y, x = np.mgrid[: shape[0], : shape[1]]
    for label in range(1, count + 1):
        cy, cx = generator.uniform(0, shape[0]), generator.uniform(0, shape[1])
        inside = (y - cy) ** 2 + (x - cx) ** 2 < generator.uniform(smallest, largest) ** 2
        labels[inside & (labels == 0)] = label
    return consecutive(labels)


# The truth moved by a few pixels; some cells lost, some merged, some cut in two, some invented.
def disturbed(truth, shift, lost, merged, cut, invented):
    labels = np.roll(truth, shift, (0, 1))
    numbers = generator.permutation(np.arange(1, truth.max() + 1))
    for label in numbers[:lost]:
        labels[labels == label] = 0
    for a, b in numbers[lost : lost + 2 * merged].reshape(-1, 2):
        labels[labels == a] = b
    left = np.mgrid[: truth.shape[0], : truth.shape[1]][1] % 9 < 3
    for label in numbers[lost + 2 * merged : lost + 2 * merged + cut]:
        labels[(labels == label) & left] = labels.max() + 1
    more = discs(truth.shape, invented, 2, 5) if invented else np.zeros_like(truth)
    labels[(labels == 0) & (more > 0)] = (more + labels.max())[(labels == 0) & (more > 0)]
    return consecutive(labels)


# value, count, value, count, ... row by row
def runs(labels):
    flat = labels.ravel()
    starts = np.flatnonzero(np.diff(flat, prepend=-1))
    counts = np.diff(np.append(starts, flat.size))
    return np.stack([flat[starts], counts], 1).ravel().tolist()


def pair(truth, prediction):
    thresholds = [0.1, 0.3] + [round(0.5 + 0.05 * i, 2) for i in range(10)]
    tp, fp, fn = (v.astype(float) for v in average_precision(truth, prediction, threshold=thresholds)[1:])
    return {
        "width": truth.shape[1],
        "height": truth.shape[0],
        "truth": runs(truth),
        "prediction": runs(prediction),
        "thresholds": thresholds,
        "tp": tp.tolist(),
        "fp": fp.tolist(),
        "fn": fn.tolist(),
        "ap": (tp / (tp + fp + fn)).tolist(),
    }


sparse = generator.uniform(0, 1, (30, 18)) * (generator.uniform(0, 1, (30, 18)) < 0.2)
first = discs((96, 112), 40, 3, 9)
second = discs((80, 80), 70, 3, 7)
json.dump(
    {
        "assignments": [
            assignment(generator.uniform(0, 1, (24, 24))),
            assignment(sparse),
            assignment(generator.integers(0, 4, (18, 30)).astype(float)),
            assignment(generator.normal(0, 1, (16, 16))),
            assignment(generator.normal(0, 1, (12, 20))),
            assignment(generator.beta(0.3, 2.0, (36, 36))),
        ],
        "pairs": [
            pair(first, disturbed(first, (1, -1), 4, 3, 5, 8)),
            pair(second, disturbed(second, (1, 1), 6, 6, 12, 10)),
            pair(second, disturbed(second, (0, 0), 0, 0, 30, 0)),
            pair(first, np.zeros_like(first)),
            pair(first, first),
        ],
    },
    open(sys.argv[1], "w"),
    separators=(",", ":"),
)
