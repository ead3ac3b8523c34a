#include "app/check_learner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/build.hpp"
#include "sim/config/text.hpp"

namespace cajal::app {

namespace {

/// The answer's shape must fit what the data have: `want` of `what`.
template <class Real>
void check_size(const config::Table& tree, const Node<Real>& node, std::size_t want, const char* what,
                const config::Table& at) {
  if (node.size() == want) return;
  const std::string text =
      fmt::format("\"{}\" has {} units, but the data have {} {}", node.name(), node.size(), want, what);
  const auto table = tree.table("node")->table(node.name());
  if (table->has("size"))
    table->error("size", text);
  else
    at.error("of", text);
}

}  // namespace

template <class Real>
const Node<Real>* check_node(const config::Table& tree, const Network<Real>& network, const std::string& name,
                             const config::Table& at) {
  if (const Node<Real>* node = network.node(name)) return node;
  const std::string wrong = no_such_node(tree, name);
  // A node that was refused has had its error.
  if (!wrong.empty()) at.error("of", at.has("of") ? wrong : fmt::format("missing key `of`: {}", wrong));
  return nullptr;
}

template <class Real>
void check_output(const config::Table& tree, const Network<Real>& network, const std::string& name, bool assigned,
                  bool binary, const data::Dataset& dataset, const config::Table& at) {
  const Node<Real>* node = check_node(tree, network, name, at);
  if (!node || assigned) return;
  const std::size_t want = dataset.classification() ? dataset.classes : dataset.targets;
  if (binary && want == 2 && node->size() == 1) return;
  check_size(tree, *node, want, dataset.classification() ? "classes" : want == 1 ? "target" : "targets", at);
}

template <class Real>
void check_target(const config::Table& tree, const Network<Real>& network, const GradientOptions& g,
                  const data::Dataset& dataset, const config::Table& learn) {
  using Target = GradientOptions::Target;
  if (g.target == Target::label) {
    check_output(tree, network, g.of, false, g.loss && g.loss->binary(), dataset, learn);
  } else if (const Node<Real>* node = check_node(tree, network, g.of, learn); node && g.target == Target::input) {
    check_size(tree, *node, dataset.features, "values a sample", learn);
  }
  if (!g.shown) return;
  const Node<Real>* chooser = network.node(g.shown->node);
  if (!chooser || chooser->kind() != "switch") {
    const std::string wrong = no_such_node(tree, g.shown->node);
    learn.error("show", wrong.empty() ? fmt::format("\"{}\" is no node of kind \"switch\"", g.shown->node) : wrong);
    return;
  }
  std::vector<std::string> ports;
  for (const auto& port : chooser->ports) ports.push_back(port.name);
  for (const std::string& name : g.shown->ports)
    if (std::find(ports.begin(), ports.end(), name) == ports.end())
      learn.error("show", fmt::format("\"{}\" has no port \"{}\"{}", g.shown->node, name,
                                      config::alternatives(name, ports, "there are")));
}

bool check_loss(const config::Table& learn, const GradientOptions& gradient, const data::Dataset& dataset) {
  if (!gradient.loss) return true;
  const std::string_view name = gradient.loss->name();
  const ClassWeights* const weights = gradient.loss->class_weights();
  using Target = GradientOptions::Target;
  if (gradient.target == Target::numbers) return true;
  const bool again = gradient.target == Target::input;
  if (dataset.classification() && !again) {
    if (weights && !weights->balanced && weights->values.size() != dataset.classes)
      learn.table("loss")->error("class_weights", fmt::format("{} numbers, but the data have {} classes",
                                                              weights->values.size(), dataset.classes));
    return true;
  }
  if (name == "cross_entropy") {
    learn.error("loss", "\"cross_entropy\" needs classes, but the data have numbers as targets; use \"mse\"");
    return false;
  }
  const bool probabilities = name == "binary_cross_entropy", signs = name == "hinge";
  for (const float y : again ? dataset.x : dataset.y) {
    if (probabilities ? y >= 0 && y <= 1 : !signs || y == 0 || y == 1 || y == -1) continue;
    learn.error("loss", fmt::format("\"{}\" needs targets {}, but the data have one of {:g}", name,
                                    probabilities ? "between 0 and 1" : "of -1, 0 or 1", y));
    return false;
  }
  return true;
}

template <class Real>
void check_retry(const config::Table& tree, const Network<Real>& network, const Trial::Retry& retry) {
  if (retry.fewer == 0) return;
  const config::Table table = *tree.table("trial")->table("retry");
  const auto find = [&](const char* key, const std::string& name) -> const Node<Real>* {
    const std::string wrong = name.empty() ? "" : no_such_node(tree, name);
    if (!wrong.empty()) table.error(key, wrong);
    return network.node(name);
  };
  if (const auto* node = find("spikes", retry.spikes); node && !node->spiking())
    table.error("spikes", fmt::format("\"{}\" ({}) does not spike", node->name(), node->kind()));
  if (const auto* node = find("add", retry.input); node && node->kind() != "data")
    table.error("add", fmt::format("\"{}\" ({}) has no gain; nodes of kind \"data\" have", node->name(), node->kind()));
}

template <class Real>
void check_feedback(const Network<Real>& network, const GradientEntry& entry) {
  if (entry.feedback == Feedback::transpose) return;
  bool any = false;
  const auto check = [&](const std::string& name, std::string_view kind, bool carries, bool able) {
    const bool trained = std::any_of(entry.edges.begin(), entry.edges.end(),
                                     [&](const std::string& edge) { return is_part_of(name, edge); });
    if (!trained || !carries) return;
    any = true;
    if (!able)
      entry.table.error("feedback",
                        fmt::format("errors go back through edge.{}, which is {}; fixed random weights are for dense "
                                    "edges and convolutions",
                                    name, kind));
  };
  for (const auto& e : network.edges)
    check(e->name(), e->kind(), e->from().wants_gradient, dynamic_cast<const FeedbackEdge<Real>*>(e.get()));
  for (const auto& e : network.sparse) check(e->name, "sparse", e->from->wants_gradient, false);
  if (!any) entry.table.error("feedback", "no error goes back through any of its edges: there is nothing to carry");
}

template const Node<float>* check_node(const config::Table&, const Network<float>&, const std::string&,
                                       const config::Table&);
template void check_output(const config::Table&, const Network<float>&, const std::string&, bool, bool,
                           const data::Dataset&, const config::Table&);
template void check_target(const config::Table&, const Network<float>&, const GradientOptions&, const data::Dataset&,
                           const config::Table&);
template void check_retry(const config::Table&, const Network<float>&, const Trial::Retry&);
template void check_feedback(const Network<float>&, const GradientEntry&);
template const Node<double>* check_node(const config::Table&, const Network<double>&, const std::string&,
                                        const config::Table&);
template void check_output(const config::Table&, const Network<double>&, const std::string&, bool, bool,
                           const data::Dataset&, const config::Table&);
template void check_target(const config::Table&, const Network<double>&, const GradientOptions&, const data::Dataset&,
                           const config::Table&);
template void check_retry(const config::Table&, const Network<double>&, const Trial::Retry&);
template void check_feedback(const Network<double>&, const GradientEntry&);

}  // namespace cajal::app
