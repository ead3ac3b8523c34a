#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/catalogue.hpp"
#include "models/connectivity/rule.hpp"
#include "models/edges/feedback.hpp"
#include "sim/network.hpp"

namespace cajal {

/// What a network is built from, beside `[node]` and `[edge]`.
struct BuildRequest {
  const config::Table& root;
  std::uint64_t seed = 0;
  double dt = 1;    ///< ms
  double show = 0;  ///< ms that a sample is shown; 0: the whole trial
  bool trial_resets = true;
  Shape sample = {};   ///< the shape of a sample; empty: there are no data
  std::string folder;  ///< of the config, for files it names
  /// Whether an edge (by its name in the config) is trained by gradient.
  std::function<bool(const std::string& edge)> trained = [](const std::string&) { return false; };
  const std::vector<NodeEntry>* nodes = &node_catalogue();
  /// What the memory is estimated for: steps and samples that buffers hold at once, and whether each step's state is
  /// kept.
  std::int64_t held_steps = 64;
  std::size_t held_samples = 1;
  bool tape = false;
  std::size_t tokens = 0;   ///< how many characters the data consist of; 0: of numbers
  std::size_t targets = 0;  ///< numbers that are to be predicted of a sample: classes, or targets
  bool lists = true;        ///< every sparse edge is listed: it learns, or runs in batches
  /// How errors go back through an edge (by its name in the config) that is trained by gradient.
  std::function<Feedback(const std::string& edge)> feedback = [](const std::string&) { return Feedback::transpose; };
  double* bytes = nullptr;  ///< where to put what the network is estimated to take
};

/// Takes over what `like = "E"` names, for nodes and edges of a tree: the other's keys come first. In place.
/// `address` is the tree's own.
void expand_like(config::Value& root, std::vector<Diagnostic>& diagnostics, const std::string& address = "");

/// Builds and orders the network. An edge with several targets becomes one edge for each, named `edge.target`;
/// `private` edges give each target unit a unit of the source of its own. Weights of sparse edges are not made yet:
/// `make_weights` does so once the processes that change them are known. What is wrong goes to the root's diagnostics:
/// then the network may be incomplete and must not be run. What would take more memory than the machine has is refused,
/// with the numbers, before it is made.
template <class Real>
std::unique_ptr<Network<Real>> build_network(const BuildRequest& request);

/// Whether all nodes and edges of the tree were made. What asks for one that is not there would only repeat that error.
template <class Real>
bool is_whole(const config::Table& tree, const Network<Real>& network);

/// Why the tree has no node `name`, with the names it has; empty if it has one.
std::string no_such_node(const config::Table& tree, const std::string& name);

template <class Real>
void make_weights(Network<Real>& network) {
  for (auto& e : network.sparse) e->make_weight(e->weight.unit);
}

/// `"edge.name"` also stands for the parts of an edge with several targets, `name.target`.
inline bool is_part_of(std::string_view part, std::string_view edge) {
  return part == edge || (part.size() > edge.size() && part.starts_with(edge) && part[edge.size()] == '.');
}

}  // namespace cajal
