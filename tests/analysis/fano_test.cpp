#include "analysis/fano.hpp"

#include "analysis/isi.hpp"
#include "analysis/rates.hpp"
#include "analysis/synchrony.hpp"
#include "sim/random.hpp"
#include "tests/analysis/recorded_of.hpp"

namespace cajal::analysis {

namespace {

struct Trains {
  std::vector<double> times;
  std::vector<std::uint64_t> units;

  Spikes of(std::size_t size) const { return {times, units, size}; }
};

Trains reference_trains() {
  const auto& of = reference_of("spikes");
  Trains out{of["times"].numbers(), {}};
  for (const double unit : of["units"].numbers()) out.units.push_back(static_cast<std::uint64_t>(unit));
  return out;
}

Recorded simulation_of(const Trains& trains, std::size_t size, double stop) {
  Recorded out;
  out.simulation = true;
  out.stop = stop;
  out.populations.push_back({"E", trains.of(size), nullptr});
  return out;
}

/// A spiking node of two units, trials of 10 steps; in the first two of three trials both fire together.
Recorded spiking_learner() {
  RecordedRun run = run_of("snn", 1, {0.3f, 0.3f, 0.3f, 0.3f, 0.1f, 0}, 2, {0, 0, 0});
  run.steps = 10;
  run.dt = 2;
  run.spike_samples = 2;
  RecordedNode& node = run.nodes[0];
  node.spiking = true;
  for (const std::uint32_t sample : {0u, 1u})
    for (const std::uint32_t step : {1u, 3u, 8u})
      for (const std::uint32_t unit : {0u, 1u}) {
        node.spike_sample.push_back(sample);
        node.spike_step.push_back(step);
        node.spike_unit.push_back(unit);
      }
  Recorded out;
  out.runs.push_back(std::move(run));
  return out;
}

}  // namespace

TEST_CASE("measures of spike trains are numpy's") {
  const auto& of = reference_of("spikes");
  const Trains trains = reference_trains();
  const Window window{300, 2000};
  CHECK(*fano(trains.of(10), window, 100).mean == Approx(of["fano"].number()).epsilon(1e-12));
  CHECK(fano(trains.of(10), window, 100).counted == 9);
  CHECK(*synchrony(trains.of(10), window, 5).chi == Approx(of["synchrony"].number()).epsilon(1e-12));
  CHECK(synchrony(trains.of(10), window, 5).units == 9);
  CHECK(*isi_variation(trains.of(10), window).mean == Approx(of["isi_cv"].number()).epsilon(1e-12));
}

TEST_CASE("the Fano factor of counts by class is numpy's") {
  const auto& of = reference_of("spikes");
  const FanoFactor f = fano(of["counts"].numbers(), 4, of["label"].integers());
  CHECK(*f.mean == Approx(of["class_fano"].number()).epsilon(1e-12));
  CHECK(static_cast<double>(f.counted) == of["class_fano_counted"].number());
}

TEST_CASE("a Poisson process has the Fano factor 1, a regular train 0") {
  Trains poisson, regular;
  Draws draws(Stream(1, "tests.fano"), 0);
  for (std::uint64_t unit = 0; unit < 200; ++unit) {
    for (int k = 0; k < 100; ++k) {
      poisson.times.push_back(5000 * (1 - draws.uniform()));
      poisson.units.push_back(unit);
    }
  }
  for (int k = 1; k <= 100; ++k) {
    regular.times.push_back(50.0 * k);
    regular.units.push_back(0);
  }
  // Given the number of spikes their variance by mean of n windows has mean 1 and deviation about sqrt(2 / n).
  CHECK(*fano(poisson.of(200), {0, 5000}, 100).mean == Approx(1).margin(4 * std::sqrt(2.0 / 50 / 200)));
  CHECK(*fano(regular.of(1), {0, 5000}, 100).mean == 0);
  CHECK(!fano(Trains{}.of(3), {0, 5000}, 100).mean);
  CHECK_THROWS_AS(fano(regular.of(1), {0, 150}, 100), Error);
}

TEST_CASE("synchrony is 1 of copies, and 1 / sqrt(units) of what is independent") {
  Trains copies, independent;
  Draws draws(Stream(2, "tests.synchrony"), 0);
  for (std::uint64_t unit = 0; unit < 100; ++unit)
    for (int k = 0; k < 50; ++k) {
      copies.times.push_back(100.0 * k + 3);
      copies.units.push_back(unit);
      independent.times.push_back(5000 * (1 - draws.uniform()));
      independent.units.push_back(unit);
    }
  CHECK(*synchrony(copies.of(120), {0, 5000}, 5).chi == Approx(1));
  CHECK(*synchrony(independent.of(120), {0, 5000}, 5).chi == Approx(0.1).epsilon(0.15));
  CHECK(!synchrony(Trains{{3}, {0}}.of(2), {0, 5000}, 5).chi);
}

TEST_CASE("spikes of a simulation are measured by keys of a config") {
  const auto& of = reference_of("spikes");
  const Trains trains = reference_trains();
  const Recorded recorded = simulation_of(trains, 10, 2000);
  const auto value = [&](const RecordedMeasure& measure, const std::string& name, const std::string& keys) {
    return row(taken(measure, recorded, keys), name, "").value;
  };
  CHECK(value(fano_measure, "fano", "start = \"300 ms\"") == Approx(of["fano"].number()));
  CHECK(value(synchrony_measure, "synchrony", "start = \"300 ms\"") == Approx(of["synchrony"].number()));
  CHECK(value(isi_measure, "isi_cv", "start = \"300 ms\"") == Approx(of["isi_cv"].number()));
  CHECK(value(rates_measure, "rate", "start = \"300 ms\"") == Approx(of["rate"].number()));
  CHECK(refused(fano_measure, recorded, "start = \"300 ms\"\nwindow = \"1 s\"") ==
        "keys.toml:3:1: error: measure.m.window: a bin of 1000 ms, where 1700 ms are measured; at least two bins are "
        "needed");
  CHECK(refused(fano_measure, recorded, "start = \"2 s\"") ==
        "keys.toml:2:1: error: measure.m.start: starts at 2000 ms, when the run of 2000 ms has ended");
  const Recorded silent = simulation_of({}, 10, 50);
  CHECK(taken(fano_measure, silent).left_out == std::vector<std::string>{"fano: 50 ms are not two windows of 100 ms"});
  CHECK(taken(isi_measure, silent).left_out == std::vector<std::string>{"isi: no unit of E fires three times"});
  CHECK(taken(rates_measure, silent).rows[0].value == 0);
}

TEST_CASE("spikes of a learner are measured within trials and classes") {
  Recorded recorded = spiking_learner();
  CHECK(row(taken(synchrony_measure, recorded), "synchrony", "hid").value == Approx(1));
  CHECK(row(taken(synchrony_measure, recorded), "synchrony", "hid").n == 2);
  // Intervals of 2 and 5 steps.
  CHECK(row(taken(isi_measure, recorded), "isi_cv", "hid").value == Approx(1.5 / 3.5));
  CHECK(row(taken(isi_measure, recorded), "isi_cv", "hid").n == 4);
  // Counts 3 3 1 and 3 3 0.
  CHECK(row(taken(fano_measure, recorded), "fano", "hid").value == Approx((4.0 / 3 / (7.0 / 3) + 3.0 / 2) / 2));
  CHECK(refused(isi_measure, recorded, "start = \"1 ms\"").find("unknown key `start`") != std::string::npos);
  recorded.runs[0].nodes[0].spiking = false;
  CHECK(taken(fano_measure, recorded).left_out == std::vector<std::string>{"fano: snn.hid has no spikes"});
}

}  // namespace cajal::analysis
