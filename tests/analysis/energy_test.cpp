#include "analysis/energy.hpp"

#include "sim/config/table.hpp"
#include "tests/analysis/fake_subject.hpp"
#include "tests/catch.hpp"

namespace cajal::analysis {

namespace {

/// 100 synapses, 10 neurons, 7 steps.
EnergyUse spikes() {
  EnergyUse use;
  use.acs = 70;
  use.neuron_updates = 70;
  use.state_bytes = 560;
  use.steps = 7;
  use.synapses = use.all_synapses = 100;
  use.activation_bytes = 80;
  return use;
}

}  // namespace

TEST_CASE("energy by level is the sum of prices") {
  const EnergyPrices prices{4.6, 0.9, 4.6, 1.25};
  const EnergyLevels e = energy_levels(spikes(), prices);
  CHECK(e.operations == Approx(63));
  CHECK(e.with_neurons == Approx(63 + 322));
  CHECK(e.with_memory == Approx(63 + 322 + 1.25 * (280 + 560)));
  CHECK(e.quantised_network == Approx(3 * 0.9 * 100));  // 7 steps: 3 bits
}

TEST_CASE("at the break-even rate both networks take the same") {
  const EnergyPrices prices{4.6, 0.9, 0.5, 1.25};
  const EnergyUse use = spikes();
  const EnergyLevels s = break_even_rates(use, prices);
  CHECK(s.operations == Approx(4.6 / 0.9 / 7));
  CHECK(s.quantised_network == Approx(3.0 / 7));
  EnergyUse artificial;
  artificial.macs = 100;
  artificial.state_bytes = use.activation_bytes;
  // Equal at the rate that is found.
  const auto at = [&](double rate) {
    EnergyUse now = use;
    now.acs = rate * 7 * 100;
    return energy_levels(now, prices);
  };
  REQUIRE(s.with_memory > 0);
  CHECK(at(s.with_neurons).with_neurons == Approx(energy_levels(artificial, prices).operations));
  CHECK(at(s.with_memory).with_memory == Approx(energy_levels(artificial, prices).with_memory));
  EnergyUse large = use;
  large.state_bytes = 2000;  // that alone moves more
  CHECK(break_even_rates(large, prices).with_memory == 0);
}

TEST_CASE("a byte costs what the smallest memory that fits takes") {
  CHECK(memory_price(8192.0) == 1.25);
  CHECK(memory_price(8193.0) == 2.5);
  CHECK(memory_price(1e6) == 12.5);
  CHECK(memory_price(2e6) == 162.5);
  CHECK(memory_price("32 kB") == 2.5);
  CHECK_FALSE(memory_price("16 kB"));
}

TEST_CASE("every row of energy names its level, and prices can be set") {
  const auto measured = [](const std::string& text, Subject& subject) {
    const config::Value root = config::parse("[measure]\nm = " + text, "test.toml");
    std::vector<Diagnostic> diagnostics;
    const config::Table table(root, "", diagnostics);
    const auto asked = energy_measure().make(*table.table("measure")->table("m"), {});
    table.refuse_unused();
    config::raise(diagnostics);
    return asked.take(subject, {});
  };
  FakeSubject subject = seer();
  CHECK(measured("{}", subject).left_out.size() == 1);
  Subject::Operations o;
  o.dense = o.held = o.effective_macs = 128;
  subject.counted = o;
  const Findings dense = measured("{ mac = 2.0, byte = 0 }", subject);
  REQUIRE(dense.rows.size() == 3);
  CHECK(dense.rows[0].part == "operations");
  CHECK(dense.rows[0].value == 256);
  CHECK(dense.rows[2].value == 256);
  subject.trial = 7;
  o.held = 0;
  o.dense = 7 * 128;
  o.effective_acs = 64;
  o.effective_macs = 0;
  o.neuron_steps = o.neuron_updates = 7 * 64;
  subject.counted = o;
  const Findings spiking = measured(R"({ memory = "DRAM" })", subject);
  REQUIRE(spiking.rows.size() == 8);
  CHECK(spiking.rows[3].part == "quantised network");
  CHECK(spiking.rows[3].value == Approx(3 * 0.9 * 128));
  CHECK(spiking.rows[4].measure == "break_even_rate");
  CHECK(spiking.rows[4].value == Approx(4.6 / 0.9 / 7));
  CHECK_THROWS_AS(measured(R"({ memory = "DRAM", byte = 3 })", subject), Error);
  CHECK_THROWS_AS(measured("{ mac = 0 }", subject), Error);
}

}  // namespace cajal::analysis
