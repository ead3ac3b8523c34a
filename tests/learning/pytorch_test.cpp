// Networks of dense edges, layers and leaky integrate-and-fire neurons, forward and backward, against PyTorch's
// autograd. The files' descriptions hold the equations.

#include <cmath>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/reference/json.hpp"
#include "tests/whole_network.hpp"

using namespace cajal;
using namespace cajal::test;
using reference::Json;
using reference::read_json;

namespace {

/// Equal to 1e-10, relative to the largest of the expected numbers and at least absolute.
void check_near(const std::vector<double>& found, const std::vector<double>& expected, const std::string& what) {
  INFO(what);
  REQUIRE(found.size() == expected.size());
  double largest = 0, error = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    largest = std::max(largest, std::fabs(expected[i]));
    error = std::isfinite(found[i]) ? std::max(error, std::fabs(found[i] - expected[i])) : INFINITY;
  }
  CHECK(largest > 0);
  CHECK(error < 1e-10 * std::min(1.0, largest));
}

std::vector<double> scaled(std::vector<double> values, double factor) {
  for (double& x : values) x *= factor;
  return values;
}

struct Pair {
  std::string edge, reference;  ///< `hid.weight`, `W1`
  double scale = 1;             ///< of the value here to the value there
};

/// Sets the parameters and the input, runs both ways, compares loss and gradients.
void check_against(Whole<double>& whole, const Json& file, const std::vector<Pair>& pairs) {
  for (const Pair& p : pairs) whole.parameter(p.edge).assign(scaled(file["params"][p.reference].numbers(), p.scale));
  whole.input->values = file["inputs"]["x"].numbers();
  CHECK(whole.forward() == Approx(file["loss"].number()).epsilon(1e-12));
  whole.rewind();
  for (const Pair& p : pairs)
    check_near(scaled(Whole<double>::row_major_gradient(whole.parameter(p.edge)), p.scale),
               file["grads"][p.reference].numbers(), "gradient of " + p.reference);
  check_near(whole.read(whole.input->output_gradient), file["grads"]["x"].numbers(), "gradient of x");
}

std::string stack(const std::string& activation, int outputs) {
  return "layers = [ { name = \"hid\", kind = \"dense\", units = 7, activation = \"" + activation +
         "\" }, { name = \"out\", kind = \"dense\", units = " + std::to_string(outputs) +
         " } ]\n[node]\nin = { kind = \"series\", size = 6 }\ninput = { kind = \"linear\", size = 6 }\n"
         "[edge]\nin = { from = \"in\", to = \"input\", kind = \"one_to_one\" }\n";
}

const std::vector<Pair> dense_pairs{{"hid.weight", "W1"}, {"hid.bias", "b1"}, {"out.weight", "W2"}, {"out.bias", "b2"}};

/// x -> hid -> leaky read-out; `neuron` are the keys of the neuron, `edges` more edges.
std::string spiking(const std::string& neuron, const std::string& edges = "", const std::string& nodes = "") {
  return "[node]\nin = { kind = \"series\", size = 6 }\nhid = { kind = \"lif\", size = 5, preset = \"snntorch\", beta "
         "= 0.9, " +
         neuron + " }\nout = { kind = \"leaky_readout\", size = 3, tau = \"4.481420117724551 ms\" }\n" + nodes +
         "[edge]\n" +
         (nodes.empty()
              ? "feed = { from = \"in\", to = \"hid.input\", kind = \"dense\", init = \"zeros\", bias = true }\n"
              : "") +
         edges + "read = { from = \"hid\", to = \"out\", kind = \"dense\", init = \"zeros\", bias = true }\n";
}

const std::vector<Pair> spiking_pairs{
    {"feed.weight", "W"}, {"feed.bias", "b"}, {"read.weight", "Wo"}, {"read.bias", "bo"}};

Whole<double> spiking_network(const std::string& text, const Json& file) {
  Whole<double>::Options options;
  options.steps = 20;
  options.batch = 3;
  Whole<double> whole(text, options);
  whole.labels = file["inputs"]["target"].integers();
  return whole;
}

