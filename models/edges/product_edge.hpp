#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "sim/dense.hpp"
#include "sim/edge.hpp"

namespace cajal {

/// An edge whose arrivals of a step are a function of one row of outputs, whatever the step and the sample: what is
/// common to convolution and pooling. Delays, held sources and ports, counting and the order of sums are settled here,
/// as DenseEdge has them; a kind of edge says what happens to rows.
///
/// The product of a held source is computed once a trial and counts as done once. The gradients sum over ascending
/// (step, sample); where a held source meets a port that is not held, the gradients that arrived are summed over the
/// steps first.
template <class Real>
class ProductEdge : public Edge<Real> {
 public:
  using Edge<Real>::Edge;

  void prepare(const Plan& plan) override;
  void advance(Steps arrival, const Slice& slice) final;
  void rewind(Steps emission, std::int64_t stop, const Slice& slice) final;
  void accumulate(std::size_t tile, Steps steps, std::size_t samples) final;
  std::uint64_t operations() const final {
    return std::accumulate(operations_.begin(), operations_.end(), std::uint64_t{0});
  }
  void reset_operations() final {
    std::fill(operations_.begin(), operations_.end(), std::uint64_t{0});
    begin_count();
  }

 protected:
  using Rows = std::span<const Real* const>;
  using OutRows = std::span<Real* const>;

  /// y[b] = product of x[b], or y[b] + product.
  virtual void multiply(Rows x, OutRows y, OutRows kept, dense::Store store) = 0;
  /// dx[b] += what the gradients g[b] of the product mean to the row x[b].
  virtual void multiply_transposed(Rows x, Rows g, OutRows kept, OutRows dx) = 0;
  /// The sums of one tile of the parameters' gradients over ascending rows, going on from what stands there with
  /// `proceed`.
  virtual void sum_gradient(std::size_t tile, Rows x, Rows g, bool proceed) {
    (void)tile, (void)x, (void)g, (void)proceed;
  }
  /// The sums of the biases' gradients over ascending rows, which are those of all steps: a bias also arrives while the
  /// source is silent.
  virtual void sum_bias_gradient(Rows g, bool proceed) { (void)g, (void)proceed; }
  /// Before operations are counted, with the weights as they stand.
  virtual void begin_count() {}
  /// Operations of a row whose input and weight are not zero.
  virtual std::uint64_t count_operations(const Real* x) const = 0;
  /// The product of a row of zeros: the bias.
  virtual void multiply_silence(Real* y, Slice::Range units, dense::Store store) = 0;
  /// How many numbers of each row `multiply` writes to `kept` for the way back; with none the rows of `kept` are not
  /// to be used.
  virtual std::size_t kept_units() const { return 0; }

  Port<Real>& target() const { return this->to().ports[this->port()]; }

 private:
  /// Rows that are handed on at once.
  struct Block {
    static constexpr std::size_t most = 64;
    std::array<std::pair<std::int64_t, std::size_t>, most> places;  ///< step, sample
    std::array<const Real*, most> in, gradient;
    std::array<Real*, most> out, kept;
    std::size_t size = 0;

    Rows inputs() const { return {in.data(), size}; }
    Rows gradients() const { return {gradient.data(), size}; }
    OutRows outputs() const { return {out.data(), size}; }
    OutRows keeps() const { return {kept.data(), size}; }
  };
  /// Fills the places of blocks over (step, sample) in ascending order and hands them on.
  template <class Use>
  void each_block(Steps steps, std::size_t begin, std::size_t end, Use&& use);
  void multiply_block(Block& block, Slice::Range units, dense::Store store);
  void count(std::int64_t emission, const Slice& slice);
  void advance_held(Steps arrival, const Slice& slice);
  void multiply_held(Signal<Real>& result, dense::Store store, const Slice& slice);
  Real* kept(std::int64_t arrival, std::size_t sample) { return kept_.empty() ? nullptr : kept_.at(arrival, sample); }
  dense::Store store() const { return this->adds ? dense::Store::add : dense::Store::set; }

