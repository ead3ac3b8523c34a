#include <fmt/format.h>

#include <filesystem>
#include <numeric>

#include "app/experiment.hpp"
#include "app/learning.hpp"
#include "app/preprocessing.hpp"
#include "app/text_file.hpp"
#include "models/build.hpp"
#include "models/equations/entry.hpp"
#include "sim/record/reader.hpp"

namespace cajal::app {

namespace {

/// Where the one config stands that the result is of: of a sweep the point that was chosen.
std::string base_path(const record::ResultReader& reader) {
  if (!reader.has("/sweep")) return "/";
  const auto chosen = reader.attribute<std::int64_t>("/sweep", "chosen");
  const auto points = reader.read<std::string>("/sweep/point").values;
  if (chosen < 0 || static_cast<std::size_t>(chosen) >= points.size())
    throw DataError(reader.path(), "holds a sweep that chose nothing: no point of it is the one to predict with");
  return "/runs/" + points[static_cast<std::size_t>(chosen)] + "/";
}

/// The learner to take of a comparison: the one named, or the only one; below `base`.
std::string run_path(const record::ResultReader& reader, const std::string& base, const std::string& learner) {
  const std::string runs = base + "runs";
  if (!reader.has(runs)) {
    if (!learner.empty()) throw DataError(reader.path(), "holds one learner; leave out --learner");
    return "";
  }
  const auto learners = reader.members(runs);
  const std::string name = learner.empty() && learners.size() == 1 ? learners[0] : learner;
  if (name.empty())
    throw DataError(reader.path(),
                    fmt::format("holds several learners; choose one with --learner: {}", fmt::join(learners, ", ")));
  if (!reader.has(runs + "/" + name))
    throw DataError(reader.path(),
                    fmt::format("holds no learner \"{}\"; there are: {}", name, fmt::join(learners, ", ")));
  return name + "/" + reader.members(runs + "/" + name).front();
}

/// Throws DataError where features that were made of words or characters stand for others than in training.
void check_meaning(const record::ResultReader& reader, const std::string& group, const data::Dataset& dataset,
                   const std::string& path) {
  const auto trained = [&](const std::string& names) {
    return reader.has(group + names) ? reader.read<std::string>(group + names).values : std::vector<std::string>{};
  };
  if (dataset.tokens > 0 && trained("/class_names") != dataset.class_names)
    throw DataError(path, "is made of other characters than the text that the learner was trained with");
  const std::vector<std::string> before = trained("/feature_names"), &now = dataset.feature_names;
  for (std::size_t i = 0; i < before.size() && i < now.size(); ++i)
    if (before[i] != now[i] && before[i].find('=') != std::string::npos)
      throw DataError(path, fmt::format("feature {} is {}, but was {} in training: a one-hot column must have the same "
                                        "names in both",
                                        i, now[i], before[i]));
}

}  // namespace

int predict(const std::string& result, const std::string& learner, const std::string& data_path, const std::string& out,
            Terminal& terminal) {
  const record::ResultReader reader(result);
  const std::string base = base_path(reader), data_group = base + "data";
  if (!reader.has(data_group))
    throw DataError(result, "is no result of learning from data: there is nothing to predict with");
  const std::string run_of = run_path(reader, base, learner);
  const std::string path = run_of.empty() ? base : base + "runs/" + run_of + "/";
  const std::string described = base == "/" ? base : base.substr(0, base.size() - 1);
  config::Value root = config::parse(reader.attribute<std::string>(described, "config"), result);
  std::vector<Diagnostic> diagnostics;
  const config::Table table(root, "", diagnostics);
  const Run run = Run::read(table, "predict");
  // The network is built for the data it was trained on; only its shape is asked of them.
  Data trained;
  trained.dataset.features = static_cast<std::size_t>(reader.attribute<std::int64_t>(data_group, "features"));
  trained.dataset.shape = {trained.dataset.features};
  if (reader.has(data_group + "/shape")) {
    const auto shape = reader.read<std::uint64_t>(data_group + "/shape").values;
    trained.dataset.shape.assign(shape.begin(), shape.end());
  }
  if (reader.has_attribute(data_group, "tokens"))
    trained.dataset.tokens = static_cast<std::size_t>(reader.attribute<std::int64_t>(data_group, "tokens"));
  trained.dataset.classes = static_cast<std::size_t>(reader.attribute<std::int64_t>(data_group, "classes"));
  if (trained.dataset.classes == 0)
    trained.dataset.targets = static_cast<std::size_t>(reader.attribute<std::int64_t>(data_group, "targets"));
  trained.dataset.label.assign(trained.dataset.classes > 0 ? 1 : 0, 0);
  trained.dataset.samples = 1;
  trained.split.train.assign(reader.describe(data_group + "/train").dims.at(0), 0);
  trained.split.test = {0};
  const config::Value* data_value = root.find("data");
  std::optional<config::Table> tree = table;
  Run learner_run = run;
  std::string name = run.name;
  if (!run_of.empty()) {
    const std::string chosen = run_of.substr(0, run_of.find('/'));
    name = chosen;
    for (const auto& [n, t] : table.tables("learner"))
      if (n == chosen) {
        tree.emplace(t);
        if (const auto r = t.table("run")) {
          learner_run.dt = r->quantity("dt", "ms", run.dt, config::positive);
          learner_run.double_precision =
              r->choice("precision", {"float32", "float64"}, run.double_precision ? "float64" : "float32") == "float64";
        }
      }
  }
  // Edges that were drawn at random are drawn again: with the seed of the run that is read.
  std::uint64_t seed = run.seed;
  bool varies = true;
  if (const config::Value* compare = root.find("compare"); compare && compare->find("vary")) {
    varies = false;
    for (const config::Value& what : compare->find("vary")->items) varies = varies || what.text == "init";
  }
  if (!run_of.empty() && varies) seed = std::stoull(run_of.substr(run_of.find('/') + 1));
  std::vector<NodeEntry> nodes = with_models(table, node_catalogue(), {});
  if (!run_of.empty()) nodes = with_models(*tree, std::move(nodes), {});
  auto any = make_learner(*tree, name, learner_run, trained, {seed, seed}, 1,
                          std::filesystem::path(result).parent_path().string(), nodes);
  config::raise(diagnostics);
  any->read_weights(reader, path, "final");

  const data::Source source = data::source_at(data_path, data_value, diagnostics);
  config::raise(diagnostics);
  data::Dataset dataset = data::load(source, "", "", run.seed);
  const std::vector<data::FittedStep> steps = read_preprocessing(reader, data_group);
  const std::size_t expected = steps.empty() ? trained.dataset.features : steps.front().features();
  if (dataset.features != expected)
    throw DataError(data_path,
                    fmt::format("has {} values a sample, but the learner takes {}", dataset.features, expected));
  for (const data::FittedStep& step : steps) step.apply(dataset);
  check_meaning(reader, data_group, dataset, data_path);
  std::vector<std::uint32_t> samples(dataset.samples);
  std::iota(samples.begin(), samples.end(), 0u);
  const PhaseRecord r = any->predict(dataset, samples);
  std::string text = "sample,predicted";
  for (std::size_t o = 0; o < r.outputs; ++o) text += fmt::format(",score_{}", o);
  text += '\n';
  for (std::size_t s = 0; s < r.sample.size(); ++s) {
    const std::string answer =
        r.predicted.empty() ? fmt::format("{}", r.scores[s * r.outputs]) : fmt::format("{}", r.predicted[s]);
    text += fmt::format("{},{}", s, answer);
    // As the result holds them: in single precision.
    for (std::size_t o = 0; o < r.outputs; ++o)
      text += fmt::format(",{:.9g}", static_cast<float>(r.scores[s * r.outputs + o]));
    text += '\n';
  }
  if (out.empty())
    terminal.result(text);
  else
    write_text(out, text);
  if (!r.label.empty())
    terminal.line(fmt::format("{} samples, {:.2f} % as labelled in the file", r.sample.size(), 100 * r.accuracy));
  return 0;
}

}  // namespace cajal::app
