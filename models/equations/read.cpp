#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "models/equations/check.hpp"
#include "models/equations/equations.hpp"
#include "sim/config/measure.hpp"
#include "sim/config/text.hpp"

namespace cajal {

namespace {

using config::Dimension;
using config::Formula;
using config::Operation;

/// What nodes have beside the numbers of their model.
constexpr std::array<std::string_view, 24> keys_of_nodes{"kind",
                                                         "size",
                                                         "shape",
                                                         "like",
                                                         "clock",
                                                         "positions",
                                                         "preset",
                                                         "init",
                                                         "reset",
                                                         "reset_at",
                                                         "reset_gradient",
                                                         "surrogate",
                                                         "receptors",
                                                         "noise",
                                                         "synapse",
                                                         "integrator",
                                                         "absolute_tolerance",
                                                         "relative_tolerance",
                                                         "refractory",
                                                         "previous_spike",
                                                         "spikes",
                                                         "rate",
                                                         "weight",
                                                         "output"};

std::string wrong_name(const std::string& name) {
  if (std::find(keys_of_nodes.begin(), keys_of_nodes.end(), name) != keys_of_nodes.end())
    return fmt::format("`{}` is what every node has, or records; choose another name", name);
  return config::wrong_symbol_name(name);
}

/// How the dimension is written after a number, in base units.
std::string base_unit(const Dimension& dimension) {
  const std::string factors = config::base_factors(dimension);
  if (factors.empty()) return {};
  return factors[0] == '*' ? factors.substr(1) : '1' + factors;
}

/// The unit that the config wrote, where it is the base unit of its dimension: `1/ms` rather than `kHz`.
std::string shown_unit(std::string_view quantity, const Dimension& dimension) {
  const std::size_t space = quantity.find(' ');
  const std::string_view written = space == std::string_view::npos ? "" : quantity.substr(space + 1);
  std::string unknown;
  const auto unit = config::parse_unit(written, unknown);
  const bool base = unit && unit->dimension == dimension && unit->exponent == 0 && unit->factor == 1;
  return base ? std::string(written) : base_unit(dimension);
}

Dimension per_time(Dimension dimension) {
  --dimension[0];
  return dimension;
}

/// `voltage per time, like mV/ms`
std::string wanted(const Dimension& dimension) {
  const std::string unit = base_unit(dimension);
  return config::one_of(dimension) + (unit.empty() ? "" : " (" + unit + ")");
}

class Reader {
 public:
  Reader(const std::string& name, const config::Table& table) : table_(table), errors_(table.diagnostics().size()) {
    out_.name = name;
  }

  std::optional<ModelEquations> read() {
    const auto state = table_.table("state"), params = table_.table("params");
    if (!table_.has("state")) table_.error("", "missing key `state`: the variables, like state = { V_m = \"-70 mV\" }");
    if (state) read_numbers(*state, out_.state);
    if (params) read_numbers(*params, out_.parameters);
    read_refractory();
    read_input();
    out_.source = table_.text("source", table_.at().file.empty() ? "" : "the config " + table_.at().file);
    out_.meaning = table_.text("meaning", "");
    // Of what dimension the formulas must be is not known then.
    if (!good()) return skip();
    make_symbols();
    read_parts();
    read_derivative();
    read_spikes();
    read_output();
    if (!good()) return skip();
    refuse_idle_names(out_, table_);
    bind_divisors(out_, table_);
    if (!good()) return skip();
    out_.linear = is_linear(out_);
    if (out_.meaning.empty()) out_.meaning = out_.spiking() ? "neuron by equations" : "rate unit by equations";
    return std::move(out_);
  }

 private:
  bool good() const { return table_.diagnostics().size() == errors_; }

  std::optional<ModelEquations> skip() const {
    table_.skip();
    return {};
  }

