#include "sim/config/table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/config/text.hpp"

namespace cajal::config {

namespace {

void mark(const Value& value) {
  value.used = true;
  for (const Value& item : value.items) mark(item);
  for (const auto& member : value.members) mark(member.second);
}

std::string found(const Value& value) { return ", found " + value.written(); }

/// What is wrong with a number of a quantity, `why`, where it is the value of an expression.
std::string of_expression(const Value& value, std::string_view unit, std::string why) {
  if (value.expression)
    return "expected " + wanted_quantity(unit) + found(value) + ", which varies: one number is needed here";
  if (value.is_number()) return "expected " + wanted_quantity(unit) + found(value) + ", which is a plain number";
  const std::string plain = ", found " + shortened(written_text(value.text));
  const std::size_t at = why.find(plain);
  return at == std::string::npos ? why : why.replace(at, plain.size(), found(value));
}

/// Some number that the range allows.
double within(Range allowed) {
  for (const double number : {0.0, 1.0, allowed.low, allowed.high}) {
    if (std::isfinite(number) && allowed.contains(number)) return number;
  }
  return allowed.low + (allowed.high - allowed.low) / 2;
}

std::string bounds(std::int64_t low, std::int64_t high) {
  constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
  if (low == lowest && high == highest) return "a whole number";
  if (high == highest) return "a whole number of at least " + std::to_string(low);
  if (low == lowest) return "a whole number of at most " + std::to_string(high);
  return "a whole number between " + std::to_string(low) + " and " + std::to_string(high);
}

/// The whole number that a value is, also when written as `1e4`, and up to the rounding errors of a short expression:
/// 0.07 * 100 is 7.000000000000001.
std::optional<std::int64_t> whole(const Value& value) {
  constexpr double exact = 9007199254740992.0;  // 2^53: above it not every whole number is a double
  constexpr double rounding = 1e-14;
  if (value.kind == Value::Kind::integer) return value.integer;
  if (value.kind != Value::Kind::real || !(std::abs(value.real) <= exact)) return {};
  const double nearest = std::round(value.real);
  if (std::abs(value.real - nearest) > rounding * std::abs(nearest)) return {};
  return static_cast<std::int64_t>(nearest);
}

}  // namespace

std::string Range::text(std::string_view unit) const {
  const std::string in = unit.empty() ? "" : ' ' + std::string(unit);
  const bool below = std::isfinite(high), above = std::isfinite(low);
  if (!above && !below) return "any number";
  if (above && !below && low == 0 && low_open) return "positive";
  if (below && !above && high == 0 && high_open) return "negative";
  if (above && below && !low_open && !high_open) {
    return "between " + written_number(low) + " and " + written_number(high) + in;
  }
  std::string out;
  if (above) out = (low_open ? "above " : "at least ") + written_number(low);
  if (above && below) out += " and ";
  if (below) out += (high_open ? "below " : "at most ") + written_number(high);
  return out + in;
}

const Value* Table::want(std::string_view key) const {
  std::vector<std::string>& wanted = value_->wanted;
  if (std::find(wanted.begin(), wanted.end(), key) == wanted.end()) wanted.emplace_back(key);
  const Value* value = value_->find(key);
  if (value) value->used = true;
  return value;
}

const Value* Table::take(std::string_view key) const {
  const Value* value = want(key);
  if (value) mark(*value);
  return value;
}

void Table::skip() const { mark(*value_); }

Position Table::at(std::string_view key) const {
  const Value* value = value_->find(key);
  return value ? value->at : value_->at;
}

std::vector<std::string> Table::keys() const {
  std::vector<std::string> out;
  for (const auto& member : value_->members) out.push_back(member.first);
  return out;
}

void Table::report(const Value& value, std::string address, std::string message) const {
  diagnostics_->push_back({value.at, std::move(address), std::move(message)});
}

void Table::error(std::string_view key, std::string message) const {
  const Value* value = value_->find(key);
  report(value ? *value : *value_, value ? join(address_, key) : address_, std::move(message));
}

void Table::missing(std::string_view key, const std::string& what) const {
  report(*value_, address_, "missing key " + shown(key) + ": " + what);
}

std::optional<double> Table::read(const Value& value, const std::string& address, std::string_view unit,
                                  Range allowed) const {
  std::string why;
  std::optional<double> number;
  if (value.kind == Value::Kind::text) {
    if (!value.expression) number = parse_quantity(value.text, unit, why);
  } else if (!value.is_number()) {
    why = "expected " + wanted_quantity(unit) + found(value);
  } else if (!std::isfinite(value.number())) {
    why = "expected " + wanted_quantity(unit) + found(value) + ", which is not a finite number";
  } else if (!unit.empty()) {
    parse_quantity(written_number(value.number()), unit, why);
    why = why.substr(0, why.find(", found")) + found(value) + why.substr(why.find("; write"));
  } else {
    number = value.number();
  }
  if (!number && !value.source.empty()) why = of_expression(value, unit, std::move(why));
  if (number && !allowed.contains(*number)) {
    why = "must be " + allowed.text(unit) + found(value);
    number.reset();
  }
  if (!number) report(value, address, why);
  return number;
}

std::optional<double> Table::quantity(std::string_view key, std::string_view unit, Range allowed) const {
  const Value* value = want(key);
  return value ? read(*value, join(address_, key), unit, allowed) : std::nullopt;
}

double Table::quantity(std::string_view key, std::string_view unit, double fallback, Range allowed) const {
  return quantity(key, unit, allowed).value_or(fallback);
}

double Table::required_quantity(std::string_view key, std::string_view unit, Range allowed) const {
  if (!has(key)) missing(key, wanted_quantity(unit));
  return quantity(key, unit, allowed).value_or(within(allowed));
}

std::optional<std::vector<double>> Table::read_list(const Value& list, const std::string& address,
                                                    std::string_view unit, Range allowed) const {
  std::vector<double> out;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const std::optional<double> number = read(list.items[i], join(address, i), unit, allowed);
    if (number) out.push_back(*number);
  }
  if (out.size() < list.items.size()) return {};
  return out;
}

