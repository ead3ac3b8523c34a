#include "sim/observation.hpp"

#include <algorithm>

namespace cajal {

template <class Real>
Observation<Real>::Observation(Node<Real>& from, Node<Real>& to, std::size_t observed, bool is_state)
    : Edge<Real>(to.name(), from, to, 0, 0), observed_(observed), is_state_(is_state) {
  if (from.size() != to.size())
    throw Error("edge " + to.name() + ": " + std::to_string(from.size()) + " units of \"" + from.name() + "\", but " +
                std::to_string(to.size()) + " that stand for them");
}

template <class Real>
void Observation<Real>::advance(Steps arrival, const Slice& slice) {
  Signal<Real>& arrivals = this->to().ports[0].arrivals;
  const auto [begin, end] = slice.units(padded(this->from().size()));
  for (std::int64_t t = arrival.begin; t < arrival.end; ++t)
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      const Real* const values = variable().at(t, b);
      Real* const out = arrivals.at(t, b, slice.part);
      // Nothing else ends there: where it adds, it adds to zero.
      std::copy(values + begin, values + end, out + begin);
    }
}

template <class Real>
void Observation<Real>::rewind(Steps, std::int64_t, const Slice&) {
  if (this->from().wants_gradient)
    throw Error("edge " + this->name() + ": no gradient goes back through a variable that an edge reads");
}

template <class Real>
const Signal<Real>* Observation<Real>::start() const {
  if (!is_state_) return nullptr;
  const std::string& name = this->from().observed[observed_].name;
  for (const Column<Real>& column : this->from().columns())
    if (column.name == name) return column.signal;
  return nullptr;
}

template class Observation<float>;
template class Observation<double>;

}  // namespace cajal
