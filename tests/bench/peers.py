"""Head to head with GerryChain and METIS: fewest cut edges on the same graphs within the same windows of weight.

    python tests/bench/peers.py BENCH_FOLDER WANGGE [SECONDS]

Needs `pip install gerrychain pymetis`. Each program has SECONDS (10) for each graph, one after the other in one run;
what counts is the best division whose zones are connected and within the window, checked here from its labels.
"""

import csv
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import warnings
from functools import partial

import networkx
import pymetis
from gerrychain import Graph, MarkovChain, Partition, accept, constraints, proposals, tree, updaters
from gerrychain.partition import recursive_tree_part


def judged(graph, labels, k, low, high):
    """Cut edges of a division, or None where it breaks the rules."""
    weights = [0] * k
    for unit, label in enumerate(labels):
        weights[label] += graph.nodes[unit]["pop"]
    whole = all(
        len(zone) > 0 and networkx.is_connected(graph.subgraph(zone))
        for zone in ([u for u in graph if labels[u] == z] for z in range(k))
    )
    if not whole or min(weights) < low or max(weights) > high:
        return None
    return sum(labels[a] != labels[b] for a, b in graph.edges)


def wangge(binary, path, graph, k, low, high, seconds):
    with tempfile.NamedTemporaryFile(suffix=".txt") as out:
        command = [binary, "partition", "--graph", path, "-k", k, "--weight", "pop", "--lower", low, "--upper", high]
        command += ["--time", seconds, "--json", "-o", out.name]
        told = json.loads(subprocess.run([str(part) for part in command], capture_output=True, check=False).stdout)
        labels = [int(line) for line in pathlib.Path(out.name).read_text().split()]
    return judged(graph, labels, k, low, high), told["found_seconds"]


def metis(graph, k, low, high, seconds):
    """METIS with seeds and slacks in turn, its contiguous mode."""
    begun, best, seed = time.monotonic(), None, 0
    near = [list(graph.neighbors(unit)) for unit in sorted(graph)]
    weights = [graph.nodes[unit]["pop"] for unit in sorted(graph)]
    found = 0.0
    while time.monotonic() - begun < seconds:
        options = pymetis.Options(seed=seed, contig=1, ufactor=[1, 2, 3, 5][seed % 4], ncuts=1, niter=20)
        seed += 1
        try:
            _, labels = pymetis.part_graph(k, adjacency=near, vweights=weights, recursive=False, options=options)
        except RuntimeError:
            continue
        cut = judged(graph, labels, k, low, high)
        if cut is not None and (best is None or cut < best):
            best, found = cut, time.monotonic() - begun
    return best, found


def gerrychain(graph, k, low, high, seconds):
    """Short bursts of ReCom from a random plan, begun again where they stand still."""
    begun, best, found = time.monotonic(), None, 0.0
    ideal = (low + high) / 2
    slack = (high - low) / 2 / ideal
    chained = Graph.from_networkx(graph)
    update = {"population": updaters.Tally("pop", alias="population"), "cut_edges": updaters.cut_edges}
    # Few tries for each tree: a hundred and another start, rather than a thousand of which none fits.
    halves = partial(tree.bipartition_tree, max_attempts=100)
    while time.monotonic() - begun < seconds:
        try:
            grown = recursive_tree_part(chained, range(k), ideal, "pop", slack, 0, method=halves)
            plan = Partition(chained, assignment=grown, updaters=update)
            step = partial(proposals.recom, pop_col="pop", pop_target=ideal, epsilon=slack, node_repeats=0, method=halves)
            here = plan
            for _ in range(200):
                for state in MarkovChain(step, constraints.contiguous, accept.always_accept, here, 10):
                    cut = len(state["cut_edges"])
                    weights = state["population"].values()
                    fits = low <= min(weights) and max(weights) <= high
                    if fits and (best is None or cut < best):
                        best, found = cut, time.monotonic() - begun
                    if cut <= len(here["cut_edges"]):
                        here = state
                    if time.monotonic() - begun > seconds:
                        return best, found
        except Exception:  # No balanced cut of a tree was found: another start.
            continue
    return best, found


def main():
    bench, binary = pathlib.Path(sys.argv[1]), sys.argv[2]
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 10.0
    random.seed(1)
    # GerryChain warns of every tree without a balanced cut.
    warnings.simplefilter("ignore")
    print("| graph | units | zones | best known | Wangge | after | METIS | after | GerryChain | after |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for row in csv.DictReader((bench / "min_cut_best_known.csv").open()):
        path = bench / "graphs" / f"{row['state']}_{row['level']}.json"
        if not path.exists():
            continue
        raw = json.loads(path.read_text())
        graph = networkx.Graph()
        for unit, node in enumerate(raw["nodes"]):
            graph.add_node(unit, pop=node["pop"])
        graph.add_edges_from((edge[0], edge[1]) for edge in raw["edges"])
        k, low, high = int(row["k"]), int(row["L"]), int(row["U"])
        answers = [
            wangge(binary, path, graph, k, low, high, seconds),
            metis(graph, k, low, high, seconds),
            gerrychain(graph, k, low, high, seconds),
        ]
        told = " | ".join("none | –" if cut is None else f"{cut} | {after:.2f} s" for cut, after in answers)
        print(f"| {row['state']} {row['level']} | {row['n']} | {k} | {row['best_known_any_source']} | {told} |", flush=True)


main()
