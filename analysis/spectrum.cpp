#include "analysis/spectrum.hpp"

#include <fmt/format.h>

#include <cmath>
#include <complex>
#include <numbers>

#include "sim/error.hpp"

namespace cajal::analysis {

namespace {

using Complex = std::complex<double>;

/// The discrete Fourier transform: by halves as long as the length is even (Cooley & Tukey 1965, Math. Comput. 19:297),
/// by its definition where it is odd.
std::vector<Complex> transform(std::span<const Complex> x) {
  const std::size_t n = x.size();
  std::vector<Complex> out(n);
  const auto turn = [&](std::size_t k) {
    return std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(k % n) / static_cast<double>(n));
  };
  if (n % 2 == 1) {
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t j = 0; j < n; ++j) out[k] += x[j] * turn(j * k);
    return out;
  }
  std::vector<Complex> even(n / 2), odd(n / 2);
  for (std::size_t j = 0; j < n / 2; ++j) {
    even[j] = x[2 * j];
    odd[j] = x[2 * j + 1];
  }
  even = transform(even);
  odd = transform(odd);
  for (std::size_t k = 0; k < n / 2; ++k) {
    const Complex turned = turn(k) * odd[k];
    out[k] = even[k] + turned;
    out[k + n / 2] = even[k] - turned;
  }
  return out;
}

}  // namespace

Spectrum spectrum(std::span<const double> values, double rate, std::size_t length) {
  if (length < 2 || !(rate > 0) || values.size() < length)
    throw Error(fmt::format("spectrum: {} values at {} a second in segments of {}", values.size(), rate, length));
  const auto n = static_cast<double>(length);
  std::vector<double> window(length);
  double squares = 0;
  for (std::size_t j = 0; j < length; ++j) {
    window[j] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(j) / n);
    squares += window[j] * window[j];
  }
  Spectrum out;
  out.power.assign(length / 2 + 1, 0);
  std::vector<Complex> segment(length);
  for (std::size_t begin = 0; begin + length <= values.size(); begin += length - length / 2) {
    double mean = 0;
    for (std::size_t j = 0; j < length; ++j) mean += values[begin + j] / n;
    for (std::size_t j = 0; j < length; ++j) segment[j] = window[j] * (values[begin + j] - mean);
    const auto found = transform(segment);
    for (std::size_t k = 0; k < out.power.size(); ++k) out.power[k] += std::norm(found[k]);
    ++out.segments;
  }
  for (std::size_t k = 0; k < out.power.size(); ++k) {
    const double sides = k == 0 || 2 * k == length ? 1 : 2;
    out.power[k] *= sides / (rate * squares * static_cast<double>(out.segments));
    out.frequency.push_back(static_cast<double>(k) * rate / n);
  }
  return out;
}

}  // namespace cajal::analysis
