#include "app/settings.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>

namespace cajal::app {

std::size_t Settings::team() const {
  if (threads > 0) return threads;
  // What the process may use, not what the machine has.
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return static_cast<std::size_t>(std::max(1, CPU_COUNT(&set)));
}

Run Run::read(const config::Table& root, const std::string& fallback_name) {
  Run r;
  r.name = fallback_name;
  r.dt = root.has("data") || root.has("learn") ? 1.0 : 0.1;
  const auto table = root.table("run");
  if (!table) return r;
  r.name = table->text("name", fallback_name);
  if (r.name.empty() || r.name.size() > 200 || r.name.find_first_of(std::string("/\0", 2)) != std::string::npos)
    table->error("name", "expected a name of at most 200 letters without \"/\": results are filed under it");
  r.seed = static_cast<std::uint64_t>(table->integer("seed", 1, 0, INT64_MAX));
  r.dt = table->quantity("dt", "ms", r.dt, config::positive);
  r.duration = table->quantity("duration", "ms", 0, config::positive);
  r.double_precision = table->choice("precision", {"float32", "float64"}, "float32") == "float64";
  return r;
}

std::optional<Data> Data::load(const config::Table& root, const Settings& settings, const std::string& config_path,
                               std::uint64_t seed) {
  Data d;
  const std::size_t errors = root.diagnostics().size();
  const auto table = root.table("data");
  if (!table) return std::nullopt;
  const data::Source source = data::source(*table);
  const data::SplitOptions options = data::split_options(*table);
  const std::vector<data::PreprocessingStep> steps = data::preprocessing(root);
  d.balance = data::balance_option(*table);
  d.augment = data::augmentation(root);
  table->refuse_unused();
  if (root.diagnostics().size() > errors) return std::nullopt;
  const char* key = "source";
  try {
    d.dataset = data::load(source, settings.data_folder, config_path, seed);
    d.dataset.validate();
    key = "split";
    d.split = data::split(d.dataset, options, seed);
    key = "preprocess";
    d.preprocessing = data::preprocess(d.dataset, d.split.train, steps);
    key = "balance";
    d.split.train = data::balanced(d.dataset, std::move(d.split.train), d.balance, seed);
  } catch (const DataError& e) {
    if (std::string_view(key) == "preprocess")
      root.error(key, e.what());
    else
      table->error(key, e.what());
    return std::nullopt;
  }
  std::string wrong = d.augment.misfit(d.dataset.shape);
  if (d.augment.any() && d.dataset.tokens > 0) wrong = "the samples are characters, which are not augmented";
  if (!wrong.empty()) {
    root.error("augment", wrong);
    return std::nullopt;
  }
  return d;
}

namespace {

/// Sets a whole number at a path of tables, at most what stands there.
void limit(config::Value& table, const std::vector<std::string>& path, std::int64_t most) {
  config::Value* at = &table;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    config::Value* next = at->find(path[i]);
    if (!next) next = &at->set(path[i], config::Value::table(at->at));
    if (next->kind != config::Value::Kind::table) return;
    at = next;
  }
  config::Value* old = at->find(path.back());
  if (old && old->kind == config::Value::Kind::integer && old->integer <= most) return;
  at->set(path.back(), config::Value::of(most, at->at));
}

/// What is written for a long run leaves nothing of a short one.
void forget(config::Value& table, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys)
    std::erase_if(table.members, [&](const auto& member) { return member.first == key; });
}

/// Sets the duration of a table to at most 50 ms; whether it was longer.
bool shorten_duration(config::Value& table) {
  const config::Value* duration = table.find("duration");
  if (!duration || duration->kind != config::Value::Kind::text) return false;
  std::string why;
  const auto ms = config::parse_quantity(duration->text, "ms", why);
  if (!ms || *ms <= 50) return false;
  table.set("duration", config::Value::of(std::string("50 ms"), duration->at));
  return true;
}

void shorten_learning(config::Value& tree) {
  if (config::Value* learn = tree.find("learn"))
    for (auto& [name, entry] : learn->members)
      if (const config::Value* rule = entry.find("rule"); rule && rule->text == "backprop") limit(entry, {"epochs"}, 1);
  if (config::Value* phases = tree.find("phase"))
    for (auto& phase : phases->items)
      if (phase.find("epochs")) limit(phase, {"epochs"}, 1);
}

}  // namespace

void shorten(config::Value& root) {
  if (config::Value* data = root.find("data")) {
    const config::Value* source = data->find("source");
    if (source && source->kind == config::Value::Kind::text && source->text == "digits") limit(*data, {"samples"}, 600);
    if (source && source->find("function")) limit(*data, {"source", "samples"}, 600);
    if (config::Value* size = data->find("source"); size && (size = size->find("random")) && !size->items.empty())
      if (config::Value& samples = size->items[0]; samples.is_number() && samples.number() > 600)
        samples = config::Value::of(std::int64_t{600}, samples.at);
    limit(*data, {"limit", "train"}, 400);
    limit(*data, {"limit", "validation"}, 100);
    limit(*data, {"limit", "test"}, 100);
  }
  shorten_learning(root);
  if (config::Value* learners = root.find("learner"))
    for (auto& [name, tree] : learners->members) shorten_learning(tree);
  config::Value* const run = root.find("run");
  bool shorter = false;
  if (config::Value* phases = root.find("phase"); phases && !root.find("data") && !root.find("learner")) {
    for (auto& phase : phases->items) shorter = shorten_duration(phase) || shorter;
    // It is the sum of theirs.
    if (run) forget(*run, {"duration"});
  } else if (run) {
    shorter = shorten_duration(*run);
  }
  config::Value* const measures = root.find("measure");
  for (std::size_t i = 0; measures && i < measures->members.size(); ++i) {
    config::Value& measure = measures->members[i].second;
    if (shorter) forget(measure, {"start", "bin"});
    // Of fewer training samples there are other curves.
    const config::Value* kind = measure.find("kind");
    if ((kind ? kind->text : measures->members[i].first) == "sample_efficiency")
      forget(measure, {"samples", "presentations"});
  }
}

}  // namespace cajal::app
