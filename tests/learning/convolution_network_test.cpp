// Networks with convolutions and pooling, forward and backward: against PyTorch's autograd (the files' descriptions
// hold the equations), over steps and delays, and learning.

#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <string>
#include <vector>

#include "learning/data/digits.hpp"
#include "tests/catch.hpp"
#include "tests/learning/learner_of.hpp"
#include "tests/models/edges/edge_fixture.hpp"
#include "tests/reference/json.hpp"

using namespace cajal;
using namespace cajal::test;
using reference::Json;
using reference::read_json;

namespace {

void check_near(const std::vector<double>& found, const std::vector<double>& expected, const std::string& what) {
  INFO(what);
  REQUIRE(found.size() == expected.size());
  double largest = 0, error = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    largest = std::max(largest, std::fabs(expected[i]));
    error = std::isfinite(found[i]) ? std::max(error, std::fabs(found[i] - expected[i])) : INFINITY;
  }
  CHECK(largest > 0);
  CHECK(error < 1e-12 * std::max(1.0, largest));
}

/// The layers behind a source of that shape.
std::string network(const std::string& shape, const std::string& layers) {
  return "layers = [ " + layers + " ]\n[node]\nin = { kind = \"series\", shape = " + shape +
         " }\ninput = { kind = \"linear\" }\n[edge]\nin = { from = \"in\", to = \"input\", kind = \"one_to_one\" }\n";
}

std::string text_of(const std::vector<std::size_t>& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

/// A network of one layer, with the input of the file.
Whole<double> one_layer(const Json& file, const std::string& layer) {
  const auto x = file["inputs"]["x"].array();
  Whole<double>::Options options;
  options.batch = x.shape[0];
  options.loss = Mse{};
  Whole<double> whole(network(text_of({x.shape.begin() + 1, x.shape.end()}), "{ name = \"out\", " + layer + " }"),
                      options);
  whole.input->values = x.data;
  return whole;
}

void check_parameters(Whole<double>& whole, const Json& file,
                      const std::vector<std::pair<std::string, std::string>>& names) {
  for (const auto& [here, there] : names)
    check_near(Whole<double>::row_major_gradient(whole.parameter(here)), file["grads"][there].numbers(), there);
  check_near(whole.read(whole.input->output_gradient), file["grads"]["x"].numbers(), "x");
}

void check_convolution(const std::string& name, const std::string& layer) {
  INFO(name);
  const Json file = read_json("pytorch/" + name + ".json");
  Whole<double> whole = one_layer(file, layer);
  whole.parameter("out.weight").assign(file["params"]["W"].numbers());
  whole.parameter("out.bias").assign(file["params"]["b"].numbers());
  const auto y = file["outputs"]["y"].numbers();
  whole.targets = name.find("transpose") == std::string::npos ? file["inputs"]["target"].numbers()
                                                              : std::vector<double>(y.size(), 0.0);
  CHECK(whole.forward() == Approx(file["loss"].number()).epsilon(1e-12));
  check_near(whole.output("out"), y, "y");
  whole.rewind();
  check_parameters(whole, file, {{"out.weight", "W"}, {"out.bias", "b"}});
}

void check_pooling(const std::string& name, const std::string& layer) {
  INFO(name);
  const Json file = read_json("pytorch/" + name + ".json");
  Whole<double> whole = one_layer(file, layer);
  const auto y = file["outputs"]["y"].numbers(), c = file["inputs"]["c"].numbers();
  // The gradient of the mean square of y - target is c, as that of sum(y * c).
  whole.targets = y;
  for (std::size_t i = 0; i < y.size(); ++i) whole.targets[i] -= c[i] * static_cast<double>(y.size()) / 2;
  whole.forward();
  check_near(whole.output("out"), y, "y");
  whole.rewind();
  check_near(whole.read(whole.input->output_gradient), file["grads"]["x"].numbers(), "x");
}

}  // namespace

