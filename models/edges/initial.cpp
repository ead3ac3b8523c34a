#include "models/edges/initial.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <functional>

#include "models/edges/orthogonal.hpp"
#include "models/population_reader.hpp"
#include "sim/config/text.hpp"
#include "sim/error.hpp"
#include "sim/random.hpp"
#include "sim/record/npy.hpp"

namespace cajal {

namespace {

const std::vector<std::string> scheme_names{"kaiming_uniform", "glorot_uniform", "glorot_normal",
                                            "he_uniform",      "he_normal",      "lecun_normal",
                                            "orthogonal",      "ones",           "zeros"};

/// One value for each element, drawn from a stream of its own.
std::vector<double> each(std::size_t count, std::uint64_t seed, const std::string& address,
                         const std::function<double(Draws&)>& value) {
  const Stream stream(seed, address);
  std::vector<double> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    Draws draws(stream, i);
    out[i] = value(draws);
  }
  return out;
}

std::size_t product(const std::vector<std::size_t>& shape) {
  std::size_t count = 1;
  for (const std::size_t n : shape) count *= n;
  return count;
}

double kaiming_bound(const InitialRequest& r) { return 1 / std::sqrt(static_cast<double>(r.fan_in)); }

/// The variance that a scheme gives the weights.
double variance(const std::string& scheme, const InitialRequest& r) {
  const auto in = static_cast<double>(r.fan_in), out = static_cast<double>(r.fan_out);
  if (scheme.starts_with("glorot")) return 2 / (in + out);
  return scheme.starts_with("he") ? 2 / in : 1 / in;
}

double cut_normal(Draws& draws) {
  double z = draws.normal();
  while (std::fabs(z) > 2) z = draws.normal();
  return z;
}

std::vector<double> draw_scheme(const std::string& scheme, const InitialRequest& r) {
  const std::size_t count = product(r.shape);
  const std::string address = r.address + ".weight";
  const auto uniform = [&](double bound) {
    return each(count, r.seed, address, [bound](Draws& d) { return d.uniform(-bound, bound); });
  };
  if (scheme == "ones") return std::vector<double>(count, 1.0);
  if (scheme == "zeros") return std::vector<double>(count, 0.0);
  if (scheme == "kaiming_uniform") return uniform(kaiming_bound(r));
  if (scheme == "orthogonal") {
    auto matrix = each(count, r.seed, address, [](Draws& d) { return d.normal(); });
    make_orthogonal(matrix, r.shape[0], count / r.shape[0]);
    return matrix;
  }
  if (scheme.ends_with("uniform")) return uniform(std::sqrt(3 * variance(scheme, r)));
  // The standard deviation of a standard normal that is cut at two.
  constexpr double cut = 0.87962566103423978;
  const double sd = std::sqrt(variance(scheme, r)) / cut;
  return each(count, r.seed, address, [sd](Draws& d) { return sd * cut_normal(d); });
}

/// Whether the numbers of a weight can be named and, where they are made orthogonal, be made in time.
bool is_feasible(const config::Table& edge, const InitialRequest& r) {
  if (r.shape.empty()) throw Error(r.address + ": a weight without a shape");
  // The targets of a matrix fill whole panels, of 32 units at most.
  double count = r.shape.size() == 2 ? 32 * std::ceil(static_cast<double>(r.shape[0]) / 32) : 1;
  for (std::size_t k = r.shape.size() == 2 ? 1 : 0; k < r.shape.size(); ++k) count *= static_cast<double>(r.shape[k]);
  if (count > static_cast<double>(most_dense_weights)) {
    edge.error("", r.shape.size() == 2 ? std::to_string(r.shape[1]) + " sources and " + std::to_string(r.shape[0]) +
                                             " targets make more than " + std::to_string(most_dense_weights) +
                                             " weights; give the edge a `connect` rule, so that it is sparse"
                                       : "more than " + std::to_string(most_dense_weights) + " weights");
    edge.skip();
    return false;
  }
  const config::Value* init = edge.peek("init");
  const auto rows = static_cast<double>(r.shape[0]), columns = count / rows;
  const double work = std::min(rows, columns) * rows * columns;
  if (!init || init->kind != config::Value::Kind::text || init->text != "orthogonal" || work <= most_orthogonal_work)
    return true;
  edge.error("init", "a matrix of this size takes too long to be made orthogonal; \"glorot_normal\" comes near");
  edge.skip();
  return false;
}

std::string text_of(const std::vector<std::size_t>& shape) {
  std::string text;
  for (const std::size_t n : shape) text += (text.empty() ? "" : " x ") + std::to_string(n);
  return text.empty() ? "a single number" : text;
}

/// Reads parameters of one shape from the keys of an edge.
class ParameterReader {
 public:
  ParameterReader(const config::Table& edge, const InitialRequest& request, std::vector<std::size_t> shape,
                  std::string unit, std::string address)
      : edge_(edge),
        request_(request),
        shape_(std::move(shape)),
        unit_(std::move(unit)),
        address_(std::move(address)),
        count_(product(shape_)) {}