  void read_numbers(const config::Table& table, std::vector<ModelEquations::Number>& out) {
    const std::string what = &out == &out_.state ? "state variables" : "parameters";
    for (const std::string& key : table.keys()) {
      if (const std::string wrong = wrong_name(key); !wrong.empty()) table.error(key, wrong);
      for (const auto* numbers : {&out_.state, &out_.parameters})
        for (const ModelEquations::Number& other : *numbers)
          if (other.name == key) table.error(key, fmt::format("`{}` is a state variable already", key));
      out.push_back(read_number(table, key));
    }
    if (out.empty() && &out == &out_.state) table.error("", "a model has at least one state variable");
    if (out.size() > ModelEquations::most_numbers)
      table.error("", fmt::format("{} {}; at most {} are supported", out.size(), what, ModelEquations::most_numbers));
  }

  ModelEquations::Number read_number(const config::Table& table, const std::string& key) {
    ModelEquations::Number out;
    out.name = key;
    const config::Value* value = table.peek(key);
    const config::Table* holder = &table;
    std::string value_key = key;
    std::optional<config::Table> described;
    if (value->kind == config::Value::Kind::table) {
      described = table.table(key);
      out.meaning = described->text("meaning", "");
      if (!described->has("value")) {
        described->error("", "missing key `value`: a number or a quantity, like \"20 ms\"");
        return out;
      }
      value = described->peek("value");
      holder = &*described;
      value_key = "value";
    }
    holder->take(value_key);
    std::string why = "expected a number or a quantity, like \"20 ms\", found " + value->written();
    std::optional<config::Measure> measure;
    if (value->is_number() && std::isfinite(value->number()))
      measure = config::Measure{value->number(), 0, config::plain_number};
    else if (value->expression)
      why = "a default is one number; what differs between units stands at the node, found " + value->written();
    else if (value->kind == config::Value::Kind::text)
      measure = config::parse_measure(value->text, why);
    if (!measure) {
      holder->error(value_key, why);
      return out;
    }
    out.value = measure->base();
    out.dimension = measure->dimension;
    out.unit = shown_unit(value->text, measure->dimension);
    return out;
  }

  void read_refractory() {
    const std::string text = table_.text("refractory", "");
    const auto is_t_ref = [](const ModelEquations::Number& n) { return n.name == "t_ref"; };
    const auto t_ref = std::find_if(out_.parameters.begin(), out_.parameters.end(), is_t_ref);
    if (t_ref != out_.parameters.end() && text != "t_ref")
      return table_.error(table_.has("refractory") ? "refractory" : "params",
                          "`t_ref` is the refractory time of populations: write refractory = \"t_ref\"");
    if (text.empty()) return;
    if (!table_.has("spiked") && !table_.has("hazard"))
      table_.error("refractory", "only what spikes is refractory: there is no `spiked` and no `hazard`");
    constexpr Dimension time{1, 0, 0, 0};
    std::vector<std::string> times;
    for (std::size_t k = 0; k < out_.parameters.size(); ++k) {
      const ModelEquations::Number& parameter = out_.parameters[k];
      if (parameter.name == text && parameter.dimension != time)
        return table_.error("refractory",
                            fmt::format("`{}` is {}, not a time", text, config::one_of(parameter.dimension)));
      if (parameter.name == text) out_.refractory = k;
      if (parameter.dimension == time) times.push_back(parameter.name);
    }
    if (!out_.refractory) {
      std::string why;
      const auto quantity = config::parse_quantity(text, "ms", why);
      if (!quantity)
        return table_.error(
            "refractory", fmt::format("expected a parameter that is a time, or a time (like \"2 ms\"), found \"{}\"{}",
                                      text, config::alternatives(text, times, "parameters that are times")));
      out_.refractory = out_.parameters.size();
      out_.parameters.push_back({"t_ref", "ms", "refractory time", *quantity, time, {}});
    }
    ModelEquations::Number& parameter = out_.parameters[*out_.refractory];
    parameter.range = config::not_negative;
    if (parameter.value < 0) table_.error("refractory", "a refractory time is at least 0");
  }

