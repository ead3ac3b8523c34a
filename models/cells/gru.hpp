#pragma once

#include "sim/cell.hpp"

namespace cajal {

/// Gated recurrent unit in the form of PyTorch and cuDNN: the reset gate multiplies the recurrent product, which has a
/// port and a bias of its own for that.
struct Gru {
  static constexpr std::string_view name = "gru";
  static constexpr std::string_view meaning = "gated recurrent unit, reset after the recurrent product";
  static constexpr std::string_view equations =
      "r = sigmoid(a_r + u_r), z = sigmoid(a_z + u_z), n = tanh(a_n + r * u_n)\n"
      "h(t) = (1 - z) * n + z * h(t-1)\n"
      "a: arrives at `input`, W_ih x(t) + b_ih; u: at `recurrent`, W_hh h(t-1) + b_hh";
  static constexpr std::string_view source =
      "Cho et al. 2014, EMNLP, p. 1724, eqs. 5-8; reset after the product as in cuDNN";
  template <class T>
  struct State {
    T h;
  };
  static constexpr auto state = fields(field(&State<double>::h, "h", "", 0, config::any_number, "hidden state"));
  static constexpr std::array<CellPort, 2> ports{{{"input", 3, "a_r, a_z, a_n"}, {"recurrent", 3, "u_r, u_z, u_n"}}};

  template <class X, class A>
  static auto update(const X& before, const A& gates) {
    const auto& [h] = before;
    const auto& [a_r, a_z, a_n, u_r, u_z, u_n] = gates;
    const auto n = cajal::tanh(a_n + sigmoid(a_r + u_r) * u_n);
    const auto next = n + sigmoid(a_z + u_z) * (h - n);
    return Updated{std::tuple{next}, next};
  }
};

}  // namespace cajal
