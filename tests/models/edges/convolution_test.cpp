#include "models/edges/convolution.hpp"

#include "tests/models/edges/plane_edges.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

const std::vector<PlaneCase>& cases() {
  static const std::vector<PlaneCase> all{
      {{2, 5, 6}, "conv2d", "filters = 3, kernel = 3"},
      {{5, 6}, "conv2d", "filters = 2, kernel = [2, 3], stride = [1, 2], padding = [1, 0], bias = false"},
      {{4, 5, 5}, "conv2d", "filters = 6, kernel = 3, padding = 'same', groups = 2, dilation = 2"},
      {{3, 9}, "conv1d", "filters = 4, kernel = 3, stride = 2, padding = 1"},
      {{11}, "conv1d", "filters = 10, kernel = 4, padding = 'valid'"},
      {{3, 3, 4}, "conv_transpose2d", "filters = 2, kernel = 3, stride = 2, padding = 1, output_padding = 1"},
      {{4, 3, 3}, "conv_transpose2d", "filters = 6, kernel = 2, groups = 2, bias = false"},
      {{2, 5}, "conv_transpose1d", "filters = 3, kernel = 4, stride = 2, dilation = 2"},
  };
  return all;
}

}  // namespace

TEST_CASE("a convolution's gradients are those of the loss", "[edges]") {
  for (const PlaneCase& one : cases())
    for (const Trial& trial : trials()) {
      if (trial.delay == 9 && &one != &cases()[0]) continue;
      INFO(one.kind << " " << one.keys << ", delay " << trial.delay);
      check_gradients(sized(trial, one), [&](Bench<double>& b) { return join(b, one); });
    }
}

TEMPLATE_TEST_CASE("a convolution may be cut without changing a bit", "[edges]", float, double) {
  for (const PlaneCase& one : cases()) {
    INFO(one.kind << " " << one.keys);
    check_cuts<TestType>(one);
  }
}

TEST_CASE("a convolution brings the shape that its windows make", "[edges]") {
  const auto shape = [](const PlaneCase& one) {
    std::vector<Diagnostic> wrong;
    return brought(one, wrong);
  };
  CHECK(shape({{1, 28, 28}, "conv2d", "filters = 32, kernel = 3"}) == Shape{32, 26, 26});
  CHECK(shape({{28, 28}, "conv2d", "filters = 32, kernel = [5, 3], padding = 'same'"}) == Shape{32, 28, 28});
  CHECK(shape({{3, 224, 224}, "conv2d", "filters = 64, kernel = 7, stride = 2, padding = 3"}) == Shape{64, 112, 112});
  CHECK(shape({{8, 100}, "conv1d", "filters = 4, kernel = 5, stride = 3"}) == Shape{4, 32});
  CHECK(shape({{8, 7, 7}, "conv_transpose2d", "filters = 4, kernel = 4, stride = 2, padding = 1"}) == Shape{4, 14, 14});
  CHECK(shape({{8, 7}, "conv_transpose1d", "filters = 4, kernel = 3, stride = 2, output_padding = 1"}) == Shape{4, 16});
}

TEST_CASE("a convolution counts the weights that active inputs meet", "[edges]") {
  // Inputs of one at a time, weights of one: what arrives is what was done.
  for (const PlaneCase& shape : cases()) {
    PlaneCase one = shape;
    if (one.keys.find("bias") == std::string::npos) one.keys += ", bias = false";
    one.keys += ", weight = 1";
    INFO(one.kind << " " << one.keys);
    Bench<float> bench(sized({.batch = 2, .steps = 2, .spikes = true}, one));
    const auto edge = join(bench, one);
    edge->counts = true;
    double arrived = 0;
    for (const float y : bench.arrive(*edge)) arrived += static_cast<double>(y);
    CHECK(arrived > 0);
    CHECK(static_cast<double>(edge->operations()) == arrived);
    edge->reset_operations();
    CHECK(edge->operations() == 0);
    for (std::size_t u = 0; u < bench.trial.sources; ++u) bench.from.output.at(0, 0)[u] = 1;
    edge->advance({0, 1}, {0, 1, 0, 1});
    CHECK(edge->operations() == edge->synapses());
  }
}

TEST_CASE("a convolution counts no weights that are zero", "[edges]") {
  // Weights of zeros and ones, inputs of one: again what arrives is what was done.
  for (const PlaneCase& shape : cases()) {
    PlaneCase one = shape;
    if (one.keys.find("bias") == std::string::npos) one.keys += ", bias = false";
    one.keys += ", weight = 1";
    INFO(one.kind << " " << one.keys);
    Bench<float> bench(sized({.batch = 2, .steps = 2, .spikes = true}, one));
    const auto edge = join(bench, one);
    Parameter<float>& weight = *edge->parameters()[0];
    std::vector<double> values = weight.row_major();
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = i * i % 5 % 2 == 0 ? 1 : 0;
    weight.assign(values);
    edge->reset_operations();
    edge->counts = true;
    double arrived = 0;
    for (const float y : bench.arrive(*edge)) arrived += static_cast<double>(y);
    CHECK(arrived > 0);
    CHECK(static_cast<double>(edge->operations()) == arrived);
  }
}

TEST_CASE("a convolution says what is wrong where", "[edges]") {
  const Shape image{1, 6, 6};
  const auto says = [](const PlaneCase& one, const std::string& address, const std::string& words) {
    INFO(one.keys);
    const std::string found = complaint(one);
    INFO(found);
    CHECK(found.find(address + ": ") == 0);
    CHECK(found.find(words) != std::string::npos);
    CHECK(found.find('\n') == found.size() - 1);
  };
  says({image, "conv2d", "filters = 2"}, "edge.e", "missing");
  says({image, "conv2d", "kernel = 3"}, "edge.e", "missing");
  says({image, "conv2d", "filters = 0, kernel = 3"}, "edge.e.filters", "1");
  says({image, "conv2d", "filters = 2, kernel = 7"}, "edge.e", "7 x 7");
  says({image, "conv2d", "filters = 2, kernel = [3]"}, "edge.e.kernel", "2 whole numbers");
  says({image, "conv2d", "filters = 2, kernel = [3, 0]"}, "edge.e.kernel", "2 whole numbers");
  says({image, "conv2d", "filters = 2, kernel = 2, padding = 'same'"}, "edge.e.padding", "odd");
  says({image, "conv2d", "filters = 2, kernel = 2, padding = 'full'"}, "edge.e.padding", "same");
  says({image, "conv2d", "filters = 2, kernel = 3, stride = 0"}, "edge.e.stride", "1");
  says({image, "conv2d", "filters = 4, kernel = 3, groups = 2"}, "edge.e", "groups");
  says({{36}, "conv2d", "filters = 4, kernel = 3"}, "edge.e", "{36}");
  says({{1, 6, 6}, "conv1d", "filters = 4, kernel = 3"}, "edge.e", "{1, 6, 6}");
  says({image, "conv_transpose2d", "filters = 2, kernel = 3, output_padding = 1"}, "edge.e", "output");
  says({image, "conv2d", "filters = 1048576, kernel = 1048576, padding = 1048576"}, "edge.e", "2^");
}