TEST_CASE("convolutions from a config are PyTorch's, forward and backward", "[pytorch]") {
  const std::string conv = "kind = \"conv2d\", filters = 4, kernel = 3";
  check_convolution("conv2d_s1p0", conv);
  check_convolution("conv2d_s1p1", conv + ", padding = \"same\"");
  check_convolution("conv2d_s1p1_groups2", conv + ", padding = 1, groups = 2");
  check_convolution("conv2d_s2p1", conv + ", padding = 1, stride = 2");
  check_convolution("conv2d_s2p2_dil2", conv + ", padding = 2, stride = 2, dilation = 2");
  check_convolution("conv_transpose2d_s2p1op1",
                    "kind = \"conv_transpose2d\", filters = 2, kernel = 3, stride = 2, padding = 1, output_padding = "
                    "1");
}

TEST_CASE("pooling from a config is PyTorch's, forward and backward", "[pytorch]") {
  check_pooling("maxpool_k2s2", "kind = \"max_pool2d\", kernel = 2");
  check_pooling("maxpool_k3s2p1", "kind = \"max_pool2d\", kernel = 3, stride = 2, padding = 1");
  check_pooling("avgpool_k2s2", "kind = \"average_pool2d\", kernel = 2");
  check_pooling("avgpool_k3s2p1", "kind = \"average_pool2d\", kernel = 3, stride = 2, padding = 1");
}

TEST_CASE("a convolutional network is PyTorch's, forward and backward", "[pytorch]") {
  const Json file = read_json("pytorch/cnn_end2end.json");
  Whole<double>::Options options;
  options.batch = 2;
  Whole<double> whole(network("[1, 8, 8]",
                              "{ name = \"a\", kind = \"conv2d\", filters = 2, kernel = 3, activation = \"relu\" }, "
                              "{ kind = \"max_pool2d\", kernel = 2 }, "
                              "{ name = \"b\", kind = \"conv2d\", filters = 3, kernel = 2, activation = \"relu\" }, "
                              "{ kind = \"flatten\" }, { name = \"out\", kind = \"dense\", units = 4 }"),
                      options);
  const std::vector<std::pair<std::string, std::string>> names{{"a.weight", "W1"},   {"a.bias", "b1"},
                                                               {"b.weight", "W2"},   {"b.bias", "b2"},
                                                               {"out.weight", "W3"}, {"out.bias", "b3"}};
  for (const auto& [here, there] : names) whole.parameter(here).assign(file["params"][there].numbers());
  whole.labels = file["inputs"]["target"].integers();
  whole.input->values = file["inputs"]["x"].numbers();
  CHECK(whole.forward() == Approx(file["loss"].number()).epsilon(1e-12));
  check_near(whole.output("b"), file["outputs"]["a2"].numbers(), "a2");
  check_near(whole.answers(), file["outputs"]["logits"].numbers(), "logits");
  whole.rewind();
  check_parameters(whole, file, names);
}

namespace {

/// Convolutions, pooling and a way back in time, between a held image and spiking neurons with smooth surrogates.
const std::string spiking_image =
    "[node]\nin = { kind = \"series\", shape = [2, 5, 6], hold = true }\n"
    "soft = { kind = \"sigmoid\" }\n"
    "hid = { kind = \"lif\", preset = \"snntorch\", reset_gradient = \"through\", surrogate = { kind = \"sigmoid\", "
    "slope = 3, smooth = true } }\n"
    "pool = { kind = \"linear\" }\nback = { kind = \"tanh\" }\nout = { kind = \"leaky_readout\", size = 3, tau = \"5 "
    "ms\" }\n"
    "[edge]\n"
    "first = { from = \"in\", to = \"soft\", kind = \"conv2d\", filters = 2, kernel = 3, padding = 1 }\n"
    "feed = { from = \"soft\", to = \"hid.input\", kind = \"conv2d\", filters = 3, kernel = [2, 3], init = "
    "\"he_normal\", bias = true }\n"
    "pool = { from = \"hid\", to = \"pool\", kind = \"average_pool2d\", kernel = 2, delay = \"2 ms\" }\n"
    "up = { from = \"pool\", to = \"back\", kind = \"upsample\", factor = 2 }\n"
    "again = { from = \"back\", to = \"hid.input\", kind = \"conv_transpose2d\", filters = 3, kernel = 1, delay = \"1 "
    "ms\", init = \"he_normal\" }\n"
    "read = { from = \"pool\", to = \"out\", kind = \"dense\" }\n";

Whole<double> spiking_network(std::size_t threads) {
  Whole<double>::Options o;
  o.steps = 9;
  o.batch = 3;
  o.threads = threads;
  Whole<double> whole(spiking_image, o);
  whole.labels = {1, 0, 2};
  whole.fill_input(-1, 2, 5);
  return whole;
}

std::vector<std::vector<double>> all_gradients(Whole<double>& whole) {
  std::vector<std::vector<double>> out{{whole.forward()}};
  whole.rewind();
  out.push_back(whole.read(whole.input->output_gradient));
  for (const auto& [name, p] : parameters_of(*whole.network)) out.push_back(Whole<double>::row_major_gradient(*p));
  return out;
}

}  // namespace

