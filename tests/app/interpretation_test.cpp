// What learners look at: gradients by what is shown against differences of their answers, and what a run files of it.

#include <fmt/format.h>

#include <cmath>

#include "analysis/saliency.hpp"
#include "app/experiment.hpp"
#include "app/learning.hpp"
#include "models/expand_layers.hpp"
#include "sim/random.hpp"
#include "sim/record/reader.hpp"
#include "tests/app/bad_inputs.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"

namespace cajal::app {

namespace {

using tests::TemporaryFolder;

constexpr std::size_t height = 5, width = 6, classes = 3, samples = 12;

/// Values on a grid of 1/256, so that the steps of differences are floats.
Data images() {
  Data data;
  data::Dataset& d = data.dataset;
  d.name = "images";
  d.shape = {height, width};
  d.features = height * width;
  d.samples = samples;
  d.classes = classes;
  Draws draws(Stream(7, "tests.interpretation"), 0);
  for (std::uint32_t s = 0; s < samples; ++s) {
    d.label.push_back(static_cast<std::int32_t>(s % classes));
    for (std::size_t f = 0; f < d.features; ++f) d.x.push_back(static_cast<float>(draws.below(257)) / 256);
    (s < 9 ? data.split.train : data.split.test).push_back(s);
  }
  return data;
}

const std::string backprop =
    "[learn]\nbp = { rule = \"backprop\", loss = \"cross_entropy\", optimizer = { kind = \"adam\", rate = 0.05 }, "
    "batch = 4, epochs = 3";
const std::string out = "{ name = \"out\", kind = \"dense\", units = 3 } ]\n";
const std::string mlp =
    "layers = [ { name = \"hid\", kind = \"dense\", units = 9, activation = \"tanh\" }, " + out + backprop + " }\n";
const std::string cnn =
    "layers = [ { name = \"conv\", kind = \"conv2d\", filters = 3, kernel = 3, activation = \"tanh\" }, "
    "{ kind = \"flatten\" }, " +
    out + backprop + " }\n";
const std::string lstm =
    "run = { dt = \"1 ms\" }\ntrial = { show = \"5 ms\" }\npredict = { of = \"out\", kind = "
    "\"max_last\" }\nlayers = [ { name = \"hid\", kind = \"lstm\", units = 7 }, " +
    out + "[node]\ninput = { kind = \"data\", encode = \"sequence\" }\n" + backprop + ", over_time = \"last\" }\n";

std::unique_ptr<AnyLearner> learner_of(const std::string& text, const Data& data, std::size_t threads = 1) {
  config::Value root = config::parse(text, "test.toml");
  std::vector<Diagnostic> diagnostics;
  expand_layers(root, diagnostics);
  const config::Table table(root, "", diagnostics);
  Run run;
  run.dt = 1;
  run.double_precision = true;
  auto learner = make_learner(table, "test", run, data, {1, 1}, threads, "");
  config::raise(diagnostics);
  return learner;
}

void train(AnyLearner& learner) {
  const std::atomic<bool> stop{false};
  learner.run([](const Progress&) {}, stop);
}

/// The score of one output for each row.
std::vector<double> scores_of(AnyLearner& learner, const Data& data, const std::vector<float>& rows,
                              std::size_t output) {
  data::Dataset d = data.dataset;
  d.x = rows;
  d.samples = rows.size() / d.features;
  d.label.assign(d.samples, 0);
  std::vector<std::uint32_t> all(d.samples);
  for (std::uint32_t s = 0; s < d.samples; ++s) all[s] = s;
  const PhaseRecord p = learner.predict(d, all);
  std::vector<double> scores;
  for (std::size_t s = 0; s < d.samples; ++s) scores.push_back(p.scores[s * p.outputs + output]);
  return scores;
}

std::vector<float> sample_of(const Data& data, std::size_t s) {
  const auto begin = data.dataset.x.begin() + static_cast<std::ptrdiff_t>(s * data.dataset.features);
  return {begin, begin + static_cast<std::ptrdiff_t>(data.dataset.features)};
}

/// Central differences at two steps and Richardson's extrapolation, of all values at once.
std::vector<double> differences(AnyLearner& learner, const Data& data, const std::vector<float>& x,
                                std::size_t output) {
  constexpr float step = 0x1p-9f;
  std::vector<float> rows;
  for (std::size_t f = 0; f < x.size(); ++f)
    for (const float by : {step, -step, 2 * step, -2 * step}) {
      rows.insert(rows.end(), x.begin(), x.end());
      rows[rows.size() - x.size() + f] += by;
    }
  const std::vector<double> s = scores_of(learner, data, rows, output);
  std::vector<double> out;
  for (std::size_t f = 0; f < x.size(); ++f) {
    const double h = static_cast<double>(step), fine = (s[4 * f] - s[4 * f + 1]) / (2 * h),
                 coarse = (s[4 * f + 2] - s[4 * f + 3]) / (4 * h);
    out.push_back((4 * fine - coarse) / 3);
  }
  return out;
}

}  // namespace

TEST_CASE("the gradient of an answer by what is shown is that of its differences", "[saliency]") {
  const Data data = images();
  const std::string mean =
      changed(lstm, {{"lstm", "gru"}, {"max_last", "max_mean"}, {"over_time = \"last\"", "over_time = \"mean\""}});
  const std::string normalised = changed(cnn, {{"{ kind = \"flatten\" }",
                                                "{ kind = \"batch_norm\" }, { kind = \"dropout\", p = 0.3 }, { kind = "
                                                "\"flatten\" }"}});
  for (const auto& [name, text] :
       {std::pair{"mlp", mlp}, {"cnn", cnn}, {"lstm", lstm}, {"mean", mean}, {"normalised", normalised}})
    for (const std::size_t threads : {1u, 3u}) {
      INFO(name << ", threads " << threads);
      const auto learner = learner_of(text, data, threads);
      REQUIRE(learner->without_gradient().empty());
      train(*learner);
      std::vector<float> rows = sample_of(data, 9);
      const std::vector<float> second = sample_of(data, 10);
      rows.insert(rows.end(), second.begin(), second.end());
      const std::vector<double> found = learner->input_gradient(rows, std::vector<std::int32_t>{2, 0});
      REQUIRE(found.size() == rows.size());
      std::vector<double> expected = differences(*learner, data, sample_of(data, 9), 2);
      const std::vector<double> other = differences(*learner, data, second, 0);
      expected.insert(expected.end(), other.begin(), other.end());
      double largest = 0, error = 0;
      for (std::size_t i = 0; i < found.size(); ++i) {
        largest = std::max(largest, std::fabs(expected[i]));
        error = std::max(error, std::fabs(found[i] - expected[i]));
      }
      CHECK(largest > 1e-3);
      CHECK(error < 1e-6 * largest);
      // One sample alone, whose units the threads share.
      const std::vector<double> alone = learner->input_gradient(second, std::vector<std::int32_t>{0});
      for (std::size_t f = 0; f < alone.size(); ++f) CHECK(alone[f] == found[second.size() + f]);
    }
}

TEST_CASE("integrated gradients of an answer sum to what it gains over an empty sample", "[saliency]") {
  const Data data = images();
  for (const auto& [name, text] : {std::pair{"mlp", mlp}, {"cnn", cnn}, {"lstm", lstm}}) {
    INFO(name);
    const auto learner = learner_of(text, data);
    train(*learner);
    const std::vector<float> x = sample_of(data, 11);
    const std::vector<std::int32_t> outputs(32, 1);
    const auto parts = analysis::integrated_gradients(
        x, 32, [&](std::span<const float> rows) { return learner->input_gradient(rows, outputs); });
    double sum = 0;
    for (const double part : parts) sum += part;
    const double gain =
        scores_of(*learner, data, x, 1)[0] - scores_of(*learner, data, std::vector<float>(x.size(), 0.0f), 1)[0];
    CHECK(std::fabs(gain) > 1e-3);
    CHECK(sum == Approx(gain).epsilon(0.01));
  }
}

TEST_CASE("asking for gradients changes neither answers nor the training after it", "[saliency]") {
  const Data data = images();
  for (const auto& [name, text] : {std::pair{"mlp", mlp}, {"cnn", cnn}, {"lstm", lstm}}) {
    INFO(name);
    const auto asked = learner_of(text, data), other = learner_of(text, data);
    const std::vector<std::int32_t> outputs(samples, 0);
    asked->input_gradient(data.dataset.x, outputs);
    train(*asked);
    train(*other);
    const std::vector<double> before = scores_of(*asked, data, data.dataset.x, 1);
    CHECK(before == scores_of(*other, data, data.dataset.x, 1));
    CHECK(asked->input_gradient(data.dataset.x, outputs) == other->input_gradient(data.dataset.x, outputs));
    CHECK(scores_of(*asked, data, data.dataset.x, 1) == before);
    train(*asked);
    train(*other);
    CHECK(scores_of(*asked, data, data.dataset.x, 1) == scores_of(*other, data, data.dataset.x, 1));
  }
}

TEST_CASE("learners without a gradient say why", "[saliency]") {
  const Data data = images();
  const auto ridge = learner_of("classical = \"ridge\"\n", data);
  CHECK(ridge->without_gradient() == "a classical learner has no gradient");
  CHECK_THROWS_AS(ridge->input_gradient(sample_of(data, 0), std::vector<std::int32_t>{0}), Error);
  const auto events = learner_of(
      "trial = { show = \"5 ms\" }\n[node]\ninput = { kind = \"data\", encode = "
      "\"poisson\" }\n"
      "hid = { kind = \"tanh\", size = 9 }\nout = { kind = \"linear\", size = 3 }\n"
      "[edge]\na = { from = \"input\", to = \"hid\", kind = \"dense\" }\n"
      "b = { from = \"hid\", to = \"out\", kind = \"dense\" }\n" +
          backprop + " }\n",
      data);
  CHECK(events->without_gradient() == "its input \"input\" is shown as events, which have no derivative by a value");
}

namespace {

using record::ResultReader;

std::string run(const TemporaryFolder& folder, const std::string& text, std::size_t threads = 1) {
  folder.write("c.toml", text);
  Settings settings;
  settings.out = folder.path("results");
  settings.threads = threads;
  settings.quiet = settings.force = true;
  Terminal terminal(true);
  REQUIRE(run_experiment(folder.path("c.toml"), settings, terminal) == 0);
  return folder.path("results/c.h5");
}

double measured(const ResultReader& reader, const std::string& learner, const std::string& measure,
                const std::string& part = "") {
  const auto of = reader.read<std::string>("/measures/learner").values,
             names = reader.read<std::string>("/measures/measure").values,
             parts = reader.read<std::string>("/measures/part").values;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (of[i] == learner && names[i] == measure && parts[i] == part)
      return reader.read<double>("/measures/value").values[i];
  return -99;
}

}  // namespace

TEST_CASE("a run files saliency maps and principal components of its test samples", "[saliency]") {
  const TemporaryFolder folder;
  const std::string text = changed(learning, {{"samples = 60", "samples = 300"}}) +
                           "[measure]\naccuracy = {}\n"
                           "saliency = { samples = 4, methods = [\"gradient\", \"gradient_x_input\", "
                           "\"integrated_gradients\"], steps = 50 }\n"
                           "hidden_pca = { of = [\"hid\", \"out\"], components = 3 }\n";
  const ResultReader reader(run(folder, text));
  const auto input = reader.read<float>("/saliency/input"), gradient = reader.read<float>("/saliency/gradient"),
             product = reader.read<float>("/saliency/gradient_x_input");
  REQUIRE(input.dims == std::vector<std::size_t>{4, 784});
  REQUIRE(product.dims == input.dims);
  for (std::size_t i = 0; i < input.values.size(); ++i)
    CHECK(product.values[i] == Approx(input.values[i] * gradient.values[i]).epsilon(1e-5).margin(1e-12));
  CHECK(reader.read<std::int32_t>("/saliency/of").values.size() == 4);
  CHECK(measured(reader, "c", "integrated_gradients_error") < 0.02);
  CHECK(measured(reader, "c", "integrated_gradients_error") >= 0);
  // Scores have no mean, their variances are the eigenvalues, and axes are uncorrelated.
  const auto scores = reader.read<double>("/pca/hid/scores");
  REQUIRE(scores.dims.size() == 2);
  const std::size_t n = scores.dims[0];
  REQUIRE(scores.dims[1] == 3);
  double mean = 0, first = 0, second = 0, mixed = 0, total = 0, all = 0;
  for (std::size_t s = 0; s < n; ++s) {
    mean += scores.values[3 * s];
    first += scores.values[3 * s] * scores.values[3 * s];
    second += scores.values[3 * s + 1] * scores.values[3 * s + 1];
    mixed += scores.values[3 * s] * scores.values[3 * s + 1];
  }
  const auto activity = reader.read<double>("/activity/hid/mean");
  for (std::size_t u = 0; u < activity.dims[1]; ++u) {
    double sum = 0, square = 0;
    for (std::size_t s = 0; s < n; ++s) {
      sum += activity.values[s * activity.dims[1] + u];
      square += std::pow(activity.values[s * activity.dims[1] + u], 2);
    }
    all += square - sum * sum / static_cast<double>(n);
  }
  CHECK(std::fabs(mean) < 1e-4 * std::sqrt(first));
  CHECK(std::fabs(mixed) < 1e-4 * first);
  CHECK(first >= second);
  const auto explained = reader.read<double>("/pca/hid/explained").values;
  CHECK(explained[0] == Approx(first / all).epsilon(1e-4));
  CHECK(explained[1] == Approx(second / all).epsilon(1e-4));
  for (const double share : explained) total += share;
  CHECK(total <= 1 + 1e-12);
  CHECK(measured(reader, "c", "hidden_pca_explained", "hid, component 2") == explained[1]);
  CHECK(reader.read<std::int32_t>("/pca/out/label").values.size() == n);
}

TEST_CASE("a feature that tells the class is important to every learner, noise is to none", "[importance]") {
  const TemporaryFolder folder;
  std::string table = "signal,noise,y\n";
  for (int i = 0; i < 200; ++i)
    table += fmt::format("{},{},{}\n", i % 2 * 4 + i * 37 % 100 / 50.0, i * 61 % 100 / 100.0, i % 2 ? 'b' : 'a');
  folder.write("t.csv", table);
  const std::string text =
      "data = { source = { csv = \"t.csv\" }, split = { train = 0.5, test = 0.5 } }\npreprocess = [\"standardise\"]\n"
      "[measure]\naccuracy = {}\npermutation_importance = { repeats = 10 }\nhidden_pca = { of = \"hid\" }\n"
      "saliency = {}\n"
      "[learner.knn]\nclassical = \"k_nearest_neighbours\"\n[learner.mlp]\n"
      "layers = [ { name = \"hid\", kind = \"dense\", units = 8, activation = \"relu\" }, { name = \"out\", kind = "
      "\"dense\", units = 2 } ]\nlearn.bp = { rule = \"backprop\", loss = \"cross_entropy\", optimizer = { kind = "
      "\"adam\", rate = 0.05 }, batch = 8, epochs = 15 }\n";
  const ResultReader reader(run(folder, text));
  for (const char* learner : {"knn", "mlp"}) {
    INFO(learner);
    REQUIRE(measured(reader, learner, "test_accuracy") == 1);
    // Shuffled, each of 100 samples is of either class by chance: 0.5 +- 0.05, mean of ten.
    CHECK(measured(reader, learner, "permutation_importance", "signal") == Approx(0.5).margin(0.08));
    CHECK(measured(reader, learner, "permutation_importance", "noise") == Approx(0).margin(0.02));
    CHECK(measured(reader, learner, "permutation_importance_deviation", "signal") > 0);
  }
  CHECK(reader.attribute<std::string>("/runs/knn/1", "left_out") ==
        "no hidden_pca of \"hid\": there is no such node; no saliency: a classical learner has no gradient");
  CHECK(!reader.has("/runs/knn/1/saliency"));
  CHECK(reader.has("/runs/mlp/1/saliency/gradient_x_input"));
}

TEST_CASE("with numbers as targets importance is the rise of the squared error", "[importance]") {
  const TemporaryFolder folder;
  std::string table = "a,b,c,y\n";
  for (int i = 0; i < 400; ++i) {
    const double a = i * 37 % 100 / 50.0, b = i * 61 % 97 / 50.0;
    table += fmt::format("{},{},{},{}\n", a, b, i * 17 % 89 / 50.0, 3 * a - b + 0.25);
  }
  folder.write("t.csv", table);
  const ResultReader reader(
      run(folder,
          "data = { source = { csv = \"t.csv\" }, split = { train = 0.5, test = 0.5 } }\n"
          "[measure]\nr2 = {}\npermutation_importance = { repeats = 20 }\n[learner.ridge]\nclassical = { kind = "
          "\"ridge\", alpha = 1e-9 }\n"));
  // 2 w^2 var x; both are even over a range of 2: a variance of 1/3.
  CHECK(measured(reader, "ridge", "permutation_importance", "a") == Approx(6).epsilon(0.12));
  CHECK(measured(reader, "ridge", "permutation_importance", "b") == Approx(2.0 / 3).epsilon(0.12));
  CHECK(measured(reader, "ridge", "permutation_importance", "c") == Approx(0).margin(1e-6));
}

TEST_CASE("importance of squares of pixels is the same on any number of threads", "[importance]") {
  const TemporaryFolder folder;
  const std::string text = changed(learning, {{"samples = 60", "samples = 100"}}) +
                           "[measure]\naccuracy = {}\npermutation_importance = { repeats = 2, block = 10 }\n"
                           "saliency = { samples = 3, steps = 5 }\nhidden_pca = { of = \"hid\" }\n";
  const auto values = [&](std::size_t threads) {
    const ResultReader reader(run(folder, text, threads));
    CHECK(measured(reader, "c", "permutation_importance", "rows 20-27, columns 0-9") > -99);
    auto all = reader.read<double>("/measures/value").values;
    for (const char* place : {"/saliency/integrated_gradients", "/pca/hid/scores"}) {
      const auto more = reader.read<double>(place).values;
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  };
  const auto one = values(1);
  for (const double v : one) REQUIRE(std::isfinite(v));
  CHECK(one == values(3));
}

TEST_CASE("what cannot be asked of a learner is refused where it stands", "[saliency]") {
  const auto with = [](const std::string& measure) { return learning + "[measure]\n" + measure + "\n"; };
  for (
      const BadInput& input : std::vector<BadInput>{
          {"an unknown method", with("saliency = { methods = [\"gradients\"] }"),
           R"(a.toml:9:14: error: measure.saliency.methods: unknown name "gradients"; did you mean `gradient`? allowed here: gradient, gradient_x_input, integrated_gradients)"},
          {"steps that nothing takes", with("saliency = { methods = [\"gradient\"], steps = 8 }"),
           R"(a.toml:9:38: error: measure.saliency.steps: is for integrated_gradients, which `methods` does not name)"},
          {"no method", with("saliency = { methods = [] }"),
           R"(a.toml:9:14: error: measure.saliency.methods: names no method; allowed here: gradient, gradient_x_input, integrated_gradients)"},
          {"a key of another measure", with("saliency = { repeats = 8 }"),
           R"(a.toml:9:14: error: measure.saliency.repeats: unknown key `repeats`; allowed here: kind, samples, methods, steps)"},
          {"saliency of a rule", spiking + "[measure]\nsaliency = {}\n",
           R"(a.toml:12:1: error: measure.saliency: there is no gradient to show: nothing in it learns by gradient)"},
          {"too many features", with("permutation_importance = {}"),
           R"(a.toml:9:1: error: measure.permutation_importance: 784 features are too many, at most 200 are permuted one after the other: write block = 4, and squares of pixels are permuted together)"},
          {"no node", with("hidden_pca = {}"),
           R"(a.toml:9:1: error: measure.hidden_pca: missing key `of`: the node whose activity is looked at, like of = "hid")"},
          {"an unknown node", with("hidden_pca = { of = \"hdi\" }"),
           R"(a.toml:9:16: error: measure.hidden_pca.of: no node "hdi"; did you mean `hid`? there are: input, hid, out)"},
          {"no component", with("hidden_pca = { of = \"hid\", components = 0 }"),
           R"(a.toml:9:28: error: measure.hidden_pca.components: expected a whole number between 1 and 100, found 0)"}})
    check_refused(input);
}

}  // namespace cajal::app
