#include "sim/connect/connection.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "sim/error.hpp"
#include "sim/memory.hpp"

namespace cajal {

Synapses Connection::list() const {
  Synapses out;
  if (weight) out.weight = {*weight};
  if (one_delay()) out.delay = {min_delay};
  SynapseRow synapses;
  for (std::size_t unit = 0; unit < rows; ++unit) {
    row(static_cast<std::uint32_t>(unit), synapses);
    const std::size_t count = synapses.partner.size();
    if (out.size() + count > most_synapses)
      throw Error("more than " + std::to_string(most_synapses) + " synapses in one list");
    auto& own = rows_of == Rows::source ? out.source : out.target;
    auto& others = rows_of == Rows::source ? out.target : out.source;
    own.insert(own.end(), count, static_cast<std::uint32_t>(unit));
    others.insert(others.end(), synapses.partner.begin(), synapses.partner.end());
    out.weight.insert(out.weight.end(), synapses.weight.begin(), synapses.weight.end());
    out.delay.insert(out.delay.end(), synapses.delay.begin(), synapses.delay.end());
  }
  return out;
}

template <class Real>
double SparseEdge<Real>::count() const {
  if (listed()) return static_cast<double>(synapses.size());
  return stored > 0 ? static_cast<double>(stored) : connection->expected;
}

template <class Real>
std::uint32_t SparseEdge<Real>::min_delay() const {
  if (!listed()) return connection->expected > 0 ? connection->min_delay : 1;
  if (synapses.size() == 0) return 1;
  return *std::min_element(synapses.delay.begin(), synapses.delay.end());
}

template <class Real>
std::uint32_t SparseEdge<Real>::max_delay() const {
  if (!listed()) return connection->expected > 0 ? connection->max_delay : 0;
  if (synapses.size() == 0) return 0;
  return *std::max_element(synapses.delay.begin(), synapses.delay.end());
}

template <class Real>
void SparseEdge<Real>::make_list() {
  if (listed()) return;
  // Source, target, weight and delay, and what a vector that grows takes beside.
  constexpr double bytes = 40;
  if (const double all = connection->expected * bytes; all > usable_memory())
    throw Error("edge." + name + ": a list of its synapses takes about " + bytes_text(all) + "; " +
                bytes_text(usable_memory()) + " of memory are there");
  synapses = connection->list();
}

template <class Real>
void SparseEdge<Real>::make_weight(std::string unit) {
  weight.name = "weight";
  weight.unit = std::move(unit);
  if (trained) make_list();
  // The weights of a connection stay with it.
  const bool one = !listed() || (!learned() && synapses.weight.size() == 1);
  const std::size_t count = one ? 1 : synapses.size();
  weight.shape = {count};
  weight.value.assign(count, Real(0));
  if (listed())
    for (std::size_t i = 0; i < count; ++i) weight.value[i] = static_cast<Real>(synapses.weight_of(i));
  weight.gradient.assign(trained ? count : 0, Real(0));
}

template struct SparseEdge<float>;
template struct SparseEdge<double>;

}  // namespace cajal
