#include "analysis/energy.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace cajal::analysis {

namespace {

constexpr MeasureEntry entry{
    "energy",
    "pJ per sample, by what is counted, and the spike rate at which spikes pay",
    "\"operations\": mac MACs + ac ACs; \"with neurons\": + update neuron_updates; \"with memory\": + byte (bytes of "
    "the "
    "weight of each operation + state of each unit read and written at each update); \"quantised network\": the "
    "artificial network of the same architecture with activations of b = ceil(log2(T + 1)) bits, b ac for each weight. "
    "break_even_rate: spikes per neuron and step at which the network takes as much as the artificial one of the same "
    "architecture: mac / (ac T) by operations, b / T against the quantised one; 0: never. Of a count of operations, "
    "not "
    "of a measurement on a chip",
    "Horowitz 2014, ISSCC (45 nm); Yan et al. 2024, arXiv:2409.08290",
    "[measure]\nenergy = { mac = 4.6, ac = 0.9 }",
    "mac (4.6), ac (0.9), update (4.6): pJ of a multiply-accumulate, of an accumulate, of an update of a neuron; "
    "memory "
    "(\"fit\": the smallest that holds the learner; \"8 kB\", \"32 kB\", \"1 MB\", \"DRAM\") or byte: pJ of a byte "
    "moved"};

struct Memory {
  std::string_view name;
  double bytes, price;  ///< pJ per byte
};
constexpr Memory memories[] = {{"8 kB", 8192, 10. / 8},
                               {"32 kB", 32768, 20. / 8},
                               {"1 MB", 1048576, 100. / 8},
                               {"DRAM", std::numeric_limits<double>::infinity(), 1300. / 8}};

/// Activations that tell apart as many values as there are counts of spikes.
double matched_bits(double steps) { return std::ceil(std::log2(steps + 1)); }

struct Asked {
  EnergyPrices prices;
  bool fits = true;  ///< the price of a byte is that of the smallest memory

  Findings operator()(Subject& subject, const Questions& questions) const;
};

Findings Asked::operator()(Subject& subject, const Questions& questions) const {
  Findings out;
  const auto o = subject.operations();
  if (!o) {
    out.left_out.push_back("no energy: it is no network that was tested");
    return out;
  }
  EnergyUse use;
  use.macs = o->effective_macs;
  use.acs = o->effective_acs;
  use.neuron_updates = o->neuron_updates;
  use.number_bytes = static_cast<double>(subject.number_bytes());
  use.steps = static_cast<double>(subject.steps());
  use.synapses = (o->dense - o->held) / use.steps;
  use.all_synapses = use.synapses + o->held;
  double bytes = 0;
  for (const Subject::Weights& w : subject.weights()) bytes += w.weight_bytes + w.bias_bytes + w.index_bytes;
  for (const Subject::Units& u : subject.nodes()) {
    bytes += u.buffer_bytes + u.state_bytes;
    if (u.input) continue;
    const double activation = static_cast<double>(u.units) * use.number_bytes;
    use.state_bytes += 2 * u.passes * (u.state_bytes > 0 ? u.state_bytes : activation);
    use.activation_bytes += 2 * activation;
  }
  EnergyPrices with = prices;
  if (fits) with.byte = memory_price(bytes);
  const auto add = [&](const char* measure, const EnergyLevels& level, bool quantised) {
    const auto row = [&](const char* part, double value) {
      out.rows.push_back(row_of(subject, questions, measure, part, value, 1));
    };
    row("operations", level.operations);
    row("with neurons", level.with_neurons);
    row("with memory", level.with_memory);
    if (quantised) row("quantised network", level.quantised_network);
  };
  const bool in_time = use.steps > 1 && o->neuron_steps > 0;
  add("energy", energy_levels(use, with), in_time);
  if (in_time && use.synapses > 0) add("break_even_rate", break_even_rates(use, with), true);
  return out;
}

}  // namespace

double memory_price(double bytes) {
  const auto* memory = memories;
  while (bytes > memory->bytes) ++memory;
  return memory->price;
}

std::optional<double> memory_price(std::string_view name) {
  for (const Memory& m : memories)
    if (m.name == name) return m.price;
  return std::nullopt;
}

EnergyLevels energy_levels(const EnergyUse& use, const EnergyPrices& prices) {
  EnergyLevels e;
  e.operations = prices.mac * use.macs + prices.ac * use.acs;
  e.with_neurons = e.operations + prices.update * use.neuron_updates;
  e.with_memory = e.with_neurons + prices.byte * (use.number_bytes * (use.macs + use.acs) + use.state_bytes);
  e.quantised_network = matched_bits(use.steps) * prices.ac * use.all_synapses;
  return e;
}

EnergyLevels break_even_rates(const EnergyUse& use, const EnergyPrices& prices) {
  const double weight = prices.byte * use.number_bytes, passes = use.steps * use.synapses;
  const double updates = prices.update * use.neuron_updates;
  const auto rate = [&](double artificial, double silent, double accumulate) {
    return std::max(0.0, (artificial - silent) / (accumulate * passes));
  };
  EnergyLevels s;
  s.operations = rate(prices.mac * use.synapses, 0, prices.ac);
  s.with_neurons = rate(prices.mac * use.synapses, updates, prices.ac);
  s.with_memory = rate((prices.mac + weight) * use.synapses + prices.byte * use.activation_bytes,
                       updates + prices.byte * use.state_bytes, prices.ac + weight);
  s.quantised_network = rate(matched_bits(use.steps) * prices.ac * use.synapses, 0, prices.ac);
  return s;
}

SubjectMeasure energy_measure() {
  return {entry, true, false, [](const config::Table& table, const Questions&) {
            Asked asked;
            EnergyPrices& p = asked.prices;
            p.mac = table.number("mac", p.mac, config::positive);
            p.ac = table.number("ac", p.ac, config::positive);
            p.update = table.number("update", p.update, config::not_negative);
            std::vector<std::string> names{"fit"};
            for (const Memory& m : memories) names.emplace_back(m.name);
            const std::string memory = table.choice("memory", names, "fit");
            if (table.has("byte") && table.has("memory"))
              table.error("byte", "is what the memory says: take one of `byte` and `memory` away");
            asked.fits = memory == "fit" && !table.has("byte");
            p.byte = table.number("byte", memory_price(memory).value_or(0), config::not_negative);
            return SubjectMeasure::Asked{"energy", 0, asked};
          }};
}

}  // namespace cajal::analysis
