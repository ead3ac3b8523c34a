#pragma once

#include "sim/model.hpp"

namespace cajal {

/// What the tools of the field do differently at a spike. Each is a key of a node.
struct Conventions {
  enum class Reset { value, subtract };
  enum class Refractoriness { clamp, freeze, silent };

  Reset reset = Reset::value;
  bool next_step = false;      ///< `reset_at = "next_step"`: the reset acts in the step after the spike, after its flow
  bool through_reset = false;  ///< `reset_gradient = "through"`: the surrogate also acts through the reset
  Refractoriness refractory = Refractoriness::clamp;  ///< membrane held | whole state held | only no spikes
  Surrogate surrogate;
};

template <class M, class T>
struct Stepped {
  StateOf<M, T> x;
  T spike;
  Plain<T> refractory;  ///< steps left
};

namespace detail {

/// Adds what a spike's derivative does to a jump by `height`; plain numbers have none.
template <class T>
void leak(T&, const T&, const T&) {}
template <class T, int n>
void leak(Dual<T, n>& x, const Dual<T, n>& spike, const Dual<T, n>& height) {
  for (std::size_t k = 0; k < n; ++k) x.by[k] = x.by[k] + spike.by[k] * height.value;
}
template <class T>
T detached(const T& x) {
  return x;
}
template <class T, int n>
Dual<T, n> detached(const Dual<T, n>& x) {
  return Dual<T, n>(x.value);
}

/// 1 with this probability; its derivative is that of the probability (straight-through, Bengio et al. 2013,
/// arXiv:1308.3432).
template <class T>
T drawn(const T& probability, const T& uniform) {
  return where(uniform < probability, T(1), T(0));
}
template <class T, int n>
Dual<T, n> drawn(const Dual<T, n>& probability, const Plain<T>& uniform) {
  return probability.chain(drawn(probability.value, T(uniform)), T(1));
}

template <class M, class T, class P>
StateOf<M, T> after_spike(const StateOf<M, T>& now, const T& spike, const P& p, const Conventions& c) {
  StateOf<M, T> jumped;
  if constexpr (Subtracts<M>)
    jumped = c.reset == Conventions::Reset::subtract ? M::subtract(now, p) : M::reset(now, p);
  else
    jumped = M::reset(now, p);
  StateOf<M, T> after = now;
  const auto fired = value_of(spike) > Plain<T>(0.5);
  each_pair(after, jumped, [&](T& a, const T& j, std::size_t) {
    const T height = j - a;
    if (c.surrogate.smooth) {
      a = a + (c.through_reset ? spike : detached(spike)) * height;
    } else {
      a = where(fired, j, a);
      if (c.through_reset) leak(a, spike, height);
    }
  });
  return after;
}

}  // namespace detail

/// What a spike that is drawn at random needs.
template <class R>
struct Chance {
  R uniform{};  ///< in (0, 1)
  R dt{};       ///< ms
};

/// The spike of a step: by the threshold, or with probability 1 - exp(-hazard dt).
template <class M, class T, class P>
T spike_of(const StateOf<M, T>& before, const StateOf<M, T>& now, const P& p, const Surrogate& surrogate,
           const Chance<Plain<T>>& chance) {
  if constexpr (Stochastic<M>) {
    const T probability = -expm1(-(chance.dt * M::hazard(now, p)));
    return surrogate.smooth ? probability : detail::drawn(probability, chance.uniform);
  } else {
    return heaviside(M::spiked(before, now, p), surrogate);
  }
}

/// What follows the flow of a step, for every spiking model: refractoriness, guard, jump.
///
/// before            state at the start of the step
/// flowed            after the flow and the arrivals of delta synapses
/// previous          the spike of the step before (used where the reset comes a step late)
/// refractory        steps of refractoriness left at the start; refractory_steps = t_ref / dt
template <class M, class T, class P>
Stepped<M, T> jump(const StateOf<M, T>& before, const StateOf<M, T>& flowed, const T& previous,
                   const Plain<T>& refractory, const Plain<T>& refractory_steps, const P& p, const Conventions& c,
                   const Chance<Plain<T>>& chance = {}) {
  using R = Plain<T>;
  StateOf<M, T> now = flowed;
  const auto held = refractory > R(0.5);
  if constexpr (Refractory<M>) {
    each_pair(now, before, [&](T& a, const T& b, std::size_t i) {
      if (c.refractory == Conventions::Refractoriness::freeze ||
          (c.refractory == Conventions::Refractoriness::clamp && i == 0))
        a = where(held, b, a);
    });
  }
  // After the hold, or a refractory membrane would be held where it was before its reset.
  if (c.next_step) now = detail::after_spike<M>(now, previous, p, c);
  T spike = spike_of<M>(before, now, p, c.surrogate, chance);
  R left = refractory;
  if constexpr (Refractory<M>) {
    spike = where(held, T(0), spike);
    left = where(value_of(spike) > R(0.5), refractory_steps, at_least(refractory - R(1), R(0)));
  }
  if (!c.next_step) now = detail::after_spike<M>(now, spike, p, c);
  return {now, spike, left};
}

}  // namespace cajal
