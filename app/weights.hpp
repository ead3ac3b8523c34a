#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/clock.hpp"
#include "sim/network.hpp"
#include "sim/record/reader.hpp"
#include "sim/record/result.hpp"

namespace cajal::app {

/// Numbers that learning may change or that were drawn: dense weights and biases, one per synapse of sparse edges.
template <class Real>
std::size_t count_parameters(const Network<Real>& network);
/// `weights/<edge>/<when>/{weight, bias}`, and for sparse edges `source`, `target`, `delay` beside them. Initially also
/// `nodes/<node>/{positions, extent}`. What nodes gather while they train stands at
/// `weights/node.<node>.<name>/<when>`.
template <class Real>
void write_network(const record::Group& group, const Network<Real>& network, const std::string& when);
/// The same of one sparse edge with the synapses given.
template <class Real>
void write_synapses(const record::Group& group, const SparseEdge<Real>& edge, const Synapses& list,
                    const std::string& when);
/// The plastic edges of a simulation before step `now`, ascending in (source, delay, target): those of at most four
/// million synapses, and those that are `recorded`.
template <class Real>
void write_plastic(const record::Group& group, Clock<Real>& clock, std::int64_t now, const std::string& when,
                   const std::vector<std::string>& recorded);
template <class Real>
void read_network(const record::ResultReader& reader, const std::string& path, Network<Real>& network,
                  const std::string& when);
/// Nodes and edges with their sizes, and what integrates each population, for `--dry-run`.
template <class Real>
std::string network_summary(const Network<Real>& network);

}  // namespace cajal::app