  /// A quantity, a distribution, a list or a file; empty, with an error, if it is none of them.
  std::vector<double> read(std::string_view key) const {
    const std::size_t before = edge_.diagnostics().size();
    const config::Quantity quantity = edge_.distribution(key, unit_, 0);
    if (edge_.diagnostics().size() > before) return {};
    std::vector<double> values = quantity.kind == config::Quantity::Kind::file
                                     ? read_file(key, quantity.path)
                                     : draw(quantity, count_, request_.seed, address_);
    if (edge_.diagnostics().size() > before) return {};
    if (quantity.constant()) values.assign(count_, values.at(0));
    if (values.size() != count_) {
      edge_.error(key, "a list of " + std::to_string(values.size()) + "; " + std::to_string(count_) +
                           " values are needed (" + text_of(shape_) +
                           (shape_.size() > 1 ? ", the targets outermost)" : ")"));
      return {};
    }
    const auto wrong =
        std::find_if(values.begin(), values.end(), [&](double w) { return !(std::fabs(w) <= request_.largest); });
    if (wrong == values.end()) return values;
    edge_.error(key, "a value of " + config::written_number(*wrong) + "; what the precision holds is allowed");
    return {};
  }

 private:
  std::vector<double> read_file(std::string_view key, const std::string& path) const {
    try {
      record::Array array = record::read_npy((std::filesystem::path(request_.folder) / path).string());
      if (array.shape == shape_) return std::move(array.values);
      edge_.error(key, "\"" + path + "\" holds an array of " + text_of(array.shape) + "; needed: " + text_of(shape_) +
                           (shape_.size() == 2 ? " (targets x sources)" : ""));
    } catch (const DataError& e) {
      edge_.error(key, e.what());
    }
    return {};
  }

  const config::Table& edge_;
  const InitialRequest& request_;
  std::vector<std::size_t> shape_;
  std::string unit_, address_;
  std::size_t count_;
};

/// Whether the value of a key is a word rather than a quantity such as "2 mV".
bool is_word(const config::Table& table, std::string_view key) {
  const config::Value* value = table.peek(key);
  return value && value->kind == config::Value::Kind::text &&
         (value->text.empty() || std::isalpha(static_cast<unsigned char>(value->text[0])));
}

void read_bias(const config::Table& edge, const InitialRequest& r, const std::string& scheme, Initial& out) {
  const config::Value* given = edge.peek("bias");
  if (given && given->kind != config::Value::Kind::boolean) {
    out.bias = ParameterReader(edge, r, {r.biases}, r.bias_unit, r.address + ".bias").read("bias");
    return;
  }
  if (!edge.boolean("bias", !edge.has("weight"))) return;
  if (scheme == "kaiming_uniform")
    out.bias = each(r.biases, r.seed, r.address + ".bias",
                    [bound = kaiming_bound(r)](Draws& d) { return d.uniform(-bound, bound); });
  else
    out.bias.assign(r.biases, 0.0);
}

}  // namespace

InitialRequest dense_request(std::size_t sources, std::size_t targets) {
  InitialRequest r;
  r.shape = {targets, sources};
  r.fan_in = sources;
  r.fan_out = r.biases = targets;
  return r;
}

InitialRequest filter_request(std::vector<std::size_t> shape, std::size_t biases) {
  InitialRequest r;
  const std::size_t field = product(shape) / (shape.at(0) * shape.at(1));
  r.fan_in = shape[1] * field;
  r.fan_out = shape[0] * field;
  r.shape = std::move(shape);
  r.biases = biases;
  return r;
}

std::vector<double> draw_feedback(const InitialRequest& r) {
  const double bound = std::sqrt(6 / static_cast<double>(r.fan_in));
  return each(product(r.shape), r.seed, r.address + ".feedback",
              [bound](Draws& draws) { return draws.uniform(-bound, bound); });
}

std::optional<Initial> read_initial(const config::Table& edge, const InitialRequest& r) {
  const std::size_t before = edge.diagnostics().size();
  if (!is_feasible(edge, r)) return std::nullopt;
  if (edge.has("weight") && edge.take("init"))
    edge.error("init", "`weight` and `init` both set the first weights; give one of them");
  if (!r.weight_unit.empty() && !edge.has("weight") && !edge.has("init"))
    edge.error("weight", "missing: the weight in " + r.weight_unit + ", or `init`");

  Initial out;
  std::string scheme;
  const ParameterReader reader(edge, r, r.shape, r.weight_unit, r.address + ".weight");
  if (edge.has("weight"))
    out.weight = reader.read("weight");
  else if (edge.has("init") && !is_word(edge, "init"))
    out.weight = reader.read("init");
  else
    scheme = edge.choice("init", scheme_names, "kaiming_uniform");
  read_bias(edge, r, scheme, out);
  if (edge.diagnostics().size() > before) return std::nullopt;
  if (!scheme.empty()) out.weight = draw_scheme(scheme, r);
  return out;
}

}  // namespace cajal
