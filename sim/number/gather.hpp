#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace cajal {

// Numbers at indices, many at once where the processor can. No two arrays overlap.

/// out[i] = from[index[i]] for i < count.
template <class T>
void gather(const T* from, const std::int32_t* index, std::size_t count, T* out) {
  std::size_t i = 0;
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4)
    for (; i + 16 <= count; i += 16)
      _mm512_storeu_si512(out + i, _mm512_i32gather_epi32(_mm512_loadu_si512(index + i), from, 4));
  else
    for (; i + 8 <= count; i += 8)
      _mm512_storeu_si512(
          out + i, _mm512_i32gather_epi64(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(index + i)), from, 8));
#endif
  for (; i < count; ++i) out[i] = from[index[i]];
}

/// to[index[i]] = from[i] for i < count; all indices differ.
template <class T>
void scatter(const T* from, const std::int32_t* index, std::size_t count, T* to) {
  std::size_t i = 0;
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4)
    for (; i + 16 <= count; i += 16)
      _mm512_i32scatter_epi32(to, _mm512_loadu_si512(index + i), _mm512_loadu_si512(from + i), 4);
  else
    for (; i + 8 <= count; i += 8)
      _mm512_i32scatter_epi64(to, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(index + i)),
                              _mm512_loadu_si512(from + i), 8);
#endif
  for (; i < count; ++i) to[index[i]] = from[i];
}

/// Those i < count, ascending, with value[i] >= bound, or < bound where `below`: key[i] (without keys: i) to keys and
/// value[i] to values, which have room for `count` numbers each and 16 more, and may be where they come from. Returns
/// how many there are.
template <bool below>
std::size_t select(const std::int32_t* value, std::int32_t bound, const std::int32_t* key, std::size_t count,
                   std::int32_t* keys, std::int32_t* values) {
  std::size_t size = 0, i = 0;
#if defined(__AVX512F__)
  const __m512i limit = _mm512_set1_epi32(bound);
  __m512i number = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (; i + 16 <= count; i += 16) {
    const __m512i v = _mm512_loadu_si512(value + i);
    const __mmask16 chosen = below ? _mm512_cmplt_epi32_mask(v, limit) : _mm512_cmpge_epi32_mask(v, limit);
    const __m512i k = key ? _mm512_loadu_si512(key + i) : number;
    // Whole registers: what lies beyond the chosen ones is written again later.
    _mm512_storeu_si512(keys + size, _mm512_maskz_compress_epi32(chosen, k));
    _mm512_storeu_si512(values + size, _mm512_maskz_compress_epi32(chosen, v));
    size += static_cast<std::size_t>(__builtin_popcount(chosen));
    number = _mm512_add_epi32(number, _mm512_set1_epi32(16));
  }
#endif
  for (; i < count; ++i) {
    const std::int32_t v = value[i], k = key ? key[i] : static_cast<std::int32_t>(i);
    keys[size] = k;
    values[size] = v;
    size += below ? v < bound : v >= bound;
  }
  return size;
}

}  // namespace cajal
