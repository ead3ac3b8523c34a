#include "models/positions.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "sim/error.hpp"
#include "sim/random.hpp"
#include "sim/record/npy.hpp"

namespace cajal {

namespace {

constexpr double longest_extent = 1e9;

/// Two or three lengths.
std::vector<double> read_extent(const config::Table& table, std::string_view key) {
  const std::size_t errors = table.diagnostics().size();
  std::vector<double> extent = table.numbers(key, "mm");
  if (table.diagnostics().size() > errors) return {};
  if (extent.size() != 2 && extent.size() != 3) {
    table.error(key, fmt::format("expected two or three lengths, like [\"1 mm\", \"1 mm\"], found {}", extent.size()));
    return {};
  }
  for (const double length : extent)
    if (!(length > 0 && length <= longest_extent)) {
      table.error(key,
                  fmt::format("an extent of {:g} mm; above 0 and up to {:g} mm is allowed", length, longest_extent));
      return {};
    }
  return extent;
}

/// Boxes along each dimension; the product is the number of units.
std::vector<std::size_t> read_grid(const config::Table& table, std::size_t size) {
  const std::size_t errors = table.diagnostics().size();
  const std::vector<double> counts = table.numbers("grid", "");
  if (table.diagnostics().size() > errors) return {};
  if (counts.size() != 2 && counts.size() != 3) {
    table.error("grid", fmt::format("expected two or three counts, like [40, 25], found {}", counts.size()));
    return {};
  }
  double places = 1;
  std::string product;
  for (const double n : counts) {
    if (!(n >= 1 && n == std::floor(n))) {
      table.error("grid", fmt::format("expected whole numbers, at least 1, found {:g}", n));
      return {};
    }
    places *= n;
    product += fmt::format("{}{:g}", product.empty() ? "" : " x ", n);
  }
  if (places == static_cast<double>(size)) return {counts.begin(), counts.end()};
  table.error("grid", fmt::format("{} are {:g} places for {} units; one for each is needed", product, places, size));
  return {};
}

void place_on_grid(const std::vector<std::size_t>& counts, Positions& out) {
  const std::size_t size = out.values.size() / out.dimensions;
  for (std::size_t unit = 0; unit < size; ++unit) {
    std::size_t rest = unit;
    for (std::size_t i = out.dimensions; i-- > 0; rest /= counts[i])
      out.values[unit * out.dimensions + i] =
          (static_cast<double>(rest % counts[i]) + 0.5) * out.extent[i] / static_cast<double>(counts[i]);
  }
}

/// `values = [[x, y], ...]`
bool read_values(const config::Table& table, Positions& out) {
  const config::Value* list = table.take("values");
  const auto fail = [&](const std::string& what) {
    table.error("values", what);
    return false;
  };
  if (list->kind != config::Value::Kind::array || list->items.empty())
    return fail("expected a list of positions in mm, like [[0, 0.5], [1, 0.5]], found " + list->written());
  out.dimensions = list->items[0].items.size();
  for (std::size_t unit = 0; unit < list->items.size(); ++unit) {
    const config::Value& item = list->items[unit];
    if (item.items.size() != out.dimensions || (out.dimensions != 2 && out.dimensions != 3))
      return fail(
          fmt::format("position {} is {}; expected two or three numbers, as many in each", unit, item.written()));
    for (const config::Value& x : item.items) {
      if (!x.is_number()) return fail(fmt::format("position {} is {}; expected numbers in mm", unit, item.written()));
      out.values.push_back(x.number());
    }
  }
  return true;
}

bool read_file(const config::Table& table, const std::string& folder, Positions& out) {
  const std::string file = table.text("file", "");
  try {
    record::Array array = record::read_npy((std::filesystem::path(folder) / file).string());
    if (array.shape.size() == 2 && (array.shape[1] == 2 || array.shape[1] == 3)) {
      out.dimensions = array.shape[1];
      out.values = std::move(array.values);
      return true;
    }
    table.error("file", fmt::format("\"{}\" is no array of units x 2 or units x 3", file));
  } catch (const DataError& error) {
    table.error("file", error.what());
  }
  return false;
}

/// Of positions that were given one by one; whether they are good.
bool check_given(const config::Table& table, std::string_view key, std::size_t size, const Positions& p) {
  const auto fail = [&](std::string_view at, const std::string& what) {
    table.error(at, what);
    return false;
  };
  if (p.values.size() != size * p.dimensions)
    return fail(key,
                fmt::format("{} positions for {} units; one for each is needed", p.values.size() / p.dimensions, size));
  if (!p.extent.empty() && p.extent.size() != p.dimensions)
    return fail("extent", fmt::format("{} lengths for positions in {} dimensions", p.extent.size(), p.dimensions));
  for (std::size_t i = 0; i < p.values.size(); ++i) {
    const double x = p.values[i], most = p.extent.empty() ? longest_extent : p.extent[i % p.dimensions];
    const double least = p.extent.empty() ? -longest_extent : 0;
    if (!(x >= least && x <= most))
      return fail(key, fmt::format("unit {} is at {:g} mm along dimension {}; {:g} to {:g} mm are allowed",
                                   i / p.dimensions, x, i % p.dimensions, least, most));
  }
  return true;
}

}  // namespace

Positions read_positions(const config::Table& node, const std::string& name, std::size_t size, std::uint64_t seed,
                         const std::string& folder) {
  const auto table = node.table("positions");
  if (!table) return {};
  std::vector<std::string> given;
  for (const char* key : {"grid", "uniform", "values", "file"})
    if (table->has(key)) given.emplace_back(key);
  if (given.size() != 1) {
    table->error("", fmt::format("found {}; one of `grid`, `uniform`, `values` and `file` is needed",
                                 given.empty() ? "none" : fmt::format("`{}`", fmt::join(given, "`, `"))));
    table->skip();
    return {};
  }
  const std::string& key = given[0];
  const std::size_t errors = table->diagnostics().size();
  Positions out;
  const bool drawn = key == "uniform";
  if (drawn || table->has("extent")) out.extent = read_extent(*table, drawn ? "uniform" : "extent");
  out.periodic = table->boolean("periodic", false);
  if (key == "grid" && !table->has("extent"))
    table->error("extent", "missing key `extent`: the size of the grid, like [\"1 mm\", \"1 mm\"]");
  else if (out.periodic && !drawn && !table->has("extent"))
    table->error("periodic", "a torus needs its `extent`, like [\"1 mm\", \"1 mm\"]");
  std::vector<std::size_t> counts;
  bool good = true;
  if (key == "grid")
    counts = read_grid(*table, size);
  else if (key == "values")
    good = read_values(*table, out);
  else if (key == "file")
    good = read_file(*table, folder, out);
  if (key == "grid" && !counts.empty() && !out.extent.empty() && counts.size() != out.extent.size())
    table->error("extent", fmt::format("{} lengths for a grid of {} dimensions", out.extent.size(), counts.size()));
  if (!good || table->diagnostics().size() > errors) return {};
  if (key == "values" || key == "file") {
    if (!check_given(*table, key, size, out)) return {};
    return out;
  }
  out.dimensions = out.extent.size();
  out.values.resize(size * out.dimensions);
  if (!drawn) {
    place_on_grid(counts, out);
    return out;
  }
  const Stream stream(seed, "node." + name + ".positions");
  for (std::size_t unit = 0; unit < size; ++unit) {
    Draws draws(stream, unit);
    for (std::size_t i = 0; i < out.dimensions; ++i)
      out.values[unit * out.dimensions + i] = draws.uniform(0, out.extent[i]);
  }
  return out;
}

}  // namespace cajal
