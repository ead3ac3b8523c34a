#pragma once

#include <optional>
#include <string_view>

#include "analysis/subject.hpp"

namespace cajal::analysis {

/// What things cost, in pJ: 45 nm at 0.9 V. Source: Horowitz 2014, "Computing's energy problem", ISSCC: float32
/// multiply 3.7, add 0.9; 64 bit of SRAM of 8 kB 10, of 32 kB 20, of 1 MB 100; of DRAM 1300 to 2600.
struct EnergyPrices {
  double mac = 4.6;     ///< a multiplication and an addition
  double ac = 0.9;      ///< an addition
  double update = 4.6;  ///< of a neuron: its potential times a decay, plus what arrived
  double byte = 0;      ///< moved from or to memory
};

/// pJ per byte of the smallest of these memories that holds so many bytes.
double memory_price(double bytes);
/// pJ per byte of a memory by name: "8 kB", "32 kB", "1 MB" or "DRAM"; nothing of others.
std::optional<double> memory_price(std::string_view name);

/// What an answer of a network takes.
struct EnergyUse {
  double macs = 0, acs = 0;
  double neuron_updates = 0;
  double number_bytes = 4;  ///< of a weight
  double state_bytes = 0;   ///< moved: what each unit remembers, or else its output, read and written at each update
  // The network as one of spikes, and the artificial one of the same architecture.
  double steps = 1;
  double synapses = 0;          ///< products of a dense pass of the edges that pass on at every step
  double all_synapses = 0;      ///< and of those that do so once a presentation
  double activation_bytes = 0;  ///< moved by an artificial network: each unit's output, written and read once
};

/// pJ per answer, by what is counted:
///
///     operations         mac MACs + ac ACs
///     with neurons       + update neuron_updates
///     with memory        + byte (number_bytes (MACs + ACs) + state_bytes)
///     quantised network  b ac all_synapses, b = ceil(log2(T + 1))
///
/// The last is what the artificial network of the same architecture takes whose activations tell apart as many values
/// as T steps can count spikes: a product with a number of b bits is b additions of a shifted weight. Sources of the
/// matched number of bits and of the levels: Yan, Bai & Wong 2024, "Reconsidering the energy efficiency of spiking
/// neural networks", arXiv:2409.08290; Lemaire et al. 2022, ICONIP, arXiv:2210.13107.
struct EnergyLevels {
  double operations = 0, with_neurons = 0, with_memory = 0, quantised_network = 0;
};
EnergyLevels energy_levels(const EnergyUse& use, const EnergyPrices& prices);

/// Spikes per neuron and step at which the network would take as much as the artificial one of the same architecture,
/// of which every weight is multiplied once: of S synapses, T steps, U updates of neurons
///
///     operations         s ac T S                                   = mac S
///     with neurons       s ac T S + update U                        = mac S
///     with memory        s (ac + w) T S + update U + byte state     = (mac + w) S + byte activations
///     quantised network  s ac T S                                   = b ac S
///
/// with w = byte number_bytes, solved for s; 0 where silence alone takes more. Edges whose source is held take the same
/// in both and are left out.
EnergyLevels break_even_rates(const EnergyUse& use, const EnergyPrices& prices);

SubjectMeasure energy_measure();

}  // namespace cajal::analysis
