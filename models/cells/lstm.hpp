#pragma once

#include "sim/cell.hpp"

namespace cajal {

/// Long short-term memory. The order of the gates is PyTorch's, so that its weight files fit.
struct Lstm {
  static constexpr std::string_view name = "lstm";
  static constexpr std::string_view meaning = "long short-term memory";
  static constexpr std::string_view equations =
      "c(t) = sigmoid(a_f) * c(t-1) + sigmoid(a_i) * tanh(a_g)\n"
      "h(t) = sigmoid(a_o) * tanh(c(t))\n"
      "a_i, a_f, a_g, a_o: sums of what arrives, W_ih x(t) + b_ih + W_hh h(t-1) + b_hh";
  static constexpr std::string_view source =
      "Hochreiter & Schmidhuber 1997, Neural Comput 9:1735; forget gate: Gers, Schmidhuber & Cummins 2000, Neural "
      "Comput 12:2451";
  template <class T>
  struct State {
    T c;
  };
  static constexpr auto state = fields(field(&State<double>::c, "c", "", 0, config::any_number, "cell state"));
  static constexpr std::array<CellPort, 1> ports{{{"input", 4, "a_i, a_f, a_g, a_o"}}};

  template <class X, class A>
  static auto update(const X& before, const A& gates) {
    const auto& [c] = before;
    const auto& [i, f, g, o] = gates;
    const auto next = sigmoid(f) * c + sigmoid(i) * cajal::tanh(g);
    return Updated{std::tuple{next}, sigmoid(o) * cajal::tanh(next)};
  }
};

}  // namespace cajal
