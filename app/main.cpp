#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <filesystem>
#include <functional>

#include "app/analyze.hpp"
#include "app/describe.hpp"
#include "app/experiment.hpp"
#include "app/provenance.hpp"
#include "app/report.hpp"
#include "app/verify.hpp"
#include "app/verify_rules.hpp"
#include "sim/config/text.hpp"
#include "sim/record/npy.hpp"
#include "sim/record/reader.hpp"

namespace {

using namespace cajal;
using namespace cajal::app;

/// `cajal weights RESULT.h5 [EDGE] [--when final] [--out w.npy]`: without an edge, what there is. Without `when` the
/// last.
int weights(const std::string& result, std::string edge, const std::string& when, const std::string& out) {
  const record::ResultReader reader(result);
  if (edge.starts_with("edge.")) edge = edge.substr(5);
  std::vector<std::string> found, all, edges;
  for (const std::string& path : reader.datasets("/")) {
    const std::size_t at = path.find("weights/");
    if (at == std::string::npos) continue;
    all.push_back(path);
    const std::string below = path.substr(at + 8), name = below.substr(0, below.find('/'));
    if (!path.ends_with("/weight")) continue;
    if (std::find(edges.begin(), edges.end(), name) == edges.end()) edges.push_back(name);
    if (name == edge && (when.empty() || below == edge + "/" + when + "/weight")) found.push_back(path);
  }
  if (edge.empty()) {
    for (const std::string& path : all) fmt::print("{}\n", path);
    return 0;
  }
  if (std::find(edges.begin(), edges.end(), edge) == edges.end())
    throw DataError(result, fmt::format("holds no weights of an edge \"{}\"{}", edge,
                                        config::alternatives(edge, edges, "there are")));
  if (found.empty())
    throw DataError(result, fmt::format("holds no {} weights of edge \"{}\"; `cajal weights {}` lists what there is",
                                        when, edge, result));
  // Where both are there, the weights after learning.
  const auto last = [](const std::string& path) { return path.ends_with("/final/weight"); };
  if (when.empty() && std::any_of(found.begin(), found.end(), last))
    std::erase_if(found, [&](const std::string& path) { return !last(path); });
  if (found.size() > 1)
    throw DataError(result,
                    fmt::format("several runs have this edge: {}; read them with h5py", fmt::join(found, ", ")));
  const auto values = reader.read<double>(found[0]);
  const std::string file = out.empty() ? edge + ".npy" : out;
  record::write_npy(file, values.dims, values.values);
  fmt::print("wrote {} [{}]\n", file, fmt::join(values.dims, ", "));
  return 0;
}

struct Command {
  std::vector<std::string> configs, names, results, measures;
  Settings settings;
  std::string name, result, edge, when, out, learner, data;
};

void add_run_options(CLI::App& sub, Command& c) {
  sub.add_option("config", c.configs, "config files (TOML)")->required();
  sub.add_option("--set", c.settings.overrides, "change a value: --set node.E.size=800")
      ->take_all()
      ->allow_extra_args(false);
  sub.add_option("--data", c.settings.data_folder, "folder of data files");
  sub.add_flag("--quick", c.settings.quick, "a short form, to see that it works");
}

/// The exit code of an action; what it throws is told.
int guarded(const std::function<int()>& action) {
  const auto tell = [](const std::string& what, int code) {
    fmt::print(stderr, "{}\n", what);
    return code;
  };
  try {
    return action();
  } catch (const ConfigError& e) {
    return tell(e.what(), 2);
  } catch (const NumericalError& e) {
    return tell(fmt::format("error: {}", e.what()), 3);
  } catch (const FailedRun& e) {
    return tell(fmt::format("error: {}", e.what()), 3);
  } catch (const Interrupted&) {
    return 130;
  } catch (const Error& e) {
    return tell(fmt::format("error: {}", e.what()), 2);
  } catch (const std::bad_alloc&) {
    return tell("error: not enough memory for this config", 3);
  } catch (const std::exception& e) {
    return tell(fmt::format("error: {}", e.what()), 3);
  }
}

/// A first word that is no command, with the nearest that is one; CLI11 would only say that one is missing.
std::string unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return "";
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands(nullptr)) names.push_back(sub->get_name());
  if (std::find(names.begin(), names.end(), argv[1]) != names.end()) return "";
  return fmt::format("no command \"{}\"{}", argv[1], config::alternatives(argv[1], names, "there are"));
}

