// Softmax and the normalisations: against PyTorch's numbers, finite differences, and themselves on other threads.

#include "tests/catch.hpp"
#include "tests/models/layers/layer_rig.hpp"
#include "tests/reference/json.hpp"

using namespace cajal;
using namespace cajal::test;
using reference::Json;
using reference::read_json;

namespace {

/// in -> normal -> out, with a learnable scale.
std::string normal(const std::string& node, int size, const std::string& scale = "") {
  const std::string units = std::to_string(size);
  return "[node]\nin = { kind = \"series\", size = " + units + " }\nnormal = { " + node +
         " }\nout = { kind = \"linear\", size = " + units +
         " }\n[edge]\nfirst = { from = \"in\", to = \"normal\", kind = \"one_to_one\" }\n"
         "affine = { from = \"normal\", to = \"out\", kind = \"scale\"" +
         scale + " }\n";
}

void check_near(const std::vector<double>& found, const std::vector<double>& expected, const std::string& what) {
  INFO(what);
  REQUIRE(found.size() == expected.size());
  double error = 0;
  for (std::size_t i = 0; i < found.size(); ++i) error = std::max(error, std::fabs(found[i] - expected[i]));
  CHECK(error < 1e-10);
}

std::vector<double> values(const Statistic<double>& s) { return {s.values.begin(), s.values.end()}; }

void check_reference(LayerRig<double>& rig, const Json& file) {
  rig.whole.input->values = file["inputs"]["x"].numbers();
  rig.c = file["inputs"]["c"].numbers();
  rig.whole.parameter("affine.weight").assign(file["params"]["gamma"].numbers());
  rig.whole.parameter("affine.bias").assign(file["params"]["beta"].numbers());
  CHECK(rig.loss() == Approx(file["loss"].number()).epsilon(1e-12));
  check_near(rig.whole.output("out"), file["outputs"]["y"].numbers(), "output");
  check_near(rig.rewind(), file["grads"]["x"].numbers(), "gradient of x");
  check_near(rig.whole.parameter("affine.weight").gradient, file["grads"]["gamma"].numbers(), "gradient of gamma");
  check_near(rig.whole.parameter("affine.bias").gradient, file["grads"]["beta"].numbers(), "gradient of beta");
}

void check_batch_norm(const std::string& name, const std::string& node, int size, std::size_t batch) {
  const Json file = read_json("pytorch/" + name + ".json");
  INFO(name);
  LayerRig<double> rig(normal(node, size), batch);
  rig.train();
  check_reference(rig, file);
  const auto statistics = rig.whole.network->node("normal")->statistics();
  REQUIRE(statistics.size() == 2);
  check_near(values(statistics[0]), file["outputs"]["running_mean_after"].numbers(), "running mean");
  check_near(values(statistics[1]), file["outputs"]["running_var_after"].numbers(), "running variance");
  rig.train(false);
  check_near(rig.forward(), file["outputs"]["y_eval_with_those_running_stats"].numbers(), "in use");
}

}  // namespace

TEST_CASE("batch normalisation gives PyTorch's outputs, gradients and running statistics", "[pytorch][layers]") {
  check_batch_norm("batchnorm1d", "kind = \"batch_norm\"", 3, 6);
  check_batch_norm("batchnorm2d", "kind = \"batch_norm\", shape = [3, 3, 2]", 18, 4);
}

TEST_CASE("layer normalisation gives PyTorch's outputs and gradients", "[pytorch][layers]") {
  LayerRig<double> rig(normal("kind = \"layer_norm\"", 5, ", per = \"unit\""), 4);
  check_reference(rig, read_json("pytorch/layernorm.json"));
}

TEST_CASE("softmax with a temperature gives PyTorch's outputs and gradients", "[pytorch][layers]") {
  const Json file = read_json("pytorch/embedding_softmax_temp.json");
  LayerRig<double> rig(
      "[node]\nin = { kind = \"series\", size = 4 }\nout = { kind = \"softmax\", temperature = 2 }\n"
      "[edge]\ne = { from = \"in\", to = \"out\", kind = \"one_to_one\" }\n",
      3);
  rig.whole.input->values = file["params"]["z"].numbers();
  rig.c = file["inputs"]["c"].numbers();
  CHECK(rig.loss() == Approx(file["loss"].number()).epsilon(1e-12));
  check_near(rig.whole.output("out"), file["outputs"]["y"].numbers(), "output");
  check_near(rig.rewind(), file["grads"]["z"].numbers(), "gradient of z");
  // Shares add up to one however large the numbers are.
  for (double& x : rig.whole.input->values) x *= 400;
  const auto y = rig.forward();
  for (std::size_t b = 0; b < 3; ++b) CHECK(y[4 * b] + y[4 * b + 1] + y[4 * b + 2] + y[4 * b + 3] == Approx(1));
}

