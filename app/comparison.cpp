#include "app/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/config/text.hpp"

namespace cajal::app {

namespace {

constexpr const char* no_duration = "is for simulations; with data the phases say how long a run is";

void read_seeds(const config::Table& table, Compare& c) {
  if (!table.has("seeds")) return;
  const std::vector<std::uint64_t> fallback = std::move(c.seeds);
  c.seeds.clear();
  constexpr double exact = 9007199254740992.0;  // 2^53
  const std::size_t errors = table.diagnostics().size();
  for (const double s : table.numbers("seeds", "")) {
    if (!(s >= 0 && s <= exact) || s != std::floor(s))
      table.error("seeds", fmt::format("expected whole numbers from 0 to {:.0f}, found {:g}", exact, s));
    else if (std::find(c.seeds.begin(), c.seeds.end(), static_cast<std::uint64_t>(s)) != c.seeds.end())
      table.error("seeds", fmt::format("names seed {:.0f} twice", s));
    else
      c.seeds.push_back(static_cast<std::uint64_t>(s));
  }
  if (c.seeds.empty() && table.diagnostics().size() == errors)
    table.error("seeds", "expected at least one seed, like [1, 2, 3]");
  if (c.seeds.empty()) c.seeds = fallback;
}

void read_vary(const config::Table& table, Compare& c) {
  if (!table.has("vary")) return;
  c.vary_init = c.vary_order = false;
  if (const config::Value* v = table.peek("vary"); v->kind == config::Value::Kind::array && v->items.empty())
    table.error("vary", "names nothing: all seeds would give the same; allowed here: init, order");
  for (const std::string& what : table.texts("vary")) {
    if (what == "init")
      c.vary_init = true;
    else if (what == "order")
      c.vary_order = true;
    else
      table.error("vary", fmt::format("unknown name \"{}\"{} (weights; order of samples, and noise)", what,
                                      config::alternatives(what, {"init", "order"})));
  }
}

void read_budget(const config::Table& table, Compare& c) {
  const auto budget = table.table("budget");
  if (!budget) return;
  constexpr std::int64_t most = std::int64_t{1} << 53;
  c.budget.presentations = budget->has("samples") ? budget->integer("samples", 1, 1, most) : 0;
  c.budget.seconds = budget->has("time") ? 1e-3 * budget->quantity("time", "ms", 1000, config::positive) : 0;
  c.budget.operations = budget->has("operations") ? budget->number("operations", 1, config::positive) : 0;
  if (budget->keys().empty())
    budget->error("", "says nothing: write samples = 10000, time = \"60 s\" or operations = 1e9");
}

}  // namespace

Compare Compare::read(const config::Table& root, const Run& run) {
  Compare c;
  c.seeds = {run.seed};
  const auto table = root.table("compare");
  if (!table) return c;
  if (!root.has("learner")) root.error("compare", "there is nothing to compare: no [learner]");
  for (const char* key : {"seeds", "vary", "match", "learners"}) table->take(key);
  read_seeds(*table, c);
  read_vary(*table, c);
  read_budget(*table, c);
  if (table->has("match")) c.match = table->required_choice("match", {"parameters", "operations"});
  if (table->has("within") && c.match.empty())
    table->error("within", "says how close a match is, but there is no `match`");
  c.within = table->number("within", c.within, {0, 1e6});
  return c;
}

std::string match_text(const Compare& compare, const std::vector<std::pair<std::string, double>>& values, bool& holds) {
  holds = true;
  if (values.empty()) return {};
  const auto less = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto [low, high] = std::minmax_element(values.begin(), values.end(), less);
  holds = high->second <= (1 + compare.within) * low->second;
  return fmt::format("{} are {}matched within {:g} %: {:.0f} ({}) to {:.0f} ({})", compare.match, holds ? "" : "not ",
                     100 * compare.within, low->second, low->first, high->second, high->first);
}

/// Of a learner's own `run`: the step and the precision. Names, seeds and data are the comparison's.
Run learner_run(const config::Table& tree, const Run& run) {
  Run r = run;
  for (const char* key : {"data", "preprocess", "augment", "measure"})
    if (tree.take(key)) tree.error(key, "is one for all learners of a comparison: it stands at the root");
  const auto table = tree.table("run");
  if (!table) return r;
  r.dt = table->quantity("dt", "ms", run.dt, config::positive);
  r.double_precision =
      table->choice("precision", {"float32", "float64"}, run.double_precision ? "float64" : "float32") == "float64";
  for (const char* key : {"seed", "name", "duration"})
    if (table->take(key))
      table->error(key, key == std::string_view("duration")
                            ? no_duration
                            : "is one for all learners of a comparison: it stands at the root");
  return r;
}

/// A learner that comes from a file of its own brings that file's data and seed along: the comparison's count instead.
void drop_inherited(config::Value& tree, const std::string& file) {
  const auto inherited = [&](const config::Value& v) { return v.at.file != file && v.at.line > 0; };
  for (const char* key : {"data", "preprocess", "augment", "measure"})
    if (const config::Value* v = tree.find(key); v && inherited(*v))
      std::erase_if(tree.members, [&](const auto& m) { return m.first == key; });
  if (config::Value* run = tree.find("run"))
    std::erase_if(run->members,
                  [&](const auto& m) { return (m.first == "seed" || m.first == "name") && inherited(m.second); });
}

void keep_learners(config::Value& root, std::vector<Diagnostic>& diagnostics) {
  const config::Value* compare = root.find("compare");
  config::Value* learners = root.find("learner");
  if (!compare || !compare->find("learners") || !learners) return;
  const config::Table table(*compare, "compare", diagnostics);
  const std::size_t errors = diagnostics.size();
  std::vector<std::string> known;
  for (const auto& [name, tree] : learners->members) known.push_back(name);
  const std::vector<std::string> wanted = table.texts("learners");
  for (const std::string& name : wanted)
    if (std::find(known.begin(), known.end(), name) == known.end())
      table.error("learners", fmt::format("no learner \"{}\"{}", name, config::alternatives(name, known, "there are")));
  if (wanted.empty() && diagnostics.size() == errors)
    table.error("learners", fmt::format("names no learner; there are: {}", fmt::join(known, ", ")));
  if (diagnostics.size() != errors) return;
  std::erase_if(learners->members, [&](const auto& member) {
    return std::find(wanted.begin(), wanted.end(), member.first) == wanted.end();
  });
}

Usage usage_of(const LearnerOptions& options, const data::Split& split, const data::Dataset& dataset) {
  Usage u;
  u.selection = "none";
  const bool labelled = std::any_of(options.gradients.begin(), options.gradients.end(), [](const GradientOptions& g) {
    return g.target == GradientOptions::Target::label;
  });
  std::size_t labels = 0, shown = 0;
  for (const Phase& phase : options.phases) {
    const bool trains = !phase.frozen();
    if (!trains && !phase.fit_predict) continue;
    if (phase.part == Phase::Part::validation && u.selection == "none") u.selection = "validation";
    if (phase.part != Phase::Part::train) continue;
    std::size_t n = split.train.size();
    if (phase.samples > 0) n = std::min(n, static_cast<std::size_t>(phase.samples));
    if (trains) shown = std::max(shown, n);
    if (phase.fit_predict || labelled || options.teaches) labels = std::max(labels, n);
  }
  for (const GradientOptions& g : options.gradients)
    if (g.monitors() && needs_validation(g.monitor) && u.selection == "none") u.selection = "validation";
  const std::set<std::uint32_t> trained(split.train.begin(), split.train.end());
  if (std::any_of(split.test.begin(), split.test.end(), [&](std::uint32_t s) { return trained.contains(s); }))
    u.selection = "test", u.why = "its test samples are training samples";
  u.samples = shown;
  u.labels = dataset.classification() || dataset.targets > 0 ? labels : 0;
  return u;
}

}  // namespace cajal::app
