#include "sim/config/dimension.hpp"

#include <cstdlib>

namespace cajal::config {

namespace {

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
    {"GOhm", {{0, 1, -1, 0}, 0}},   {"um", {{0, 0, 0, 1}, -3}},    {"mm", {{0, 0, 0, 1}, 0}},
    {"m", {{0, 0, 0, 1}, 3}},
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

double power_of_ten(int exponent) {
  double power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace

std::optional<Unit> find_unit(std::string_view name) {
  const std::string plain = with_plain_micro(name);
  for (const NamedUnit& named : named_units) {
    if (named.name == plain) return named.unit;
  }
  return {};
}

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
    const std::string_view name = trimmed(text.substr(0, end));
    const std::optional<Unit> found = name == "1" ? Unit{} : find_unit(name);
    if (!found) {
      unknown = with_plain_micro(name);
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

std::string named_unit(const Dimension& dimension, int exponent) {
  for (const NamedUnit& named : named_units) {
    const Unit& unit = named.unit;
    if (unit.dimension == dimension && unit.exponent == exponent && unit.factor == 1) return std::string(named.name);
  }
  return {};
}

std::string base_factors(const Dimension& dimension) {
  constexpr std::array<std::string_view, 4> names{"ms", "mV", "pA", "mm"};
  if (dimension == plain_number) return {};
  if (const std::string named = named_unit(dimension, 0); !named.empty()) return '*' + named;
  std::string above, below;
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::string& side = dimension[i] > 0 ? above : below;
    for (int power = std::abs(dimension[i]); power > 0; --power) {
      side += dimension[i] > 0 ? '*' : '/';
      side += names[i];
    }
  }
  return above + below;
}

double shifted(double number, int exponent) {
  return exponent < 0 ? number / power_of_ten(-exponent) : number * power_of_ten(exponent);
}

double converted(double number, const Unit& from, const Unit& to) {
  return shifted(number * (from.factor / to.factor), from.exponent - to.exponent);
}

}  // namespace cajal::config
