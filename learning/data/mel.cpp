#include "learning/data/mel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <utility>

#include "sim/error.hpp"

namespace cajal::data {

namespace {

double mel(double frequency) { return 2595 * std::log10(1 + frequency / 700); }
double frequency(double mel) { return 700 * (std::pow(10.0, mel / 2595) - 1); }

std::size_t samples_in(double ms, double rate) { return static_cast<std::size_t>(std::llround(ms * rate / 1000)); }

/// Puts each element where its index, read from the last bit to the first, says.
void reverse_bits(std::span<std::complex<double>> x) {
  for (std::size_t i = 1, j = 0; i < x.size(); ++i) {
    std::size_t bit = x.size() >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
}

}  // namespace

std::vector<std::complex<double>> roots_of_unity(std::size_t size) {
  std::vector<std::complex<double>> out(size / 2);
  for (std::size_t k = 0; k < out.size(); ++k)
    out[k] = std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(size));
  return out;
}

void fourier_transform(std::span<std::complex<double>> x, std::span<const std::complex<double>> roots) {
  reverse_bits(x);
  for (std::size_t half = 1; half < x.size(); half *= 2)
    for (std::size_t begin = 0; begin < x.size(); begin += 2 * half)
      for (std::size_t k = 0; k < half; ++k) {
        // Written out: the product of std::complex looks after infinities, which costs more than the rest.
        const std::complex<double> w = roots[k * (x.size() / (2 * half))], b = x[begin + k + half];
        const std::complex<double> turned(w.real() * b.real() - w.imag() * b.imag(),
                                          w.real() * b.imag() + w.imag() * b.real());
        x[begin + k + half] = x[begin + k] - turned;
        x[begin + k] += turned;
      }
}

MelSpectrogram::MelSpectrogram(const MelOptions& options) : options_(options) {
  constexpr std::size_t longest = 1 << 20;
  const std::size_t window = samples_in(options.window, options.rate);
  hop_ = samples_in(options.hop, options.rate);
  if (window < 2 || window > longest || hop_ < 1)
    throw Error(
        fmt::format("a window of {} samples every {}, allowed are 2 to {} every 1 or more", window, hop_, longest));
  length_ = std::bit_ceil(window);
  roots_ = roots_of_unity(length_);
  for (std::size_t i = 0; i < window; ++i)
    hann_.push_back(0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(window)));
  const double top = mel(options.rate / 2), step = top / static_cast<double>(options.bands + 1);
  const double bin = options.rate / static_cast<double>(length_);
  for (std::size_t b = 0; b < options.bands; ++b) {
    const double low = frequency(step * static_cast<double>(b)), middle = frequency(step * static_cast<double>(b + 1));
    const double high = frequency(step * static_cast<double>(b + 2));
    std::vector<Weight> weights;
    for (std::size_t k = 0; k <= length_ / 2; ++k) {
      const double f = bin * static_cast<double>(k);
      const double value = std::min((f - low) / (middle - low), (high - f) / (high - middle));
      if (value > 0) weights.push_back({k, value});
    }
    if (weights.empty())
      throw Error(
          fmt::format("{} bands are too many: a window of {} samples at {} Hz has no frequency in band {}, {:.4g} to "
                      "{:.4g} Hz; use fewer or a longer window",
                      options.bands, window, options.rate, b, low, high));
    bands_.push_back(std::move(weights));
  }
}

void MelSpectrogram::apply(std::span<const float> sound, std::span<float> out) const {
  constexpr double silence = 1e-6;
  std::vector<std::complex<double>> spectrum(length_);
  // The transform of a real frame is symmetric, so that two frames share one as its real and its imaginary part.
  for (std::size_t f = 0; f < options_.frames; f += 2) {
    const std::size_t begin = f * hop_;
    if (begin >= sound.size()) {
      std::fill(out.begin() + static_cast<std::ptrdiff_t>(f * options_.bands), out.end(),
                static_cast<float>(std::log(silence)));
      return;
    }
    const auto sample = [&](std::size_t i) { return i < sound.size() ? static_cast<double>(sound[i]) : 0.0; };
    for (std::size_t i = 0; i < hann_.size(); ++i)
      spectrum[i] = {hann_[i] * sample(begin + i), hann_[i] * sample(begin + hop_ + i)};
    std::fill(spectrum.begin() + static_cast<std::ptrdiff_t>(hann_.size()), spectrum.end(), 0.0);
    fourier_transform(spectrum, roots_);
    for (std::size_t b = 0; b < options_.bands; ++b) {
      double first = silence, second = silence;
      for (const Weight& w : bands_[b]) {
        const std::complex<double> at = spectrum[w.bin], mirror = std::conj(spectrum[(length_ - w.bin) % length_]);
        first += w.value * std::norm(at + mirror) / 4;
        second += w.value * std::norm(at - mirror) / 4;
      }
      out[f * options_.bands + b] = static_cast<float>(std::log(first));
      if (f + 1 < options_.frames) out[(f + 1) * options_.bands + b] = static_cast<float>(std::log(second));
    }
  }
}

}  // namespace cajal::data
