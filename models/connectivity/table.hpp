#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "models/connectivity/rule.hpp"

namespace cajal {

/// The matrices of `[table]`; those that some edge connects by are marked as used.
Matrices used_matrices(const config::Table& root);

/// The pairs whose entry in a named matrix is not zero; by source. The entries are the weights, in the unit of the
/// port, unless the edge has a `weight`. `connect = "W"` is short for `of = "W"`.
struct ConnectByTable {
  static constexpr std::string_view name = "table";
  static constexpr std::string_view meaning = "pairs whose entry in a matrix of [table] is not zero, with it as weight";
  static constexpr std::string_view snippet = "connect = { rule = \"table\", of = \"W\" }";

  static constexpr Connection::Rows rows_of = Connection::Rows::source;

  std::string of;
  std::shared_ptr<const config::Matrix> matrix;

  template <class Visitor>
  void options(Visitor& visit) {
    // A name that is short for the table was its `of`.
    if (visit.where(of.empty())) visit.required("of", of, "the matrix: targets x sources, or as its `rows` says");
  }
  std::optional<Refusal> load(const Populations& p, const RuleSources& sources);
  std::optional<Refusal> refuse(const Populations&) const { return {}; }
  double expected(const Populations&) const;
  void row(const Populations& p, std::uint32_t unit, Draws&, std::vector<std::uint32_t>& partners) const {
    for (std::size_t j = 0; j < p.target; ++j)
      if (entry(unit, j) != 0) partners.push_back(static_cast<std::uint32_t>(j));
  }

  bool has_weights() const { return true; }
  void weights_of(const Populations& p, std::uint32_t unit, std::vector<double>& weights) const {
    weights.clear();
    for (std::size_t j = 0; j < p.target; ++j)
      if (const double w = entry(unit, j); w != 0) weights.push_back(w);
  }

 private:
  double factor_ = 1;  ///< from the matrix to the unit of the port

  double entry(std::size_t source, std::size_t target) const {
    return factor_ * matrix->values[target * matrix->columns + source];
  }
};

}  // namespace cajal
