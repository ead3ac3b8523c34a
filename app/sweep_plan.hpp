#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/table.hpp"

namespace cajal::app {

/// One address of `[sweep]`, with the values that it is to have: those listed, or a range to draw from.
struct SweepAxis {
  struct Range {
    enum class Kind { uniform, log_uniform, integer };
    Kind kind = Kind::uniform;
    double low = 0, high = 1;
    std::string unit;  ///< of both ends; empty: plain numbers
  };

  std::string address;
  std::string named;  ///< `sweep."let.g"`, for messages
  Position at;
  std::vector<config::Value> values;
  std::optional<Range> range;
  bool averaged = false;  ///< its values repeat a setting: the choice is made on their mean
};

/// What `[sweep]` and `search` say.
struct SweepPlan {
  bool random = false;
  std::string select, of;      ///< empty: not said
  std::optional<bool> higher;  ///< what is better, where it is said
  std::optional<config::Table> search;
  std::vector<SweepAxis> axes;                     ///< in the order of the file
  std::vector<std::vector<config::Value>> points;  ///< [point][axis]
  std::vector<std::size_t> setting;  ///< of each point: points that differ in averaged axes alone share it
  std::size_t settings = 0;

  /// `learn.bp.batch = 32, let.g = 5`
  std::string label(std::size_t point) const;
  /// `07`: points count from 0 and their names sort like their numbers.
  std::string name(std::size_t point) const;
};

/// Reads `[sweep]` and `search` of a draft and lays out the points. A grid has all combinations, the last address
/// changing fastest; a random search draws `samples` settings, each value by (seed, `sweep.<address>`, number), and
/// runs each with all listed values of the addresses that are averaged. `most`: only the first so many points are kept.
/// Errors go to the diagnostics.
SweepPlan read_sweep_plan(const config::Table& draft, std::size_t most);

/// The config of one point: the draft without its sweep, with the point's values. What is wrong with an address goes to
/// the diagnostics.
config::Value point_draft(const config::Value& draft, const SweepPlan& plan, std::size_t point,
                          std::vector<Diagnostic>& diagnostics);

/// The number of a plain number or of a quantity like `"5 mV"`, in `unit`, or, where that is null, in its own, to which
/// `unit` is set. Nothing if it is none, or of another dimension.
std::optional<double> number_of(const config::Value& value, std::optional<std::string>& unit);

/// The value as TOML on one line.
std::string text_of(const config::Value& value);

}  // namespace cajal::app
