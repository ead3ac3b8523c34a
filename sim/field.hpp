#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>

#include "sim/config/table.hpp"

namespace cajal {

/// One declared number of a model: everything that config, `describe`, recording and checkpoints know of it.
struct Field {
  std::string_view name, unit;
  double value;         ///< default
  config::Range range;  ///< what a config may set
  std::string_view meaning;
  std::size_t member = 0;  ///< position in the struct that holds it
};

namespace detail {
struct Anything {
  template <class T>
  operator T() const;
};
template <class S, class... A>
constexpr std::size_t count_members(A... a) {
  if constexpr (requires { S{a..., Anything{}}; })
    return count_members<S>(a..., Anything{});
  else
    return sizeof...(A);
}
}  // namespace detail

/// How many members an aggregate of numbers has.
template <class S>
inline constexpr std::size_t member_count = detail::count_members<S>();

/// References to the members of an aggregate in order. Structured bindings compile to nothing; copying to an array and
/// back costs more than twice as much.
template <class S>
constexpr auto members(S& s) {
  constexpr std::size_t n = member_count<std::remove_const_t<S>>;
  static_assert(n <= 24, "members: write one more line below");
  if constexpr (n == 0)
    return std::tie();
  else if constexpr (n == 1) {
    auto& [m0] = s;
    return std::tie(m0);
  } else if constexpr (n == 2) {
    auto& [m0, m1] = s;
    return std::tie(m0, m1);
  } else if constexpr (n == 3) {
    auto& [m0, m1, m2] = s;
    return std::tie(m0, m1, m2);
  } else if constexpr (n == 4) {
    auto& [m0, m1, m2, m3] = s;
    return std::tie(m0, m1, m2, m3);
  } else if constexpr (n == 5) {
    auto& [m0, m1, m2, m3, m4] = s;
    return std::tie(m0, m1, m2, m3, m4);
  } else if constexpr (n == 6) {
    auto& [m0, m1, m2, m3, m4, m5] = s;
    return std::tie(m0, m1, m2, m3, m4, m5);
  } else if constexpr (n == 7) {
    auto& [m0, m1, m2, m3, m4, m5, m6] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6);
  } else if constexpr (n == 8) {
    auto& [m0, m1, m2, m3, m4, m5, m6, m7] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7);
  } else if constexpr (n == 9) {
    auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8);
  } else if constexpr (n == 10) {
    auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9);
  } else if constexpr (n == 11) {
    auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10);
  } else if constexpr (n == 12) {
    auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11);
  } else if constexpr (n == 13) {
    auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12);
  } else if constexpr (n == 14) {
    auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13);
  } else if constexpr (n == 15) {
    auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14);
  } else if constexpr (n == 16) {
    auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15);
  } else if constexpr (n == 17) {
    auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16);
  } else if constexpr (n == 18) {
    auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17);
  } else if constexpr (n == 19) {
    auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18);
  } else if constexpr (n == 20) {
    auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19);
  } else if constexpr (n == 21) {
    auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20);
  } else if constexpr (n == 22) {
    auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21);
  } else if constexpr (n == 23) {
    auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
                    m22);
  } else {
    auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
           m23] = s;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
                    m22, m23);
  }
}

/// Calls f(member, index) for each member.
template <class S, class F>
constexpr void each_member(S& s, F&& f) {
  std::apply(
      [&](auto&... m) {
        std::size_t i = 0;
        (f(m, i++), ...);
      },
      members(s));
}

/// Calls f(member of a, member of b, index) for each pair of members.
template <class A, class B, class F>
constexpr void each_pair(A& a, B& b, F&& f) {
  auto left = members(a);
  auto right = members(b);
  [&]<std::size_t... i>(std::index_sequence<i...>) { (f(std::get<i>(left), std::get<i>(right), i), ...); }
  (std::make_index_sequence<std::tuple_size_v<decltype(left)>>{});
}

/// A row of a field table: the member is found from its pointer, so that the order of rows cannot go wrong.
template <class S>
constexpr Field field(double S::*pointer, std::string_view name, std::string_view unit, double value,
                      config::Range range, std::string_view meaning) {
  S s{};
  Field f{name, unit, value, range, meaning, 0};
  std::apply(
      [&](auto&... m) {
        std::size_t i = 0;
        ((&m == &(s.*pointer) ? void(f.member = i) : void(), ++i), ...);
      },
      members(s));
  return f;
}

template <class... F>
constexpr std::array<Field, sizeof...(F)> fields(F... f) {
  return {f...};
}
inline constexpr std::array<Field, 0> no_fields{};

}  // namespace cajal
