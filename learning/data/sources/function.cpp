#include "sim/config/function.hpp"

#include <fmt/format.h>

#include <cmath>

#include "learning/data/sources/catalogue.hpp"
#include "sim/config/draw.hpp"
#include "sim/config/text.hpp"
#include "sim/error.hpp"

namespace cajal::data {

namespace {

using config::Table;
using config::Value;

struct FunctionOptions {
  std::vector<config::Function> functions;
  std::vector<std::string> inputs;
  std::vector<config::Quantity> drawn;  ///< [input]
  std::size_t samples = 0;
  double noise = 0;   ///< standard deviation of what is added to each target
  bool even = false;  ///< one input, at even distances from its low to its high end
  bool classes = false;
};

/// `[low, high]`, or a distribution.
std::optional<config::Quantity> read_input(const Table& inputs, const std::string& name) {
  if (const std::string wrong = config::wrong_input_name(name); !wrong.empty()) {
    inputs.take(name);
    inputs.error(name, wrong);
    return {};
  }
  const Value& value = *inputs.peek(name);
  if (value.kind == Value::Kind::table) return inputs.distribution(name, "", 0);
  const std::size_t before = inputs.diagnostics().size();
  const std::vector<double> ends = value.kind == Value::Kind::array ? inputs.numbers(name, "") : std::vector<double>{};
  if (value.kind != Value::Kind::array) inputs.take(name);
  if (inputs.diagnostics().size() > before) return {};
  if (ends.size() != 2 || !(ends[0] < ends[1])) {
    inputs.error(name, "expected [low, high] or a distribution like { normal = [0, 1] }, found " + value.written());
    return {};
  }
  config::Quantity out;
  out.kind = config::Quantity::Kind::uniform;
  out.a = ends[0];
  out.b = ends[1];
  return out;
}

void read_inputs(const Table& source, FunctionOptions& out) {
  const auto inputs = source.table("inputs");
  if (!inputs || inputs->keys().empty()) {
    if (inputs || !source.has("inputs"))
      source.error("inputs", "the function needs inputs, like inputs = { x = [0, 10] }");
    return;
  }
  for (const std::string& name : inputs->keys()) {
    const auto drawn = read_input(*inputs, name);
    out.inputs.push_back(name);
    out.drawn.push_back(drawn.value_or(config::Quantity{}));
  }
  const std::string spacing = source.choice("spacing", {"random", "even"}, "random");
  out.even = spacing == "even";
  if (out.even && (out.drawn.size() != 1 || inputs->peek(out.inputs[0])->kind != Value::Kind::array))
    source.error("spacing", "even spacing is for a single input with a range, like inputs = { x = [0, 10] }");
}

void read_functions(const Table& source, FunctionOptions& out) {
  const std::vector<std::string> texts = source.texts("function");
  const Value& value = *source.peek("function");
  const std::string address = config::join(source.address(), "function");
  if (texts.empty() && value.kind == Value::Kind::array && value.items.empty())
    source.error("function", "the list is empty");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::string why;
    const bool listed = value.kind == Value::Kind::array;
    if (auto function = config::Function::parse(texts[i], out.inputs, why))
      out.functions.push_back(std::move(*function));
    else
      source.diagnostics().push_back(
          {listed ? value.items[i].at : value.at, listed ? config::join(address, i) : address, why});
  }
}

void read_task(const Table& source, FunctionOptions& out) {
  const std::string task = source.choice("task", {"automatic", "classification", "regression"}, "automatic");
  if (out.functions.empty()) return;
  const bool condition = out.functions.size() == 1 && out.functions[0].condition();
  out.classes = task == "classification" || (task == "automatic" && condition);
  if (out.classes && out.functions.size() > 1)
    source.error("task", "classes come from one function; several functions give several numbers to be predicted");
  if (out.classes && out.noise > 0)
    source.error("noise",
                 "noise is added to numbers, and this function gives classes; put it within: normal(0, 0.1) + x < 0.5");
}

std::vector<double> draw_inputs(const FunctionOptions& options, std::uint64_t seed) {
  const std::size_t count = options.inputs.size();
  std::vector<double> rows(options.samples * count), column(options.samples);
  for (std::size_t k = 0; k < count; ++k) {
    const config::Quantity& q = options.drawn[k];
    Draws draws(Stream(seed, "data.source.inputs." + options.inputs[k]), 0);
    if (!options.even) config::draw_into(q, draws, column);
    const double gaps = static_cast<double>(std::max<std::size_t>(2, options.samples) - 1);
    for (std::size_t s = 0; s < options.samples; ++s) {
      const double even = q.a + (q.b - q.a) * (static_cast<double>(s) / gaps);
      // The function is that of the values as the data set holds them.
      rows[s * count + k] = static_cast<float>(options.even ? even : column[s]);
    }
  }
  return rows;
}

Dataset make(const FunctionOptions& options, std::uint64_t seed) {
  Dataset out;
  out.name = "function";
  out.samples = options.samples;
  out.features = options.inputs.size();
  out.shape = {out.features};
  out.feature_names = options.inputs;
  const std::vector<double> rows = draw_inputs(options, seed);
  out.x.assign(rows.begin(), rows.end());
  std::vector<std::vector<double>> values;
  for (std::size_t t = 0; t < options.functions.size(); ++t) {
    Draws draws(Stream(seed, "data.source.function"), t);
    values.push_back(options.functions[t].values(rows, draws));
    for (std::size_t s = 0; s < out.samples; ++s)
      if (!(std::fabs(values[t][s]) <= std::numeric_limits<float>::max()))
        throw DataError(out.name, fmt::format("gives {} for sample {}, where {} is {}", values[t][s], s,
                                              options.inputs[0], rows[s * out.features]));
  }
  if (options.classes && options.functions[0].condition()) {
    out.classes = 2;
    out.class_names = {"0", "1"};
    out.label.assign(values[0].begin(), values[0].end());
    return out;
  }
  if (options.classes) {
    out.set_classes(values[0]);
    return out;
  }
  out.targets = values.size();
  Draws noise(Stream(seed, "data.source.noise"), 0);
  for (std::size_t s = 0; s < out.samples; ++s)
    for (std::size_t t = 0; t < out.targets; ++t)
      out.y.push_back(static_cast<float>(values[t][s] + (options.noise > 0 ? options.noise * noise.normal() : 0)));
  return out;
}

Load read_function(const Table& source) {
  FunctionOptions options;
  options.samples = static_cast<std::size_t>(source.integer("samples", 100, 1, 100'000'000));
  options.noise = source.number("noise", 0, config::not_negative);
  const std::size_t before = source.diagnostics().size();
  read_inputs(source, options);
  if (source.diagnostics().size() == before)
    read_functions(source, options);
  else
    source.take("function");
  read_task(source, options);
  const double numbers = 4 * static_cast<double>(options.inputs.size() + options.functions.size());
  check_memory(source, "samples", fmt::format("{} samples", options.samples),
               static_cast<double>(options.samples) * numbers * sizeof(double));
  return [options = std::move(options)](const Loading& loading) { return make(options, loading.seed); };
}

}  // namespace

SourceKind function_source() {
  return {"function", "samples of one or more functions of random inputs; a condition gives classes 0 and 1",
          "data = { source = { function = \"2 * x + 1\", inputs = { x = [0, 10] }, samples = 100, noise = 0.1 } }",
          SourceKind::Names::values, read_function};
}

}  // namespace cajal::data
