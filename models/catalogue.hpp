#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/config/table.hpp"
#include "sim/node.hpp"
#include "sim/receptor.hpp"

namespace cajal {

/// What a node is made from, beside its own table.
struct NodeRequest {
  const config::Table& table;
  std::string name;
  std::size_t size = 0;
  double dt = 0.1;  ///< ms
  std::uint64_t seed = 0;
  double show = 0;           ///< ms that a sample is shown, 0: the whole trial
  bool trial_resets = true;  ///< every trial starts from rest
  std::vector<std::string> connected_ports;
  std::string folder = {};  ///< of the config, for files it names
  Shape shape = {};         ///< of the units
  Shape sample_shape = {};  ///< of the data
  std::size_t tokens = 0;   ///< how many characters the data consist of; 0: of numbers
};

/// A word of a catalogue: what `list` and `describe` print and what makes the thing. No node is made where the model
/// itself, of the config, is wrong.
struct NodeEntry {
  std::string name, group;  ///< group: `neurons`, `rates`, `layers`, `cells`, `synapses`, `inputs`
  std::string meaning;
  std::function<std::unique_ptr<Node<float>>(const NodeRequest&)> make_single;
  std::function<std::unique_ptr<Node<double>>(const NodeRequest&)> make_double;
  std::function<std::string()> describe;
  std::vector<std::string> states = {};  ///< names of the state variables of a population

  template <class Real>
  std::unique_ptr<Node<Real>> make(const NodeRequest& request) const {
    if constexpr (std::is_same_v<Real, float>)
      return make_single(request);
    else
      return make_double(request);
  }
};

struct ReceptorEntry {
  std::string name, meaning;
  std::function<ReceptorSystem(const config::Table& options)> make;
  std::function<std::string()> describe;
};

/// All nodes that a config may name. Tests add their own entries to a copy.
const std::vector<NodeEntry>& node_catalogue();
const std::vector<ReceptorEntry>& receptor_catalogue();

}  // namespace cajal
