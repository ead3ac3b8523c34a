#include "models/edges/one_to_one.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "models/population_reader.hpp"
#include "sim/config/text.hpp"
#include "sim/dense.hpp"
#include "sim/error.hpp"

namespace cajal {

template <class Real>
OneToOneEdge<Real>::OneToOneEdge(std::string name, Node<Real>& from, Node<Real>& to, std::size_t port,
                                 std::int64_t delay, std::size_t source_offset, const std::vector<double>& weight)
    : Edge<Real>(std::move(name), from, to, port, delay), source_offset_(source_offset) {
  if (source_offset + to.port_units(port) > from.size())
    throw Error("edge." + this->name() + ": \"" + from.name() + "\" has " + std::to_string(from.size()) + " units; " +
                std::to_string(source_offset + to.port_units(port)) + " are needed");
  weight_.name = "weight";
  weight_.unit = from.output_unit().empty() ? target().unit : "";
  weight_.shape = {weight.size()};
  weight_.value.resize(weight.size());
  weight_.assign(weight);
  weight_.changed = [this] { refresh(); };
  refresh();
}

template <class Real>
void OneToOneEdge<Real>::refresh() {
  if (shared()) repeated_.assign(this->target_units(), weight_.value[0]);
}

template <class Real>
void OneToOneEdge<Real>::prepare(const Plan& plan) {
  const bool from_held = this->from().held, to_held = target().held;
  if (to_held && (!from_held || this->delay() > 0))
    throw Error("edge." + this->name() + ": a held port needs a held source without delay");
  if (from_held && !to_held) held_product_.shape(1, plan.batch, this->target_units());
  operations_.assign(plan.batch, 0);
  if (plan.tape && this->trained) weight_.gradient.assign(weight_.value.size(), Real(0));
  refresh();
}

template <class Real>
void OneToOneEdge<Real>::count(std::int64_t emission, const Slice& slice) {
  if (!this->counts || slice.part > 0) return;
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
    operations_[b] += dense::count_nonzero(source(emission, b), this->target_units());
}

template <class Real>
std::uint64_t OneToOneEdge<Real>::operations() const {
  return std::accumulate(operations_.begin(), operations_.end(), std::uint64_t{0});
}

template <class Real>
void OneToOneEdge<Real>::reset_operations() {
  std::fill(operations_.begin(), operations_.end(), std::uint64_t{0});
}

template <class Real>
void OneToOneEdge<Real>::weigh(const Real* x, Signal<Real>& y, std::int64_t step, std::size_t sample,
                               const Slice& slice, bool add) const {
  const auto [begin, end] = slice.units(y.stride());
  const std::size_t last = std::min(end, this->target_units());
  const Real* w = weights();
  Real* out = y.at(step, sample, slice.part);
  if (shared()) {
    const Real one = weight_.value[0];
    if (add)
      for (std::size_t u = begin; u < last; ++u) out[u] += one * x[u];
    else
      for (std::size_t u = begin; u < last; ++u) out[u] = one * x[u];
    return;
  }
  if (add)
    for (std::size_t u = begin; u < last; ++u) out[u] += w[u] * x[u];
  else
    for (std::size_t u = begin; u < last; ++u) out[u] = w[u] * x[u];
}

template <class Real>
void OneToOneEdge<Real>::advance(Steps arrival, const Slice& slice) {
  for (std::int64_t t = arrival.begin; t < arrival.end; ++t) {
    const std::int64_t emission = t - this->delay();
    if (emission < 0) {
      if (!this->adds) target().arrivals.zero(t, slice);
    } else if (this->from().held) {
      advance_held(t, slice);
    } else {
      count(emission, slice);
      for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
        weigh(source(emission, b), target().arrivals, t, b, slice, this->adds);
    }
  }
}

template <class Real>
void OneToOneEdge<Real>::advance_held(std::int64_t step, const Slice& slice) {
  const bool first = step == this->from().trial_begin + this->delay();
  Signal<Real>& arrivals = target().arrivals;
  if (first) count(step, slice);
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
    if (target().held) {
      if (first) weigh(source(step, b), arrivals, step, b, slice, this->adds);
      continue;
    }
    // Until then what was held in the trial before still arrives.
    if (first) weigh(source(step, b), held_product_, 0, b, slice, false);
    const auto [begin, end] = slice.units(arrivals.stride());
    const Real* product = held_product_.at(0, b);
    Real* y = arrivals.at(step, b, slice.part);
    for (std::size_t u = begin; u < end; ++u) y[u] = this->adds ? y[u] + product[u] : product[u];
  }
}

