#include "models/edges/pooling.hpp"

#include "tests/models/edges/plane_edges.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

const std::vector<PlaneCase>& cases() {
  static const std::vector<PlaneCase> all{
      {{2, 6, 7}, "max_pool2d", "kernel = 2"},
      {{5, 8}, "max_pool2d", "kernel = [3, 2], stride = 2, padding = 1"},
      {{2, 11}, "max_pool1d", "kernel = 3, stride = 2"},
      {{2, 6, 7}, "average_pool2d", "kernel = 2"},
      {{2, 5, 5}, "average_pool2d", "kernel = 3, stride = [2, 1], padding = 1"},
      {{2, 5, 5}, "average_pool2d", "kernel = 3, stride = 2, padding = 1, count_include_pad = false"},
      {{12}, "average_pool1d", "kernel = 4, stride = 3, padding = 1"},
      {{17, 3, 4}, "global_max_pool", ""},
      {{3, 9}, "global_max_pool", ""},
      {{3, 4, 5}, "global_average_pool", ""},
      {{2, 3, 4}, "upsample", "factor = [2, 3]"},
      {{9}, "upsample", "factor = 2"},
      {{3, 4}, "upsample", "factor = [3]"},
  };
  return all;
}

std::vector<double> arrives(const PlaneCase& one, const std::vector<double>& values) {
  Bench<double> bench(sized({.batch = 1, .steps = 1}, one));
  std::copy(values.begin(), values.end(), bench.from.output.at(0, 0));
  const auto edge = join(bench, one);
  edge->adds = false;
  return bench.arrive(*edge);
}

}  // namespace

TEST_CASE("the gradients of pooling are those of the loss", "[edges]") {
  for (const PlaneCase& one : cases())
    for (const Trial& trial : trials()) {
      if (trial.delay == 9 && &one != &cases()[0]) continue;
      if (trial.spikes) continue;  // a maximum has no derivative where inputs are equal
      INFO(one.kind << " " << one.keys << ", delay " << trial.delay);
      check_gradients(
          sized(trial, one), [&](Bench<double>& b) { return join(b, one); }, 0x1p-14);
    }
}

TEMPLATE_TEST_CASE("pooling may be cut without changing a bit", "[edges]", float, double) {
  for (const PlaneCase& one : cases()) {
    INFO(one.kind << " " << one.keys);
    check_cuts<TestType>(one);
  }
}

TEST_CASE("pooling takes the maximum or the mean of its windows, upsampling repeats", "[edges]") {
  const std::vector<double> image{1, 5, -2, 3, 4, 0, 2, 2, -1, -3, 7, 8, -2, -4, 6, 9};
  using List = std::vector<double>;
  CHECK(arrives({{4, 4}, "max_pool2d", "kernel = 2"}, image) == List{5, 3, -1, 9});
  CHECK(arrives({{4, 4}, "max_pool2d", "kernel = 3, stride = 1"}, image) == List{7, 8, 7, 9});
  CHECK(arrives({{4, 4}, "average_pool2d", "kernel = 2"}, image) == List{2.5, 1.25, -2.5, 7.5});
  CHECK(arrives({{2, 8}, "max_pool1d", "kernel = 4"}, image) == List{5, 4, 8, 9});
  CHECK(arrives({{1, 4}, "average_pool2d", "kernel = [1, 2], padding = [0, 1]"}, {2, 4, 6, 8}) == List{1, 5, 4});
  CHECK(arrives({{1, 4}, "average_pool2d", "kernel = [1, 2], padding = [0, 1], count_include_pad = false"},
                {2, 4, 6, 8}) == List{2, 5, 8});
  CHECK(arrives({{4, 2, 2}, "global_max_pool", ""}, image) == List{5, 4, 8, 9});
  CHECK(arrives({{4, 2, 2}, "global_average_pool", ""}, image) == List{1.75, 2, 2.75, 2.25});
  CHECK(arrives({{1, 2, 2}, "upsample", "factor = 2"}, {1, 2, 3, 4}) ==
        List{1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4});
  CHECK(arrives({{2, 2}, "upsample", "factor = [3]"}, {1, 2, 3, 4}) == List{1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4});
  // All smaller than the padding.
  CHECK(arrives({{2, 2}, "max_pool2d", "kernel = 2, padding = 1"}, {-1, -2, -3, -4}) == List{-1, -2, -3, -4});
}

