#include "models/edges/one_to_one.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "models/population_reader.hpp"
#include "models/targets.hpp"
#include "sim/config/text.hpp"
#include "sim/dense.hpp"
#include "sim/error.hpp"

namespace cajal {

template <class Real>
OneToOneEdge<Real>::OneToOneEdge(std::string name, Node<Real>& from, Node<Real>& to, std::size_t port,
                                 std::int64_t delay, Joined joined, const std::vector<double>& weight,
                                 const std::vector<double>& bias, std::string_view kind)
    : Edge<Real>(std::move(name), from, to, port, delay), joined_(joined), kind_(kind) {
  const auto check = [&](const Node<Real>& node, std::size_t units, std::size_t needed) {
    if (needed > units)
      throw Error("edge." + this->name() + ": \"" + node.name() + "\" has " + std::to_string(units) + " units; " +
                  std::to_string(needed) + " are needed");
  };
  check(from, from.size(), joined.source_offset + joined.units);
  check(to, this->target_units(), joined.into + joined.units);
  if (weight.empty() || joined.units % weight.size() != 0 || (!bias.empty() && bias.size() != weight.size()))
    throw Error("edge." + this->name() + ": " + std::to_string(weight.size()) + " weights and " +
                std::to_string(bias.size()) + " biases for " + std::to_string(joined.units) + " units");
  const auto fill = [this](Parameter<Real>& p, const char* label, std::string unit, const std::vector<double>& values) {
    p.name = label;
    p.unit = std::move(unit);
    p.shape = {values.size()};
    p.value.resize(values.size());
    p.assign(values);
    p.changed = [this] { refresh(); };
  };
  fill(weight_, "weight", from.output_unit().empty() ? target().unit : "", weight);
  if (!bias.empty()) fill(bias_, "bias", target().unit, bias);
  refresh();
}

template <class Real>
std::vector<Parameter<Real>*> OneToOneEdge<Real>::parameters() {
  if (biased()) return {&weight_, &bias_};
  return {&weight_};
}

template <class Real>
void OneToOneEdge<Real>::refresh() {
  const auto spread = [this](const Parameter<Real>& p, std::vector<Real>& out) {
    out.clear();
    for (const Real value : p.value) out.insert(out.end(), group_size(), value);
  };
  // Without a bias a weight of all needs no list, and one of each is a list.
  if (biased() || (groups() > 1 && group_size() > 1)) spread(weight_, weights_);
  if (biased()) spread(bias_, biases_);
}

template <class Real>
void OneToOneEdge<Real>::prepare(const Plan& plan) {
  if (target().held && (!this->from().held || this->delay() > 0))
    throw Error("edge." + this->name() + ": a held port needs a held source without delay");
  if (joined_.reversed && this->delay() > 0)
    throw Error("edge." + this->name() + ": what is reversed cannot have a delay too");
  trial_ = plan.window;
  operations_.assign(plan.batch, 0);
  if (plan.tape && this->trained)
    for (Parameter<Real>* p : parameters()) p->gradient.assign(p->value.size(), Real(0));
  refresh();
}

template <class Real>
void OneToOneEdge<Real>::count(std::int64_t emission, const Slice& slice) {
  if (!this->counts || slice.part > 0) return;
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
    for (std::size_t u = 0; u < joined_.units; ++u)
      operations_[b] += source(emission, b)[u] != Real(0) && weight_.value[u / group_size()] != Real(0);
}

template <class Real>
bool OneToOneEdge<Real>::synaptic() const {
  return kind_ == "one_to_one" && (this->trained || std::any_of(weight_.value.begin(), weight_.value.end(),
                                                                [](Real w) { return w != Real(1); }));
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
Slice::Range OneToOneEdge<Real>::joined(const Slice& slice) const {
  const auto [begin, end] = slice.units(target().arrivals.stride());
  const std::size_t first = std::clamp(begin, joined_.into, joined_.into + joined_.units);
  return {first - joined_.into, std::clamp(end, first, joined_.into + joined_.units) - joined_.into};
}

template <class Real>
template <class Value>
void OneToOneEdge<Real>::put(std::int64_t step, std::size_t sample, const Slice& slice, Value value) const {
  Real* const row = target().arrivals.at(step, sample, slice.part);
  const auto [first, last] = joined(slice);
  Real* const y = row + joined_.into;
  if (this->adds) {
    for (std::size_t u = first; u < last; ++u) y[u] += value(u);
    return;
  }
  for (std::size_t u = first; u < last; ++u) y[u] = value(u);
  if (joined_.units == this->target_units()) return;
  const auto [begin, end] = slice.units(target().arrivals.stride());
  std::fill(row + begin, row + std::max(begin, std::min(end, joined_.into)), Real(0));
  std::fill(row + std::clamp(joined_.into + joined_.units, begin, end), row + end, Real(0));
}

template <class Real>
void OneToOneEdge<Real>::weigh(std::int64_t emission, std::int64_t step, std::size_t sample, const Slice& slice) const {
  const Real* const x = source(emission, sample);
  if (biased()) {
    const Real *const w = weights_.data(), *const b = biases_.data();
    put(step, sample, slice, [=](std::size_t u) { return w[u] * x[u] + b[u]; });
  } else if (groups() == 1) {
    const Real w = weight_.value[0];
    put(step, sample, slice, [=](std::size_t u) { return w * x[u]; });
  } else {
    const Real* const w = group_size() == 1 ? weight_.value.data() : weights_.data();
    put(step, sample, slice, [=](std::size_t u) { return w[u] * x[u]; });
  }
}

/// The bits of a source that is zero.
template <class Real>
void OneToOneEdge<Real>::advance_silent(std::int64_t step, const Slice& slice) const {
  if (!biased()) {
    if (!this->adds) target().arrivals.zero(step, slice);
    return;
  }
  const Real* const b = biases_.data();
  for (std::size_t sample = slice.sample_begin; sample < slice.sample_end; ++sample)
    put(step, sample, slice, [=](std::size_t u) { return Real(0) + b[u]; });
}

template <class Real>
void OneToOneEdge<Real>::advance(Steps arrival, const Slice& slice) {
  if (target().held) {
    if (arrival.begin > this->from().trial_begin) return;
    arrival.end = arrival.begin + 1;
  }
  for (std::int64_t t = arrival.begin; t < arrival.end; ++t) {
    const std::int64_t emission = emitted(t);
    if (emission < 0) {
      advance_silent(t, slice);
      continue;
    }
    // A held source is read at every step and counts once.
    if (!this->from().held || emission == this->from().trial_begin) count(emission, slice);
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) weigh(emission, t, b, slice);
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
  const std::size_t offset = joined_.source_offset;
  const std::size_t first = std::clamp(begin, offset, offset + joined_.units) - offset;
  const std::size_t last = std::clamp(until, offset, offset + joined_.units) - offset;
  const auto add = [&](auto weight) {
    for (std::int64_t t = end; t-- > emission.begin;)
      for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
        const Real* const g = target().arrivals_gradient.at(arriving(t), b) + joined_.into;
        Real* const x = gradient.at(t, b) + offset;
        for (std::size_t u = first; u < last; ++u) x[u] += weight(u) * g[u];
      }
  };
  if (groups() == 1)
    add([w = weight_.value[0]](std::size_t) { return w; });
  else
    add([w = group_size() == 1 ? weight_.value.data() : weights_.data()](std::size_t u) { return w[u]; });
}

template <class Real>
void OneToOneEdge<Real>::accumulate(std::size_t tile, Steps steps, std::size_t samples) {
  const std::size_t begin = tile * groups_of_tile(), end = std::min(groups(), begin + groups_of_tile());
  const std::size_t first = begin * group_size(), count = (end - begin) * group_size();
  if (target().held) steps = {0, 1};
  std::vector<Real> by_weight(count, Real(0)), by_bias(biased() ? count : 0, Real(0));
  for (std::int64_t t = steps.begin; t < steps.end; ++t)
    for (std::size_t b = 0; b < samples; ++b) {
      const Real* const g = target().arrivals_gradient.at(t, b) + joined_.into + first;
      for (std::size_t u = 0; u < by_bias.size(); ++u) by_bias[u] += g[u];
      if (emitted(t) < 0) continue;
      const Real* const x = source(emitted(t), b) + first;
      for (std::size_t u = 0; u < count; ++u) by_weight[u] = std::fma(x[u], g[u], by_weight[u]);
    }
  const auto gather = [&](const std::vector<Real>& units, Parameter<Real>& p) {
    for (std::size_t g = begin; g < end; ++g) {
      const auto of_group = units.begin() + static_cast<std::ptrdiff_t>((g - begin) * group_size());
      p.gradient[g] = std::accumulate(of_group, of_group + static_cast<std::ptrdiff_t>(group_size()), Real(0));
    }
  };
  gather(by_weight, weight_);
  if (biased()) gather(by_bias, bias_);
}

Joined read_joined(const EdgeRequest& r, const std::string& from, std::size_t sources, const std::string& to,
                   std::size_t targets) {
  const config::Table& table = r.table;
  // Of a source that is shared out among private targets each takes its part.
  const bool shared = is_text(table.peek("connect"), "private") || !table.has("kind");
  Joined joined{r.source_offset, 0, shared ? targets : sources};
  if (!shared && table.has("into")) {
    const bool next = is_text(table.peek("into"), "next") && r.into;
    joined.into =
        next ? *r.into : static_cast<std::size_t>(table.integer("into", 0, 0, static_cast<std::int64_t>(targets)));
    table.take("into");
    if (joined.into + joined.units > targets)
      table.error("into", "units " + std::to_string(joined.into) + " to " +
                              std::to_string(joined.into + joined.units - 1) + " of \"" + to + "\", which has " +
                              std::to_string(targets));
  } else if (joined.source_offset + joined.units > sources || joined.units != targets) {
    table.error("to", "\"" + to + "\" has " + std::to_string(targets) + " units and \"" + from + "\" " +
                          std::to_string(sources - std::min(sources, r.source_offset)) +
                          "; one to one joins nodes of the same size" +
                          (!shared && targets > sources ? ", or a smaller one with a part of a larger (`into`)" : ""));
  }
  return joined;
}

namespace {

template <class Real>
std::unique_ptr<Edge<Real>> make_one_to_one(const EdgeRequest& r, Node<Real>& from, Node<Real>& to) {
  const config::Table& table = r.table;
  const std::size_t targets = to.port_units(r.port);
  using Kind = config::Quantity::Kind;
  const std::size_t before = table.diagnostics().size();
  const Joined joined = read_joined(r, from.name(), from.size(), to.name(), targets);
  if (!r.unit.empty() && !table.has("weight")) table.error("weight", "missing: the weight in " + r.unit);
  const config::Quantity weight = table.distribution("weight", r.unit, 1);
  if (weight.kind == Kind::file)
    table.error("weight",
                "a file holds the weights of dense edges; here a number, a distribution, or a list with one "
                "value for each unit is allowed");
  if (weight.kind == Kind::values && weight.values.size() != joined.units)
    table.error("weight", "a list of " + std::to_string(weight.values.size()) + " for " + std::to_string(joined.units) +
                              " units; one value for each is needed");
  if (table.diagnostics().size() > before) return nullptr;
  const std::vector<double> values = draw(weight, joined.units, r.seed, "edge." + r.name + ".weight");
  const auto wrong = std::find_if(values.begin(), values.end(), [](double w) {
    return !(std::fabs(w) <= static_cast<double>(std::numeric_limits<Real>::max()));
  });
  if (wrong != values.end()) {
    table.error("weight", "a value of " + config::written_number(*wrong) + "; what the precision holds is allowed");
    return nullptr;
  }
  return std::make_unique<OneToOneEdge<Real>>(r.name, from, to, r.port, r.delay, joined, values);
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
            "(1: a quantity in the port's unit, a distribution, or one value for each unit), delay (ms, 0),\n  into "
            "(the unit "
            "of a larger target at which the first one ends, or \"next\": after the branches that stand before: "
            "branches\n  are concatenated)\n\nexample\n  [edge]\n  copy = { from = \"a\", to = \"b\", kind = "
            "\"one_to_one\" }\n");
      });
}

template class OneToOneEdge<float>;
template class OneToOneEdge<double>;

}  // namespace cajal
