#include "models/connectivity/table.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>

#include "sim/config/measure.hpp"
#include "sim/config/text.hpp"

namespace cajal {

std::optional<Refusal> ConnectByTable::load(const Populations& p, const RuleSources& sources) {
  std::vector<std::string> names;
  if (sources.matrices)
    for (const auto& [known, unused] : *sources.matrices) names.push_back(known);
  const auto found = sources.matrices ? sources.matrices->find(of) : Matrices::const_iterator{};
  if (!sources.matrices || found == sources.matrices->end())
    return Refusal{"of",
                   "no table \"" + of + "\"" +
                       (names.empty() ? "; the config has no [table]" : config::alternatives(of, names, "there are"))};
  matrix = found->second;
  const std::size_t targets = matrix->rows, from = matrix->columns;
  if (targets != p.target || from != p.source)
    return Refusal{"of", "\"" + of + "\" has " + std::to_string(targets) + " targets and " + std::to_string(from) +
                             " sources; the nodes have " + std::to_string(p.target) + " and " +
                             std::to_string(p.source) + " units"};
  std::string why;
  const auto unit = config::parse_measure("1 " + sources.weight_unit, why);
  const config::Measure one{1, matrix->exponent, matrix->dimension};
  factor_ = one.base();
  if (matrix->dimension == config::plain_number || !unit) return {};
  if (matrix->dimension != unit->dimension)
    return Refusal{"of", "\"" + of + "\" is in another unit than the weights, which are in " + sources.weight_unit};
  factor_ /= unit->base();
  return {};
}

double ConnectByTable::expected(const Populations&) const {
  const auto none = std::count(matrix->values.begin(), matrix->values.end(), 0.0);
  return static_cast<double>(matrix->values.size()) - static_cast<double>(none);
}

Matrices used_matrices(const config::Table& root) {
  Matrices matrices;
  const config::Value* tables = root.peek("table");
  if (!tables || tables->kind != config::Value::Kind::table) return matrices;
  for (const auto& [name, entry] : tables->members)
    if (entry.matrix) matrices[name] = entry.matrix;
  const auto use = [&](const config::Value* value) {
    if (value && value->kind == config::Value::Kind::text && matrices.contains(value->text))
      if (const config::Value* entry = tables->find(value->text)) entry->used = true;
  };
  for (const auto& [name, edge] : root.tables("edge")) {
    const config::Value* connect = edge.peek("connect");
    use(connect);
    if (connect && connect->kind == config::Value::Kind::table) use(connect->find("of"));
  }
  return matrices;
}

}  // namespace cajal
