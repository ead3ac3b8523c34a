#include "app/experiment.hpp"
#include "models/expand_layers.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "models/build.hpp"
#include "models/expand_short_term.hpp"
#include "sim/config/draft.hpp"

namespace cajal::app {

Experiment Experiment::of(config::Value root, const std::string& path, const Settings& settings) {
  Experiment e;
  e.path = path;
  e.root = std::move(root);
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  e.source = text.str();
  if (settings.quick) shorten(e.root);
  expand_layers(e.root, e.diagnostics);
  expand_like(e.root, e.diagnostics);
  expand_short_term(e.root, e.diagnostics);
  if (config::Value* learners = e.root.find("learner"))
    for (auto& [name, tree] : learners->members) {
      expand_like(tree, e.diagnostics, "learner." + name);
      expand_short_term(tree, e.diagnostics, "learner." + name);
    }
  e.run = Run::read(e.table(), std::filesystem::path(path).stem().string());
  e.result = e.run.name;
  return e;
}

std::string Experiment::result_path(const Settings& settings) const {
  return (std::filesystem::path(settings.out) / (result + ".h5")).string();
}

std::string Experiment::folder() const { return std::filesystem::path(path).parent_path().string(); }

int run_single(Experiment& e, const Settings& settings, Terminal& terminal, bool dry, Shared& shared) {
  if (e.root.find("data") || e.root.find("learner")) return learn(e, settings, terminal, dry, shared);
  return simulate(e, settings, terminal, dry);
}

EquationsOptions equations_options(Terminal& terminal, bool dry) {
  EquationsOptions options;
  options.compile = !dry;
  options.compiler.begins = [&](const std::string& name) {
    terminal.line(fmt::format("compiling the model `{}`, once", name));
  };
  return options;
}

namespace {

int run_as(const std::string& path, const Settings& settings, Terminal& terminal, bool dry) {
  config::Value draft = config::read_draft(path, settings.overrides, settings.data_folder);
  std::vector<Diagnostic> idle;
  refuse_idle_models(draft, idle);
  if (draft.find("sweep") || draft.find("search")) {
    config::raise(std::move(idle));
    return run_sweep(std::move(draft), path, settings, terminal, dry);
  }
  Experiment e = Experiment::of(config::resolve(std::move(draft), path, settings.data_folder), path, settings);
  e.diagnostics.insert(e.diagnostics.end(), idle.begin(), idle.end());
  Shared shared;
  return run_single(e, settings, terminal, dry, shared);
}

}  // namespace

int run_experiment(const std::string& path, const Settings& settings, Terminal& terminal) {
  return run_as(path, settings, terminal, settings.dry_run);
}

void validate_experiment(const std::string& path, const Settings& settings) {
  Terminal silent(true);
  Settings quiet = settings;
  quiet.quiet = true;
  quiet.dry_run = false;
  run_as(path, quiet, silent, true);
}

}  // namespace cajal::app