  Signal<Real> held_product_;              ///< of a held source, for a port that is not
  Signal<Real> kept_;                      ///< by step of arrival
  std::vector<std::uint64_t> operations_;  ///< [sample]
};

template <class Real>
void ProductEdge<Real>::prepare(const Plan& plan) {
  const bool from_held = this->from().held, to_held = target().held;
  if (to_held && (!from_held || this->delay() > 0))
    throw Error("edge." + this->name() + ": a held port needs a held source without delay");
  if (from_held && !to_held) held_product_.shape(1, plan.batch, this->target_units());
  if (kept_units() > 0) kept_.shape(plan.tape && !from_held ? plan.window : 1, plan.batch, kept_units());
  operations_.assign(plan.batch, 0);
  if (plan.tape && this->trained)
    for (Parameter<Real>* p : this->parameters()) p->gradient.assign(p->value.size(), Real(0));
  this->refresh();
}

template <class Real>
void ProductEdge<Real>::count(std::int64_t emission, const Slice& slice) {
  if (!this->counts || slice.part > 0) return;
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
    operations_[b] += count_operations(this->from().output.at(emission, b));
}

template <class Real>
template <class Use>
void ProductEdge<Real>::each_block(Steps steps, std::size_t begin, std::size_t end, Use&& use) {
  Block block;
  for (std::int64_t t = steps.begin; t < steps.end; ++t)
    for (std::size_t b = begin; b < end; ++b) {
      block.places[block.size++] = {t, b};
      if (block.size < Block::most) continue;
      use(block);
      block.size = 0;
    }
  if (block.size > 0) use(block);
}

template <class Real>
void ProductEdge<Real>::multiply_block(Block& block, Slice::Range units, dense::Store how) {
  const std::size_t all = this->target_units();
  if (units.begin == 0 && units.end >= all) return multiply(block.inputs(), block.outputs(), block.keeps(), how);
  // A part of the units alone: others may be written by other threads at the same time. No tape is kept then.
  std::vector<Real> row(padded(all)), kept(padded(kept_units()));
  Real *const row_data = row.data(), *const kept_data = kept.data();
  for (std::size_t r = 0; r < block.size; ++r) {
    multiply(block.inputs().subspan(r, 1), OutRows(&row_data, 1), OutRows(&kept_data, 1), dense::Store::set);
    for (std::size_t u = units.begin; u < std::min(units.end, all); ++u)
      block.out[r][u] = how == dense::Store::add ? block.out[r][u] + row[u] : row[u];
  }
}

template <class Real>
void ProductEdge<Real>::advance(Steps arrival, const Slice& slice) {
  if (this->from().held) return advance_held(arrival, slice);
  const auto units = slice.units(target().arrivals.stride());
  const std::int64_t first = std::min(std::max(arrival.begin, this->delay()), arrival.end);
  for (std::int64_t t = arrival.begin; t < first; ++t)
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
      multiply_silence(target().arrivals.at(t, b, slice.part), units, store());
  for (std::int64_t t = first; t < arrival.end; ++t) count(t - this->delay(), slice);
  each_block({first, arrival.end}, slice.sample_begin, slice.sample_end, [&](Block& block) {
    for (std::size_t r = 0; r < block.size; ++r) {
      const auto [t, b] = block.places[r];
      block.in[r] = this->from().output.at(t - this->delay(), b);
      block.out[r] = target().arrivals.at(t, b, slice.part);
      block.kept[r] = kept(t, b);
    }
    multiply_block(block, units, store());
  });
}

template <class Real>
void ProductEdge<Real>::multiply_held(Signal<Real>& result, dense::Store how, const Slice& slice) {
  count(0, slice);
  each_block({0, 1}, slice.sample_begin, slice.sample_end, [&](Block& block) {
    for (std::size_t r = 0; r < block.size; ++r) {
      const std::size_t b = block.places[r].second;
      block.in[r] = this->from().output.at(0, b);
      block.out[r] = result.at(0, b, slice.part);
      block.kept[r] = kept(0, b);
    }
    multiply_block(block, slice.units(result.stride()), how);
  });
}

template <class Real>
void ProductEdge<Real>::advance_held(Steps arrival, const Slice& slice) {
  const std::int64_t first = this->from().trial_begin + this->delay();
  if (target().held) {
    if (arrival.begin <= first && first < arrival.end) multiply_held(target().arrivals, store(), slice);
    return;
  }
  const auto units = slice.units(held_product_.stride());
  for (std::int64_t t = arrival.begin; t < arrival.end; ++t) {
    // Until then what was held in the trial before still arrives.
    if (t == first) multiply_held(held_product_, dense::Store::set, slice);
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      Real* y = target().arrivals.at(t, b, slice.part);
      const Real* product = held_product_.at(0, b);
      if (t < this->delay())
        multiply_silence(y, units, store());
      else if (this->adds)
        for (std::size_t u = units.begin; u < units.end; ++u) y[u] += product[u];
      else
        std::copy(product + units.begin, product + units.end, y + units.begin);
    }
  }
}

