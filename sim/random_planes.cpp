#include "sim/random_planes.hpp"

#include <cstring>

#include "sim/number/math.hpp"

namespace cajal {

namespace {

/// Lanes of 64 bits: a product of two words fills one.
constexpr std::size_t lanes = register_bytes / 8;
typedef std::uint64_t Lanes __attribute__((vector_size(register_bytes)));

constexpr std::size_t rounds = 10;

/// The product of the low halves; what stands in the high ones does not count.
Lanes multiply(Lanes a, Lanes b) {
#if defined(__AVX512F__)
  return (Lanes)_mm512_maskz_mul_epu32(__mmask8(-1), (__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
  return (Lanes)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#else
  return (a & 0xffffffffU) * (b & 0xffffffffU);
#endif
}

/// The keys of the rounds, in every lane.
struct RoundKeys {
  explicit RoundKeys(const Stream& stream) {
    std::array<std::uint32_t, 2> k = stream.key();
    for (auto& round : key) {
      for (std::size_t i = 0; i < 2; ++i) round[i] = Lanes{} + k[i];
      k[0] += 0x9e3779b9U;
      k[1] += 0xbb67ae85U;
    }
  }
  std::array<std::array<Lanes, 2>, rounds> key;
};

/// The counter of each lane in the low halves of four vectors, and then its block. Source: Salmon et al. 2011, section
/// 3.3.
struct Counters {
  Lanes word[4];

  void encrypt(const RoundKeys& keys) {
    const Lanes m0 = Lanes{} + 0xd2511f53U, m1 = Lanes{} + 0xcd9e8d57U;
    for (const auto& key : keys.key) {
      const Lanes p0 = multiply(word[0], m0), p1 = multiply(word[2], m1);
      word[0] = (p1 >> 32) ^ word[1] ^ key[0];
      word[2] = (p0 >> 32) ^ word[3] ^ key[1];
      word[1] = p1;
      word[3] = p0;
    }
  }
};

Counters counters(Lanes id, Lanes step) { return {{id, id >> 32, step, step >> 32}}; }

/// `counters_at(lane numbers)` gives the counters of the blocks of these numbers.
template <class CountersAt>
void fill(const Stream& stream, std::span<Planes<std::uint32_t>> planes, CountersAt counters_at) {
  const RoundKeys keys(stream);
  Lanes even;
  for (std::size_t i = 0; i < lanes; ++i) even[i] = 2 * i;
  for (auto& out : planes)
    for (std::size_t b = 0; b < blocks_of_planes; b += 2 * lanes, even += 2 * lanes) {
      // Even blocks and odd ones apart: then the two halves of a lane make neighbours.
      Counters low = counters_at(even), high = counters_at(even + 1);
      low.encrypt(keys);
      high.encrypt(keys);
      for (std::size_t j = 0; j < 4; ++j) {
        const Lanes words = (low.word[j] & 0xffffffffU) | (high.word[j] << 32);
        std::memcpy(&out.plane[j][b], &words, sizeof(words));
      }
    }
}

using Single = Wide<float>;
using Integers = Mask<float, Single::lanes>::Vector;
typedef std::uint32_t Unsigned __attribute__((vector_size(register_bytes)));

Single to_single(Integers x) { return __builtin_convertvector(x, Single::Vector); }

/// ln(1 + f) with f in [sqrt(1/2) - 1, sqrt(2) - 1], by interpolation of (ln(1 + f) - f + f^2 / 2) / f^3 at Chebyshev's
/// points. Error: 2 ULP.
Single log1p_near_0(Single f) {
  Single p = fma(Single(-0.0790274377), f, Single(0.126223198));
  p = fma(p, f, Single(-0.129981838));
  p = fma(p, f, Single(0.142144959));
  p = fma(p, f, Single(-0.166412815));
  p = fma(p, f, Single(0.200010451));
  p = fma(p, f, Single(-0.250003064));
  p = fma(p, f, Single(0.333333307));
  const Single square = f * f;
  return fma(square * f, p, fma(square, Single(-0.5), f));
}

/// ln u with u = (word + 1/2) / 2^32, rounded once: from 1.2e-10 to 1.
Single log_uniform(Unsigned word) {
  const Single high = to_single((Integers)(word >> 16)), low = to_single((Integers)(word & 0xffffU));
  const Single u = fma(high, Single(0x1p-16), (low + Single(0.5)) * Single(0x1p-32));
  const Integers bits = (Integers)u.v, root_half = Integers{} + 0x3f3504f3;
  const Integers exponent = (bits - root_half) >> 23;
  const Single mantissa = (Single::Vector)(bits - (exponent << 23));
  return fma(to_single(exponent), Single(0.693147181), log1p_near_0(mantissa - Single(1)));
}

/// Sine and cosine of 2 pi word / 2^32: the nearest quarter of the circle, and Taylor's series around it.
void sine_and_cosine(Integers word, Single& sine, Single& cosine) {
  const Integers quarter = ((word >> 1) + (1 << 28)) >> 29;
  const Integers rest = (Integers)((Unsigned)word - ((Unsigned)quarter << 30));
  const Single x = to_single(rest) * Single(1.57079632679489662 * 0x1p-30), square = x * x;
  Single s = fma(Single(1.0 / 362880), square, Single(-1.0 / 5040));
  s = fma(s, square, Single(1.0 / 120));
  s = fma(s, square, Single(-1.0 / 6));
  s = fma(s * square, x, x);
  Single c = fma(Single(1.0 / 40320), square, Single(-1.0 / 720));
  c = fma(c, square, Single(1.0 / 24));
  c = fma(c, square, Single(-0.5));
  c = fma(c, square, Single(1));
  const Mask<float, Single::lanes> odd{(quarter & 1) != 0};
  const Integers sign_of_sine = (quarter & 2) << 30, sign_of_cosine = ((quarter + 1) & 2) << 30;
  sine = (Single::Vector)((Integers)where(odd, c, s).v ^ sign_of_sine);
  cosine = (Single::Vector)((Integers)where(odd, s, c).v ^ sign_of_cosine);
}

}  // namespace

void fill_ids(const Stream& stream, std::uint64_t id, std::uint64_t step, std::span<Planes<std::uint32_t>> planes) {
  fill(stream, planes, [=](Lanes k) { return counters(k + id, Lanes{} + step); });
}

void fill_steps(const Stream& stream, std::uint64_t id, std::uint64_t step, std::span<Planes<std::uint32_t>> planes) {
  fill(stream, planes, [=](Lanes k) { return counters(Lanes{} + id, k + step); });
}

Planes<float> standard_normals(const Planes<std::uint32_t>& words) {
  Planes<float> out;
  for (std::size_t pair = 0; pair < 4; pair += 2)
    for (std::size_t b = 0; b < blocks_of_planes; b += Single::lanes) {
      Unsigned first;
      Integers second;
      std::memcpy(&first, &words.plane[pair][b], sizeof(first));
      std::memcpy(&second, &words.plane[pair + 1][b], sizeof(second));
      const Single radius = sqrt(Single(-2) * log_uniform(first));
      Single sine, cosine;
      sine_and_cosine(second, sine, cosine);
      (radius * cosine).store(&out.plane[pair][b]);
      (radius * sine).store(&out.plane[pair + 1][b]);
    }
  return out;
}

}  // namespace cajal
