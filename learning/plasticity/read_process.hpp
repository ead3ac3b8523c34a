#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "learning/option.hpp"
#include "learning/plasticity/rule.hpp"
#include "learning/process.hpp"
#include "sim/config/table.hpp"
#include "sim/field.hpp"
#include "sim/node.hpp"

// What the processes of the catalogue share: how an entry of `[learn]` is read and described.

namespace cajal {

/// What `describe` says of a process.
struct ProcessEntry {
  std::string name, meaning, equations, source;
  std::vector<Option> options;
  std::string snippet;    ///< a line of a config that uses it
  bool composes = false;  ///< it holds what others learn within limits, and leaves their edges to them
};

/// `0.5 nS`
std::string quantity_text(double x, std::string_view unit);

/// The unit of a field of a process whose weights have the unit `weight`.
inline std::string_view unit_of(const Field& field, std::string_view weight) {
  return field.unit == weight_unit ? weight : field.unit;
}

/// Reads the fields of a table over what `p` holds.
template <class P, std::size_t n>
void read_fields(const config::Table& table, const std::array<Field, n>& fields, std::string_view weight, P& p) {
  for (const Field& f : fields)
    each_member(p, [&](double& x, std::size_t i) {
      if (i == f.member) x = table.quantity(f.name, unit_of(f, weight), x, f.range);
    });
}

/// How samples that run side by side are put together: the words of the key `batch`, the first by default.
inline const std::vector<std::string> batch_words = {"mean", "sum"};

/// The key `every`: ms between the times at which a process acts; 0: `"trial"`. Without the key an error where it is
/// `required`, else 0.
double read_every(const config::Table& table, bool required);

/// Adds an error where a node sends no spikes.
template <class Real>
void need_spikes(const config::Table& table, std::string_view rule, const Node<Real>& node) {
  if (!node.spiking())
    table.error("on", std::string(rule) + " follows spikes, but node." + node.name() + " (" + std::string(node.kind()) +
                          ") sends values");
}

template <class Real>
typename Process<Real>::Identity identity(const config::Table& table, std::vector<std::string> targets) {
  const std::string& address = table.address();
  return {address.substr(address.rfind('.') + 1), std::move(targets), table.at("on")};
}

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

}  // namespace cajal
