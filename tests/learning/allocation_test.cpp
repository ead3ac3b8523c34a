// What is done for every batch allocates nothing: all room is made before.

#include <atomic>
#include <string>
#include <vector>

#include "tests/allocations.hpp"
#include "tests/catch.hpp"
#include "tests/learning/learner_of.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

/// Calls of `operator new` between the ends of one batch and the next, in the second epoch.
std::vector<std::size_t> allocations_by_batch(const std::string& nodes, const std::string& keys) {
  // More classes than a loss keeps on the stack.
  const data::Dataset data = random_classes(240, 140, 70);
  data::Split split;
  for (std::uint32_t s = 0; s < 240; ++s) (s < 200 ? split.train : split.test).push_back(s);
  const auto learner = learner_of<float>(
      nodes + "[learn]\nbp = { rule = \"backprop\", batch = 20, epochs = 2, loss = \"cross_entropy\"" + keys + " }\n",
      data, split, 1, 2);
  std::vector<std::size_t> at;
  at.reserve(1000);
  const std::atomic<bool> stop = false;
  learner->run(
      [&](const Progress& p) {
        if (p.epoch == 2 && p.phase == "train") at.push_back(allocations());
      },
      stop);
  std::vector<std::size_t> between;
  for (std::size_t k = 1; k < at.size(); ++k) between.push_back(at[k] - at[k - 1]);
  return between;
}

const std::vector<std::size_t> none(9, 0);

}  // namespace

TEST_CASE("the count of allocations counts") {
  const std::size_t before = allocations();
  std::vector<double> some(100), others(200);
  CHECK(allocations() == before + 2);
  CHECK(some.size() + others.size() == 300);
}

TEST_CASE("no batch of a perceptron allocates") {
  const std::string layers =
      "layers = [ { name = \"hid\", kind = \"dense\", units = 150, activation = \"relu\" },\n"
      "  { name = \"out\", kind = \"dense\", units = 70 } ]\n";
  CHECK(allocations_by_batch(layers, ", optimizer = \"adam\"") == none);
  CHECK(allocations_by_batch(layers,
                             ", optimizer = { kind = \"sgd\", rate = 0.1 }, l1 = 1e-4, clip = { norm = 1.0 }, schedule "
                             "= \"one_cycle\"") == none);
}

TEST_CASE("no batch of a spiking perceptron allocates") {
  const std::string layers =
      "trial = { show = \"6 ms\" }\nlayers = [\n"
      "  { name = \"hid\", kind = \"dense\", units = 150, activation = { kind = \"lif\", preset = \"snntorch\" } },\n"
      "  { name = \"out\", kind = \"dense\", units = 70, activation = { kind = \"leaky_readout\" } } ]\n";
  CHECK(allocations_by_batch(layers, ", optimizer = \"adam\"") == none);
}
