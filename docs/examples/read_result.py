import sys

import h5py

with h5py.File(sys.argv[1], "r") as f:
    print("name", f.attrs["name"], "status", f.attrs["status"], "seed", f.attrs["seed"])

    # What each node did at the first test samples, [sample, unit].
    for learner, seeds in f["runs"].items():
        for node, activity in seeds["1/activity"].items():
            print("activity", learner, node, activity.attrs["role"], activity["mean"].shape)

    # Each spike of the first few of these samples.
    spikes = f["runs/snn/1/activity/hid/spikes"]
    first = spikes["sample"][:] == 0
    print("the first sample made", first.sum(), "spikes, the last at step", spikes["step"][first].max())

    # A row for each number: /measures is a table of columns.
    m = f["measures"]
    column = {name: m[name].asstr()[:] if m[name].dtype.kind == "S" else m[name][:] for name in m}
    for i in range(len(column["value"])):
        if column["measure"][i] in ("test_accuracy", "cka", "participation_ratio"):
            print(*(column[c][i] for c in ("measure", "learner", "part", "seed")), f"{column['value'][i]:.3f}")

    # The same as a matrix, mean over seeds.
    print("nodes", *f["cka/node"].asstr())
    print("cka of the second with the first", f"{f['cka/cka'][1, 0]:.3f}", f["cka/cka"].attrs["axes"])
