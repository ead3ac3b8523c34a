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
    auto& [a] = s;
    return std::tie(a);
  } else if constexpr (n == 2) {
    auto& [a, b] = s;
    return std::tie(a, b);
  } else if constexpr (n == 3) {
    auto& [a, b, c] = s;
    return std::tie(a, b, c);
  } else if constexpr (n == 4) {
    auto& [a, b, c, d] = s;
    return std::tie(a, b, c, d);
  } else if constexpr (n == 5) {
    auto& [a, b, c, d, e] = s;
    return std::tie(a, b, c, d, e);
  } else if constexpr (n == 6) {
    auto& [a, b, c, d, e, f] = s;
    return std::tie(a, b, c, d, e, f);
  } else if constexpr (n == 7) {
    auto& [a, b, c, d, e, f, g] = s;
    return std::tie(a, b, c, d, e, f, g);
  } else if constexpr (n == 8) {
    auto& [a, b, c, d, e, f, g, h] = s;
    return std::tie(a, b, c, d, e, f, g, h);
  } else if constexpr (n == 9) {
    auto& [a, b, c, d, e, f, g, h, i] = s;
    return std::tie(a, b, c, d, e, f, g, h, i);
  } else if constexpr (n == 10) {
    auto& [a, b, c, d, e, f, g, h, i, j] = s;
    return std::tie(a, b, c, d, e, f, g, h, i, j);
  } else if constexpr (n == 11) {
    auto& [a, b, c, d, e, f, g, h, i, j, k] = s;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k);
  } else if constexpr (n == 12) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l] = s;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l);
  } else if constexpr (n == 13) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = s;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m);
  } else if constexpr (n == 14) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = s;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
  } else if constexpr (n == 15) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = s;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
  } else if constexpr (n == 16) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = s;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
  } else if constexpr (n == 17) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q] = s;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q);
  } else if constexpr (n == 18) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r] = s;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r);
  } else if constexpr (n == 19) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s] = s;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s);
  } else if constexpr (n == 20) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t] = s;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t);
  } else if constexpr (n == 21) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u] = s;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u);
  } else if constexpr (n == 22) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v] = s;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v);
  } else if constexpr (n == 23) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w] = s;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w);
  } else {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x] = s;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x);
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
