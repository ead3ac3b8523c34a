#pragma once

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/models/trace.hpp"
#include "tests/reference/json.hpp"

// What the tests against NEST's traces of one neuron share.
namespace cajal::test::nest {

inline constexpr double dt = 0.1;
inline constexpr std::size_t rows = 2000;

struct Reference {
  Trace trace;
  reference::Json json;
  explicit Reference(const std::string& name)
      : trace(read_trace("nest/" + name + ".csv")), json(reference::read_json("nest/" + name + ".json")) {}

  std::vector<double> spikes() const { return json["spike_times_ms"].numbers(); }
};

/// Spikes to the step.
inline void check_spikes(const Trace& got, const std::vector<double>& expected) {
  const std::vector<double> spikes = got.count("spikes") ? got.at("spikes") : std::vector<double>{};
  REQUIRE(spikes.size() == expected.size());
  for (std::size_t i = 0; i < spikes.size(); ++i) CHECK(std::lround(spikes[i] / dt) == std::lround(expected[i] / dt));
}

/// The current of `_dc` files: during the steps in which NEST has I_e.
inline std::string constant_current(double amplitude, const std::string& unit = " pA") {
  // A bare number where nothing has units.
  const std::string written = unit.empty() ? fmt::format("{}", amplitude) : fmt::format("\"{}{}\"", amplitude, unit);
  return fmt::format(
      "step = {{ kind = \"current\", amplitude = {}, start = \"20 ms\", stop = \"180 ms\" }}\n"
      "[edge]\nI = {{ from = \"step\", to = \"E.current\", kind = \"one_to_one\" }}\n",
      written);
}
/// The same behind a delay.
inline std::string delayed_current(double amplitude) {
  return fmt::format(
      "step = {{ kind = \"current\", amplitude = \"{} pA\", start = \"20 ms\", stop = \"180 ms\" }}\n"
      "[edge]\nI = {{ from = \"step\", to = \"E.current\", delay = \"1 ms\" }}\n",
      amplitude);
}
/// The trains of `_spikes` files. `early`: how many ms before NEST's arrivals.
inline std::string spike_trains(const std::string& excitatory, const std::string& inhibitory, double early = 0) {
  return fmt::format(
      "up = {{ kind = \"spikes\", times = [\"20 ms\", \"23 ms\", \"60 ms\"] }}\n"
      "down = {{ kind = \"spikes\", times = [\"40 ms\", \"62.5 ms\"] }}\n"
      "[edge]\nU = {{ from = \"up\", to = \"E.ex\", weight = \"{}\", delay = \"{} ms\" }}\n"
      "D = {{ from = \"down\", to = \"E.in\", weight = \"{}\", delay = \"{} ms\" }}\n",
      excitatory, 1 - early, inhibitory, 2 - early);
}

inline Trace simulate(const std::string& neuron, const std::string& drive) {
  return Simulation<double>("[node]\nE = " + neuron + "\n" + drive, dt).run(rows, "E");
}

/// What NEST's adaptive solver itself errs by.
inline double solver_error(const std::string& name) {
  const reference::Json all = reference::read_json("nest/gsl_error_vs_exact.json");
  for (const reference::Json& entry : all.items())
    if (entry["name"].text() == name) return entry["max_abs_dV_mV"].number();
  throw std::runtime_error("no error of " + name);
}

}  // namespace cajal::test::nest
