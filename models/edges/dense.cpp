#include "models/edges/dense.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "models/edges/initial.hpp"
#include "sim/number/scratch.hpp"

namespace cajal {

namespace {

/// Pairs of rows, handed on in blocks; the rest at `flush`.
template <class X, class Y, class Use>
class RowPairs {
 public:
  explicit RowPairs(Use use) : use_(std::move(use)) {}
  void add(X* x, Y* y) {
    x_[count_] = x;
    y_[count_++] = y;
    if (count_ == x_.size()) flush();
  }
  void flush() {
    if (count_ > 0) use_(std::span<X* const>(x_.data(), count_), std::span<Y* const>(y_.data(), count_));
    count_ = 0;
  }

 private:
  Use use_;
  std::array<X*, 512> x_;
  std::array<Y*, 512> y_;
  std::size_t count_ = 0;
};

template <class X, class Y, class Use>
RowPairs<X, Y, Use> row_pairs(Use use) {
  return RowPairs<X, Y, Use>(std::move(use));
}

}  // namespace

template <class Real>
DenseEdge<Real>::DenseEdge(std::string name, Node<Real>& from, Node<Real>& to, std::size_t port, std::int64_t delay,
                           const std::vector<double>& weight, const std::vector<double>& bias)
    : Edge<Real>(std::move(name), from, to, port, delay) {
  const std::size_t size = dense::panels_size<Real>(inputs(), outputs());
  if (size > most_dense_weights)
    throw Error("edge." + this->name() + ": " + std::to_string(outputs()) + " x " + std::to_string(inputs()) +
                " weights; at most " + std::to_string(most_dense_weights) + " are allowed");
  weight_.name = "weight";
  weight_.unit = from.output_unit().empty() ? target().unit : "";
  weight_.shape = {outputs(), inputs()};
  weight_.value.assign(size, Real(0));
  weight_.order.reserve(synapses());
  for (std::size_t o = 0; o < outputs(); ++o)
    for (std::size_t k = 0; k < inputs(); ++k)
      weight_.order.push_back(static_cast<std::uint32_t>(dense::panels_index<Real>(k, o, inputs())));
  weight_.assign(weight);
  weight_.changed = [this] { refresh(); };
  if (bias.empty()) return;
  bias_.name = "bias";
  bias_.unit = target().unit;
  bias_.shape = {outputs()};
  bias_.value.assign(padded(outputs()), Real(0));
  bias_.order.resize(outputs());
  std::iota(bias_.order.begin(), bias_.order.end(), 0u);
  bias_.assign(bias);
}

template <class Real>
std::vector<Parameter<Real>*> DenseEdge<Real>::parameters() {
  if (bias_.value.empty()) return {&weight_};
  return {&weight_, &bias_};
}

template <class Real>
dense::Weights<Real> DenseEdge<Real>::weights() const {
  return {weight_.value.data(), inputs(), bias_.value.empty() ? nullptr : bias_.value.data()};
}

template <class Real>
void DenseEdge<Real>::prepare(const Plan& plan) {
  const bool from_held = this->from().held, to_held = target().held;
  if (to_held && (!from_held || this->delay() > 0))
    throw Error("edge." + this->name() + ": a held port needs a held source without delay");
  if (from_held && !to_held) held_product_.shape(1, plan.batch, outputs());
  operations_.assign(plan.batch, 0);
  fans_.assign(inputs(), static_cast<std::uint32_t>(outputs()));
  if (plan.tape && this->trained)
    for (Parameter<Real>* p : parameters()) p->gradient.assign(p->value.size(), Real(0));
  transposed_.clear();
  feedback_transposed_.clear();
  if (plan.tape && this->from().wants_gradient) {
    transposed_.resize(dense::panels_size<Real>(outputs(), inputs()));
    if (feedback_.given()) feedback_transposed_.resize(transposed_.size());
  }
  refresh();
}

template <class Real>
void DenseEdge<Real>::refresh() {
  if (!transposed_.empty()) dense::transpose(weight_.value.data(), inputs(), outputs(), transposed_.data());
  if (feedback_transposed_.empty()) return;
  feedback_.refresh(weight_);
  dense::transpose(feedback_.values(), inputs(), outputs(), feedback_transposed_.data());
}

template <class Real>
void DenseEdge<Real>::set_feedback(Feedback kind, const std::vector<double>& matrix) {
  feedback_.set(kind, matrix, weight_);
}

template <class Real>
void DenseEdge<Real>::count(std::int64_t emission, const Slice& slice) {
  if (!this->counts || slice.part > 0) return;
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
    const Real* const x = this->from().output.at(emission, b);
    for (std::size_t k = 0; k < inputs(); ++k) operations_[b] += x[k] != Real(0) ? fans_[k] : 0;
  }
}

template <class Real>
std::uint64_t DenseEdge<Real>::operations() const {
  return std::accumulate(operations_.begin(), operations_.end(), std::uint64_t{0});
}

