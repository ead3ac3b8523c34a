#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "learning/plasticity/rule.hpp"
#include "learning/process.hpp"
#include "sim/config/table.hpp"
#include "sim/network.hpp"

namespace cajal {

// What entries of `[learn]` have in common, read from a config.

/// How the changes of samples that run side by side are put together.
const std::vector<std::string>& batch_words();
/// Which of two spikes acts first that reach a synapse at once.
const std::vector<std::string>& coincidence_words();

/// `5 mV`
std::string quantity_text(double x, std::string_view unit);

/// The unit of a rule's number on an edge whose weights have the unit `weight`.
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

/// One value of a preset.
template <class P, std::size_t n>
void set_field(const std::array<Field, n>& fields, const Setting& setting, P& p) {
  for (const Field& f : fields)
    each_member(p, [&](double& x, std::size_t i) {
      if (i == f.member && f.name == setting.key) x = setting.number;
    });
}

/// An error where a node sends no spikes.
template <class Real>
void need_spikes(const config::Table& table, std::string_view rule, const Node<Real>& node) {
  if (!node.spiking())
    table.error("on", std::string(rule) + " follows spikes, but node." + node.name() + " (" + std::string(node.kind()) +
                          ") sends values");
}

/// The entry's name, and what it changes.
template <class Real>
typename Process<Real>::Identity identity(const config::Table& table, std::vector<std::string> targets) {
  const std::string& address = table.address();
  return {address.substr(address.rfind('.') + 1), std::move(targets), table.at("on")};
}

/// An error where the edge's weights do not lie within [w_min, w_max].
template <class Real>
void check_bounds(const config::Table& table, const SparseEdge<Real>& edge, double w_min, double w_max);

/// `dendritic_delay` and `coincidence` of a rule on an edge.
template <class Real>
SynapseTiming read_timing(const config::Table& table, const SparseEdge<Real>& edge, double dt);

}  // namespace cajal