TEST_CASE("pooling brings the shape that its windows make", "[edges]") {
  const auto shape = [](const PlaneCase& one) {
    std::vector<Diagnostic> wrong;
    return brought(one, wrong);
  };
  CHECK(shape({{32, 26, 26}, "max_pool2d", "kernel = 2"}) == Shape{32, 13, 13});
  CHECK(shape({{64, 11, 11}, "max_pool2d", "kernel = 2"}) == Shape{64, 5, 5});
  CHECK(shape({{64, 11, 11}, "average_pool2d", "kernel = 3, stride = 2, padding = 1"}) == Shape{64, 6, 6});
  CHECK(shape({{8, 10}, "average_pool1d", "kernel = 5"}) == Shape{8, 2});
  CHECK(shape({{64, 11, 11}, "global_average_pool", ""}) == Shape{64});
  CHECK(shape({{8, 10}, "global_max_pool", ""}) == Shape{8});
  CHECK(shape({{8, 3, 4}, "upsample", "factor = [2, 3]"}) == Shape{8, 6, 12});
  CHECK(shape({{3, 4}, "upsample", "factor = [2, 3]"}) == Shape{1, 6, 12});
}

TEST_CASE("pooling counts the windows of active inputs", "[edges]") {
  for (const PlaneCase& one : cases()) {
    INFO(one.kind << " " << one.keys);
    Bench<double> bench(sized({.batch = 1, .steps = 1}, one));
    const auto edge = join(bench, one);
    edge->counts = true;
    double* x = bench.from.output.at(0, 0);
    std::fill(x, x + bench.trial.sources, 0.0);
    x[bench.trial.sources / 2] = 1;
    std::uint64_t reached = 0;
    for (const double y : bench.arrive(*edge)) reached += y != 0;
    CHECK(edge->operations() == reached);
    CHECK(edge->synapses() > reached);
  }
}

TEST_CASE("pooling says what is wrong where", "[edges]") {
  const Shape image{1, 6, 6};
  const auto says = [](const PlaneCase& one, const std::string& address, const std::string& words) {
    INFO(one.kind << " " << one.keys);
    const std::string found = complaint(one);
    INFO(found);
    CHECK(found.find(address + ": ") == 0);
    CHECK(found.find(words) != std::string::npos);
    CHECK(found.find('\n') == found.size() - 1);
  };
  says({image, "max_pool2d", ""}, "edge.e", "missing");
  says({image, "max_pool2d", "kernel = 7"}, "edge.e", "7 x 7");
  says({image, "max_pool2d", "kernel = 2, padding = 2"}, "edge.e", "half the kernel");
  says({image, "average_pool2d", "kernel = 2, stride = 0"}, "edge.e.stride", "1");
  says({image, "max_pool1d", "kernel = 2"}, "edge.e", "{1, 6, 6}");
  says({{36}, "average_pool2d", "kernel = 2"}, "edge.e", "{36}");
  says({{36}, "global_average_pool", ""}, "edge.e", "{36}");
  says({image, "upsample", ""}, "edge.e", "missing");
  says({image, "upsample", "factor = 0"}, "edge.e.factor", "1");
  says({image, "upsample", "factor = [2]"}, "edge.e", "{1, 6, 6}");
  says({{6, 6}, "upsample", "factor = 2"}, "edge.e.factor", "[length]");
  says({image, "upsample", "factor = 1048576"}, "edge.e", "2^31");
  std::vector<Diagnostic> wrong;
  Bench<float> bench({.sources = 36, .targets = 9}), other({.sources = 36, .targets = 8});
  made(bench, {image, "max_pool2d", "kernel = 2"}, wrong);
  CHECK(wrong.empty());
  made(bench, {image, "max_pool2d", "kernel = 2, count_include_pad = true"}, wrong);
  made(other, {image, "max_pool2d", "kernel = 2"}, wrong);
  REQUIRE(wrong.size() == 2);
  CHECK(wrong[0].address == "edge.e.count_include_pad");
  CHECK(wrong[1].message == "\"to\" has 8 units, but 9 arrive (1 x 3 x 3)");
}
