#!/usr/bin/python3
"""Seconds of the run phase of a network in Brian2, as C++ standalone code.

usage: brian2_networks.py NETWORK [--threads N] [--runs N] [--duration S] [--seed N] [--folder DIR]

NETWORK is brunel, vogels_abbott_cuba, vogels_abbott_coba, cobahh, cuba_stdp or song_miller_abbott: the same equations,
sizes, numbers of inputs, weights, delays, rules of plasticity and step as the config of that name in configs/networks or
configs/plasticity. One thread is Brian2's code without OpenMP, its fastest
for one. The code that was built in DIR is used again if it is there. Prints one JSON line; the seconds are those that
Brian2 itself notes of its run phase, without generation of code, compilation and construction.

Needs Debian's python3-brian, and a C++ compiler.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

# Of Brette et al.'s networks, and of Brunel's: numbers of neurons, and inputs of each neuron.
VOGELS_ABBOTT = {"excitatory": 3200, "inhibitory": 800, "from_excitatory": 64, "from_inhibitory": 16}
BRUNEL = {"excitatory": 10000, "inhibitory": 2500, "from_excitatory": 1000, "from_inhibitory": 250}


def connect(b, numpy, neurons, sizes, random, on_excitatory, on_inhibitory, delay, namespace):
    """Every neuron gets a fixed number of inputs that are drawn with replacement from each population."""
    total = sizes["excitatory"] + sizes["inhibitory"]
    made = []
    parts = [
        (0, sizes["excitatory"], sizes["from_excitatory"], on_excitatory),
        (sizes["excitatory"], total, sizes["from_inhibitory"], on_inhibitory),
    ]
    for first, end, inputs, effect in parts:
        synapses = b.Synapses(neurons, neurons, on_pre=effect, delay=delay, namespace=namespace)
        synapses.connect(
            i=random.integers(first, end, total * inputs, dtype=numpy.int32),
            j=numpy.repeat(numpy.arange(total, dtype=numpy.int32), inputs),
        )
        made.append(synapses)
    return made


def brunel(b, numpy, random):
    names = {"tau": 20 * b.ms, "J": 0.1 * b.mV, "G": 0.5 * b.mV, "threshold_": 20 * b.mV, "reset_": 10 * b.mV}
    neurons = b.NeuronGroup(
        12500,
        "dv/dt = -v / tau : volt (unless refractory)",
        threshold="v >= threshold_",
        reset="v = reset_",
        refractory=2 * b.ms,
        method="exact",
        namespace=names,
    )
    neurons.v = "rand() * threshold_"
    synapses = connect(b, numpy, neurons, BRUNEL, random, "v += J", "v -= G", 1.5 * b.ms, names)
    return neurons, synapses + [b.PoissonInput(neurons, "v", 1000, 20 * b.Hz, weight=0.1 * b.mV)]


def vogels_abbott_cuba(b, numpy, random):
    # Currents divided by the leak conductance of 10 nS.
    names = {"tau": 20 * b.ms, "tau_e": 5 * b.ms, "tau_i": 10 * b.ms, "rest": -49 * b.mV}
    names |= {"threshold_": -50 * b.mV, "reset_": -60 * b.mV, "J": 1.62 * b.mV, "G": 13.95 * b.mV}
    neurons = b.NeuronGroup(
        4000,
        """dv/dt = (rest - v + I_ex - I_in) / tau : volt (unless refractory)
           dI_ex/dt = -I_ex / tau_e : volt
           dI_in/dt = -I_in / tau_i : volt""",
        threshold="v >= threshold_",
        reset="v = reset_",
        refractory=5 * b.ms,
        method="exact",
        namespace=names,
    )
    neurons.v = "reset_ + rand() * (threshold_ - reset_)"
    return neurons, connect(b, numpy, neurons, VOGELS_ABBOTT, random, "I_ex += J", "I_in += G", 0.1 * b.ms, names)


def vogels_abbott_coba(b, numpy, random):
    # Conductances divided by the leak conductance of 10 nS.
    names = {"tau": 20 * b.ms, "tau_e": 5 * b.ms, "tau_i": 10 * b.ms, "rest": -60 * b.mV, "J": 0.6, "G": 6.7}
    names |= {"threshold_": -50 * b.mV, "reset_": -60 * b.mV, "to_e": 0 * b.mV, "to_i": -80 * b.mV}
    neurons = b.NeuronGroup(
        4000,
        """dv/dt = (rest - v + g_ex * (to_e - v) + g_in * (to_i - v)) / tau : volt (unless refractory)
           dg_ex/dt = -g_ex / tau_e : 1
           dg_in/dt = -g_in / tau_i : 1""",
        threshold="v >= threshold_",
        reset="v = reset_",
        refractory=5 * b.ms,
        method="euler",
        namespace=names,
    )
    neurons.v = "reset_ + rand() * (threshold_ - reset_)"
    synapses = connect(b, numpy, neurons, VOGELS_ABBOTT, random, "g_ex += J", "g_in += G", 0.1 * b.ms, names)
    kick = b.PoissonGroup(50, rates="300 * Hz * (t < 50 * ms)")
    start = b.Synapses(kick, neurons, on_pre="g_ex += J", namespace=names)
    pairs = random.random((50, VOGELS_ABBOTT["excitatory"])) < 0.01
    start.connect(i=pairs.nonzero()[0], j=pairs.nonzero()[1])
    return neurons, synapses + [kick, start]


def cobahh(b, numpy, random):
    area = 20000 * b.umetre**2
    names = {"C": b.ufarad * b.cm**-2 * area, "g_L": 5e-5 * b.siemens * b.cm**-2 * area}
    names |= {"g_Na": 100 * b.msiemens * b.cm**-2 * area, "g_K": 30 * b.msiemens * b.cm**-2 * area}
    names |= {"E_L": -60 * b.mV, "E_K": -90 * b.mV, "E_Na": 50 * b.mV, "V_T": -63 * b.mV, "J": 6 * b.nS, "G": 67 * b.nS}
    names |= {"tau_e": 5 * b.ms, "tau_i": 10 * b.ms, "to_e": 0 * b.mV, "to_i": -80 * b.mV}
    neurons = b.NeuronGroup(
        4000,
        """dv/dt = (g_L * (E_L - v) + g_ex * (to_e - v) + g_in * (to_i - v) - g_Na * (m * m * m) * h * (v - E_Na)
                    - g_K * (n * n * n * n) * (v - E_K)) / C : volt
           dm/dt = a_m * (1 - m) - b_m * m : 1
           dn/dt = a_n * (1 - n) - b_n * n : 1
           dh/dt = a_h * (1 - h) - b_h * h : 1
           dg_ex/dt = -g_ex / tau_e : siemens
           dg_in/dt = -g_in / tau_i : siemens
           a_m = 0.32 * 4 / exprel((13 * mV - v + V_T) / (4 * mV)) / ms : Hz
           b_m = 0.28 * 5 / exprel((v - V_T - 40 * mV) / (5 * mV)) / ms : Hz
           a_h = 0.128 * exp((17 * mV - v + V_T) / (18 * mV)) / ms : Hz
           b_h = 4 / (1 + exp((40 * mV - v + V_T) / (5 * mV))) / ms : Hz
           a_n = 0.032 * 5 / exprel((15 * mV - v + V_T) / (5 * mV)) / ms : Hz
           b_n = 0.5 * exp((10 * mV - v + V_T) / (40 * mV)) / ms : Hz""",
        threshold="v > -20 * mV",
        refractory=3 * b.ms,
        method="exponential_euler",
        namespace=names,
    )
    neurons.v = "-65 * mV + 5 * randn() * mV"
    neurons.h, neurons.m, neurons.n = 0.997, 0.0129, 0.0324
    synapses = []
    for sources, action in ((neurons[:3200], "g_ex += J"), (neurons[3200:], "g_in += G")):
        edge = b.Synapses(sources, neurons, on_pre=action, delay=0.1 * b.ms, namespace=names)
        edge.connect(p=0.02)
        synapses.append(edge)
    kick = b.PoissonGroup(50, rates="300 * Hz * (t < 50 * ms)")
    start = b.Synapses(kick, neurons[:3200], on_pre="g_ex += J", namespace=names)
    start.connect(p=0.05)
    return neurons, synapses + [kick, start]


# Additive STDP of all pairs; w is a share of the largest weight, A a step of it.
TRACES = """w : 1
            dx/dt = -x / tau_stdp : 1 (event-driven)
            dy/dt = -y / tau_stdp : 1 (event-driven)"""


def cuba_stdp(b, numpy, random):
    names = {"tau": 20 * b.ms, "tau_e": 5 * b.ms, "tau_i": 10 * b.ms, "rest": -49 * b.mV}
    names |= {"threshold_": -50 * b.mV, "reset_": -60 * b.mV, "J": 1.62 * b.mV, "G": 9 * b.mV}
    names |= {"tau_stdp": 20 * b.ms, "A_plus": 0.005, "A_minus": 0.00525, "J_max": 3.24 * b.mV}
    neurons = b.NeuronGroup(
        4000,
        """dv/dt = (rest - v + I_ex - I_in) / tau : volt (unless refractory)
           dI_ex/dt = -I_ex / tau_e : volt
           dI_in/dt = -I_in / tau_i : volt""",
        threshold="v >= threshold_",
        reset="v = reset_",
        refractory=5 * b.ms,
        method="exact",
        namespace=names,
    )
    neurons.v = "reset_ + rand() * (threshold_ - reset_)"
    plastic = b.Synapses(
        neurons,
        neurons,
        TRACES,
        on_pre="w = clip(w - A_minus * y, 0, 1); I_ex_post += w * J_max; x += 1",
        on_post="w = clip(w + A_plus * x, 0, 1); y += 1",
        delay=0.1 * b.ms,
        namespace=names,
    )
    plastic.connect("i < 3200 and j < 3200", p=0.02)
    plastic.w = 0.5
    synapses = [plastic]
    for pairs, action in (("i < 3200 and j >= 3200", "I_ex_post += J"), ("i >= 3200", "I_in_post += G")):
        edge = b.Synapses(neurons, neurons, on_pre=action, delay=0.1 * b.ms, namespace=names)
        edge.connect(pairs, p=0.02)
        synapses.append(edge)
    return neurons, synapses


def song_miller_abbott(b, numpy, random):
    # The conductance is divided by the leak conductance.
    names = {"tau": 10 * b.ms, "tau_e": 5 * b.ms, "rest": -74 * b.mV, "to_e": 0 * b.mV, "g_max": 0.01}
    names |= {"threshold_": -54 * b.mV, "reset_": -60 * b.mV}
    names |= {"tau_stdp": 20 * b.ms, "A_plus": 0.01, "A_minus": 0.0105}
    neurons = b.NeuronGroup(
        1,
        """dv/dt = (rest - v + g_ex * (to_e - v)) / tau : volt
           dg_ex/dt = -g_ex / tau_e : 1""",
        threshold="v >= threshold_",
        reset="v = reset_",
        method="euler",
        namespace=names,
    )
    neurons.v = "reset_"
    inputs = b.PoissonGroup(1000, rates=15 * b.Hz)
    plastic = b.Synapses(
        inputs,
        neurons,
        TRACES,
        on_pre="w = clip(w - A_minus * y, 0, 1); g_ex_post += w * g_max; x += 1",
        on_post="w = clip(w + A_plus * x, 0, 1); y += 1",
        delay=0.1 * b.ms,
        namespace=names,
    )
    plastic.connect()
    plastic.w = "rand()"
    return neurons, [inputs, plastic]


NETWORKS = {
    function.__name__: function
    for function in (brunel, vogels_abbott_cuba, vogels_abbott_coba, cobahh, cuba_stdp, song_miller_abbott)
}


def build(network, folder, threads, duration, seed):
    import brian2 as b
    import numpy

    b.set_device("cpp_standalone", directory=folder, build_on_run=False)
    b.prefs.devices.cpp_standalone.openmp_threads = threads if threads > 1 else 0
    b.prefs.codegen.cpp.extra_compile_args_gcc = [
        "-w", "-O3", "-march=native", "-ffast-math", "-fno-finite-math-only", "-std=c++11"
    ]
    b.seed(seed)
    b.defaultclock.dt = 0.1 * b.ms
    neurons, rest = NETWORKS[network](b, numpy, numpy.random.default_rng(seed))
    spikes = b.SpikeMonitor(neurons)
    b.Network(neurons, spikes, *rest).run(duration * b.second, report=None)
    b.device.build(directory=folder, compile=True, run=False, with_output=False)
    note = {"peer": "brian2 " + b.__version__, "neurons": len(neurons)}
    # Brian2 keeps the number of spikes as the length of the array of their times.
    note["spikes"] = "_dynamic_array_" + spikes.name + "_t"
    with open(os.path.join(folder, "network.json"), "w", encoding="utf-8") as file:
        json.dump(note, file)


def run(folder):
    """Seconds of the run phase and the number of spikes."""
    subprocess.run(["./main"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    results = os.path.join(folder, "results")
    with open(os.path.join(results, "last_run_info.txt"), encoding="utf-8") as file:
        seconds = float(file.read().split()[0])
    with open(os.path.join(folder, "network.json"), encoding="utf-8") as file:
        name = json.load(file)["spikes"]
    size = sum(os.path.getsize(os.path.join(results, f)) for f in os.listdir(results) if f.startswith(name))
    return seconds, size // 8


def main():
    parser = argparse.ArgumentParser(description="A network in Brian2; prints one JSON line.")
    parser.add_argument("network", choices=sorted(NETWORKS))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--duration", type=float, default=1.0, help="seconds of the model")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", help="where the code is built, and found again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="brian2_") as temporary:
        folder = options.folder or temporary
        if not os.path.exists(os.path.join(folder, "network.json")):
            build(options.network, folder, options.threads, options.duration, options.seed)
        found = [run(folder) for _ in range(options.runs)]
        with open(os.path.join(folder, "network.json"), encoding="utf-8") as file:
            note = json.load(file)
    seconds = statistics.median(s for s, _ in found)
    line = {"peer": note["peer"], "network": options.network, "threads": options.threads, "runs": options.runs}
    line |= {"biological_seconds": options.duration, "run_seconds": seconds}
    line |= {"real_time_factor": seconds / options.duration, "all_run_seconds": [s for s, _ in found]}
    line["rate_hz"] = found[-1][1] / note["neurons"] / options.duration
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