template <class Real>
void DenseEdge<Real>::reset_operations() {
  std::fill(operations_.begin(), operations_.end(), std::uint64_t{0});
  fans_.assign(inputs(), 0);
  for (std::size_t i = 0; i < weight_.order.size(); ++i)
    fans_[i % inputs()] += weight_.value[weight_.order[i]] != Real(0);
}

template <class Real>
void DenseEdge<Real>::advance(Steps arrival, const Slice& slice) {
  if (this->from().held) return advance_held(arrival, slice);
  const auto columns = slice.units(target().arrivals.stride());
  const dense::Store store = this->adds ? dense::Store::add : dense::Store::set;
  auto rows = row_pairs<const Real, Real>(
      [&](auto x, auto y) { dense::multiply<Real>(x, weights(), y, columns, store, source_kind()); });
  for (std::int64_t t = arrival.begin; t < arrival.end; ++t) {
    const std::int64_t emission = t - this->delay();
    if (emission < 0) {
      advance_silent(t, slice);
      continue;
    }
    count(emission, slice);
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
      rows.add(this->from().output.at(emission, b), target().arrivals.at(t, b, slice.part));
  }
  rows.flush();
}

template <class Real>
void DenseEdge<Real>::multiply_held(Signal<Real>& result, dense::Store store, const Slice& slice) {
  count(0, slice);
  auto rows = row_pairs<const Real, Real>([&](auto x, auto y) {
    dense::multiply<Real>(x, weights(), y, slice.units(result.stride()), store, source_kind());
  });
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
    rows.add(this->from().output.at(0, b), result.at(0, b, slice.part));
  rows.flush();
}

template <class Real>
void DenseEdge<Real>::advance_held(Steps arrival, const Slice& slice) {
  const std::int64_t first = this->from().trial_begin + this->delay();
  if (target().held) {
    if (arrival.begin <= first && first < arrival.end)
      multiply_held(target().arrivals, this->adds ? dense::Store::add : dense::Store::set, slice);
    return;
  }
  const auto [begin, end] = slice.units(held_product_.stride());
  for (std::int64_t t = arrival.begin; t < arrival.end; ++t) {
    if (t < this->delay()) {
      advance_silent(t, slice);
      continue;
    }
    // Until then what was held in the trial before still arrives.
    if (t == first) multiply_held(held_product_, dense::Store::set, slice);
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      const Real* product = held_product_.at(0, b);
      Real* y = target().arrivals.at(t, b, slice.part);
      if (this->adds)
        for (std::size_t o = begin; o < end; ++o) y[o] += product[o];
      else
        std::copy(product + begin, product + end, y + begin);
    }
  }
}

/// The bits of a product with zeros.
template <class Real>
void DenseEdge<Real>::advance_silent(std::int64_t step, const Slice& slice) {
  const auto [begin, end] = slice.units(target().arrivals.stride());
  const Real* bias = bias_.value.empty() ? nullptr : bias_.value.data();
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
    Real* y = target().arrivals.at(step, b, slice.part);
    for (std::size_t o = begin; o < end; ++o) {
      const Real product = bias ? Real(0) + bias[o] : Real(0);
      y[o] = this->adds ? y[o] + product : product;
    }
  }
}

template <class Real>
void DenseEdge<Real>::rewind(Steps emission, std::int64_t stop, const Slice& slice) {
  if (!this->from().wants_gradient) return;
  std::int64_t end = std::min(emission.end, stop - this->delay());
  if (target().held) {
    // The gradient of what is held has gathered all steps once the walk reaches the first.
    if (emission.begin > 0) return;
    end = 1;
  }
  Signal<Real>& source = this->from().output_gradient;
  const bool by_feedback = this->trained && feedback_.given();
  const dense::Weights<Real> transposed{by_feedback ? feedback_transposed_.data() : transposed_.data(), outputs(),
                                        nullptr};
  auto rows = row_pairs<const Real, Real>([&](auto g, auto x) {
    dense::multiply<Real>(g, transposed, x, slice.units(source.stride()), dense::Store::add, dense::Inputs::dense);
  });
  // Descending, so that the gradient of a held source sums in the same order however the steps are cut.
  for (std::int64_t t = end; t-- > emission.begin;)
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
      rows.add(target().arrivals_gradient.at(t + this->delay(), b), source.at(t, b));
  rows.flush();
}

