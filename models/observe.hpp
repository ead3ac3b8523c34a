#pragma once

#include <string>

#include "models/targets.hpp"
#include "sim/network.hpp"

namespace cajal {

/// The node that stands for a variable of a node, `from = "E.V_m"`: `E.V_m`, of kind `linear`, which sends after each
/// step what the variable is then. Made once, with the edge that fills it. `states`: the names of the node's state
/// variables. Nothing, with an error, if there is no such variable. Before `prepare`.
template <class Real>
Node<Real>* observed_node(Network<Real>& network, const Target& target, const std::vector<std::string>& states);

/// The unit of a variable that edges may read; empty: a number, or no such variable.
template <class Real>
std::string unit_of_variable(Node<Real>& node, const std::string& variable);

}  // namespace cajal
