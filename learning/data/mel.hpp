#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace cajal::data {

/// exp(-2 pi i k / size), k = 0 .. size / 2 - 1.
std::vector<std::complex<double>> roots_of_unity(std::size_t size);

/// The discrete Fourier transform in place, X_k = sum_n x_n exp(-2 pi i k n / N); N must be a power of two, `roots` are
/// `roots_of_unity(N)`. Source: Cooley and Tukey 1965, Math. Comput. 19:297.
void fourier_transform(std::span<std::complex<double>> x, std::span<const std::complex<double>> roots);

struct MelOptions {
  double rate = 8000;       ///< samples per second
  double window = 25;       ///< ms
  double hop = 10;          ///< ms, from one frame to the next
  std::size_t frames = 50;  ///< of each sound: longer ones are cut, shorter ones filled with silence at their end
  std::size_t bands = 40;
};

/// Log-mel spectrogram: what a sound holds in bands of frequency, frame by frame.
///
///     P[f][k] = |DFT(hann * frame f, filled to a power of two)[k]|^2
///     out[f][b] = log(1e-6 + sum_k w[b][k] P[f][k])
///
/// w[b] is a triangle over frequency with its top, 1, at the b-th of `bands` points that are even on the mel scale
/// between 0 and half of the rate, and its ends at the points beside it; m(f) = 2595 log10(1 + f / 700). The window is
/// a periodic Hann window; the first frame begins with the sound. These are the defaults of torchaudio's
/// `MelSpectrogram` but for its padding at both ends. Source: Stevens, Volkmann and Newman 1937, J. Acoust. Soc. Am.
/// 8:185; O'Shaughnessy 1987, "Speech communication", for the formula.
class MelSpectrogram {
 public:
  /// Throws Error if a window is longer than 2^20 samples or shorter than 2, or so many bands are narrower than the
  /// spectrum's steps.
  explicit MelSpectrogram(const MelOptions& options);

  std::size_t size() const { return options_.frames * options_.bands; }
  /// `out` is [frame][band].
  void apply(std::span<const float> sound, std::span<float> out) const;

 private:
  struct Weight {
    std::size_t bin;
    double value;
  };

  MelOptions options_;
  std::size_t hop_ = 0, length_ = 0;  ///< samples; of the transform
  std::vector<double> hann_;          ///< [sample of the window]
  std::vector<std::complex<double>> roots_;
  std::vector<std::vector<Weight>> bands_;
};

}  // namespace cajal::data
