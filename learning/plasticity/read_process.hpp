#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "learning/locality.hpp"
#include "learning/option.hpp"
#include "learning/plasticity/read_rule.hpp"
#include "learning/process.hpp"
#include "sim/config/table.hpp"
#include "sim/field.hpp"
#include "sim/node.hpp"

// What the processes of the catalogue share: how an entry of `[learn]` is read and described.

namespace cajal {

/// What `describe` says of a process.
struct ProcessEntry {
  std::string name, meaning, equations, source;
  Locality locality;
  std::vector<Option> options;
  std::string snippet;    ///< a line of a config that uses it
  bool composes = false;  ///< it holds what others learn within limits, and leaves their edges to them
};

/// The key `every`: ms between the times at which a process acts, a multiple of `dt`; 0: `"trial"`. Without the key an
/// error where it is `required`, else 0.
double read_every(const config::Table& table, double dt, bool required);

/// The unit of the threshold of a node: one whose weights are plain numbers has a plain membrane too.
template <class Real>
std::string_view threshold_unit(const Node<Real>& node) {
  const auto plain = [](const Port<Real>& port) { return port.unit.empty(); };
  return !node.ports.empty() && std::all_of(node.ports.begin(), node.ports.end(), plain) ? "" : "mV";
}

Option option_of(const Field& f, bool bounds_from_weights = false);
Option on_option(std::string_view example);
Option batch_option();
Option every_option(bool required);
/// The keys of read_timing.
void add_timing_options(ProcessEntry& entry);

}  // namespace cajal
