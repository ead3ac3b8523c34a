#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__AVX512F__) || defined(__FMA__)
#include <immintrin.h>
#endif

#include <cmath>

namespace cajal {

/// Bytes of one SIMD register of the processor that is built for.
#if defined(__AVX512F__)
inline constexpr int register_bytes = 64;
#else
inline constexpr int register_bytes = 32;
#endif

namespace detail {
template <int bytes>
struct IntegerOf;
template <>
struct IntegerOf<4> {
  using type = std::int32_t;
};
template <>
struct IntegerOf<8> {
  using type = std::int64_t;
};
}  // namespace detail

/// The lanes for which a comparison of packs holds: all bits set, or none.
template <class Real, int n>
struct Mask {
  using Integer = typename detail::IntegerOf<sizeof(Real)>::type;
  typedef Integer Vector __attribute__((vector_size(sizeof(Real) * n)));
  Vector v;

  friend Mask operator&(Mask a, Mask b) { return {a.v & b.v}; }
  friend Mask operator|(Mask a, Mask b) { return {a.v | b.v}; }
  friend Mask operator!(Mask a) { return {~a.v}; }
};

/// A batch of n numbers that go through the same arithmetic. A model written on T runs on Pack as it does on double:
/// every lane gives the bits that another width of pack gives, and double's (tested), because each operation is the
/// IEEE one and fma is always explicit.
template <class Real, int n>
struct Pack {
  // GCC 12 corrupts the stack when it returns vectors of one lane.
  static_assert(sizeof(Real) * n >= 16, "a pack fills at least 16 bytes");
  typedef Real Vector __attribute__((vector_size(sizeof(Real) * n)));
  static constexpr int lanes = n;
  using Scalar = Real;
  Vector v;

  Pack() = default;
  Pack(Vector x) : v(x) {}
  Pack(double x) : v(static_cast<Real>(x) - Vector{}) {}  // x - 0 is x for every x; 0 + x is not, for -0

  static Pack load(const Real* p) {
    Pack x;
    std::memcpy(&x.v, p, sizeof(Vector));
    return x;
  }
  void store(Real* p) const { std::memcpy(p, &v, sizeof(Vector)); }
  Real operator[](int lane) const { return v[lane]; }

  friend Pack operator+(Pack a, Pack b) { return a.v + b.v; }
  friend Pack operator-(Pack a, Pack b) { return a.v - b.v; }
  friend Pack operator*(Pack a, Pack b) { return a.v * b.v; }
  friend Pack operator/(Pack a, Pack b) { return a.v / b.v; }
  friend Pack operator-(Pack a) { return -a.v; }
  Pack& operator+=(Pack b) { return v += b.v, *this; }
  Pack& operator-=(Pack b) { return v -= b.v, *this; }
  Pack& operator*=(Pack b) { return v *= b.v, *this; }

