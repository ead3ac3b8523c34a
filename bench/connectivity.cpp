// Speed of the rows of connections on one thread: nanoseconds for a synapse of one weight and one delay, 10,000 units
// to 10,000 units with about a tenth of all pairs.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "models/connectivity/connect.hpp"

namespace {

using namespace cajal;

constexpr std::size_t size = 10000;

Positions square() {
  Positions p{2, {}, {1, 1}, true};
  const Stream stream(1, "bench.positions");
  for (std::size_t i = 0; i < 2 * size; ++i) p.values.push_back(stream.uniform(i, 0));
  return p;
}

void measure(const std::string& rule) {
  using Clock = std::chrono::steady_clock;
  const Positions positions = square();
  std::vector<Diagnostic> diagnostics;
  const config::Value root = config::parse("[edge.rec]\nconnect = { rule = " + rule + " }\n", "bench");
  const config::Table edge(*root.find("edge")->find("rec"), "edge.rec", diagnostics);
  const auto start = Clock::now();
  const auto connection = connect({.edge = edge,
                                   .populations = {size, size, true, &positions, &positions},
                                   .seed = 1,
                                   .address = "edge.rec",
                                   .sources = {}});
  const double made = std::chrono::duration<double>(Clock::now() - start).count();
  if (!connection) {
    for (const Diagnostic& d : diagnostics) std::printf("%s\n", d.text().c_str());
    return;
  }
  SynapseRow row;
  double best = 1e9, synapses = 0;
  for (int trial = 0; trial < 5; ++trial) {
    const auto begin = Clock::now();
    synapses = 0;
    for (std::uint32_t unit = 0; unit < size; ++unit) {
      connection->row(unit, row);
      synapses += static_cast<double>(row.partner.size());
    }
    best = std::min(best, std::chrono::duration<double>(Clock::now() - begin).count());
  }
  std::printf("%-96s %6.2f ns, %.3g synapses, prepared in %.1f ms\n", rule.c_str(), best / synapses * 1e9, synapses,
              made * 1e3);
}

}  // namespace

int main() {
  measure("\"fixed_in_degree\", k = 1000");
  measure("\"fixed_in_degree\", k = 1000, multapses = false");
  measure("\"fixed_total_number\", n = 10000000");
  measure("\"fixed_total_number\", n = 10000000, multapses = false");
  measure("\"fixed_probability\", p = 0.1");
  measure("\"fixed_probability\", p = 0.01");
  measure("\"distance_dependent\", kernel = \"gaussian\", p_max = 1, sigma = \"0.126 mm\"");
  measure("\"distance_dependent\", kernel = \"gaussian\", p_max = 1, sigma = \"0.126 mm\", max_distance = \"0.4 mm\"");
  measure("\"distance_dependent\", kernel = \"linear\", p_max = 0.5, slope = \"1 1/mm\"");
}
