// What the configs of rate models promise in their first lines.

#include <algorithm>

#include "tests/science/network_run.hpp"

using cajal::science::NetworkRun;

namespace {

double largest(const std::vector<double>& values) { return *std::max_element(values.begin(), values.end()); }

}  // namespace

TEST_CASE("regions that are coupled have BOLD signals that go together") {
  // 30 samples of unjoined regions: correlations of a standard deviation of about 0.2, and a mean near 0.
  const std::string record = "bold", measure = "functional_connectivity";
  const NetworkRun alone("whole_brain",
                         {"run.duration=\"40 s\"", "measure.functional_connectivity.start=\"10 s\"", "let.G=0"});
  CHECK(std::fabs(alone.measured(record, measure)) < 0.03);
  const NetworkRun coupled("whole_brain",
                           {"run.duration=\"40 s\"", "measure.functional_connectivity.start=\"10 s\"", "let.G=0.2"});
  CHECK(coupled.measured(record, measure) > 0.15);
}

TEST_CASE("oscillators share slow waves with those they are coupled to") {
  const NetworkRun run("whole_brain_hopf", {"run.duration=\"250 s\"", "let.G=0.2"});
  CHECK(run.measured("x", "functional_connectivity") > 0.3);
}

TEST_CASE("the sum of coupled phases swings, that of others stays small") {
  const auto swing = [](const std::string& coupling) {
    const NetworkRun run("kuramoto", {"let.K=" + coupling, "run.duration=\"3 s\""});
    std::vector<double> sum = run.trace("sum", 0);
    sum.erase(sum.begin(), sum.begin() + static_cast<std::ptrdiff_t>(sum.size() / 2));
    return largest(sum);
  };
  CHECK(swing("12.566") == Approx(75).margin(9));
  CHECK(swing("3") < 40);
}

TEST_CASE("rates and spikes settle where the config says") {
  const NetworkRun run("rates_and_spikes");
  CHECK(run.trace("up", 0).back() == Approx(38.5).margin(0.5));
  CHECK(run.rate("E", 300, 1000) == Approx(115).margin(2));
  CHECK(run.rate("P", 300, 1000) == Approx(38.5).margin(3));
}

TEST_CASE("mean fields go where their papers say") {
  const NetworkRun run("../rates/mean_fields");
  const auto qif = run.trace("qif", 0);
  CHECK(qif[250] == Approx(8.1).margin(0.3));
  CHECK(qif.back() == Approx(103).margin(3));
  CHECK(largest(qif) > 150);
  CHECK(largest(run.trace("synchrony", 0)) <= 1);
  const auto balanced = run.trace("balanced", 0);
  double mean = 0;
  for (const double s : balanced) mean += s / static_cast<double>(balanced.size());
  CHECK(mean == Approx(0.164).margin(0.02));
  // The recurrent weight decides which of two states wins.
  CHECK(run.trace("nmda", 0).back() < 0.1);
  CHECK(run.trace("nmda", 4).back() > 0.7);
}

TEST_CASE("BOLD peaks when the config says") {
  const NetworkRun run("../rates/bold");
  const auto peak = [&](const std::string& name) {
    const auto bold = run.trace(name, 0);
    return 0.05 * static_cast<double>(std::max_element(bold.begin(), bold.end()) - bold.begin() + 1) - 1;
  };
  CHECK(peak("friston") == Approx(3.2).margin(0.1));
  CHECK(peak("stephan") == Approx(4.5).margin(0.1));
}

TEST_CASE("means of spikes, mean field and rate unit agree where they settle, and not on the way") {
  const NetworkRun run("../rate_vs_spike");
  const auto mean = [&](const std::string& trace, std::size_t begin, std::size_t end) {
    const auto values = run.trace(trace, 0);
    double sum = 0;
    for (std::size_t t = begin; t < end; ++t) sum += values[t] / static_cast<double>(end - begin);
    return sum;
  };
  for (const auto& [begin, end] : {std::pair<std::size_t, std::size_t>{450, 600}, {800, 1000}}) {
    const double spikes = run.rate("spiking", static_cast<double>(begin), static_cast<double>(end));
    CHECK(mean("mean_field", begin, end) == Approx(spikes).epsilon(0.02));
    CHECK(mean("rate", begin, end) == Approx(spikes).epsilon(0.02));
  }
  CHECK(run.rate("spiking", 150, 300) == Approx(mean("mean_field", 150, 300)).epsilon(0.12));
  CHECK(largest(run.trace("mean_field", 0)) > 230);
  CHECK(largest(run.trace("rate", 0)) < 140);
  // What neurons do together while the stimulus comes, the mean field does too.
  CHECK(run.rate("spiking", 600, 620) == Approx(mean("mean_field", 600, 620)).epsilon(0.05));
  CHECK(mean("rate", 600, 620) > 1.2 * run.rate("spiking", 600, 620));
}
