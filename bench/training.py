#!/usr/bin/python3
"""Seconds of training epochs against PyTorch doing the same work on the same machine at the same time.

usage: training.py --data FOLDER [ROW...] [--cajal PATH] [--threads N] [--peer-threads N...] [--runs N] [--epochs N] [--json FILE]

FOLDER/mnist holds the four IDX files (.gz). A row is a config of bench/training and a model of torch_training.py of the
same name. In each run the program and the peer, with one thread and with two, take turns; figures are medians over all
epochs but the first of each run, and the ratio is the peer's, with its better number of threads, over ours.

The ratios are the result: seconds differ from machine to machine. Where OPENBLAS_CORETYPE is not set the peer gets
what --coretype says, since Debian's OpenBLAS does not know newer processors and would take slow kernels.

Needs Debian's python3-h5py and python3-torch.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

import h5py

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
ROWS = ["mlp_small", "mlp_large", "cnn", "lenet", "lstm", "gru", "rnn", "autoencoder", "gan"]


def finish(command, environment=None):
    """What a command prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        sys.exit(f"training.py: {' '.join(command)} ended with exit code {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def run_cajal(row, options, folder):
    command = [options.cajal, "run", os.path.join(HERE, "training", row + ".toml"), "--data", options.data]
    command += ["--threads", str(options.threads), "--quiet", "--force", "--out", folder]
    gradient = "d" if row == "gan" else "bp"
    command += ["--set", 'run.name="bench"', "--set", f"learn.{gradient}.epochs={options.epochs}"]
    finish(command)
    with h5py.File(os.path.join(folder, "bench.h5"), "r") as file:
        return [float(seconds) for seconds in file["timing/epoch_seconds"]]


def run_peer(row, threads, options):
    command = [sys.executable, os.path.join(HERE, "torch_training.py"), row, os.path.join(options.data, "mnist")]
    command += ["--threads", str(threads), "--epochs", str(options.epochs)]
    environment = dict(os.environ)
    if options.coretype:
        environment.setdefault("OPENBLAS_CORETYPE", options.coretype)
    return json.loads(finish(command, environment).splitlines()[-1])["seconds"]


def measure(row, options, folder):
    """The median of the epochs' seconds, ours and the peer's by its number of threads."""
    ours, peers = [], {n: [] for n in options.peer_threads}
    for _ in range(options.runs):
        ours += warm(run_cajal(row, options, folder))
        for n, seconds in peers.items():
            seconds += warm(run_peer(row, n, options))
    return statistics.median(ours), {n: statistics.median(seconds) for n, seconds in peers.items()}


def warm(epochs):
    return epochs[1:] or epochs


def main():
    parser = argparse.ArgumentParser(description="Training against PyTorch.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; default: all")
    parser.add_argument("--data", required=True, help="the folder with the folder mnist")
    parser.add_argument("--cajal", default=os.path.join(ROOT, "build", "release", "cajal"), help="the program")
    parser.add_argument("--threads", type=int, default=2, help="of the program")
    parser.add_argument("--peer-threads", type=int, nargs="+", default=[1, 2], help="of the peer: each of these")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--coretype", default="SKYLAKEX", help="the peer's OPENBLAS_CORETYPE; '' leaves it unset")
    parser.add_argument("--json", help="write all numbers to this file too")
    options = parser.parse_args()
    if not os.access(options.cajal, os.X_OK):
        sys.exit(f"training.py: there is no program {options.cajal}; `./cajal bench training` builds it")
    if min(options.runs, options.epochs, options.threads) < 1:
        sys.exit("training.py: at least 1 run, 1 epoch and 1 thread")
    unknown = [row for row in options.rows if row not in ROWS]
    if unknown:
        sys.exit(f'training.py: no row "{unknown[0]}"; there are: {", ".join(ROWS)}')
    names = ["cajal", *(f"PyTorch ({n})" for n in options.peer_threads)]
    print(f"{'seconds an epoch':<20}" + "".join(f"{name:>14}" for name in names) + f"{'ratio':>10}")
    everything = {}
    with tempfile.TemporaryDirectory(prefix="cajal_bench_") as folder:
        for row in options.rows or ROWS:
            ours, peers = measure(row, options, folder)
            ratio = min(peers.values()) / ours
            columns = "".join(f"{seconds:>14.3f}" for seconds in [ours, *peers.values()])
            print(f"{row:<20}{columns}{ratio:>10.2f}", flush=True)
            everything[row] = {"cajal": ours, "peer": peers, "ratio": ratio}
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(everything, file, indent=1)


if __name__ == "__main__":
    main()
