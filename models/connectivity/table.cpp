#include "models/connectivity/table.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>

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
  const std::size_t targets = matrix->rows_are_targets ? matrix->rows : matrix->columns;
  const std::size_t from = matrix->rows_are_targets ? matrix->columns : matrix->rows;
  if (targets != p.target || from != p.source)
    return Refusal{"of", "\"" + of + "\" has " + std::to_string(targets) + " targets and " + std::to_string(from) +
                             " sources; the nodes have " + std::to_string(p.target) + " and " +
                             std::to_string(p.source) + " units"};
  for (std::size_t i = 0; i < matrix->values.size(); ++i)
    if (!(std::fabs(matrix->values[i]) <= FLT_MAX))
      return Refusal{"of", "\"" + of + "\" holds " + config::written_number(matrix->values[i]) + " in row " +
                               std::to_string(i / matrix->columns) + ", column " + std::to_string(i % matrix->columns) +
                               "; what single precision holds is allowed"};
  return {};
}

double ConnectByTable::expected(const Populations&) const {
  const auto none = std::count(matrix->values.begin(), matrix->values.end(), 0.0);
  return static_cast<double>(matrix->values.size()) - static_cast<double>(none);
}

}  // namespace cajal
