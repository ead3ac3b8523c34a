"""Draws a comparison of learners: plot_result.py RESULT.h5 PICTURE.png"""

import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np


def seeds_of(f, learner, path):
    """What stands at a path of all seeds of a learner; empty where it is not there."""
    return [run[path][:] for run in f["runs"][learner].values() if path in run]


def learning_curves(axes, f):
    for learner in f["runs"]:
        curves = seeds_of(f, learner, "training/validation_accuracy")
        if not curves:
            continue
        length = min(map(len, curves))
        accuracy = 100 * np.array([curve[:length] for curve in curves])
        epoch = np.arange(1, length + 1)
        (line,) = axes.plot(epoch, accuracy.mean(0), marker="o", label=learner)
        axes.fill_between(epoch, accuracy.min(0), accuracy.max(0), color=line.get_color(), alpha=0.2, linewidth=0)
    axes.set(xlabel="epoch", ylabel="validation accuracy (%)", title="learning, range over seeds")
    axes.legend(loc="lower right")


def raster(axes, f):
    """The first sample, as the first spiking hidden node saw it."""
    for learner, seeds in f["runs"].items():
        for node, activity in next(iter(seeds.values()))["activity"].items():
            if "spikes" not in activity or activity.attrs["role"] != "hidden":
                continue
            first = activity["spikes/sample"][:] == 0
            dt = next(iter(seeds.values()))["activity"].attrs["dt"]
            axes.plot((activity["spikes/step"][first] + 1) * dt, activity["spikes/unit"][first], "|")
            axes.set(xlabel="time (ms)", ylabel="unit", title=f"spikes of {learner}.{node}, first sample")
            return
    axes.set_axis_off()


def similarity(axes, f):
    if "cka/cka" not in f:
        axes.set_axis_off()
        return
    names = list(f["cka/node"].asstr())
    picture = axes.imshow(f["cka/cka"][:], vmin=0, vmax=1, cmap="cividis")
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set_title("CKA")
    axes.figure.colorbar(picture, ax=axes)


def dissimilarity(axes, f):
    """The matrix of the last learner that has one: samples in the order of their classes make blocks."""
    for learner in reversed(list(f["runs"])):
        run = next(iter(f["runs"][learner].values()))
        for node in [name for name in run.get("rsa", {}) if isinstance(run["rsa"][name], h5py.Group)]:
            picture = axes.imshow(run[f"rsa/{node}/dissimilarity"][:], vmin=0, cmap="cividis")
            axes.set(xlabel="sample, by class", ylabel="sample", title=f"1 - r, {learner}.{node}")
            axes.figure.colorbar(picture, ax=axes)
            return
    axes.set_axis_off()


with h5py.File(sys.argv[1], "r") as f:
    figure, axes = plt.subplots(2, 2, figsize=(9, 7), layout="constrained")
    for draw, place in zip((learning_curves, raster, similarity, dissimilarity), axes.flat):
        draw(place, f)
    figure.suptitle(f.attrs["name"])
    figure.savefig(sys.argv[2], dpi=120)
