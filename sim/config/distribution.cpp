#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "sim/config/draw.hpp"
#include "sim/config/expression.hpp"
#include "sim/config/table.hpp"
#include "sim/config/text.hpp"

namespace cajal::config {

namespace {

/// The keys that say which distribution a table is.
const std::vector<std::string>& distribution_keys() {
  static const std::vector<std::string> keys{"uniform", "normal", "lognormal", "exponential", "npy"};
  return keys;
}

constexpr double least_acceptance = 0.01;

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

bool Table::read_parameters(const std::string& key, std::string_view unit, Quantity& quantity) const {
  const Value& value = *want(key);
  const std::string address = join(address_, key);
  const std::size_t before = diagnostics_->size();
  const bool is_lognormal = quantity.kind == Quantity::Kind::lognormal;
  if (quantity.kind == Quantity::Kind::exponential) {
    quantity.a = read(value, address, unit, any_number).value_or(0);
  } else if (is_lognormal && value.kind == Value::Kind::table) {
    const Table moments(value, address, *diagnostics_);
    const double mean = moments.required_quantity("mean", unit, positive);
    const double sd = moments.required_quantity("sd", unit, not_negative);
    const double ratio = sd / mean;
    quantity.b = std::sqrt(std::log1p(ratio * ratio));
    quantity.a = std::log(mean) - quantity.b * quantity.b / 2;
  } else if (value.kind == Value::Kind::array && value.items.size() == 2) {
    const auto pair = read_list(value, address, is_lognormal ? std::string_view() : unit, any_number);
    if (pair) quantity.a = pair->front(), quantity.b = pair->back();
  } else {
    error(key, std::string("expected a list of two numbers") +
                   (is_lognormal ? " or a table with `mean` and `sd`" : "") + ", found " + value.written());
  }
  if (diagnostics_->size() > before) return false;
  const std::string wrong = wrong_parameters(quantity);
  if (!wrong.empty()) error(key, wrong + ", found " + value.written());
  return wrong.empty();
}

bool Table::read_clip(std::string_view unit, Quantity& quantity) const {
  const std::size_t before = diagnostics_->size();
  quantity.low = this->quantity("min", unit).value_or(quantity.low);
  quantity.high = this->quantity("max", unit).value_or(quantity.high);
  quantity.redraw = choice("clip", {"bound", "redraw"}, "bound") == "redraw";
  if (diagnostics_->size() > before) return false;
  if (quantity.low > quantity.high)
    error("min", "`min` is above `max`");
  else if (has("clip") && !has("min") && !has("max"))
    error("clip", "without `min` or `max` there is nothing to clip");
  return diagnostics_->size() == before;
}

std::string Table::refusal(const Value& value, std::string_view unit, VariableSet known, Range allowed) const {
  const Expression& expression = *value.expression;
  const std::string found = ", found " + value.written();
  if (known.empty())
    return "expected " + wanted_quantity(unit) + found +
           ", which varies: here one number, a distribution or a list of numbers is needed";
  std::string unknown;
  const Dimension wanted = parse_unit(unit, unknown).value_or(Unit{}).dimension;
  if (expression.dimension() != wanted)
    return "expected " + wanted_quantity(unit) + found + ", which is " + one_of(expression.dimension());
  std::vector<std::string> names;
  for (std::size_t v = 0; v < variables.size(); ++v) {
    if (known.contains(static_cast<Variable>(v))) names.emplace_back(variables[v].name);
  }
  for (const Variable variable : expression.variables()) {
    const std::string name(variables[static_cast<std::size_t>(variable)].name);
    if (!known.contains(variable))
      return "`" + name + "` is not known here" + found + "; what varies here is: " + listed(names);
  }
  const Interval bounds = expression.bounds();
  const Unit base{wanted, 0, 1}, asked = parse_unit(unit, unknown).value_or(Unit{});
  const double least = converted(bounds.first, base, asked), most = converted(bounds.second, base, asked);
  if (most < allowed.low || least > allowed.high)
    return "must be " + allowed.text(unit) + found + ", which is " +
           (most < allowed.low ? "at most " + written_number(most) : "at least " + written_number(least));
  return {};
}

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
  const bool known = read_parameters(key, unit, quantity);
  if (!read_clip(unit, quantity) || !known) return {};
  if (const std::string bound = missing_bound(quantity, allowed); !bound.empty()) {
    error(has(bound) ? bound : key, "must be " + allowed.text(unit) + ", and this distribution can draw " +
                                        (bound == "min" ? "less" : "more") + (has(bound) ? "; change " : "; add ") +
                                        shown(bound));
    return {};
  }
  if (quantity.redraw && acceptance(quantity) < least_acceptance) {
    error("clip", "of these draws fewer than one in 100 is between `min` and `max`: redrawing has no end");
    return {};
  }
  return quantity;
}

Quantity Table::distribution(std::string_view key, std::string_view unit, double fallback, Range allowed,
                             VariableSet known) const {
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
  if (value->expression) {
    if (const std::string wrong = refusal(*value, unit, known, allowed); !wrong.empty()) {
      report(*value, address, wrong);
      return quantity;
    }
    std::string unknown;
    quantity.kind = Quantity::Kind::expression;
    quantity.expression = value->expression;
    quantity.allowed = allowed;
    quantity.unit = parse_unit(unit, unknown).value_or(Unit{});
    quantity.address = address;
    return quantity;
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
