#pragma once

#include <string>
#include <vector>

#include "analysis/recorded.hpp"
#include "sim/error.hpp"
#include "tests/catch.hpp"
#include "tests/reference/json.hpp"

namespace cajal::analysis {

/// A part of the reference values of this folder's measures.
inline const reference::Json& reference_of(const char* part) {
  static const reference::Json all = reference::read_json("numpy/recorded_measures.json");
  return all[part];
}

inline std::vector<float> floats(const reference::Json& numbers) {
  const std::vector<double> values = numbers.numbers();
  return {values.begin(), values.end()};
}

/// A run of a learner whose node `hid` did this, [sample][unit].
inline RecordedRun run_of(const std::string& learner, std::uint64_t seed, std::vector<float> mean, std::size_t units,
                          std::vector<std::int32_t> label = {}) {
  RecordedRun run;
  run.learner = learner;
  run.seed = seed;
  run.path = "/runs/" + learner + "/" + std::to_string(seed) + "/";
  run.samples = mean.size() / units;
  for (std::size_t s = 0; s < run.samples; ++s) run.sample.push_back(static_cast<std::uint32_t>(s));
  run.label = std::move(label);
  run.represents = "hid";
  RecordedNode node;
  node.name = "hid";
  node.units = units;
  node.shape = {units};
  node.mean = std::move(mean);
  run.nodes.push_back(std::move(node));
  return run;
}

/// What a measure finds of a result, by keys as a config has them.
inline Findings taken(const RecordedMeasure& measure, const Recorded& recorded, const std::string& keys = "") {
  const config::Value root = config::parse("[measure.m]\n" + keys, "keys.toml");
  std::vector<Diagnostic> diagnostics;
  const config::Table table = *config::Table(root, "", diagnostics).table("measure")->table("m");
  const RecordedMeasure::Take take = measure.make(table, outline_of(recorded));
  table.refuse_unused();
  config::raise(diagnostics);
  return take(recorded);
}

/// What is said of wrong keys.
inline std::string refused(const RecordedMeasure& measure, const Recorded& recorded, const std::string& keys) {
  try {
    taken(measure, recorded, keys);
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "";
}

inline const Measured& row(const Findings& found, const std::string& measure, const std::string& part,
                           std::uint64_t seed = 1) {
  for (const Measured& m : found.rows)
    if (m.measure == measure && m.part == part && m.seed == seed) return m;
  FAIL("no row " + measure + " of " + part);
  return found.rows.front();
}

inline const Findings::Array& array(const Findings& found, const std::string& name) {
  for (const Findings::Array& a : found.arrays)
    if (a.name == name) return a;
  FAIL("no array " + name);
  return found.arrays.front();
}

}  // namespace cajal::analysis