  void read_input() {
    out_.input_unit = table_.text("input", "pA");
    std::string unknown;
    const auto unit = config::parse_unit(out_.input_unit, unknown);
    if (unit && unit->exponent == 0 && unit->factor == 1) {
      out_.input_dimension = unit->dimension;
      if (unit->dimension == config::plain_number) out_.input_unit.clear();
    } else if (unit) {
      table_.error("input", fmt::format("`I` is in base units: write input = \"{}\"", base_unit(unit->dimension)));
    } else {
      table_.error("input", fmt::format("there is no unit {}; the input is in a unit like \"pA\" or \"mV/ms\"",
                                        config::shown(unknown)));
    }
  }

  void make_symbols() {
    for (const auto* numbers : {&out_.state, &out_.parameters})
      for (const ModelEquations::Number& number : *numbers) symbols_.push_back({number.name, number.dimension});
    symbols_.push_back({"I", out_.input_dimension});
  }

  /// A formula at `key`; without a dimension any is good.
  std::optional<Formula> formula(const config::Table& table, const std::string& key,
                                 const std::optional<Dimension>& dimension, const std::string& what) {
    const std::size_t before = table.diagnostics().size();
    const config::Value* value = table.peek(key);
    // `0` is no text, but reads well.
    const std::string text =
        value->is_number() ? (table.take(key), config::written_number(value->number())) : table.text(key, "");
    if (table.diagnostics().size() > before) return {};
    std::string why;
    auto out = Formula::parse(text, symbols_, why);
    if (!out) {
      table.error(key, why);
    } else if (dimension && out->dimension() != *dimension) {
      table.error(key, fmt::format("{} is {}; found {}: {}", what, wanted(*dimension), config::one_of(out->dimension()),
                                   config::written_text(text)));
      out.reset();
    }
    return out;
  }

  /// One that does not depend on the input.
  std::optional<Formula> formula_of_state(const config::Table& table, const std::string& key,
                                          const std::optional<Dimension>& dimension, const std::string& what) {
    auto out = formula(table, key, dimension, what);
    if (!out || !depends_on_input(*out)) return out;
    table.error(key, "the input `I` is known in `derivative` alone, and in what `let` makes of it for that");
    return {};
  }

  bool depends_on_input(const Formula& formula) const {
    for (std::size_t k = 0; k < out_.parts.size(); ++k)
      if (out_.parts[k].of_input && formula.uses(out_.part_symbol(k))) return true;
    return formula.uses(out_.input_symbol());
  }

  bool depends_on_state(const Formula& formula) const {
    for (std::size_t k = 0; k < out_.parts.size(); ++k)
      if (out_.parts[k].of_state && formula.uses(out_.part_symbol(k))) return true;
    for (std::size_t k = 0; k < out_.state.size(); ++k)
      if (formula.uses(k)) return true;
    return false;
  }

  void read_parts() {
    const auto table = table_.table("let");
    if (!table) return;
    if (table->keys().size() > ModelEquations::most_parts) {
      unclear_ = true;
      table->error(
          "", fmt::format("{} entries; at most {} are supported", table->keys().size(), ModelEquations::most_parts));
      return;
    }
    for (const std::string& key : table->keys()) {
      if (const std::string wrong = config::wrong_symbol_name(key); !wrong.empty()) table->error(key, wrong);
      if (std::any_of(symbols_.begin(), symbols_.end(), [&](const config::Symbol& s) { return s.name == key; }))
        table->error(key, fmt::format("`{}` is a name of this model already", key));
      auto made = formula(*table, key, {}, "");
      if (!made) {
        unclear_ = true;
        continue;
      }
      const bool of_input = depends_on_input(*made), of_state = depends_on_state(*made);
      symbols_.push_back({key, made->dimension()});
      out_.parts.push_back({key, std::move(*made), of_input, of_state});
    }
  }

