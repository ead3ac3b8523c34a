#!/usr/bin/python3
"""Speed and memory of network simulations, from what the program notes in its results.

usage: networks.py [NETWORK...] [--cajal PATH] [--threads 1,2] [--runs N] [--duration S] [--peer brian2] [--json FILE]

NETWORK is the name of a file of configs/networks or configs/plasticity (default: brunel, vogels_abbott_cuba,
vogels_abbott_coba, cobahh, cuba_stdp, song_miller_abbott), or the path of a config. Each runs several times with each
number of threads; with --peer the peer runs in between, so both meet the same machine. Prints medians; the ratio is the
peer's time, with its better number of threads, over ours, with our better.

Needs Debian's python3-h5py; with --peer brian2 also python3-brian.
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
FOLDERS = ["networks", "plasticity"]
DEFAULT = ["brunel", "vogels_abbott_cuba", "vogels_abbott_coba", "cobahh", "cuba_stdp", "song_miller_abbott"]
ATTRIBUTES = ["run_seconds", "build_seconds", "synapses", "synaptic_events", "peak_memory", "t_stop"]


def config_of(network):
    if os.path.exists(network):
        return network
    folders = [os.path.join(ROOT, "configs", folder) for folder in FOLDERS]
    for folder in folders:
        path = os.path.join(folder, network + ".toml")
        if os.path.exists(path):
            return path
    there = sorted(f[:-5] for folder in folders for f in os.listdir(folder) if f.endswith(".toml"))
    sys.exit(f'networks.py: no network "{network}"; there are: {", ".join(there)}')


def run_cajal(program, config, threads, duration, folder):
    """What the result says of one run, and the seconds of its phases."""
    command = [program, "run", config, "--threads", str(threads), "--quiet", "--force", "--out", folder]
    command += ["--set", 'run.name="bench"']
    if duration:
        command += ["--set", f'run.duration="{duration} s"']
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"networks.py: {' '.join(command)} ended with exit code {done.returncode}:\n{done.stdout}")
    with h5py.File(os.path.join(folder, "bench.h5"), "r") as file:
        found = {name: float(file.attrs[name]) for name in ATTRIBUTES}
        timing = file.get("timing")
        phases = timing.attrs.items() if timing is not None else []
        found["phases"] = {name: float(value) for name, value in phases if getattr(value, "size", 1) == 1}
    return found


def run_brian2(network, threads, duration, folder):
    # An interpreter of its own, since Brian2 makes one program a process; what it built is used again.
    command = [sys.executable, "-W", "ignore", os.path.join(HERE, "brian2_networks.py"), network]
    command += ["--threads", str(threads), "--duration", str(duration), "--folder", folder]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"networks.py: {' '.join(command)} ended with exit code {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def medians(runs):
    out = {name: statistics.median(run[name] for run in runs) for name in ATTRIBUTES}
    out["phases"] = {
        name: statistics.median(run["phases"].get(name, 0.0) for run in runs) for name in runs[0]["phases"]
    }
    seconds = out["t_stop"] * 1e-3
    out["real_time_factor"] = out["run_seconds"] / seconds
    out["events_per_second"] = out["synaptic_events"] / out["run_seconds"]
    out["bytes_per_synapse"] = out["peak_memory"] / out["synapses"] if out["synapses"] else float("nan")
    return out


def measure(network, options, folder):
    """All runs of a network, ours and the peer's in turn."""
    config = config_of(network)
    ours = {threads: [] for threads in options.threads}
    peers = {threads: [] for threads in options.threads} if options.peer else {}
    for _ in range(options.runs):
        for threads, runs in ours.items():
            runs.append(run_cajal(options.cajal, config, threads, options.duration, folder))
        biological = ours[options.threads[0]][-1]["t_stop"] * 1e-3
        for threads, runs in peers.items():
            place = os.path.join(folder, f"{options.peer}_{network}_{threads}_{biological:g}")
            runs.append(run_brian2(network, threads, biological, place)["real_time_factor"])
    return {threads: medians(runs) for threads, runs in ours.items()}, {
        threads: statistics.median(runs) for threads, runs in peers.items()
    }


def print_network(network, ours, peers, peer):
    for threads, row in ours.items():
        print(
            f"{network:<22}{threads:>8}{row['real_time_factor']:>14.3f}{row['events_per_second']:>12.3g}"
            f"{row['bytes_per_synapse']:>12.1f}{row['build_seconds']:>10.2f}{row['peak_memory'] / 1e6:>12.0f}",
            flush=True,
        )
        if row["phases"]:
            print("    " + ", ".join(f"{name} {seconds:.3f} s" for name, seconds in row["phases"].items()))
    for threads, factor in peers.items():
        print(f"  {peer:<20}{threads:>8}{factor:>14.3f}")
    if peers:
        ratio = min(peers.values()) / min(row["real_time_factor"] for row in ours.values())
        print(f"  {peer} takes {ratio:.2f} times as long, each with its better number of threads", flush=True)


def threads_of(text):
    numbers = [int(word) for word in text.split(",")]
    if min(numbers) < 1:
        raise argparse.ArgumentTypeError("at least 1 thread")
    return numbers


def main():
    parser = argparse.ArgumentParser(description="Speed and memory of network simulations.")
    parser.add_argument("networks", nargs="*", metavar="NETWORK", help="file of configs/networks or plasticity, or a path")
    parser.add_argument("--cajal", default=os.path.join(ROOT, "build", "release", "cajal"), help="the program")
    parser.add_argument("--threads", type=threads_of, default=[1, 2], help="numbers of threads: 1,2")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--duration", type=float, help="seconds of the model, instead of the config's")
    parser.add_argument("--peer", choices=["brian2"])
    parser.add_argument("--json", help="write all numbers to this file too")
    options = parser.parse_args()
    if not os.access(options.cajal, os.X_OK):
        sys.exit(f"networks.py: there is no program {options.cajal}; `./cajal bench networks` builds it")
    if options.runs < 1:
        sys.exit("networks.py: at least 1 run")
    networks = options.networks or DEFAULT
    unknown = sorted(set(networks) - set(DEFAULT))
    if options.peer and unknown:
        sys.exit(f"networks.py: {options.peer} has {', '.join(DEFAULT)}, not {', '.join(unknown)}")
    for network in networks:
        config_of(network)
    print(
        f"{'network':<22}{'threads':>8}{'real time x':>14}{'events/s':>12}{'bytes/syn.':>12}{'build (s)':>10}"
        f"{'memory (MB)':>12}"
    )
    all_numbers = {}
    with tempfile.TemporaryDirectory(prefix="cajal_bench_") as folder:
        for network in networks:
            ours, peers = measure(network, options, folder)
            print_network(os.path.splitext(os.path.basename(network))[0], ours, peers, options.peer)
            all_numbers[network] = {"cajal": ours, options.peer or "peer": peers}
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(all_numbers, file, indent=1)


if __name__ == "__main__":
    main()
