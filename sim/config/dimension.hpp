#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

// Dimensions and units: what `quantity.cpp` reads and what expressions reckon with.

namespace cajal::config {

/// Exponents of time, voltage, current and length.
using Dimension = std::array<int, 4>;

inline constexpr Dimension plain_number{};
inline constexpr Dimension length{0, 0, 0, 1};

/// A unit in the base system ms, mV, pA, mm: factor * 10^exponent. Powers of ten are held apart so that a conversion by
/// one is a single exact multiplication or division, rounded once.
struct Unit {
  Dimension dimension{};
  int exponent = 0;
  double factor = 1;
};

/// The unit of that name, `ms`; the sign for micro (U+00B5, or Greek mu U+03BC) reads as `u`.
std::optional<Unit> find_unit(std::string_view name);

/// A product or quotient of named units, from left to right: `mV/ms`, `1/s`; empty is the plain number. Sets `unknown`
/// to the first name that is no unit.
std::optional<Unit> parse_unit(std::string_view text, std::string& unknown);

/// `time`, `voltage per time`, `time * voltage`
std::string name_of(const Dimension& dimension);

/// `a time`, `a quantity of time * voltage`
std::string one_of(const Dimension& dimension);

/// The named units that measure it: `us, ms, s, min`; empty if there are none.
std::string units_of(const Dimension& dimension);

/// The named unit that is 10^exponent of the base unit, else empty.
std::string named_unit(const Dimension& dimension, int exponent);

/// How the base unit is written after a number, as a product: `*mV*mV/pA`; empty for the plain number.
std::string base_factors(const Dimension& dimension);

/// number * 10^exponent, rounded once.
double shifted(double number, int exponent);

/// A number of `from` in `to`, which has the same dimension.
double converted(double number, const Unit& from, const Unit& to);

}  // namespace cajal::config
