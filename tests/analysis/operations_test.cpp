#include "analysis/operations.hpp"

#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace cajal::analysis;

TEST_CASE("operations add up by kind and are per sample") {
  // Two samples: a dense edge of 6 weights at one step with real inputs, and one of 8 over 25 steps with spikes.
  const EdgeOperations edges[] = {{12, 10, false}, {400, 30, true}, {2, 1, true}};
  const SynapticOperations found = synaptic_operations(edges, 2);
  CHECK(found.dense == 207);
  CHECK(found.effective_macs == 5);
  CHECK(found.effective_acs == 15.5);
  CHECK(found.effective() == 20.5);
}

TEST_CASE("operations refuse counts that cannot be") {
  const EdgeOperations wrong[] = {{1, 2, false}};
  CHECK_THROWS_AS(synaptic_operations(wrong, 1), cajal::Error);
  CHECK_THROWS_AS(synaptic_operations({}, 0), cajal::Error);
}
