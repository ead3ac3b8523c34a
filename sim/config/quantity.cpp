#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "sim/config/table.hpp"
#include "sim/config/text.hpp"

namespace cajal::config {

namespace {

/// Exponents of time, voltage, current and length.
using Dimension = std::array<int, 4>;

/// A unit in the base system ms, mV, pA, m: factor * 10^exponent. Powers of ten are held apart so that a conversion by
/// one is a single exact multiplication or division, rounded once.
struct Unit {
  Dimension dimension{};
  int exponent = 0;
  double factor = 1;
};

struct NamedUnit {
  std::string_view name;
  Unit unit;
};

constexpr NamedUnit named_units[] = {
    {"us", {{1, 0, 0, 0}, -3}},     {"ms", {{1, 0, 0, 0}, 0}},     {"s", {{1, 0, 0, 0}, 3}},
    {"min", {{1, 0, 0, 0}, 3, 60}}, {"uV", {{0, 1, 0, 0}, -3}},    {"mV", {{0, 1, 0, 0}, 0}},
    {"V", {{0, 1, 0, 0}, 3}},       {"pA", {{0, 0, 1, 0}, 0}},     {"nA", {{0, 0, 1, 0}, 3}},
    {"uA", {{0, 0, 1, 0}, 6}},      {"A", {{0, 0, 1, 0}, 12}},     {"pF", {{1, -1, 1, 0}, 0}},
    {"nF", {{1, -1, 1, 0}, 3}},     {"uF", {{1, -1, 1, 0}, 6}},    {"nS", {{0, -1, 1, 0}, 0}},
    {"uS", {{0, -1, 1, 0}, 3}},     {"mS", {{0, -1, 1, 0}, 6}},    {"S", {{0, -1, 1, 0}, 9}},
    {"Hz", {{-1, 0, 0, 0}, -3}},    {"kHz", {{-1, 0, 0, 0}, 0}},   {"MHz", {{-1, 0, 0, 0}, 3}},
    {"Ohm", {{0, 1, -1, 0}, -9}},   {"kOhm", {{0, 1, -1, 0}, -6}}, {"MOhm", {{0, 1, -1, 0}, -3}},
    {"GOhm", {{0, 1, -1, 0}, 0}},   {"um", {{0, 0, 0, 1}, -6}},    {"mm", {{0, 0, 0, 1}, -3}},
    {"m", {{0, 0, 0, 1}, 0}},
};

struct NamedDimension {
  std::string_view name;
  Dimension dimension;
};

constexpr NamedDimension named_dimensions[] = {
    {"plain number", {0, 0, 0, 0}},
    {"time", {1, 0, 0, 0}},
    {"voltage", {0, 1, 0, 0}},
    {"current", {0, 0, 1, 0}},
    {"length", {0, 0, 0, 1}},
    {"capacitance", {1, -1, 1, 0}},
    {"conductance", {0, -1, 1, 0}},
    {"resistance", {0, 1, -1, 0}},
    {"rate", {-1, 0, 0, 0}},
    {"speed", {-1, 0, 0, 1}},
    {"voltage per time", {-1, 1, 0, 0}},
    {"current per time", {-1, 0, 1, 0}},
    {"conductance per time", {-1, -1, 1, 0}},
    {"charge", {1, 0, 1, 0}},
};

constexpr bool is_space(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// The sign for micro (U+00B5, or Greek mu U+03BC) as `u`.
std::string with_plain_micro(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view two = text.substr(i, 2);
    const bool micro = two == "\xc2\xb5" || two == "\xce\xbc";
    out += micro ? 'u' : text[i];
    if (micro) ++i;
  }
  return out;
}

/// Sets `unknown` to the first name that is no unit.
std::optional<Unit> parse_unit(std::string_view text, std::string& unknown) {
  Unit product;
  text = trimmed(text);
  if (text.empty()) return product;
  int sign = 1;
  if (text.front() == '/') {
    sign = -1;
    text.remove_prefix(1);
  }
  while (true) {
    const std::size_t end = text.find_first_of("*/");
    const std::string name = with_plain_micro(trimmed(text.substr(0, end)));
    const Unit* found = nullptr;
    constexpr Unit one;
    if (name == "1") found = &one;
    for (const NamedUnit& named : named_units) {
      if (named.name == name) found = &named.unit;
    }
    if (!found) {
      unknown = name;
      return {};
    }
    for (std::size_t i = 0; i < product.dimension.size(); ++i) product.dimension[i] += sign * found->dimension[i];
    product.exponent += sign * found->exponent;
    product.factor = sign > 0 ? product.factor * found->factor : product.factor / found->factor;
    if (end == std::string_view::npos) return product;
    sign = text[end] == '*' ? 1 : -1;
    text.remove_prefix(end + 1);
  }
}

std::string name_of(const Dimension& dimension) {
  for (const NamedDimension& named : named_dimensions) {
    if (named.dimension == dimension) return std::string(named.name);
  }
  constexpr std::array<std::string_view, 4> names{"time", "voltage", "current", "length"};
  std::string above, below;
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::string& side = dimension[i] > 0 ? above : below;
    for (int power = std::abs(dimension[i]); power > 0; --power) {
      if (&side == &below) side += " / ";
      if (&side == &above && !side.empty()) side += " * ";
      side += names[i];
    }
  }
  return (above.empty() ? "1" : above) + below;
}

/// `a time`, `a quantity of time * voltage`
std::string one_of(const Dimension& dimension) {
  const std::string name = name_of(dimension);
  const bool named = name.find_first_of("*/") == std::string::npos;
  return (named ? "a " : "a quantity of ") + name;
}

std::string units_of(const Dimension& dimension) {
  std::string out;
  for (const NamedUnit& named : named_units) {
    if (named.unit.dimension == dimension) out += (out.empty() ? "" : ", ") + std::string(named.name);
  }
  return out;
}

double power_of_ten(int exponent) {
  double power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

double converted(double number, const Unit& from, const Unit& to) {
  const int exponent = from.exponent - to.exponent;
  number *= from.factor / to.factor;
  return exponent < 0 ? number / power_of_ten(-exponent) : number * power_of_ten(exponent);
}

/// A number at the start of a text, and what follows it.
struct Leading {
  double number = 0;
  bool out_of_range = false;
  std::string_view rest;
};

/// Reads like TOML and strtod: `20`, `-1.5e3`, `.5`, `1_000`, `+inf`.
std::optional<Leading> leading_number(std::string_view text) {
  const auto digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  std::string plain;
  std::vector<std::size_t> origin;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_' && i > 0 && digit(i - 1) && digit(i + 1)) continue;
    if (i == 0 && text[i] == '+' && text.size() > 1 && text[1] != '-') continue;
    plain += text[i];
    origin.push_back(i);
  }
  origin.push_back(text.size());
  Leading out;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), out.number);
  if (error == std::errc::invalid_argument) return {};
  out.out_of_range = error == std::errc::result_out_of_range;
  out.rest = text.substr(origin[static_cast<std::size_t>(end - plain.data())]);
  const bool word = !std::isfinite(out.number) && !out.rest.empty() && !is_space(out.rest.front());
  if (word) return {};
  return out;
}

