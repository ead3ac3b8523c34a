#include "app/experiment.hpp"
#include "models/expand_layers.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "models/build.hpp"

namespace cajal::app {

Experiment Experiment::read(const std::string& path, const Settings& settings) {
  Experiment e;
  e.path = path;
  e.root = config::read(path, settings.overrides);
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  e.source = text.str();
  if (settings.quick) shorten(e.root);
  expand_layers(e.root, e.diagnostics);
  expand_like(e.root, e.diagnostics);
  if (config::Value* learners = e.root.find("learner"))
    for (auto& [name, tree] : learners->members) expand_like(tree, e.diagnostics, "learner." + name);
  e.run = Run::read(e.table(), std::filesystem::path(path).stem().string());
  return e;
}

std::string Experiment::result_path(const Settings& settings) const {
  return (std::filesystem::path(settings.out) / (run.name + ".h5")).string();
}

std::string Experiment::folder() const { return std::filesystem::path(path).parent_path().string(); }

namespace {

int run_as(Experiment& e, const Settings& settings, Terminal& terminal, bool dry) {
  if (e.root.find("data") || e.root.find("learner")) return learn(e, settings, terminal, dry);
  return simulate(e, settings, terminal, dry);
}

}  // namespace

int run_experiment(const std::string& path, const Settings& settings, Terminal& terminal) {
  Experiment e = Experiment::read(path, settings);
  return run_as(e, settings, terminal, settings.dry_run);
}

void validate_experiment(const std::string& path, const Settings& settings) {
  Experiment e = Experiment::read(path, settings);
  Terminal silent(true);
  Settings quiet = settings;
  quiet.quiet = true;
  quiet.dry_run = false;
  run_as(e, quiet, silent, true);
}

}  // namespace cajal::app
