#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/targets.hpp"
#include "sim/connect/synapses.hpp"
#include "sim/node.hpp"

namespace cajal {

/// The port that an address names; without a name the only one there is. Nothing, with an error, if there is none.
template <class Real>
std::optional<std::size_t> find_port(const Node<Real>& node, const Target& target);

/// What a weight is measured in that makes of a `source` what arrives, measured in `port`: `pA/mV`. Where ports have no
/// units, weights have none.
std::string weight_unit(const std::string& port, const std::string& source);

/// Whether a port takes differences: of gap junctions.
template <class Real>
bool is_coupling(const Port<Real>& port) {
  return !port.conductance.empty();
}

/// Of an edge that ends at such a port: what it may not be, as an error. `states`: the names of the source's state
/// variables.
template <class Real>
bool refuses_coupling(const Target& target, Node<Real>& from, const Port<Real>& port,
                      const std::vector<std::string>& states, const std::string& kind, bool trained);

/// Adds the weights of a sparse edge to the conductance of its port. Negative ones are refused where they are
/// conductances.
template <class Real>
void add_conductance(const SparseEdge<Real>& edge, const Target& target);

}  // namespace cajal