int run_command(CLI::App& app, Command& c) {
  Terminal terminal(c.settings.quiet);
  int worst = 0;
  if (app.got_subcommand("run")) {
    for (const std::string& path : c.configs) {
      if (c.configs.size() > 1) terminal.line(path);
      worst = std::max(worst, guarded([&] { return run_experiment(path, c.settings, terminal); }));
      if (stop_requested()) break;
    }
  } else if (app.got_subcommand("validate")) {
    for (const std::string& path : c.configs)
      worst = std::max(worst, guarded([&] {
                         validate_experiment(path, c.settings);
                         terminal.result(fmt::format("{}: good\n", path));
                         return 0;
                       }));
  } else if (app.got_subcommand("list")) {
    terminal.result(list_text(c.name));
  } else if (app.got_subcommand("describe")) {
    terminal.result(describe_text(c.name));
  } else if (app.got_subcommand("info")) {
    terminal.result(record::ResultReader(c.result).info());
  } else if (app.got_subcommand("digest")) {
    terminal.result(record::ResultReader(c.result).digest() + "\n");
  } else if (app.got_subcommand("predict")) {
    return predict(c.result, c.learner, c.data, c.out, terminal);
  } else if (app.got_subcommand("weights")) {
    return weights(c.result, c.edge, c.when, c.out);
  } else if (app.got_subcommand("analyze")) {
    return analyze({c.results, c.measures, c.settings.overrides, c.out, c.settings.force}, terminal);
  } else if (app.got_subcommand("report")) {
    terminal.result("wrote " + write_report(c.results, c.out) + "\n");
  } else if (app.got_subcommand("verify")) {
    const std::vector<std::string> kinds = {"models", "rules"};
    if (c.name != "models" && c.name != "rules")
      throw Error(fmt::format("nothing to verify is called \"{}\"{}", c.name,
                              config::alternatives(c.name, kinds, "there are")));
    std::string text;
    worst = c.name == "models" ? verify_models(c.names, text) : verify_rules(c.names, text);
    terminal.result(text);
  } else if (app.got_subcommand("version")) {
    terminal.result(version_text() + "\n");
  }
  return worst;
}

}  // namespace

int main(int argc, char** argv) {
  // A full disk is reported as an error of the write, not as a signal.
  std::signal(SIGXFSZ, SIG_IGN);
  catch_signals();
  CLI::App app{"cajal: brains and artificial networks on one bench"};
  app.require_subcommand(1);
  app.set_version_flag("--version", version_text());
  Command c;
  auto* run = app.add_subcommand(
      "run", "run configs: a simulation, a training, a comparison or a sweep, as follows from what stands in them");
  add_run_options(*run, c);
  run->add_option("--out", c.settings.out, "folder of results (results)");
  run->add_option("--threads", c.settings.threads, "threads (all processors); results do not depend on it")
      ->check(CLI::Range(1, 1024));
  run->add_flag("--quiet", c.settings.quiet, "errors only");
  run->add_flag("--dry-run", c.settings.dry_run, "print what would run, with everything expanded");
  run->add_option("--checkpoint-every", c.settings.checkpoint_every,
                  "save a simulation at intervals of biological time: --checkpoint-every \"10 s\"");
  run->add_flag(
      "--resume", c.settings.resume,
      "go on from the last checkpoint, or the finished runs of a comparison or points of a sweep, to the same result");
  run->add_flag("--force", c.settings.force, "replace an existing result");
  add_run_options(*app.add_subcommand("validate", "check configs without running them"), c);
  auto* list = app.add_subcommand("list",
                                  "what there is: neurons, receptors, rates, layers, inputs, edges, rules, losses, "
                                  "optimizers, schedules, surrogates, datasets, measures");
  list->add_option("group", c.name, "one of these groups");
  app.add_subcommand("describe", "fields, equations, source and an example of one name")
      ->add_option("name", c.name, "like lif, stdp, adam")
      ->required();
  app.add_subcommand("info", "what a result holds")->add_option("result", c.result, "a result (.h5)")->required();
  app.add_subcommand("digest", "a hash of all that config and seed decide")
      ->add_option("result", c.result, "a result (.h5)")
      ->required();
  auto* predict_command = app.add_subcommand("predict", "run a trained learner on new data");
  predict_command->add_option("result", c.result, "a result (.h5)")->required();
  predict_command->add_option("--data", c.data, "a CSV file, or a folder of IDX files")->required();
  predict_command->add_option("--learner", c.learner, "which learner of a comparison");
  predict_command->add_option("--out", c.out, "a CSV file (standard output)");
  auto* weights_command = app.add_subcommand("weights", "list the weights of a result, or write one edge's as NPY");
  weights_command->add_option("result", c.result, "a result (.h5)")->required();
  weights_command->add_option("edge", c.edge, "like edge.read");
  weights_command->add_option("--when", c.when, "initial or final (the last there is)");
  weights_command->add_option("--out", c.out, "an NPY file");
  auto* analyze_command = app.add_subcommand("analyze", "take measures of saved results, as at the end of a run");
  analyze_command->add_option("result", c.results, "results (.h5)")->required();
  analyze_command->add_option("--measure", c.measures, "which, like cka,fano (all that say something of a result)")
      ->delimiter(',');
  analyze_command->add_option("--set", c.settings.overrides, "a key of a measure: --set measure.cka.samples=500")
      ->take_all()
      ->allow_extra_args(false);
  analyze_command->add_option("--out", c.out, "a CSV file, or a result (.h5) with the arrays too (a table)");
  analyze_command->add_flag("--force", c.settings.force, "replace what is there");
  auto* report_command =
      app.add_subcommand("report", "results as one HTML page: tables, charts, rasters and weights, nothing to install");
  report_command->add_option("result", c.results, "results (.h5); learners of several are set side by side")
      ->required();
  report_command->add_option("-o,--out", c.out, "an HTML file (beside the result, if it is one)");
  auto* verify_command = app.add_subcommand(
      "verify",
      "models: their fast steps against Odeint; rules: what they must do, with numbers; 3 if one is out of bounds");
  verify_command->add_option("what", c.name, "models or rules")->required();
  verify_command->add_option("name", c.names, "which of them (all)");
  app.add_subcommand("version", "version, compiler and revision");
  if (const std::string unknown = unknown_command(app, argc, argv); !unknown.empty()) {
    fmt::print(stderr, "error: {}\n", unknown);
    return 2;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  return guarded([&] { return run_command(app, c); });
}
