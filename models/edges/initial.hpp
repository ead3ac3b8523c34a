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

/// What the first values of an edge's parameters depend on, beside its own table.
struct InitialRequest {
  std::vector<std::size_t> shape;  ///< of the weight, the targets outermost: {targets, sources}, or of filters
                                   ///< {filters, channels of a group, height, width}
  std::size_t fan_in = 0;          ///< numbers that a target sums over: sources; channels of a group x kernel
  std::size_t fan_out = 0;         ///< numbers that a source goes to: targets; shape[0] x kernel, as PyTorch counts
  std::size_t biases = 0;
  std::string weight_unit, bias_unit;
  double largest = 0;  ///< what the precision holds
  std::uint64_t seed = 0;
  std::string address;  ///< `edge.name`: keys the random stream `edge.name.weight`, by row-major element
  std::string folder;   ///< of the config, for files it names
};

struct Initial {
  std::vector<double> weight;  ///< row-major, of the shape asked for
  std::vector<double> bias;    ///< one value for each, or empty: none
};

/// What a dense edge asks for.
InitialRequest dense_request(std::size_t sources, std::size_t targets);
/// What an edge of filters asks for: a weight {outer, inner, kernel...}, whose outer extent is the filters' number (of
/// a transposed convolution: the channels', with the biases apart). Fans as PyTorch's `_calculate_fan_in_and_fan_out`.
InitialRequest filter_request(std::vector<std::size_t> shape, std::size_t biases);

/// Reads `weight` or `init`, and `bias`.
///
/// `weight`: a quantity in the unit of the port, a distribution, one value for each weight in row-major order, or
/// `{ npy = "w.npy" }` of the weight's shape. `init`: the same, or one of these words (where the port has a unit one of
/// the two must be given):
/// - `kaiming_uniform` (default): weight and bias uniform in +-1 / sqrt(fan_in), as PyTorch's Linear and Conv2d.
/// - `glorot_uniform`, `glorot_normal`: variance 2 / (fan_in + fan_out). Source: Glorot & Bengio 2010, AISTATS.
/// - `he_uniform`, `he_normal`: variance 2 / fan_in. Source: He et al. 2015, ICCV.
/// - `lecun_normal`: variance 1 / fan_in. Source: LeCun et al. 1998, Efficient BackProp, section 4.6.
/// - `orthogonal`: of the matrix {shape[0], all others} the rows are orthonormal, or the columns where there are fewer.
///   Source: Saxe, McClelland & Ganguli 2014, ICLR.
/// - `ones`, `zeros`.
/// The normal ones are cut at two deviations of the uncut one and keep the variance named, as Keras has them.
///
/// `bias`: true (with `init` the default), false (with `weight` the default), or as `weight`, one value for each. With
/// true it starts at 0, but for `kaiming_uniform`.
///
/// Nothing, with errors in the table's diagnostics, if something is wrong.
std::optional<Initial> read_initial(const config::Table& edge, const InitialRequest& request);

/// The random matrix by which errors go back in feedback alignment, of the weight's shape, row-major: uniform in
/// +-sqrt(6 / fan_in), He et al.'s, from the stream `edge.name.feedback`. Source: Frenkel, Lefebvre & Bol 2021,
/// Front. Neurosci. 15:629892, whose code draws the fixed weights so.
std::vector<double> draw_feedback(const InitialRequest& request);

}  // namespace cajal
