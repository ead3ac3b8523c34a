#include "app/check_layers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cajal::app {

namespace {

/// The node that passes its output on to this one unit by unit and unweighed by any nonlinearity, if there is one.
template <class Real>
const Node<Real>* passed_on_by(const Network<Real>& network, const Node<Real>& node) {
  if (node.kind() != "linear") return nullptr;
  for (const auto& e : network.edges)
    if (&e->to() == &node && e->kind() == "one_to_one" && e->delay() == 0) return &e->from();
  return nullptr;
}

}  // namespace

template <class Real>
void check_logits(const config::Table& tree, const Network<Real>& network, const std::string& of,
                  std::string_view function) {
  const Node<Real>* node = network.node(of);
  // A network that was refused may go round in circles.
  for (std::size_t k = 0; node && node->kind() != function && k < network.nodes.size(); ++k)
    node = passed_on_by(network, *node);
  if (!node || node->kind() != function) return;
  tree.table("node")
      ->table(node->name())
      ->error("kind", fmt::format("the {} belongs to the loss: \"{}\" takes logits; leave it out, or write \"linear\"",
                                  function, function == "softmax" ? "cross_entropy" : "binary_cross_entropy"));
}

template <class Real>
void check_single_samples(const config::Table& retry, const Network<Real>& network) {
  const auto coupled = std::find_if(network.nodes.begin(), network.nodes.end(),
                                    [](const auto& node) { return node->kind() == "batch_norm"; });
  if (coupled == network.nodes.end()) return;
  retry.error("fewer", fmt::format("single samples cannot be shown again where \"{}\" normalises over the batch",
                                   (*coupled)->name()));
}

template void check_logits(const config::Table&, const Network<float>&, const std::string&, std::string_view);
template void check_logits(const config::Table&, const Network<double>&, const std::string&, std::string_view);
template void check_single_samples(const config::Table&, const Network<float>&);
template void check_single_samples(const config::Table&, const Network<double>&);

}  // namespace cajal::app
