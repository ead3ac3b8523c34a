#include "models/shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/edges/entry.hpp"
#include "models/inputs/data.hpp"

namespace cajal {

std::size_t units_of(const Shape& shape) {
  if (shape.empty()) return 0;
  std::size_t units = 1;
  for (const std::size_t n : shape) units *= n;
  return units;
}

std::size_t channels_of(const Shape& shape) { return shape.size() == 3 ? shape[0] : units_of(shape); }

std::string shape_text(const Shape& shape) { return fmt::format("{}", fmt::join(shape, " x ")); }

namespace {

constexpr std::int64_t most_units = 100000000;

/// `shape = [1, 28, 28]`; empty without one or with an error.
Shape read_shape(const config::Table& table) {
  if (!table.has("shape")) return {};
  Shape shape;
  const std::size_t errors = table.diagnostics().size();
  double product = 1;
  for (const double n : table.numbers("shape", "")) {
    if (!(n >= 1 && n <= static_cast<double>(most_units)) || n != static_cast<double>(static_cast<std::int64_t>(n))) {
      table.error("shape", fmt::format("expected whole numbers of at least 1, found {:g}", n));
      return {};
    }
    product *= n;
    shape.push_back(static_cast<std::size_t>(n));
  }
  if (table.diagnostics().size() > errors) return {};
  if (shape.empty() || product > static_cast<double>(most_units)) {
    table.error("shape", fmt::format("expected extents like [1, 28, 28], {} units in all at most", most_units));
    return {};
  }
  return shape;
}

class Finder {
 public:
  Finder(const BuildRequest& request, const NamedTables& nodes, std::vector<Target>& targets)
      : request_(request), nodes_(nodes), targets_(targets) {}

  std::map<std::string, Shape> find() {
    for (const auto& [name, table] : nodes_) shapes_[name] = declared(table);
    while (spread()) {
    }
    share_private();
    return std::move(shapes_);
  }

 private:
  Shape declared(const config::Table& table) {
    const std::string kind = table.required_text("kind");
    const auto size = static_cast<std::size_t>(table.integer("size", 0, 1, most_units));
    Shape shape;
    if (kind == "data" && request_.sample.empty())
      table.error("kind", "a node of kind \"data\" needs a data set: there is no `data` in this config");
    else if (kind == "data" && is_text(table.peek("field"), "y"))
      shape = request_.targets > 0 ? Shape{request_.targets} : Shape{};
    else if (kind == "data")
      shape = shown_shape(table, request_.sample, request_.tokens);
    const Shape written = read_shape(table);
    if (!written.empty() && !shape.empty() && units_of(shape) != units_of(written))
      table.error("shape", fmt::format("{} units, but the data show {}", units_of(written), units_of(shape)));
    else if (!written.empty())
      shape = written;
    if (size > 0 && shape.empty()) shape = {size};
    if (size > 0 && !shape.empty() && units_of(shape) != size)
      table.error("size", kind == "data"
                              ? fmt::format("the data have {} values a sample, not {}", units_of(shape), size)
                              : fmt::format("{} units, but `shape` has {}", size, units_of(shape)));
    if ((kind == "current" || kind == "modulator") && shape.empty()) shape = {1};
    return shape;
  }

  /// A node without a size of its own has the shape of what an edge brings.
  bool spread() {
    bool changed = false;
    for (Target& t : targets_) {
      const config::Value* kind = t.table->peek("kind");
      const EdgeEntry* entry = kind && !t.is_private ? find_edge_entry(kind->text) : nullptr;
      if (is_branch(t) || !entry || !entry->shape || t.shapeless || !shapes_[t.to].empty() || shapes_[t.from].empty())
        continue;
      shapes_[t.to] = entry->shape(*t.table, shapes_[t.from]);
      t.shapeless = shapes_[t.to].empty();
      changed = true;
    }
    for (auto& [name, shape] : shapes_) changed = concatenate(name, shape) || changed;
    return changed;
  }

  /// An edge that ends at a part of its target.
  static bool is_branch(const Target& t) {
    const config::Value* kind = t.table->peek("kind");
    return !t.is_private && t.table->has("into") && kind && (kind->text == "one_to_one" || kind->text == "reverse");
  }

  /// Finds where each branch begins, and the shape of all: side by side along the first axis where the others agree.
  bool concatenate(const std::string& node, Shape& shape) {
    std::size_t next = 0, all = 0;
    Shape rest;
    bool images = true, first = true;
    for (Target& t : targets_) {
      if (t.to != node || !is_branch(t)) continue;
      const Shape& source = shapes_[t.from];
      if (source.empty()) return false;
      const config::Value* into = t.table->peek("into");
      const bool given = into->kind == config::Value::Kind::integer && into->integer >= 0 && into->integer < most_units;
      t.into = given ? static_cast<std::size_t>(into->integer) : next;
      images = images && source.size() == 3 && *t.into == next && (first || rest == Shape{source[1], source[2]});
      rest.assign(source.begin() + 1, source.end());
      next = *t.into + units_of(source);
      all = std::max(all, next);
      first = false;
    }
    if (!shape.empty() || all == 0) return false;
    shape = images ? Shape{all / units_of(rest), rest[0], rest[1]} : Shape{all};
    return true;
  }

  /// A private source has a unit for each of all its targets.
  void share_private() {
    // What a private source feeds may itself be one: its size must be known first.
    for (bool changed = true; changed;) {
      changed = false;
      std::map<std::string, std::size_t> sizes;
      std::set<std::string> open;
      for (const Target& t : targets_) {
        if (!t.is_private) continue;
        sizes[t.from] += units_of(shapes_[t.to]);
        if (shapes_[t.to].empty()) open.insert(t.from);
      }
      for (const auto& [name, size] : sizes) {
        if (!shapes_[name].empty() || size == 0 || open.contains(name)) continue;
        shapes_[name] = {size};
        changed = true;
      }
    }
  }

  const BuildRequest& request_;
  const NamedTables& nodes_;
  std::vector<Target>& targets_;
  std::map<std::string, Shape> shapes_;
};

}  // namespace

std::map<std::string, Shape> find_shapes(const BuildRequest& request, const NamedTables& nodes,
                                         std::vector<Target>& targets) {
  return Finder(request, nodes, targets).find();
}

}  // namespace cajal
