#include "app/learn_table.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include "learning/plasticity/catalogue.hpp"
#include "models/edges/entry.hpp"
#include "sim/config/text.hpp"

namespace cajal::app {

namespace {

std::vector<std::string> edge_names(const config::Table& tree) {
  std::vector<std::string> names;
  if (const auto edges = tree.table("edge")) names = edges->keys();
  return names;
}

/// Edges that an entry's `on` names: `edge.a`, `edge.*`, or `rest`: all that nothing else claims and that can be
/// trained.
std::set<std::string> matches(const config::Table& entry, const std::vector<std::string>& patterns,
                              const std::vector<std::string>& names, const std::set<std::string>& claimed,
                              const config::Table& tree) {
  std::set<std::string> out;
  for (const std::string& pattern : patterns) {
    bool found = pattern == "rest";
    for (const std::string& name : names) {
      if (pattern == "rest") {
        const auto edges = tree.table("edge");
        const auto table = edges->table(name);
        if (!claimed.contains(name) && (!table || takes_gradient(*table))) out.insert(name);
      } else if (fnmatch(pattern.c_str(), ("edge." + name).c_str(), 0) == 0) {
        out.insert(name);
        found = true;
      }
    }
    if (!found) {
      std::vector<std::string> known;
      for (const auto& n : names) known.push_back("edge." + n);
      known.emplace_back("rest");
      entry.error(
          "on", fmt::format("nothing is called \"{}\"{}", pattern, config::alternatives(pattern, known, "there are")));
    }
  }
  return out;
}

/// The edges that an entry names one by one or by a pattern.
std::set<std::string> named_edges(const config::Table& entry, const std::vector<std::string>& names) {
  std::set<std::string> out;
  const config::Value* on = entry.peek("on");
  if (!on) return out;
  std::vector<std::string> patterns;
  if (on->kind == config::Value::Kind::text) patterns.push_back(on->text);
  for (const auto& item : on->items) patterns.push_back(item.text);
  for (const std::string& pattern : patterns)
    for (const std::string& edge : names)
      if (fnmatch(pattern.c_str(), ("edge." + edge).c_str(), 0) == 0) out.insert(edge);
  return out;
}

}  // namespace

LearnTable read_learn(const config::Table& tree) {
  LearnTable l;
  std::vector<std::string> rules = process_names();
  rules.insert(rules.begin(), "backprop");
  const std::size_t before = tree.diagnostics().size();
  const auto entries = tree.tables("learn");
  l.unclear = tree.diagnostics().size() > before;
  for (const auto& [name, entry] : entries) {
    if (const std::string wrong = config::wrong_name(name); !wrong.empty()) entry.error("", wrong);
    const std::size_t errors = tree.diagnostics().size();
    const std::string rule = entry.required_choice("rule", rules);
    if (tree.diagnostics().size() > errors) {
      l.unclear = true;
      entry.skip();
    } else if (rule != "backprop") {
      l.processes.emplace_back(name, entry);
    } else {
      const std::string feedback = entry.choice("feedback", feedback_words, feedback_words[0]);
      const auto word = std::find(feedback_words.begin(), feedback_words.end(), feedback) - feedback_words.begin();
      l.gradients.push_back({name, entry, {}, static_cast<Feedback>(word)});
    }
  }
  const auto names = edge_names(tree);
  std::vector<std::set<std::string>> named;
  std::set<std::string> claimed;
  // What only holds weights within limits leaves them to others to train.
  for (const auto& [name, entry] : l.processes)
    if (!process_composes(entry.peek("rule")->text)) claimed.merge(named_edges(entry, names));
  for (const GradientEntry& g : l.gradients) named.push_back(named_edges(g.table, names));
  for (std::size_t k = 0; k < l.gradients.size(); ++k) {
    GradientEntry& g = l.gradients[k];
    std::set<std::string> others = claimed;
    for (std::size_t other = 0; other < named.size(); ++other)
      if (other != k) others.insert(named[other].begin(), named[other].end());
    const std::size_t errors = tree.diagnostics().size();
    g.edges = matches(g.table, g.table.texts("on", {"rest"}), names, others, tree);
    for (std::size_t before = 0; before < k; ++before)
      others.insert(l.gradients[before].edges.begin(), l.gradients[before].edges.end());
    for (const std::string& edge : g.edges)
      if (others.contains(edge))
        g.table.error(
            "on",
            fmt::format("edge.{} is also changed by another process of [learn]; take it out of one of them", edge));
    if (g.edges.empty() && tree.diagnostics().size() == errors) g.table.error("on", "there is no edge left to train");
  }
  return l;
}

}  // namespace cajal::app
