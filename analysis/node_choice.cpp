#include "analysis/node_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/config/text.hpp"

namespace cajal::analysis {

namespace {

using Learner = RecordedOutline::Learner;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The nodes of one learner that a key names; those it does not have are errors there.
std::vector<std::string> nodes_of(const config::Table& table, const std::string& key, const Learner& learner) {
  std::vector<std::string> out;
  for (const std::string& node : table.texts(key)) {
    if (contains(learner.nodes, node))
      out.push_back(node);
    else
      table.error(key, learner.nodes.empty() ? fmt::format("learner \"{}\" has no nodes", learner.name)
                                             : fmt::format("learner \"{}\" has no node \"{}\"{}", learner.name, node,
                                                           config::alternatives(node, learner.nodes, "there are")));
  }
  return out;
}

}  // namespace

NodeChoice NodeChoice::read(const config::Table& table, const RecordedOutline& outline) {
  NodeChoice choice;
  const config::Value* of = table.peek("of");
  if (!of) {
    table.take("of");
    return choice;
  }
  choice.kind_ = Kind::named;
  if (of->kind == config::Value::Kind::table) {
    const config::Table learners = *table.table("of");
    std::vector<std::string> known;
    for (const Learner& l : outline.learners) known.push_back(l.name);
    for (const std::string& name : learners.keys()) {
      const auto learner =
          std::find_if(outline.learners.begin(), outline.learners.end(), [&](const auto& l) { return l.name == name; });
      if (learner == outline.learners.end()) {
        learners.take(name);
        learners.error(
            name, fmt::format("there is no learner \"{}\"{}", name, config::alternatives(name, known, "there are")));
      } else {
        for (const std::string& node : nodes_of(learners, name, *learner)) choice.named_.push_back({name, node});
      }
    }
    return choice;
  }
  const std::string node = table.text("of", "layers");
  if (node == "layers") {
    choice.kind_ = Kind::layers;
    return choice;
  }
  std::vector<std::string> known{"layers"};
  for (const Learner& l : outline.learners)
    for (const std::string& n : l.nodes)
      if (!contains(known, n)) known.push_back(n);
  if (!contains(known, node))
    table.error("of", fmt::format("no learner has a node \"{}\"{}", node, config::alternatives(node, known)));
  choice.named_.push_back({"", node});
  return choice;
}

std::vector<const RecordedNode*> NodeChoice::of(const RecordedRun& run) const {
  std::vector<const RecordedNode*> out;
  if (kind_ == Kind::representation) {
    if (const RecordedNode* node = run.representation()) out.push_back(node);
    return out;
  }
  for (const RecordedNode& node : run.nodes) {
    const bool named = std::any_of(named_.begin(), named_.end(), [&](const Named& n) {
      return n.node == node.name && (n.learner.empty() || n.learner == run.learner);
    });
    if (kind_ == Kind::layers || named) out.push_back(&node);
  }
  return out;
}

std::span<const float> first_rows(const RecordedNode& node, std::size_t samples) {
  return std::span(node.mean).first(std::min(node.mean.size(), samples * node.units));
}

void each_node(const Recorded& recorded, const NodeChoice& choice, std::string_view measure, Findings& found,
               const std::function<void(const RecordedRun&, const RecordedNode&)>& take) {
  for (const RecordedRun& run : recorded.runs) {
    if (run.nodes.empty()) {
      found.leave_out(fmt::format("{}: {} (seed {}) kept no activity", measure, run.learner, run.seed));
      continue;
    }
    for (const RecordedNode* node : choice.of(run)) {
      if (run.samples < 2 || node->units == 0)
        found.leave_out(fmt::format("{}: of {} only {} samples of {} units were kept", measure, shown_node(run, *node),
                                    run.samples, node->units));
      else if (!std::all_of(node->mean.begin(), node->mean.end(), [](float x) { return std::isfinite(x); }))
        found.leave_out(
            fmt::format("{}: the activity of {} (seed {}) is not finite", measure, shown_node(run, *node), run.seed));
      else
        take(run, *node);
    }
  }
}

Measured row_of(const RecordedRun& run, std::string_view measure, const std::string& part, double value, double n) {
  const double none = std::nan("");
  return {run.learner, std::string(measure), part, run.seed, value, none, none, n};
}

std::string shown_node(const RecordedRun& run, const RecordedNode& node) { return run.learner + "." + node.name; }

std::size_t read_samples(const config::Table& table, std::int64_t fallback, std::int64_t fewest) {
  return static_cast<std::size_t>(table.integer("samples", fallback, fewest, INT64_MAX));
}

}  // namespace cajal::analysis