  using M = Mask<Real, n>;
  friend M operator<(Pack a, Pack b) { return {a.v < b.v}; }
  friend M operator>(Pack a, Pack b) { return {a.v > b.v}; }
  friend M operator<=(Pack a, Pack b) { return {a.v <= b.v}; }
  friend M operator>=(Pack a, Pack b) { return {a.v >= b.v}; }
  friend M operator==(Pack a, Pack b) { return {a.v == b.v}; }
  friend M operator!=(Pack a, Pack b) { return {a.v != b.v}; }
};

/// The pack that fills a register.
template <class Real>
using Wide = Pack<Real, register_bytes / static_cast<int>(sizeof(Real))>;

template <class Real, int n>
Pack<Real, n> where(Mask<Real, n> m, Pack<Real, n> a, Pack<Real, n> b) {
  return m.v ? a.v : b.v;
}

template <class Real, int n>
bool any(Mask<Real, n> m) {
#if defined(__AVX512F__)
  if constexpr (sizeof(m.v) == 64) return _mm512_test_epi32_mask((__m512i)m.v, (__m512i)m.v) != 0;
#endif
  typename Mask<Real, n>::Integer bits = 0;
  for (int i = 0; i < n; ++i) bits |= m.v[i];
  return bits != 0;
}

/// Bit i is set where a > b in lane i.
template <class Real, int n>
unsigned bits_above(Pack<Real, n> a, Pack<Real, n> b) {
#if defined(__AVX512F__)
  if constexpr (sizeof(Real) == 4 && n == 16)
    return _mm512_cmp_ps_mask((__m512)a.v, (__m512)b.v, _CMP_GT_OS);
  else if constexpr (sizeof(Real) == 8 && n == 8)
    return _mm512_cmp_pd_mask((__m512d)a.v, (__m512d)b.v, _CMP_GT_OS);
  else
#endif
#if defined(__FMA__)
      if constexpr (sizeof(Real) == 4 && n == 8)
    return static_cast<unsigned>(_mm256_movemask_ps((__m256)(a.v > b.v)));
  else if constexpr (sizeof(Real) == 8 && n == 4)
    return static_cast<unsigned>(_mm256_movemask_pd((__m256d)(a.v > b.v)));
  else
#endif
  {
    unsigned bits = 0;
    for (int i = 0; i < n; ++i) bits |= static_cast<unsigned>(a.v[i] > b.v[i]) << i;
    return bits;
  }
}

/// Stores the lanes whose bit is set. Where none is, the memory is not touched, and its cache line stays clean.
template <class Real, int n>
void store_lanes(unsigned bits, Pack<Real, n> x, Real* p) {
#if defined(__AVX512F__)
  if constexpr (sizeof(Real) == 4 && n == 16)
    return _mm512_mask_storeu_ps(p, static_cast<__mmask16>(bits), (__m512)x.v);
  else if constexpr (sizeof(Real) == 8 && n == 8)
    return _mm512_mask_storeu_pd(p, static_cast<__mmask8>(bits), (__m512d)x.v);
  else
#endif
  {
    if (bits == 0) return;
    for (int i = 0; i < n; ++i)
      if (bits >> i & 1U) p[i] = x[i];
  }
}

/// a * b + c with one rounding.
template <class Real, int n>
Pack<Real, n> fma(Pack<Real, n> a, Pack<Real, n> b, Pack<Real, n> c) {
#if defined(__AVX512F__)
  if constexpr (sizeof(Real) == 4 && n == 16)
    return (typename Pack<Real, n>::Vector)_mm512_fmadd_ps((__m512)a.v, (__m512)b.v, (__m512)c.v);
  else if constexpr (sizeof(Real) == 8 && n == 8)
    return (typename Pack<Real, n>::Vector)_mm512_fmadd_pd((__m512d)a.v, (__m512d)b.v, (__m512d)c.v);
  else
#endif
#if defined(__FMA__)
      if constexpr (sizeof(Real) == 4 && n == 8)
    return (typename Pack<Real, n>::Vector)_mm256_fmadd_ps((__m256)a.v, (__m256)b.v, (__m256)c.v);
  else if constexpr (sizeof(Real) == 8 && n == 4)
    return (typename Pack<Real, n>::Vector)_mm256_fmadd_pd((__m256d)a.v, (__m256d)b.v, (__m256d)c.v);
  else
#endif
  {
    Pack<Real, n> r;
    for (int i = 0; i < n; ++i) r.v[i] = std::fma(a.v[i], b.v[i], c.v[i]);
    return r;
  }
}

template <class Real, int n>
Pack<Real, n> sqrt(Pack<Real, n> a) {
  // With a full mask: GCC 12 warns of an uninitialised value in the form without one.
#if defined(__AVX512F__)
  if constexpr (sizeof(Real) == 4 && n == 16)
    return (typename Pack<Real, n>::Vector)_mm512_maskz_sqrt_ps(__mmask16(-1), (__m512)a.v);
  else if constexpr (sizeof(Real) == 8 && n == 8)
    return (typename Pack<Real, n>::Vector)_mm512_maskz_sqrt_pd(__mmask8(-1), (__m512d)a.v);
  else
#endif
#if defined(__FMA__)
      if constexpr (sizeof(Real) == 4 && n == 8)
    return (typename Pack<Real, n>::Vector)_mm256_sqrt_ps((__m256)a.v);
  else if constexpr (sizeof(Real) == 8 && n == 4)
    return (typename Pack<Real, n>::Vector)_mm256_sqrt_pd((__m256d)a.v);
  else
#endif
  {
    Pack<Real, n> r;
    for (int i = 0; i < n; ++i) r.v[i] = std::sqrt(a.v[i]);
    return r;
  }
}

namespace detail {
/// 2^k for the integer k that sits in the low bits of `shifted` = k + 1.5 * 2^(mantissa bits).
template <class Real, int n>
Pack<Real, n> power_of_two(Pack<Real, n> shifted) {
  using Integers = typename Mask<Real, n>::Vector;
  constexpr int mantissa = sizeof(Real) == 4 ? 23 : 52;
  const Integers one = (Integers)(typename Pack<Real, n>::Vector{} + Real(1));
  return (typename Pack<Real, n>::Vector)(((Integers)shifted.v << mantissa) + one);
}
}  // namespace detail

}  // namespace cajal
