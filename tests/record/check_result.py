"""Reads with h5py what reader_test.cpp wrote, and fails if anything is not as h5py's users expect it."""

import sys

import h5py
import numpy

with h5py.File(sys.argv[1], "r") as result:
    assert result.attrs["magic"] == 2682 and result.attrs["magic"].dtype == numpy.uint32
    assert list(result.attrs["version"]) == [0, 1] and result.attrs["version"].dtype == numpy.uint32
    assert result.attrs["status"] == "complete"

    expected = (numpy.arange(30000) % 200).reshape(100, 300)
    for way, units in (("write", "mV"), ("append", "ms")):
        assert len(result[way]) == 7
        for name, dataset in result[way].items():
            assert dataset.dtype == numpy.dtype(name), name
            assert dataset.shape == (100, 300), name
            assert numpy.array_equal(dataset[:], expected), name
            assert dataset.attrs["units"] == units
            assert dataset.attrs["description"] == "of " + name
            assert dataset.attrs["axes"] == "time, unit"
    assert result["append/uint64"].compression == "gzip" and result["append/uint64"].shuffle

    assert [name.decode() for name in result["names"]] == ["a", "Müller", ""]
    assert [line.decode() for line in result["log"]] == ["a line"]

    for population in ("silent", "E"):
        spikes = result["spikes"][population]
        sorting = spikes.attrs.get_id("sorting").dtype
        assert h5py.check_enum_dtype(sorting) == {"none": 0, "by_id": 1, "by_time": 2}
        assert spikes.attrs["sorting"] == 2
        assert spikes["timestamps"].dtype == numpy.float64
        assert spikes["node_ids"].dtype == numpy.uint64
        assert spikes["timestamps"].attrs["units"] == "ms"
        assert spikes["timestamps"].shape == spikes["node_ids"].shape
    assert result["spikes/silent/timestamps"].shape == (0,)
    index = numpy.arange(100000)
    assert numpy.array_equal(result["spikes/E/timestamps"][:], 0.1 * (index // 10))
    assert numpy.array_equal(result["spikes/E/node_ids"][:], index % 10)