template <class Real>
void ProductEdge<Real>::rewind(Steps emission, std::int64_t stop, const Slice& slice) {
  if (!this->from().wants_gradient) return;
  std::int64_t end = std::min(emission.end, stop - this->delay());
  if (target().held) {
    // The gradient of what is held has gathered all steps once the walk reaches the first.
    if (emission.begin > 0) return;
    end = 1;
  }
  // Descending, so that the gradient of a held source sums in the same order however the steps are cut.
  for (std::int64_t t = end; t-- > emission.begin;)
    each_block({t, t + 1}, slice.sample_begin, slice.sample_end, [&](Block& block) {
      for (std::size_t r = 0; r < block.size; ++r) {
        const std::size_t b = block.places[r].second;
        block.in[r] = this->from().output.at(t, b);
        block.gradient[r] = target().arrivals_gradient.at(t + this->delay(), b);
        block.kept[r] = kept(t + this->delay(), b);
        block.out[r] = this->from().output_gradient.at(t, b);
      }
      multiply_transposed(block.inputs(), block.gradients(), block.keeps(), block.outputs());
    });
}

template <class Real>
void ProductEdge<Real>::accumulate(std::size_t tile, Steps steps, std::size_t samples) {
  const bool from_held = this->from().held;
  bool proceed = false;
  const auto use = [&](Block& block, const Signal<Real>& gradients) {
    for (std::size_t r = 0; r < block.size; ++r) {
      const auto [t, b] = block.places[r];
      block.in[r] = this->from().output.at(from_held ? 0 : t - this->delay(), b);
      block.gradient[r] = gradients.at(t, b);
    }
    sum_gradient(tile, block.inputs(), block.gradients(), proceed);
    proceed = true;
  };
  const Signal<Real>& arrived = target().arrivals_gradient;
  const Steps summed = target().held ? Steps{0, 1} : Steps{std::max(steps.begin, this->delay()), steps.end};
  if (!from_held || target().held) {
    each_block(summed, 0, samples, [&](Block& block) { use(block, arrived); });
  } else {
    // The rows of one tile alone: tiles are summed at the same time.
    Signal<Real> sums;
    sums.shape(1, samples, this->target_units());
    for (std::int64_t t = summed.begin; t < summed.end; ++t)
      for (std::size_t b = 0; b < samples; ++b)
        for (std::size_t u = 0; u < sums.stride(); ++u) sums.at(0, b)[u] += arrived.at(t, b)[u];
    each_block({0, 1}, 0, samples, [&](Block& block) { use(block, sums); });
  }
  if (!proceed) sum_gradient(tile, {}, {}, false);
  if (tile > 0) return;
  proceed = false;
  each_block(target().held ? Steps{0, 1} : steps, 0, samples, [&](Block& block) {
    for (std::size_t r = 0; r < block.size; ++r)
      block.gradient[r] = arrived.at(block.places[r].first, block.places[r].second);
    sum_bias_gradient(block.gradients(), proceed);
    proceed = true;
  });
}

}  // namespace cajal