std::vector<double> Table::numbers(std::string_view key, std::string_view unit, std::vector<double> fallback) const {
  const Value* value = want(key);
  if (!value) return fallback;
  const std::string address = join(address_, key);
  if (value->kind == Value::Kind::array) return read_list(*value, address, unit, any_number).value_or(fallback);
  const std::optional<double> number = read(*value, address, unit, any_number);
  return number ? std::vector<double>{*number} : fallback;
}

std::optional<std::int64_t> Table::read_integer(std::string_view key, std::int64_t low, std::int64_t high) const {
  const Value* value = want(key);
  if (!value) return {};
  const std::optional<std::int64_t> number = whole(*value);
  if (number && *number >= low && *number <= high) return number;
  const bool broken = !number && value->kind == Value::Kind::real && !value->source.empty();
  report(*value, join(address_, key),
         "expected " + bounds(low, high) + found(*value) +
             (broken ? "; `round`, `floor` and `ceil` make numbers whole" : ""));
  return {};
}

std::int64_t Table::integer(std::string_view key, std::int64_t fallback, std::int64_t low, std::int64_t high) const {
  return read_integer(key, low, high).value_or(fallback);
}

std::int64_t Table::required_integer(std::string_view key, std::int64_t low, std::int64_t high) const {
  if (!has(key)) missing(key, bounds(low, high));
  return read_integer(key, low, high).value_or(low <= 0 && high >= 0 ? 0 : low <= 1 && high >= 1 ? 1 : low);
}

bool Table::boolean(std::string_view key, bool fallback) const {
  const Value* value = want(key);
  if (!value || value->kind == Value::Kind::boolean) return value ? value->boolean : fallback;
  report(*value, join(address_, key), "expected true or false" + found(*value));
  return fallback;
}

std::optional<std::string> Table::read_text(const Value& value, const std::string& address) const {
  if (value.kind == Value::Kind::text && !value.expression) return value.text;
  report(value, address, "expected a text in quotes" + found(value));
  return {};
}

