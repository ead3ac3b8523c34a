#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "learning/data/sources/catalogue.hpp"
#include "sim/config/text.hpp"

namespace cajal::data {

namespace {

using config::Table;
using config::Value;

/// Numbers in nested lists of one shape.
struct Nested {
  std::vector<std::size_t> shape;
  std::vector<double> values;
};

/// Reads lists that stand in a config; the first of each depth says how long the others must be.
class NestedReader {
 public:
  NestedReader(const Table& table, Nested& out) : table_(table), out_(out) {}

  bool read(const Value& list, const std::string& address, std::size_t depth = 0) {
    const bool known = depth < out_.shape.size();
    if (list.items.empty()) return fail(list, address, "the list is empty");
    if (!known) out_.shape.push_back(list.items.size());
    if (out_.shape[depth] != list.items.size())
      return fail(list, address,
                  fmt::format("holds {} values, the lists before it {}", list.items.size(), out_.shape[depth]));
    for (std::size_t i = 0; i < list.items.size(); ++i)
      if (!item(list.items[i], config::join(address, i), depth)) return false;
    return true;
  }

 private:
  bool item(const Value& value, const std::string& address, std::size_t depth) {
    const bool deeper = depth + 1 < out_.shape.size();
    if (value.kind == Value::Kind::array && (deeper || out_.values.empty())) return read(value, address, depth + 1);
    if (!value.is_number() || deeper)
      return fail(
          value, address,
          std::string(deeper ? "expected a list of numbers" : "expected a number") + ", found " + value.written());
    if (!(std::fabs(value.number()) <= std::numeric_limits<float>::max()))
      return fail(value, address, "expected a number in the range of a float, found " + value.written());
    out_.values.push_back(value.number());
    return true;
  }

  bool fail(const Value& value, const std::string& address, std::string message) {
    table_.diagnostics().push_back({value.at, address, std::move(message)});
    return false;
  }

  const Table& table_;
  Nested& out_;
};

bool all(const Value& list, Value::Kind kind) {
  return std::all_of(list.items.begin(), list.items.end(), [&](const Value& item) { return item.kind == kind; });
}

/// The list at `key`, marked as used; null, with an error, if there is none.
const Value* list_at(const Table& table, std::string_view key, const char* what) {
  const Value* value = table.take(key);
  if (value && value->kind == Value::Kind::array && !value->items.empty()) return value;
  table.error(key, fmt::format("expected a list of {}{}", what, value ? ", found " + value->written() : ""));
  return nullptr;
}

void set_named_classes(const Value& list, Dataset& out) {
  std::map<std::string, std::int32_t> classes;
  for (const Value& item : list.items) classes.emplace(item.text, 0);
  for (auto& [name, number] : classes) {
    number = static_cast<std::int32_t>(out.class_names.size());
    out.class_names.push_back(name);
  }
  out.classes = classes.size();
  for (const Value& item : list.items) out.label.push_back(classes.at(item.text));
}

void read_targets(const Table& table, const Value& list, Dataset& out) {
  const std::string task = table.choice("task", {"automatic", "classification", "regression"}, "automatic");
  if (list.items.size() != out.samples)
    return table.error("y", fmt::format("holds {} values for the {} samples of x", list.items.size(), out.samples));
  if (all(list, Value::Kind::text)) {
    if (task == "regression") table.error("task", "the values of y are names of classes");
    return set_named_classes(list, out);
  }
  Nested y;
  if (!NestedReader(table, y).read(list, config::join(table.address(), "y"))) return;
  if (y.shape.size() > 2) return table.error("y", "each sample's targets are one number or a list of numbers");
  const bool whole = std::all_of(y.values.begin(), y.values.end(), [](double v) { return v == std::floor(v); });
  const bool classes =
      task == "classification" || (task == "automatic" && y.shape.size() == 1 && all(list, Value::Kind::integer));
  if (classes && (y.shape.size() != 1 || !whole))
    return table.error("y", "classes are whole numbers or names, one for each sample");
  if (classes) return out.set_classes(y.values);
  out.targets = y.shape.size() == 2 ? y.shape[1] : 1;
  out.y.assign(y.values.begin(), y.values.end());
}

Load read_values(const Table& source) {
  const Value* x = list_at(source, "x", "samples, each a number or a list of numbers");
  const Value* y = list_at(source, "y", "classes or targets, as many as there are samples");
  if (!x || !y) return {};
  Nested samples;
  if (!NestedReader(source, samples).read(*x, config::join(source.address(), "x"))) return {};
  Dataset out;
  out.name = "values";
  out.samples = samples.shape[0];
  out.features = samples.values.size() / out.samples;
  out.shape.assign(samples.shape.begin() + 1, samples.shape.end());
  if (out.shape.empty()) out.shape = {1};
  out.x.assign(samples.values.begin(), samples.values.end());
  read_targets(source, *y, out);
  return [out = std::move(out)](const Loading&) { return out; };
}

}  // namespace

SourceKind values_source() {
  return {
      "x", "samples written in the config; y as whole numbers or names is classes, as other numbers or lists targets",
      "data = { source = { x = [[0, 0], [0, 1], [1, 0], [1, 1]], y = [0, 1, 1, 0] }, split = { test = \"train\" } }",
      SourceKind::Names::values, read_values};
}

}  // namespace cajal::data