TEST_CASE("gradients of a spiking network with convolutions, pooling and delays are those of its loss", "[gradient]") {
  Whole<double> whole = spiking_network(1);
  const auto gradients = all_gradients(whole);
  const auto check = [&](const std::vector<double>& found, auto&& value_at) {
    double largest = 0, error = 0;
    for (std::size_t i = 0; i < found.size(); i += std::max<std::size_t>(1, found.size() / 12) | 1) {
      double& x = value_at(i);
      const double at = x;
      const auto difference = [&](double h) {
        x = at + h;
        const double above = whole.forward();
        x = at - h;
        return (above - whole.forward()) / (2 * h);
      };
      const double expected = (4 * difference(1e-4) - difference(2e-4)) / 3;
      x = at;
      largest = std::max(largest, std::fabs(expected));
      error = std::max(error, std::fabs(found[i] - expected));
    }
    CHECK(largest > 1e-6);
    CHECK(error < 1e-6 * largest);
  };
  check(gradients[1], [&](std::size_t i) -> double& { return whole.input->values[i]; });
  const auto parameters = parameters_of(*whole.network);
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    INFO(parameters[k].first);
    Parameter<double>& p = *parameters[k].second;
    check(gradients[k + 2], [&](std::size_t i) -> double& { return p.value[p.order.empty() ? i : p.order[i]]; });
  }
}

TEST_CASE("convolutional networks have the same bits on any number of threads", "[gradient]") {
  Whole<double> one = spiking_network(1);
  const auto expected = all_gradients(one);
  for (const std::size_t threads : {2, 3}) {
    Whole<double> more = spiking_network(threads);
    CHECK(all_gradients(more) == expected);
  }
}

namespace {

data::Split split_of(std::size_t train, std::size_t test) {
  data::Split split;
  for (std::uint32_t s = 0; s < train + test; ++s) (s < train ? split.train : split.test).push_back(s);
  return split;
}

const std::string lenet =
    "layers = [ { name = \"conv1\", kind = \"conv2d\", filters = 8, kernel = 5, stride = 2, activation = \"relu\" }, "
    "{ name = \"pool1\", kind = \"max_pool2d\", kernel = 2 }, "
    "{ name = \"conv2\", kind = \"conv2d\", filters = 12, kernel = 3, activation = \"relu\" }, "
    "{ name = \"pool2\", kind = \"max_pool2d\", kernel = 2 }, { name = \"out\", kind = \"dense\", units = 10 } ]\n"
    "[node]\ninput = { kind = \"data\", shape = [1, 28, 28] }\n"
    "[learn]\nbp = { rule = \"backprop\", loss = \"cross_entropy\", optimizer = { kind = \"adam\", rate = 1e-2 }, "
    "batch = 20, epochs = 3 }\n";

}  // namespace

TEST_CASE("a small convolutional network learns digits", "[training]") {
  const data::Dataset digits = data::make_digits(700, 3);
  const data::Split split = split_of(600, 100);
  const std::atomic<bool> stop = false;
  const auto learner = learner_of<float>(lenet, digits, split);
  CHECK(learner->run({}, stop).phases.back().accuracy > 0.7);
}

TEST_CASE("a convolutional network learns the same on any number of threads", "[training]") {
  const data::Dataset digits = data::make_digits(60, 3);
  const data::Split split = split_of(50, 10);
  const std::atomic<bool> stop = false;
  std::vector<double> expected;
  for (const std::size_t threads : {1, 3}) {
    const auto learner = learner_of<float>(lenet, digits, split, 1, threads);
    learner->run({}, stop);
    std::vector<double> found;
    for (const auto& [name, p] : parameters_of(learner->network()))
      for (const double x : p->row_major()) found.push_back(x);
    if (threads == 1) expected = found;
    CHECK(found == expected);
  }
}
