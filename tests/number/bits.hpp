#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "sim/number/math.hpp"
#include "sim/random.hpp"

namespace cajal::test {

/// Equal to the last bit; the bits of a NaN carry no meaning.
template <class Real>
bool same_bits(Real a, Real b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::memcmp(&a, &b, sizeof(Real)) == 0;
}

/// How far `got` is from `exact`, in units of the last place of `exact`.
template <class Real>
double ulps(Real got, long double exact) {
  const Real near = std::fabs(static_cast<Real>(exact));
  const Real next = std::nextafter(near, std::numeric_limits<Real>::infinity());
  return static_cast<double>(std::fabs(static_cast<long double>(got) - exact) /
                             (static_cast<long double>(next) - near));
}

/// f of each number, in packs of P.
template <class P, class Real, class F>
std::vector<Real> by_packs(const std::vector<Real>& x, F f) {
  std::vector<Real> in = x, out;
  in.resize((x.size() + P::lanes - 1) / P::lanes * P::lanes, Real(1));
  out.resize(in.size());
  for (std::size_t i = 0; i < in.size(); i += P::lanes) f(P::load(&in[i])).store(&out[i]);
  out.resize(x.size());
  return out;
}

/// n evenly spaced numbers.
template <class Real>
std::vector<Real> evenly(double low, double high, std::size_t n) {
  std::vector<Real> out(n);
  for (std::size_t i = 0; i < n; ++i)
    out[i] = static_cast<Real>(low + (high - low) * static_cast<double>(i) / static_cast<double>(n - 1));
  return out;
}

/// Both signs of numbers from `smallest` to `largest`, evenly spaced in the logarithm.
template <class Real>
std::vector<Real> by_magnitude(double smallest, double largest, std::size_t n) {
  std::vector<Real> out;
  for (const double x : evenly<double>(std::log(smallest), std::log(largest), n)) {
    out.push_back(static_cast<Real>(std::exp(x)));
    out.push_back(-out.back());
  }
  return out;
}

/// Numbers with all the bits at random: denormals, infinities and NaN among them, and the zeros in front.
template <class Real>
std::vector<Real> any_bits(std::size_t n) {
  using Integer = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;
  const Stream stream(1, "tests.bits");
  std::vector<Real> out{Real(0), -Real(0)};
  while (out.size() < n) {
    const Stream::Block block = stream.bits(out.size(), 0);
    const auto bits = static_cast<Integer>(std::uint64_t{block[0]} << 32 | block[1]);
    Real x;
    std::memcpy(&x, &bits, sizeof(Real));
    out.push_back(x);
  }
  return out;
}

}  // namespace cajal::test
