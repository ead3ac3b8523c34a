#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/config/dimension.hpp"
#include "sim/config/value.hpp"

namespace cajal::config {

/// A number with its dimension: number * 10^exponent base units. The power of ten is kept apart so that `"20 Hz"` is
/// still 20 when it is written again.
struct Measure {
  double number = 0;
  int exponent = 0;
  Dimension dimension{};

  /// In base units.
  double base() const { return shifted(number, exponent); }
};

Measure operator*(const Measure& a, const Measure& b);
Measure operator/(const Measure& a, const Measure& b);

/// Both numbers at the smaller of their exponents, for what is added or compared.
struct Aligned {
  double a, b;
  int exponent;
};
Aligned aligned(const Measure& a, const Measure& b);

/// `0.1 mV`, `20 Hz`, `4`: reads back as the same number.
std::string written_measure(const Measure& measure);

/// The measure as a config would say it: a whole number, a real one, or a text with a unit.
Value value_of(const Measure& measure, Position at);

/// What a quantity in a text is, whatever its dimension: `"20 ms"`. Nothing, with `why` set, if it is no quantity with
/// a unit.
std::optional<Measure> parse_measure(std::string_view text, std::string& why);

}  // namespace cajal::config
