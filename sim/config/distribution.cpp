#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "sim/config/table.hpp"
#include "sim/config/text.hpp"

namespace cajal::config {

namespace {

/// The keys that say which distribution a table is.
const std::vector<std::string>& distribution_keys() {
  static const std::vector<std::string> keys{"uniform", "normal", "lognormal", "exponential", "npy"};
  return keys;
}

/// The interval of the draws before they are clipped.
Range support(const Quantity& quantity) {
  switch (quantity.kind) {
    case Quantity::Kind::uniform:
      return {quantity.a, quantity.b};
    case Quantity::Kind::normal:
      return quantity.b > 0 ? any_number : Range{quantity.a, quantity.a};
    case Quantity::Kind::lognormal:
    case Quantity::Kind::exponential:
      return positive;
    default:
      return any_number;
  }
}

/// The bound to add, `min` or `max`, lest draws leave the range; nothing if they stay in it.
std::string missing_bound(const Quantity& quantity, Range allowed) {
  const Range drawn = support(quantity);
  const double low = std::max(drawn.low, quantity.low), high = std::min(drawn.high, quantity.high);
  const bool open = drawn.low_open && drawn.low >= quantity.low;
  if (low < allowed.low || (low == allowed.low && allowed.low_open && !open)) return "min";
  if (high > allowed.high || (high == allowed.high && allowed.high_open)) return "max";
  return {};
}

/// What is wrong with the two numbers of a distribution, else nothing.
std::string wrong_parameters(const Quantity& quantity) {
  switch (quantity.kind) {
    case Quantity::Kind::uniform:
      return quantity.a <= quantity.b ? "" : "the low end stands first, then the high one";
    case Quantity::Kind::normal:
      return quantity.b >= 0 ? "" : "the second number is a standard deviation: at least 0";
    case Quantity::Kind::lognormal:
      return quantity.b >= 0 ? "" : "the second number is the standard deviation of the logarithm: at least 0";
    case Quantity::Kind::exponential:
      return quantity.a > 0 ? "" : "the mean must be positive";
    default:
      return {};
  }
}

Quantity::Kind kind_of(const std::string& key) {
  if (key == "uniform") return Quantity::Kind::uniform;
  if (key == "normal") return Quantity::Kind::normal;
  if (key == "lognormal") return Quantity::Kind::lognormal;
  return Quantity::Kind::exponential;
}

}  // namespace

std::optional<Quantity> Table::read_distribution(std::string_view unit, Range allowed) const {
  std::vector<std::string> present;
  for (const std::string& key : distribution_keys()) {
    if (has(key)) present.push_back(key);
  }
  if (present.size() != 1) {
    report(*value_, address_,
           "expected " + wanted_quantity(unit) + ", a list of them, or a table with one of " +
               listed(distribution_keys()) + "; found " + (present.empty() ? value_->written() : listed(present)));
    return {};
  }
  const std::string& key = present.front();
  Quantity quantity;
  quantity.at = value_->at;
  if (key == "npy") {
    quantity.kind = Quantity::Kind::file;
    const std::size_t before = diagnostics_->size();
    quantity.path = text(key, "");
    return diagnostics_->size() == before ? std::optional(quantity) : std::nullopt;
  }
  quantity.kind = kind_of(key);
  const Value& value = *want(key);
  const std::string_view parameter_unit = quantity.kind == Quantity::Kind::lognormal ? "" : unit;
  const std::size_t before = diagnostics_->size();
  if (quantity.kind == Quantity::Kind::exponential) {
    quantity.a = read(value, join(address_, key), unit, any_number).value_or(0);
  } else if (value.kind == Value::Kind::array && value.items.size() == 2) {
    const auto pair = read_list(value, join(address_, key), parameter_unit, any_number);
    if (pair) quantity.a = pair->front(), quantity.b = pair->back();
  } else {
    error(key, "expected a list of two numbers, found " + value.written());
  }
  quantity.low = this->quantity("min", unit).value_or(quantity.low);
  quantity.high = this->quantity("max", unit).value_or(quantity.high);
  if (diagnostics_->size() > before) return {};
  if (const std::string wrong = wrong_parameters(quantity); !wrong.empty()) {
    error(key, wrong + ", found " + value.written());
    return {};
  }
  if (quantity.low > quantity.high) {
    error("min", "`min` is above `max`");
    return {};
  }
  if (const std::string bound = missing_bound(quantity, allowed); !bound.empty()) {
    error(has(bound) ? bound : key, "must be " + allowed.text(unit) + ", and this distribution can draw " +
                                        (bound == "min" ? "less" : "more") + (has(bound) ? "; change " : "; add ") +
                                        shown(bound));
    return {};
  }
  return quantity;
}

Quantity Table::distribution(std::string_view key, std::string_view unit, double fallback, Range allowed) const {
  Quantity quantity;
  quantity.a = fallback;
  quantity.at = at(key);
  const Value* value = want(key);
  if (!value) return quantity;
  const std::string address = join(address_, key);
  if (value->kind == Value::Kind::table) {
    const Table options(*value, address, *diagnostics_);
    const std::optional<Quantity> drawn = options.read_distribution(unit, allowed);
    if (!drawn) options.skip();
    return drawn.value_or(quantity);
  }
  if (value->kind != Value::Kind::array) {
    quantity.a = read(*value, address, unit, allowed).value_or(fallback);
    return quantity;
  }
  if (value->items.empty()) report(*value, address, "the list is empty");
  std::optional<std::vector<double>> values = read_list(*value, address, unit, allowed);
  if (!values || values->empty()) return quantity;
  quantity.kind = Quantity::Kind::values;
  quantity.values = std::move(*values);
  return quantity;
}

}  // namespace cajal::config