std::string expected(const Dimension& dimension, std::string_view unit) {
  return one_of(dimension) + (unit.empty() ? "" : " (like \"20 " + std::string(unit) + "\")");
}

}  // namespace

std::string dimension_of(std::string_view unit) {
  std::string unknown;
  const std::optional<Unit> parsed = parse_unit(unit, unknown);
  return parsed ? name_of(parsed->dimension) : "";
}

std::string wanted_quantity(std::string_view unit) {
  std::string unknown;
  const std::optional<Unit> parsed = parse_unit(unit, unknown);
  return parsed ? expected(parsed->dimension, unit) : "a number";
}

std::optional<double> parse_quantity(std::string_view text, std::string_view unit, std::string& why) {
  constexpr std::size_t longest = 200;
  std::string unknown;
  const std::optional<Unit> to = parse_unit(unit, unknown);
  const std::string found = ", found " + shortened(written_text(text.substr(0, longest)));
  if (!to) {
    why = "a quantity was asked for in " + written_text(unit) + ", which is no unit" + found;
    return {};
  }
  why = "expected " + expected(to->dimension, unit) + found;
  const std::optional<Leading> leading = text.size() > longest ? std::nullopt : leading_number(trimmed(text));
  if (!leading) return {};
  if (leading->out_of_range || !std::isfinite(leading->number)) {
    why += leading->out_of_range ? ", which a 64-bit number cannot hold" : ", which is not a finite number";
    return {};
  }
  const std::string_view written_unit = trimmed(leading->rest);
  if (written_unit.empty()) {
    const std::string number = written_number(leading->number);
    why = "expected " + one_of(to->dimension) + found + "; write " +
          (unit.empty() ? number + " without quotes" : written_text(number + ' ' + std::string(unit)));
    return {};
  }
  const std::optional<Unit> from = parse_unit(written_unit, unknown);
  if (!from) {
    const std::string units = units_of(to->dimension);
    why += ": there is no unit " + shown(unknown) +
           (units.empty() ? "" : "; " + one_of(to->dimension) + " is written in " + units);
    return {};
  }
  if (from->dimension != to->dimension) {
    why += ", which is " + one_of(from->dimension);
    return {};
  }
  const double number = converted(leading->number, *from, *to);
  if (!std::isfinite(number)) {
    why += ", which is too large a number in " + std::string(unit);
    return {};
  }
  why.clear();
  return number;
}

}  // namespace cajal::config
