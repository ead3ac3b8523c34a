#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/node_choice.hpp"
#include "analysis/sample_matrix.hpp"

namespace cajal::analysis {

/// A measure of two representations of the same samples.
struct PairMeasure {
  std::string name;
  std::span<const std::string_view> numbers;  ///< its rows
  /// Rows of the kept activity that are compared.
  std::function<std::vector<std::size_t>(const RecordedRun&)> rows;
  std::function<SampleMatrix(std::span<const float> values, std::size_t units)> matrix;
  /// Of two matrices one value for each of `numbers`; symmetric.
  std::function<std::vector<std::optional<double>>(const SampleMatrix&, const SampleMatrix&)> compare;
};

/// The first rows, at most `samples`.
std::function<std::vector<std::size_t>(const RecordedRun&)> first_samples(std::size_t samples);

/// Rows of each two chosen nodes of one seed, part `mlp.hid ~ snn.hid`, n samples; and one row of each node with itself
/// as other seeds made it, part `mlp.hid ~ mlp.hid`: a mean over n pairs of seeds, filed under the first seed, one
/// alone because pairs that share a seed are not independent. Arrays beside them, where there are two nodes or more:
/// `<name>/node` and a matrix [node, node] for each number, the mean over seeds, its diagonal 1. Left out, and told:
/// what was not shown the same samples, and pairs that have no value.
Findings compare_pairs(const Recorded& recorded, const NodeChoice& choice, const PairMeasure& measure);

}  // namespace cajal::analysis