/// `scale`: of the membrane here to that of the file. After a reset within the step of the spike the membrane of that
/// step is `reset`.
void check_spiking(const std::string& name, const std::string& text, const std::vector<Pair>& pairs, double scale = 1,
                   bool reset_at_spike = false) {
  const Json file = read_json("pytorch/" + name + ".json");
  INFO(name);
  Whole<double> whole = spiking_network(text, file);
  check_against(whole, file, pairs);
  const auto spikes = whole.output("hid"), expected = file["outputs"]["s"].numbers();
  CHECK(spikes == expected);
  auto v = file["outputs"]["v"].numbers();
  for (std::size_t i = 0; i < v.size(); ++i)
    if (reset_at_spike && expected[i] == 1) v[i] = 0;
  check_near(scaled(whole.state("hid", "V_m"), 1 / scale), v, "membrane");
  check_near(whole.output("out"), file["outputs"]["u"].numbers(), "read-out");
  check_near(whole.answers(), file["outputs"]["logits"].numbers(), "logits");
}

}  // namespace

TEST_CASE("dense stacks give PyTorch's outputs, loss and gradients", "[pytorch]") {
  for (const std::string activation : {"relu", "sigmoid", "tanh", "leaky_relu", "elu", "gelu", "silu", "softplus"}) {
    const Json file = read_json("pytorch/dense_" + activation + "_ce.json");
    INFO(activation);
    Whole<double>::Options options;
    options.batch = 5;
    Whole<double> whole(stack(activation, 4), options);
    whole.labels = file["inputs"]["target"].integers();
    check_against(whole, file, dense_pairs);
    check_near(whole.output("hid"), file["outputs"]["hidden"].numbers(), "hidden");
    check_near(whole.answers(), file["outputs"]["logits"].numbers(), "logits");
  }
  const Json file = read_json("pytorch/dense_tanh_mse.json");
  Whole<double>::Options options;
  options.batch = 5;
  options.loss = Mse{};
  Whole<double> whole(stack("tanh", 3), options);
  whole.targets = file["inputs"]["target"].numbers();
  check_against(whole, file, dense_pairs);
  check_near(whole.answers(), file["outputs"]["y"].numbers(), "outputs");
}

TEST_CASE("reset by subtraction in the next step is PyTorch's, with and without a gradient through it", "[pytorch]") {
  const std::string surrogate = "surrogate = { kind = \"fast_sigmoid\", slope = 25 }";
  check_spiking("lif_fastsigmoid_subtract_detached", spiking(surrogate), spiking_pairs);
  check_spiking("lif_fastsigmoid_subtract_graphreset", spiking(surrogate + ", reset_gradient = \"through\""),
                spiking_pairs);
}

TEST_CASE("reset to zero within the step of the spike is PyTorch's, with and without a gradient through it",
          "[pytorch]") {
  // v(t) = beta v(t-1) (1 - s(t-1)) + I(t): what arrives in the step after a spike survives the reset.
  const std::string neuron =
      "reset = \"value\", reset_at = \"spike\", surrogate = { kind = \"fast_sigmoid\", slope = 25 }";
  check_spiking("lif_fastsigmoid_zero_detached", spiking(neuron), spiking_pairs, 1, true);
  check_spiking("lif_fastsigmoid_zero_graphreset", spiking(neuron + ", reset_gradient = \"through\""), spiking_pairs, 1,
                true);
}

TEST_CASE("other surrogates give PyTorch's gradients", "[pytorch]") {
  check_spiking("lif_sigmoid4_subtract", spiking("surrogate = { kind = \"sigmoid\", slope = 4 }"), spiking_pairs);
  // The file's boxcar is 0.5 where |u| < 1, ours the slope where |u| < 1/2: the same for a membrane half as large.
  std::vector<Pair> halved = spiking_pairs;
  halved[0].scale = halved[1].scale = 0.5;
  check_spiking("lif_boxcar_subtract", spiking("V_th = 0.5, surrogate = { kind = \"boxcar\", slope = 1 }"), halved,
                0.5);
}