template <class Real>
void DenseEdge<Real>::accumulate(std::size_t tile, Steps steps, std::size_t samples) {
  const std::size_t i = tile / output_tiles() * tile_width, o = tile % output_tiles() * tile_width;
  const Slice::Range rows{i, std::min(inputs(), i + tile_width)};
  const Slice::Range columns{o, std::min(padded(outputs()), o + tile_width)};
  if (this->from().held) {
    accumulate_held(rows, columns, steps, samples);
  } else {
    bool proceed = false;
    const auto use = [&](auto x, auto g) {
      dense::weight_gradient<Real>(x, g, rows, columns, inputs(), weight_.gradient.data(), proceed, source_kind());
      proceed = true;
    };
    auto pairs = row_pairs<const Real, const Real>(use);
    for (std::int64_t t = std::max(steps.begin, this->delay()); t < steps.end; ++t)
      for (std::size_t b = 0; b < samples; ++b)
        pairs.add(this->from().output.at(t - this->delay(), b), target().arrivals_gradient.at(t, b));
    pairs.flush();
    if (!proceed) use(std::span<const Real* const>{}, std::span<const Real* const>{});
  }
  clear_padding(rows, columns);
  if (i == 0 && !bias_.value.empty()) accumulate_bias(columns, steps, samples);
}

template <class Real>
void DenseEdge<Real>::accumulate_held(Slice::Range rows, Slice::Range columns, Steps steps, std::size_t samples) {
  const Signal<Real>& arrived = target().arrivals_gradient;
  const std::size_t stride = arrived.stride();
  constexpr std::size_t block = 128;
  struct Sums;
  const std::span<Real> sums = target().held ? std::span<Real>() : scratch<Sums, Real>(block * stride);
  std::array<const Real*, block> x, g;
  for (std::size_t first = 0; first < samples; first += block) {
    const std::size_t count = std::min(block, samples - first);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t b = first + i;
      x[i] = this->from().output.at(0, b);
      g[i] = target().held ? arrived.at(0, b) : sums.data() + i * stride;
      if (target().held) continue;
      Real* sum = sums.data() + i * stride;
      std::fill(sum + columns.begin, sum + columns.end, Real(0));
      for (std::int64_t t = std::max(steps.begin, this->delay()); t < steps.end; ++t)
        for (std::size_t o = columns.begin; o < columns.end; ++o) sum[o] += arrived.at(t, b)[o];
    }
    dense::weight_gradient<Real>({x.data(), count}, {g.data(), count}, rows, columns, inputs(), weight_.gradient.data(),
                                 first > 0, source_kind());
  }
}

template <class Real>
void DenseEdge<Real>::accumulate_bias(Slice::Range columns, Steps steps, std::size_t samples) {
  const Steps summed = target().held ? Steps{0, 1} : steps;
  std::array<const Real*, 512> g;
  std::size_t count = 0;
  bool proceed = false;
  const auto flush = [&] {
    dense::sum_rows<Real>({g.data(), count}, columns, bias_.gradient.data(), proceed);
    proceed = true;
    count = 0;
  };
  for (std::int64_t t = summed.begin; t < summed.end; ++t)
    for (std::size_t b = 0; b < samples; ++b) {
      g[count++] = target().arrivals_gradient.at(t, b);
      if (count == g.size()) flush();
    }
  if (count > 0 || !proceed) flush();
  for (std::size_t o = std::max(columns.begin, outputs()); o < columns.end; ++o) bias_.gradient[o] = Real(0);
}

template <class Real>
void DenseEdge<Real>::clear_padding(Slice::Range rows, Slice::Range columns) {
  for (std::size_t o = std::max(columns.begin, outputs()); o < columns.end; ++o)
    for (std::size_t k = rows.begin; k < rows.end; ++k)
      weight_.gradient[dense::panels_index<Real>(k, o, inputs())] = Real(0);
}

namespace {

template <class Real>
std::unique_ptr<Edge<Real>> make_dense(const EdgeRequest& r, Node<Real>& from, Node<Real>& to) {
  const Port<Real>& target = to.ports[r.port];
  InitialRequest request = dense_request(from.size(), to.port_units(r.port));
  request.weight_unit = from.output_unit().empty() ? target.unit : "";
  request.bias_unit = target.unit;
  request.largest = static_cast<double>(std::numeric_limits<Real>::max());
  request.seed = r.seed;
  request.address = "edge." + r.name;
  request.folder = r.folder;
  const auto initial = read_initial(r.table, request);
  if (!initial) return nullptr;
  auto edge = std::make_unique<DenseEdge<Real>>(r.name, from, to, r.port, r.delay, initial->weight, initial->bias);
  if (r.feedback != Feedback::transpose) edge->set_feedback(r.feedback, draw_feedback(request));
  return edge;
}

}  // namespace

EdgeEntry dense_entry() {
  return edge_entry(
      "dense", "every unit to every unit, as a matrix product", true, {},
      []<class Real>(const EdgeRequest& r, Node<Real>& from, Node<Real>& to) { return make_dense(r, from, to); },
      [] {
        return std::string(
            "dense: every unit to every unit, as a matrix product\n\n    y_o = sum_k W_ok x_k + b_o, each product an "
            "fma in ascending k\n\nkeys\n  from, to, bias (true), init (\"kaiming_uniform\") or weight, delay (ms, 0) "
            "or delay_steps\n\nexample\n  [edge]\n  read = { from = \"mid\", to = \"out\", kind = \"dense\" }\n");
      });
}

template class DenseEdge<float>;
template class DenseEdge<double>;

}  // namespace cajal
