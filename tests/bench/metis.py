"""A large graph beside METIS followed by annealing: cut edges of SIDE x SIDE cells in K connected zones within a window.

    python tests/bench/metis.py WANGGE [SIDE [K [PERCENT [SECONDS]]]]

Needs `pip install pymetis numba`. Wangge has SECONDS (15); METIS has its own time, and annealing that starts from its
answer has SECONDS after it: single cells move to a zone beside them where that leaves both connected, accepted as in
Kirkpatrick, Gelatt and Vecchi (1983) with the temperature falling evenly in its logarithm. What counts is judged here
from the labels.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numba
import numpy
import pymetis


def grid(side):
    """Neighbours of each cell, -1 where there is none."""
    cell = numpy.arange(side * side)
    x, y = cell % side, cell // side
    return numpy.stack(
        [
            numpy.where(x > 0, cell - 1, -1),
            numpy.where(x < side - 1, cell + 1, -1),
            numpy.where(y > 0, cell - side, -1),
            numpy.where(y < side - 1, cell + side, -1),
        ],
        axis=1,
    )


def judged(near, labels, k, low, high):
    """Cut edges, and whether every zone is connected and within the window."""
    cut = sum(int(((near[:, at] >= 0) & (labels != labels[near[:, at]])).sum()) for at in range(4)) // 2
    sizes = numpy.bincount(labels, minlength=k)
    seen, parts = numpy.zeros(len(labels), bool), 0
    for start in range(len(labels)):
        if seen[start]:
            continue
        parts += 1
        stack, seen[start] = [start], True
        while stack:
            for other in near[stack.pop()]:
                if other >= 0 and not seen[other] and labels[other] == labels[start]:
                    seen[other] = True
                    stack.append(other)
    return cut, bool(parts == k and sizes.min() >= low and sizes.max() <= high)


@numba.njit(cache=True)
def stays_whole(near, labels, cell, side):
    """Whether a zone stays connected without a cell, as far as the eight cells around it tell: never wrongly yes."""
    zone, x, y = labels[cell], cell % side, cell // side
    ring = numpy.zeros(8, numba.boolean)
    for at, (dx, dy) in enumerate([(-1, -1), (0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0)]):
        if 0 <= x + dx < side and 0 <= y + dy < side:
            ring[at] = labels[cell + dy * side + dx] == zone
    # Runs of the ring that hold one of the four cells beside.
    runs = 0
    for at in (1, 3, 5, 7):
        if ring[at] and not (ring[at - 1] and ring[at - 2]):
            runs += 1
    whole = ring[1] and ring[3] and ring[5] and ring[7]
    return runs == 1 or (whole and ring.all())


@numba.njit(cache=True)
def anneal(near, labels, sizes, side, low, high, hot, cold, steps, seed):
    """Steps with a falling temperature; a cell out of the window weighs as much as one edge."""
    numpy.random.seed(seed)
    for step in range(steps):
        cell = numpy.random.randint(labels.size)
        other = near[cell, numpy.random.randint(4)]
        if other < 0 or labels[other] == labels[cell]:
            continue
        mine, theirs = labels[cell], labels[other]
        more = 0
        for beside in near[cell]:
            if beside >= 0:
                more += (labels[beside] == mine) - (labels[beside] == theirs)
        for zone, change in ((mine, -1), (theirs, 1)):
            before, after = sizes[zone], sizes[zone] + change
            more += max(low - after, 0) + max(after - high, 0) - max(low - before, 0) - max(before - high, 0)
        heat = hot * (cold / hot) ** (step / steps)
        if (more <= 0 or numpy.random.random() < numpy.exp(-more / heat)) and stays_whole(near, labels, cell, side):
            labels[cell] = theirs
            sizes[mine] -= 1
            sizes[theirs] += 1


def metis_then_annealing(near, side, k, low, high, seconds):
    lists = [[int(other) for other in row if other >= 0] for row in near]
    begun = time.monotonic()
    options = pymetis.Options(seed=1, contig=1, ufactor=1, ncuts=5, niter=20)
    _, labels = pymetis.part_graph(k, adjacency=lists, recursive=False, options=options)
    first = numpy.array(labels)
    print(f"METIS: cut, fits: {judged(near, first, k, low, high)} after {time.monotonic() - begun:.1f} s", flush=True)
    sizes = numpy.bincount(first, minlength=k)
    anneal(near, first.copy(), sizes.copy(), side, low, high, 1.0, 0.1, 1000, 1)
    begun = time.monotonic()
    anneal(near, first.copy(), sizes.copy(), side, low, high, 1.0, 0.1, 2_000_000, 1)
    steps = int(2_000_000 / (time.monotonic() - begun) * seconds)
    for hot in (2.0, 1.0, 0.5, 0.25):
        found, left = first.copy(), sizes.copy()
        begun = time.monotonic()
        anneal(near, found, left, side, low, high, hot, 0.1, steps, 1)
        told = judged(near, found, k, low, high)
        print(f"and annealing from {hot}: cut, fits: {told} after {time.monotonic() - begun:.1f} s, {steps} steps", flush=True)


def wangge(binary, near, k, low, high, seconds):
    with tempfile.TemporaryDirectory() as folder:
        graph, out = pathlib.Path(folder) / "grid.json", pathlib.Path(folder) / "labels.txt"
        nodes = [{"id": cell, "pop": 1} for cell in range(len(near))]
        edges = [[int(cell), int(other)] for at in (1, 3) for cell, other in enumerate(near[:, at]) if other >= 0]
        graph.write_text(json.dumps({"nodes": nodes, "edges": edges}))
        command = [binary, "partition", "--graph", graph, "-k", k, "--weight", "pop", "--lower", low, "--upper", high]
        begun = time.monotonic()
        subprocess.run([str(part) for part in [*command, "--time", seconds, "-o", out]], check=False, capture_output=True)
        labels = numpy.array([int(line) for line in out.read_text().split()])
        print(f"Wangge: cut, fits: {judged(near, labels, k, low, high)} after {time.monotonic() - begun:.1f} s", flush=True)


def main():
    binary, given = sys.argv[1], [float(word) for word in sys.argv[2:]]
    side, k, percent, seconds = (*given, *[316, 40, 0.1, 15][len(given) :])
    side, k = int(side), int(k)
    near, mean = grid(side), side * side / k
    low, high = -int(-mean * (1 - percent / 100) // 1), int(mean * (1 + percent / 100))
    print(f"{side * side} cells, {k} zones of {low} to {high}", flush=True)
    wangge(binary, near, k, low, high, seconds)
    metis_then_annealing(near, side, k, low, high, seconds)


main()