TEST_CASE("a recurrent edge gives PyTorch's gradients, dense and sparse", "[pytorch]") {
  const std::string neuron = "surrogate = { kind = \"fast_sigmoid\", slope = 100 }";
  const std::string rec = "rec = { from = \"hid\", to = \"hid.input\", delay = \"1 ms\", ";
  auto pairs = spiking_pairs;
  pairs.push_back({"rec.weight", "V"});
  check_spiking("lif_superspike100_recurrent",
                spiking(neuron, rec + "kind = \"dense\", init = \"zeros\", bias = false }\n"), pairs);

  const Json file = read_json("pytorch/lif_superspike100_recurrent.json");
  Whole<double> whole = spiking_network(spiking(neuron, rec + "connect = \"all_to_all\", weight = 1 }\n"), file);
  const auto& synapses = whole.network->sparse_edge("rec")->synapses;
  const auto weights = file["params"]["V"].numbers(), gradients = file["grads"]["V"].numbers();
  std::vector<double> values, expected;
  for (std::size_t i = 0; i < synapses.size(); ++i) {
    values.push_back(weights[synapses.target[i] * 5 + synapses.source[i]]);
    expected.push_back(gradients[synapses.target[i] * 5 + synapses.source[i]]);
  }
  whole.parameter("rec.weight").assign(values);
  check_against(whole, file, spiking_pairs);
  check_near(whole.parameter("rec.weight").gradient, expected, "gradient of V");
  CHECK(whole.output("hid") == file["outputs"]["s"].numbers());
}

TEST_CASE("a synaptic current before the membrane gives PyTorch's gradients", "[pytorch]") {
  // i(t) = 0.7 i(t-1) + I(t) acts in its own step: a node before the membrane. The exponential receptor acts a step
  // later. The node gives (1 - 0.7) of what arrives.
  const std::string nodes = "syn = { kind = \"leaky_readout\", size = 5, tau = \"2.8036732520571284 ms\" }\n";
  const std::string edges =
      "feed = { from = \"in\", to = \"syn\", kind = \"dense\", init = \"zeros\", bias = true }\n"
      "drive = { from = \"syn\", to = \"hid.input\", kind = \"one_to_one\", weight = 1 }\n";
  std::vector<Pair> pairs = spiking_pairs;
  pairs[0].scale = pairs[1].scale = 1 / (1 - 0.7);
  check_spiking("lif_atan2_synaptic", spiking("surrogate = { kind = \"arctan\", slope = 2 }", edges, nodes), pairs);
}

TEST_CASE("dropout scales what it keeps as PyTorch does", "[pytorch]") {
  const Json file = read_json("pytorch/dropout_mask.json");
  const auto mask = file["inputs"]["mask"].numbers();
  Whole<double>::Options options;
  options.batch = 4;
  Whole<double> whole(
      "[node]\nin = { kind = \"series\", size = 5 }\nout = { kind = \"dropout\", size = 5, p = 0.4 }\n"
      "[edge]\ne = { from = \"in\", to = \"out\", kind = \"one_to_one\" }\n",
      options);
  whole.labels.assign(4, 0);
  Node<double>& out = *whole.network->node("out");
  out.training = true;
  // The node draws its mask from the number of the trial: trials are sought whose masks are those of the file.
  whole.input->values.assign(20, 1.0);
  for (std::size_t b = 0; b < 4; ++b) {
    const auto drawn = [&] {
      whole.forward();
      for (std::size_t u = 0; u < 5; ++u)
        if ((out.output.at(0, b)[u] != 0) != (mask[b * 5 + u] != 0)) return false;
      return true;
    };
    while (!drawn() && out.trials[b] < 5000) ++out.trials[b];
    REQUIRE(drawn());
  }
  whole.input->values = file["inputs"]["x"].numbers();
  whole.forward();
  const auto y = whole.output("out");
  check_near(y, file["outputs"]["y"].numbers(), "output");
  double loss = 0;
  for (const double value : y) loss += value * value;
  CHECK(loss == Approx(file["loss"].number()).epsilon(1e-12));
  const Slice all{0, 4, 0, 1};
  whole.clock->clear_gradients({0, 1}, all);
  for (std::size_t i = 0; i < y.size(); ++i) out.output_gradient.at(0, i / 5)[i % 5] = 2 * y[i];
  whole.clock->rewind({0, 1}, all);
  check_near(whole.read(whole.input->output_gradient), file["grads"]["x"].numbers(), "gradient of x");
}
