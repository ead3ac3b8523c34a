#include "models/edges/initial.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <functional>

#include "models/population_reader.hpp"
#include "sim/config/text.hpp"
#include "sim/error.hpp"
#include "sim/random.hpp"
#include "sim/record/npy.hpp"

namespace cajal {

namespace {

const std::vector<std::string> scheme_names{"kaiming_uniform", "glorot_uniform", "he_normal", "zeros"};

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

double kaiming_bound(const InitialRequest& r) { return 1 / std::sqrt(static_cast<double>(r.sources)); }

std::vector<double> draw_scheme(const std::string& scheme, const InitialRequest& r) {
  const std::size_t count = r.sources * r.targets;
  const std::string address = r.address + ".weight";
  const auto uniform = [&](double bound) {
    return each(count, r.seed, address, [bound](Draws& d) { return d.uniform(-bound, bound); });
  };
  if (scheme == "kaiming_uniform") return uniform(kaiming_bound(r));
  if (scheme == "glorot_uniform") return uniform(std::sqrt(6 / static_cast<double>(r.sources + r.targets)));
  if (scheme == "he_normal") {
    // The standard deviation of a standard normal that is cut at two.
    constexpr double cut = 0.87962566103423978;
    const double sd = std::sqrt(2 / static_cast<double>(r.sources)) / cut;
    return each(count, r.seed, address, [sd](Draws& d) {
      double z = d.normal();
      while (std::fabs(z) > 2) z = d.normal();
      return sd * z;
    });
  }
  return std::vector<double>(count, 0.0);
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
      : edge_(edge), request_(request), shape_(std::move(shape)), unit_(std::move(unit)), address_(std::move(address)) {
    for (const std::size_t n : shape_) count_ *= n;
  }

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
                           " values are needed (" + text_of(shape_) + ", the targets outermost)");
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
  std::size_t count_ = 1;
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
    out.bias = ParameterReader(edge, r, {r.targets}, r.bias_unit, r.address + ".bias").read("bias");
    return;
  }
  if (!edge.boolean("bias", !edge.has("weight"))) return;
  if (scheme == "kaiming_uniform")
    out.bias = each(r.targets, r.seed, r.address + ".bias",
                    [bound = kaiming_bound(r)](Draws& d) { return d.uniform(-bound, bound); });
  else
    out.bias.assign(r.targets, 0.0);
}

}  // namespace

std::optional<Initial> read_initial(const config::Table& edge, const InitialRequest& r) {
  const std::size_t before = edge.diagnostics().size();
  // The targets fill whole panels, of 32 units at most.
  if (r.sources > 0 && (r.targets + 31) / 32 * 32 > most_dense_weights / r.sources) {
    edge.error("", std::to_string(r.sources) + " sources and " + std::to_string(r.targets) +
                       " targets make more than " + std::to_string(most_dense_weights) +
                       " weights; give the edge a `connect` rule, so that it is sparse");
    edge.skip();
    return std::nullopt;
  }
  if (edge.has("weight") && edge.take("init"))
    edge.error("init", "`weight` and `init` both set the first weights; give one of them");
  if (!r.weight_unit.empty() && !edge.has("weight") && !edge.has("init"))
    edge.error("weight", "missing: the weight in " + r.weight_unit + ", or `init`");

  Initial out;
  std::string scheme;
  const ParameterReader reader(edge, r, {r.targets, r.sources}, r.weight_unit, r.address + ".weight");
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