  void refuse_strangers(const config::Table& table, const std::string& what) const {
    std::vector<std::string> names;
    for (const ModelEquations::Number& variable : out_.state) names.push_back(variable.name);
    for (const std::string& key : table.keys())
      if (std::find(names.begin(), names.end(), key) == names.end()) {
        table.error(key, fmt::format("{} of {}, which is no state variable{}", what, config::shown(key),
                                     config::alternatives(key, names, "state variables")));
        table.take(key);
      }
  }

  void read_derivative() {
    // What a wrong part was meant to be is not known: formulas that name it would only repeat its error.
    if (unclear_) return;
    const auto table = table_.table("derivative");
    if (!table_.has("derivative"))
      table_.error("",
                   "missing key `derivative`: that of each state variable by time, like derivative = { V_m = "
                   "\"(E_L - V_m) / tau_m\" }");
    if (!table) return;
    refuse_strangers(*table, "the derivative");
    for (const ModelEquations::Number& variable : out_.state) {
      if (!table->has(variable.name)) {
        table->error("", fmt::format("missing: the derivative of `{}`", variable.name));
        continue;
      }
      auto made = formula(*table, variable.name, per_time(variable.dimension),
                          fmt::format("the derivative of `{}` by time", variable.name));
      if (!made) continue;
      out_.of_input = out_.of_input || depends_on_input(*made);
      out_.derivative.push_back(std::move(*made));
    }
  }

  void read_spikes() {
    if (unclear_) return;
    if (table_.has("spiked") && table_.has("hazard"))
      table_.error("hazard", "there is `spiked` already: spikes come at a threshold or at random");
    if (table_.has("spiked")) {
      out_.spiked = formula_of_state(table_, "spiked", {}, "");
      if (out_.spiked && !depends_on_state(*out_.spiked))
        table_.error("spiked", "depends on no state variable: all would spike always, or never");
      else if (out_.spiked && is_truth(*out_.spiked))
        table_.error("spiked", "expected one comparison (like \"V_m > V_th\") or a distance to the threshold");
    }
    if (table_.has("hazard"))
      out_.hazard = formula_of_state(table_, "hazard", per_time(config::plain_number), "`hazard`");
    out_.reset.resize(out_.state.size());
    const auto table = table_.table("reset");
    if (!table) return;
    if (!table_.has("spiked") && !table_.has("hazard"))
      table_.error("reset", "there is no spike to reset after: no `spiked` and no `hazard`");
    refuse_strangers(*table, "the reset");
    for (std::size_t k = 0; k < out_.state.size(); ++k)
      if (const ModelEquations::Number& variable = out_.state[k]; table->has(variable.name))
        out_.reset[k] = formula_of_state(*table, variable.name, variable.dimension,
                                         fmt::format("the value of `{}` after a spike", variable.name));
    if (table->keys().empty()) table_.error("reset", "names nothing: without `reset` a spike is an upward crossing");
  }

  void read_output() {
    if (unclear_) return;
    const bool spikes = table_.has("spiked") || table_.has("hazard");
    if (spikes && table_.has("output"))
      table_.error("output", "others see the spikes of this model; `output` is for models without spikes");
    if (!spikes && !table_.has("output"))
      table_.error("", "missing: what others see. Write `spiked`, `hazard` or `output`");
    if (table_.has("output"))
      out_.output = formula_of_state(table_, "output", config::plain_number, "what others see, `output`,");
  }

  const config::Table& table_;
  std::size_t errors_;
  ModelEquations out_;
  std::vector<config::Symbol> symbols_;
  bool unclear_ = false;  ///< an entry of `let` is wrong
};

}  // namespace

std::optional<ModelEquations> read_equations(const std::string& name, const config::Table& table) {
  return Reader(name, table).read();
}

}  // namespace cajal
