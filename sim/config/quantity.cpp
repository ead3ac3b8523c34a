#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "sim/config/dimension.hpp"
#include "sim/config/measure.hpp"
#include "sim/config/table.hpp"
#include "sim/config/text.hpp"

namespace cajal::config {

namespace {

constexpr bool is_space(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// The longest text that may be a quantity, in bytes.
constexpr std::size_t longest = 200;

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

std::optional<Measure> parse_measure(std::string_view text, std::string& why) {
  const std::optional<Leading> leading = text.size() > longest ? std::nullopt : leading_number(trimmed(text));
  const std::string found = ", found " + shortened(written_text(text.substr(0, longest)));
  why = "expected a quantity (like \"20 ms\")" + found;
  if (!leading) return {};
  std::string unknown;
  const std::optional<Unit> unit = parse_unit(leading->rest, unknown);
  if (trimmed(leading->rest).empty()) {
    why += "; write " + written_number(leading->number) + " without quotes";
  } else if (!unit) {
    why += ": there is no unit " + shown(unknown);
  } else if (leading->out_of_range || !std::isfinite(leading->number * unit->factor)) {
    why += leading->out_of_range ? ", which a 64-bit number cannot hold" : ", which is not a finite number";
  } else {
    why.clear();
    return Measure{leading->number * unit->factor, unit->exponent, unit->dimension};
  }
  return {};
}

std::optional<double> parse_quantity(std::string_view text, std::string_view unit, std::string& why) {
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