std::string Table::text(std::string_view key, std::string_view fallback) const {
  const Value* value = want(key);
  return value ? read_text(*value, join(address_, key)).value_or(std::string(fallback)) : std::string(fallback);
}

std::string Table::required_text(std::string_view key) const {
  if (!has(key)) missing(key, "a text in quotes");
  return text(key, "");
}

std::string Table::choice(std::string_view key, const std::vector<std::string>& allowed,
                          std::string_view fallback) const {
  const Value* value = want(key);
  if (!value) return std::string(fallback);
  if (value->kind != Value::Kind::text) {
    report(*value, join(address_, key), "expected one of " + listed(allowed) + found(*value));
    return std::string(fallback);
  }
  if (std::find(allowed.begin(), allowed.end(), value->text) != allowed.end()) return value->text;
  report(*value, join(address_, key), "unknown name " + value->written() + alternatives(value->text, allowed));
  return std::string(fallback);
}

std::string Table::required_choice(std::string_view key, const std::vector<std::string>& allowed) const {
  if (!has(key)) missing(key, "one of " + listed(allowed));
  return choice(key, allowed, allowed.empty() ? std::string_view() : allowed.front());
}

std::vector<std::string> Table::texts(std::string_view key, std::vector<std::string> fallback) const {
  const Value* value = want(key);
  if (!value) return fallback;
  const std::string address = join(address_, key);
  if (value->kind == Value::Kind::text && !value->expression) return {value->text};
  if (value->kind != Value::Kind::array) {
    report(*value, address, "expected a text or a list of texts" + found(*value));
    return fallback;
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < value->items.size(); ++i) {
    std::optional<std::string> text = read_text(value->items[i], join(address, i));
    if (text) out.push_back(std::move(*text));
  }
  return out.size() == value->items.size() ? out : fallback;
}

std::optional<Table> Table::table(std::string_view key) const {
  const Value* value = want(key);
  if (!value) return {};
  if (value->kind == Value::Kind::table) return Table(*value, join(address_, key), *diagnostics_);
  report(*value, join(address_, key), "expected a table" + found(*value));
  return {};
}

std::vector<std::pair<std::string, Table>> Table::tables(std::string_view key) const {
  std::vector<std::pair<std::string, Table>> out;
  const std::optional<Table> parent = table(key);
  if (!parent) return out;
  for (const auto& [name, member] : parent->value().members) {
    member.used = true;
    const std::string address = join(parent->address_, name);
    if (member.kind == Value::Kind::table) {
      out.emplace_back(name, Table(member, address, *diagnostics_));
    } else {
      report(member, address, "expected a table" + found(member));
    }
  }
  return out;
}

std::vector<Table> Table::list(std::string_view key) const {
  const Value* value = want(key);
  std::vector<Table> out;
  if (!value) return out;
  const std::string address = join(address_, key);
  if (value->kind != Value::Kind::array) {
    report(*value, address, "expected a list of tables" + found(*value));
    mark(*value);
    return out;
  }
  for (std::size_t i = 0; i < value->items.size(); ++i) {
    const Value& item = value->items[i];
    item.used = true;
    if (item.kind == Value::Kind::table) {
      out.emplace_back(item, join(address, i), *diagnostics_);
    } else {
      report(item, join(address, i), "expected a table" + found(item));
    }
  }
  return out;
}

std::optional<std::pair<std::string, Table>> Table::named(std::string_view key, std::string_view kind) const {
  const Value* value = want(key);
  if (!value) return {};
  const Table options(*value, join(address_, key), *diagnostics_);
  // A text has no members, so a view of it is the empty table of options.
  if (value->kind == Value::Kind::text) return std::pair{value->text, options};
  const Value* name = options.want(kind);
  if (name && name->kind == Value::Kind::text) return std::pair{name->text, options};
  if (name) {
    options.read_text(*name, join(options.address_, kind));
  } else if (value->kind == Value::Kind::table) {
    options.missing(kind, "a text in quotes");
  } else {
    report(*value, options.address_, "expected a name or a table with " + shown(kind) + found(*value));
  }
  mark(*value);
  return {};
}

}  // namespace cajal::config