template <class Real>
void OneToOneEdge<Real>::rewind(Steps emission, std::int64_t stop, const Slice& slice) {
  if (!this->from().wants_gradient) return;
  std::int64_t end = std::min(emission.end, stop - this->delay());
  if (target().held) {
    // The gradient of what is held has gathered all steps once the walk reaches the first.
    if (emission.begin > 0) return;
    end = 1;
  }
  Signal<Real>& gradient = this->from().output_gradient;
  const auto [begin, until] = slice.units(gradient.stride());
  const std::size_t first = std::max(begin, source_offset_);
  const std::size_t last = std::min(until, source_offset_ + this->target_units());
  const Real* w = weights();
  for (std::int64_t t = end; t-- > emission.begin;)
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      const Real* g = target().arrivals_gradient.at(t + this->delay(), b);
      Real* x = gradient.at(t, b);
      for (std::size_t u = first; u < last; ++u) x[u] += w[u - source_offset_] * g[u - source_offset_];
    }
}

template <class Real>
void OneToOneEdge<Real>::accumulate(std::size_t, Steps steps, std::size_t samples) {
  const std::size_t size = this->target_units();
  const Steps summed = target().held ? Steps{0, 1} : Steps{std::max(steps.begin, this->delay()), steps.end};
  std::vector<Real> sum(size, Real(0));
  for (std::int64_t t = summed.begin; t < summed.end; ++t)
    for (std::size_t b = 0; b < samples; ++b) {
      const Real* x = source(t - this->delay(), b);
      const Real* g = target().arrivals_gradient.at(t, b);
      for (std::size_t u = 0; u < size; ++u) sum[u] = std::fma(x[u], g[u], sum[u]);
    }
  if (shared())
    weight_.gradient[0] = std::accumulate(sum.begin(), sum.end(), Real(0));
  else
    weight_.gradient = std::move(sum);
}

namespace {

template <class Real>
std::unique_ptr<Edge<Real>> make_one_to_one(const EdgeRequest& r, Node<Real>& from, Node<Real>& to) {
  const config::Table& table = r.table;
  const std::size_t targets = to.port_units(r.port);
  using Kind = config::Quantity::Kind;
  const std::size_t before = table.diagnostics().size();
  if (!r.unit.empty() && !table.has("weight")) table.error("weight", "missing: the weight in " + r.unit);
  const config::Quantity weight = table.distribution("weight", r.unit, 1);
  if (weight.kind == Kind::file)
    table.error("weight",
                "a file holds the weights of dense edges; here a number, a distribution, or a list with one "
                "value for each unit is allowed");
  if (weight.kind == Kind::values && weight.values.size() != targets)
    table.error("weight", "a list of " + std::to_string(weight.values.size()) + " for " + std::to_string(targets) +
                              " units; one value for each is needed");
  const config::Value* kind = table.peek("kind");
  if (r.source_offset + targets > from.size() || (kind && kind->text == "one_to_one" && from.size() != targets))
    table.error("to", "\"" + to.name() + "\" has " + std::to_string(targets) + " units and \"" + from.name() + "\" " +
                          std::to_string(from.size() - std::min(from.size(), r.source_offset)) +
                          "; one to one joins nodes of the same size");
  if (table.diagnostics().size() > before) return nullptr;
  const std::vector<double> values = draw(weight, targets, r.seed, "edge." + r.name + ".weight");
  const auto wrong = std::find_if(values.begin(), values.end(), [](double w) {
    return !(std::fabs(w) <= static_cast<double>(std::numeric_limits<Real>::max()));
  });
  if (wrong != values.end()) {
    table.error("weight", "a value of " + config::written_number(*wrong) + "; what the precision holds is allowed");
    return nullptr;
  }
  return std::make_unique<OneToOneEdge<Real>>(r.name, from, to, r.port, r.delay, r.source_offset, values);
}

}  // namespace

EdgeEntry one_to_one_entry() {
  return edge_entry(
      "one_to_one", "each unit to the unit of the same number", false,
      [](const config::Table&, const Shape& source) { return source; },
      []<class Real>(const EdgeRequest& r, Node<Real>& from, Node<Real>& to) { return make_one_to_one(r, from, to); },
      [] {
        return std::string(
            "one_to_one: each unit to the unit of the same number\n\n    y_u = w_u x_u\n\nkeys\n  from, to, weight "
            "(1: a quantity in the port's unit, a distribution, or one value for each target), delay (ms, 0)\n\n"
            "example\n  [edge]\n  copy = { from = \"a\", to = \"b\", kind = \"one_to_one\" }\n");
      });
}

template class OneToOneEdge<float>;
template class OneToOneEdge<double>;

}  // namespace cajal