TEST_CASE("gradients through normalisations are those of the loss, over sequences and held inputs", "[layers]") {
  for (const char* node : {"kind = \"softmax\", temperature = 0.7", "kind = \"layer_norm\"", "kind = \"batch_norm\"",
                           "kind = \"batch_norm\", shape = [3, 2, 2]"})
    for (const bool training : {true, false})
      for (const bool held : {false, true}) {
        INFO(node << (training ? ", training" : "") << (held ? ", held" : ""));
        std::string text = normal(node, 12);
        if (held) text.replace(text.find("\"series\""), 8, "\"series\", hold = true");
        LayerRig<double> rig(text, 3, 2);
        rig.train(training);
        check_differences(rig);
      }
}

TEST_CASE("batch normalisation is over the samples and the steps of a trial", "[layers]") {
  LayerRig<double> rig(normal("kind = \"batch_norm\", shape = [2, 2, 3]", 12), 5, 4);
  rig.train();
  const auto y = rig.forward();
  for (std::size_t channel = 0; channel < 2; ++channel) {
    double sum = 0, square = 0;
    for (std::size_t i = 0; i < y.size(); ++i)
      if (i % 12 / 6 == channel) sum += y[i], square += y[i] * y[i];
    CHECK(std::fabs(sum) < 1e-10);
    CHECK(square / 120 == Approx(1).epsilon(1e-4));
  }
}

TEST_CASE("a batch of one value is normalised by the running statistics, which stay", "[layers]") {
  LayerRig<double> rig(normal("kind = \"batch_norm\"", 3), 1);
  rig.train();
  const auto y = rig.forward();
  for (std::size_t u = 0; u < 3; ++u) CHECK(y[u] == Approx(rig.whole.input->values[u] / std::sqrt(1 + 1e-5)));
  CHECK(values(rig.whole.network->node("normal")->statistics()[1]) == std::vector<double>{1, 1, 1});
}

TEMPLATE_TEST_CASE("normalisations give the same bits on any number of threads", "[layers]", float, double) {
  for (const char* node : {"kind = \"softmax\"", "kind = \"layer_norm\"", "kind = \"batch_norm\"",
                           "kind = \"batch_norm\", shape = [10, 2, 2]"}) {
    std::vector<std::vector<double>> first;
    for (std::size_t threads = 1; threads <= 3; ++threads) {
      LayerRig<TestType> rig(normal(node, 40), 7, 3, threads);
      rig.train();
      std::vector<std::vector<double>> found{rig.forward(), rig.rewind()};
      for (auto& [name, p] : parameters_of(*rig.whole.network))
        found.emplace_back(p->gradient.begin(), p->gradient.end());
      for (auto& s : rig.whole.network->node("normal")->statistics())
        found.emplace_back(s.values.begin(), s.values.end());
      if (threads == 1) first = found;
      CHECK(found == first);
    }
  }
}

TEST_CASE("normalisations give the same bits where threads share the units of one sample", "[layers]") {
  const std::string text =
      "[node]\nin = { kind = \"series\", size = 1500 }\na = { kind = \"layer_norm\" }\nb = { kind = \"batch_norm\" }\n"
      "out = { kind = \"softmax\" }\n[edge]\n"
      "i = { from = \"in\", to = \"a\", kind = \"one_to_one\" }\nj = { from = \"a\", to = \"b\", kind = \"one_to_one\" "
      "}\n"
      "k = { from = \"b\", to = \"out\", kind = \"one_to_one\" }\n";
  std::vector<float> first;
  for (std::size_t threads = 1; threads <= 3; ++threads) {
    auto network = network_of<float>(text, none_trained);
    auto& in = dynamic_cast<Series<float>&>(*network->node("in"));
    Plan plan;
    plan.window = 2;
    Clock<float> clock(*network, plan, threads);
    in.values.resize(6 * 1500);
    for (std::size_t i = 0; i < in.values.size(); ++i) in.values[i] = static_cast<float>(i * i % 97) / 30;
    clock.reset_all();
    std::vector<float> found;
    for (std::int64_t t = 0; t < 6; t += 2) {
      clock.run({t, t + 2}, 1);
      for (std::int64_t s = t; s < t + 2; ++s) {
        const float* y = network->node("out")->output.at(s, 0);
        found.insert(found.end(), y, y + 1500);
      }
    }
    if (threads == 1) first = found;
    CHECK(found == first);
  }
}

TEST_CASE("a shape on a layer's node reshapes what arrives", "[layers]") {
  const auto text = [](const char* shape) {
    return std::string("layers = [ { name = \"image\", kind = \"linear\", shape = ") + shape +
           " }, { name = \"norm\", kind = \"batch_norm\" }, { name = \"out\", kind = \"dense\", units = 2 } ]\n"
           "[node]\nin = { kind = \"series\", size = 12 }\ninput = { kind = \"linear\", size = 12 }\n"
           "[edge]\ni = { from = \"in\", to = \"input\", kind = \"one_to_one\" }\n";
  };
  LayerRig<double> rig(text("[3, 2, 2]"), 4);
  CHECK(rig.whole.network->node("norm")->shape == Shape{3, 2, 2});
  CHECK(rig.whole.parameter("norm.weight").value.size() == 3);
  rig.forward();
  CHECK(rig.whole.output("image") == rig.whole.output("input"));
  CHECK_THROWS_AS(network_of<double>(text("[3, 2, 3]"), none_trained), ConfigError);
}
