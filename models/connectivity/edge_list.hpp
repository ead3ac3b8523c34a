#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "models/connectivity/rule.hpp"

namespace cajal {

/// The synapses of a file, see record::read_edges for its formats; by source, those of a source in the order of the
/// file. Weights (in the unit of the port) and delays (in ms) of the file are used unless the edge has a `weight` or a
/// `delay`.
struct EdgeList {
  static constexpr std::string_view name = "edge_list";
  static constexpr std::string_view meaning = "the synapses of a file: CSV, NPY, HDF5 or SONATA";
  static constexpr std::string_view snippet = "connect = { rule = \"edge_list\", file = \"edges.csv\" }";

  static constexpr Connection::Rows rows_of = Connection::Rows::source;

  /// Synapses by source unit.
  struct Rows {
    std::vector<std::size_t> begin;  ///< of each source, and the end
    std::vector<std::uint32_t> target;
    std::vector<double> weight;        ///< empty: the file has none
    std::vector<std::uint32_t> delay;  ///< in steps; empty: the file has none
    std::uint32_t min_delay = 1, max_delay = 1;
  };

  std::string file;
  std::optional<std::string> group;
  std::shared_ptr<const Rows> rows;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.required("file", file, "columns source, target[, weight][, delay in ms], relative to the config");
    visit.optional("group", group, "the only one", "of an HDF5 file: a group, or a SONATA population");
  }
  std::optional<Refusal> load(const Populations& p, const RuleSources& sources);
  std::optional<Refusal> refuse(const Populations&) const { return {}; }
  double expected(const Populations&) const { return static_cast<double>(rows->target.size()); }
  void row(const Populations&, std::uint32_t unit, Draws&, std::vector<std::uint32_t>& partners) const {
    append(rows->target, unit, partners);
  }

  bool has_weights() const { return !rows->weight.empty(); }
  bool has_delays() const { return !rows->delay.empty(); }
  void weights_of(const Populations&, std::uint32_t unit, std::vector<double>& weights) const {
    weights.clear();
    append(rows->weight, unit, weights);
  }
  void delays_of(std::uint32_t unit, std::vector<std::uint32_t>& delays) const {
    delays.clear();
    append(rows->delay, unit, delays);
  }
  std::pair<std::uint32_t, std::uint32_t> delay_range() const { return {rows->min_delay, rows->max_delay}; }

 private:
  template <class T>
  void append(const std::vector<T>& values, std::uint32_t unit, std::vector<T>& out) const {
    const auto from = values.begin();
    out.insert(out.end(), from + static_cast<std::ptrdiff_t>(rows->begin[unit]),
               from + static_cast<std::ptrdiff_t>(rows->begin[unit + 1]));
  }
};

}  // namespace cajal
