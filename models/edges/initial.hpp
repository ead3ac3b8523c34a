#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/table.hpp"

namespace cajal {

/// Weights whose places 32 bits can name, padding included.
inline constexpr std::size_t most_dense_weights = (std::size_t{1} << 32) - 1;

/// What the first values of a dense edge's parameters depend on, beside its own table.
struct InitialRequest {
  std::size_t sources = 0, targets = 0;
  std::string weight_unit, bias_unit;
  double largest = 0;  ///< what the precision holds
  std::uint64_t seed = 0;
  std::string address;  ///< `edge.name`: keys the random stream `edge.name.weight`, by row-major element
  std::string folder;   ///< of the config, for files it names
};

struct Initial {
  std::vector<double> weight;  ///< [target][source]
  std::vector<double> bias;    ///< [target], or empty: none
};

/// Reads `weight` or `init`, and `bias`.
///
/// `weight`: a quantity in the unit of the port, a distribution, one value for each weight in row-major order, or
/// `{ npy = "w.npy" }` of shape [target][source]. `init`: the same, or one of these words, with n_in sources, n_out
/// targets (where the port has a unit one of the two must be given):
/// - `kaiming_uniform` (default): weight and bias uniform in +-1 / sqrt(n_in), as PyTorch's Linear.
/// - `glorot_uniform`: uniform in +-sqrt(6 / (n_in + n_out)). Source: Glorot & Bengio 2010, AISTATS.
/// - `he_normal`: normal of standard deviation sqrt(2 / n_in), cut at two deviations of the uncut one, as Keras has it.
///   Source: He et al. 2015, ICCV.
/// - `zeros`.
///
/// `bias`: true (with `init` the default), false (with `weight` the default), or as `weight`, of shape [target]. With
/// true it starts at 0, but for `kaiming_uniform`.
///
/// Nothing, with errors in the table's diagnostics, if something is wrong.
std::optional<Initial> read_initial(const config::Table& edge, const InitialRequest& request);

}  // namespace cajal
