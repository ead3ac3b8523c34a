#include "models/population_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/read_noise.hpp"
#include "sim/config/draw.hpp"
#include "sim/config/expression.hpp"
#include "sim/config/text.hpp"
#include "sim/random.hpp"

namespace cajal {

std::pair<double, double> reach(const config::Quantity& quantity) {
  using Kind = config::Quantity::Kind;
  // The largest normal and exponential that 53 random bits give.
  constexpr double most_normal = 8.6, most_exponential = 36.8;
  std::pair<double, double> open = config::bounds(quantity);
  switch (quantity.kind) {
    case Kind::normal:
      open = {quantity.a - most_normal * quantity.b, quantity.a + most_normal * quantity.b};
      break;
    case Kind::lognormal:
      open = {std::exp(quantity.a - most_normal * quantity.b), std::exp(quantity.a + most_normal * quantity.b)};
      break;
    case Kind::exponential:
      open = {0, most_exponential * quantity.a};
      break;
    default:
      return open;
  }
  return {std::clamp(open.first, quantity.low, quantity.high), std::clamp(open.second, quantity.low, quantity.high)};
}

std::vector<double> draw(const config::Quantity& quantity, std::size_t size, std::uint64_t seed,
                         const std::string& address, const config::Columns& columns) {
  using Kind = config::Quantity::Kind;
  if (quantity.constant()) return {quantity.a};
  if (quantity.kind == Kind::values) return quantity.values;
  const Stream stream(seed, address);
  std::vector<double> out(size);
  if (quantity.kind == Kind::expression && !quantity.expression->draws()) {
    Draws none(stream, 0);
    config::draw_into(quantity, none, out, columns);
    return out;
  }
  for (std::size_t i = 0; i < size; ++i) {
    Draws draws(stream, i);
    config::draw_into(quantity, draws, std::span(out).subspan(i, 1), columns.at(i));
  }
  return out;
}

std::vector<double> draw(const config::Quantity& quantity, std::size_t size, std::uint64_t seed,
                         const std::string& address) {
  if (quantity.kind != config::Quantity::Kind::expression) return draw(quantity, size, seed, address, {});
  std::vector<double> i(size);
  std::iota(i.begin(), i.end(), 0.0);
  const double n = static_cast<double>(size);
  config::Columns columns;
  columns.set(config::Variable::i, i);
  columns.set(config::Variable::n, {&n, 1});
  return draw(quantity, size, seed, address, columns);
}

Surrogate read_surrogate(const config::Table& table) {
  Surrogate s;
  const auto given = table.named("surrogate");
  if (!given) return s;
  std::vector<std::string> names;
  for (const auto& e : surrogates) names.emplace_back(e.name);
  for (const auto& e : surrogates)
    if (e.name == given->first) {
      s.kind = e.kind;
      s.slope = given->second.number("slope", e.slope, config::positive);
      s.smooth = given->second.boolean("smooth", false);
      return s;
    }
  table.error("surrogate",
              fmt::format("unknown surrogate \"{}\"{}", given->first, config::alternatives(given->first, names)));
  given->second.skip();
  return s;
}

std::vector<double> read_field(const Field& f, const config::Table& table, const NodeRequest& request,
                               std::string_view unit, double fallback, const std::string& address) {
  const config::Quantity q = table.distribution(f.name, unit, fallback, f.range, config::unit_variables);
  if (q.kind == config::Quantity::Kind::values && q.values.size() != request.size) {
    table.error(f.name,
                fmt::format("a list of {} for {} units; one value for each is needed", q.values.size(), request.size));
    return {fallback};
  }
  if (q.kind == config::Quantity::Kind::file) {
    table.error(f.name, "values from a file are not supported for fields of nodes; write a list");
    return {fallback};
  }
  if (const std::string wrong = q.expression ? q.expression->misfit(request.size, 1) : ""; !wrong.empty()) {
    table.error(f.name, wrong);
    return {fallback};
  }
  try {
    return draw(q, request.size, request.seed, address);
  } catch (const ConfigError& error) {
    table.diagnostics().insert(table.diagnostics().end(), error.diagnostics().begin(), error.diagnostics().end());
    return {fallback};
  }
}

namespace {

/// Whether the preset, if there is one, is known; `preset` is then set.
bool read_preset(const ModelFields& model, const config::Table& table, const Preset*& preset) {
  if (!table.has("preset") && model.presets.empty()) return true;
  const std::size_t errors = table.diagnostics().size();
  const std::string name = table.text("preset", "");
  if (!table.has("preset")) return true;
  if (table.diagnostics().size() > errors) return false;
  std::vector<std::string> names;
  for (const Preset& p : model.presets) {
    names.emplace_back(p.name);
    if (p.name == name) preset = &p;
  }
  if (preset) return true;
  table.error("preset", names.empty()
                            ? fmt::format("`{}` has no presets", model.name)
                            : fmt::format("unknown preset \"{}\"{}", name,
                                          config::alternatives(name, names, fmt::format("presets of {}", model.name))));
  return false;
}

const Setting* setting(const Preset* preset, std::string_view key) {
  if (preset)
    for (const Setting& s : preset->settings)
      if (s.key == key) return &s;
  return nullptr;
}

/// The choice of a convention: the config's, else the preset's, else the fallback or the first.
std::string convention(const config::Table& table, const Preset* preset, std::string_view key,
                       const std::vector<std::string>& allowed, std::string_view fallback = {}) {
  const Setting* s = setting(preset, key);
  if (fallback.empty()) fallback = allowed.front();
  return table.choice(key, allowed, s ? s->text : fallback);
}

/// Which of the model's inputs a receptor acts on.
std::size_t read_input(const ModelFields& model, const config::Table& receptor) {
  if (model.inputs.empty()) return 0;
  const std::vector<std::string> names(model.inputs.begin(), model.inputs.end());
  const std::string name = receptor.choice("at", names, names.front());
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

/// The variable that stands first.
const Field& membrane_of(const ModelFields& model) {
  return *std::find_if(model.state.begin(), model.state.end(), [](const Field& f) { return f.member == 0; });
}

void read_receptors(const ModelFields& model, const NodeRequest& request, const Preset* preset, bool dimensionless,
                    PopulationOptions& options) {
  const config::Table& table = request.table;
  // What a preset says of receptors is text of the same grammar as the config's.
  std::string fallback = model.spiking ? "{ input = \"delta\" }" : "{ input = \"current\" }";
  if (!model.receptors.empty()) fallback = model.receptors;
  if (!model.inputs.empty()) {
    fallback.clear();
    for (const std::string_view input : model.inputs)
      fallback +=
          fmt::format("{}{} = {{ kind = \"current\", at = \"{}\" }}", fallback.empty() ? "{ " : ", ", input, input);
    fallback += " }";
  }
  if (preset && !preset->receptors.empty()) fallback = preset->receptors;
  config::Value defaults = config::parse("node = " + fallback, "preset");
  config::Value root = config::Value::table(table.at());
  root.set("receptors", *defaults.find("node"));
  root.used = true;
  const config::Table default_table(root, table.address(), table.diagnostics());
  auto ports = table.table("receptors");
  if (!table.has("receptors")) ports = default_table.table("receptors");
  if (!ports) return;
  std::vector<std::string> known;
  for (const auto& e : receptor_catalogue()) known.push_back(e.name);
  for (const std::string& port : ports->keys()) {
    const auto given = ports->named(port);
    if (!given) continue;
    const auto entry = std::find_if(receptor_catalogue().begin(), receptor_catalogue().end(),
                                    [&](const auto& e) { return e.name == given->first; });
    if (entry == receptor_catalogue().end()) {
      ports->error(port,
                   fmt::format("unknown receptor \"{}\"{}", given->first, config::alternatives(given->first, known)));
      given->second.skip();
      continue;
    }
    options.ports.push_back({port, entry->make(given->second), read_input(model, given->second)});
    const auto& added = options.ports.back();
    const bool needs_variable = added.system.kind == "delta" || added.system.gate || added.system.gap_junction;
    if (added.input >= model.state.size() && needs_variable)
      ports->error(port, fmt::format("`{}` acts with a state variable, and the input \"{}\" of `{}` has none; use "
                                     "\"current\"",
                                     entry->name, model.inputs[added.input], model.name));
  }
  // A current may be injected everywhere, without being declared.
  const bool declared =
      std::any_of(options.ports.begin(), options.ports.end(), [](const auto& p) { return p.name == "current"; });
  if (!declared) {
    ReceptorSystem current;
    current.kind = "current";
    current.unit = "pA";
    options.ports.push_back({"current", current});
  }
  const bool rate = membrane_of(model).unit == "Hz";
  for (auto& p : options.ports) {
    if (dimensionless) p.system.unit.clear();
    // What is a rate is driven by rates.
    else if (rate && (p.system.unit == "pA" || p.system.unit == "mV"))
      p.system.unit = "Hz";
  }
}

Integrator integrator_named(std::string_view name) {
  const auto found = std::find(integrator_names.begin(), integrator_names.end(), name);
  return found == integrator_names.end() ? Integrator::heun : static_cast<Integrator>(found - integrator_names.begin());
}

Integrator read_integrator(const ModelFields& model, const NodeRequest& request, const Preset* preset,
                           PopulationOptions& options) {
  std::vector<std::string> names{"auto"};
  for (auto n : integrator_names) names.emplace_back(n);
  const std::string name = convention(request.table, preset, "integrator", names);
  bool conductance = false;
  for (const auto& p : options.ports)
    if (std::find(request.connected_ports.begin(), request.connected_ports.end(), p.name) !=
        request.connected_ports.end()) {
      for (double g : p.system.conductance) conductance = conductance || g != 0;
      conductance = conductance || p.system.gap_junction;
    }
  options.automatic = name == "auto";
  if (options.automatic) {
    if (!model.linear) return integrator_named(model.integrator);
    return conductance ? Integrator::exponential_euler : Integrator::exact;
  }
  if (name == "exact" && !model.linear)
    request.table.error("integrator",
                        fmt::format("`{}` is not linear: it has no exact step; allowed: auto, {}", model.name,
                                    fmt::join(integrator_names.begin() + 1, integrator_names.end(), ", ")));
  if (name == "exact" && conductance)
    request.table.error(
        "integrator",
        "a conductance makes the membrane's equation depend on its input: no exact step; use \"exponential_euler\"");
  return integrator_named(name);
}

/// The keys that only adaptive integrators have; for the others they are errors that say so.
void read_adaptive(const ModelFields& model, const config::Table& table, PopulationOptions& options) {
  const std::string_view name = integrator_names[static_cast<std::size_t>(options.integrator)];
  const bool adaptive = is_adaptive(options.integrator);
  for (const char* key : {"absolute_tolerance", "relative_tolerance", "spike_times"})
    if (!adaptive && table.has(key)) {
      table.take(key);
      table.error(key,
                  fmt::format("only the adaptive integrators have it, dopri5 and rosenbrock4; this one is {}", name));
    }
  if (!adaptive) return;
  if (!options.noise.empty())
    table.error("noise", "an adaptive integrator needs a smooth flow; choose a fixed step, such as \"heun\"");
  if (options.synapse_after)
    table.error("synapse", fmt::format("{} integrates membrane and receptors as one: \"before\"", name));
  options.absolute_tolerance = table.number("absolute_tolerance", 1e-10, config::positive);
  options.relative_tolerance = table.number("relative_tolerance", 1e-10, config::positive);
  if (!model.spiking) {
    if (table.take("spike_times")) table.error("spike_times", fmt::format("`{}` has no spikes", model.name));
    return;
  }
  options.precise_spikes = table.choice("spike_times", {"grid", "precise"}, "grid") == "precise";
  if (!options.precise_spikes) return;
  if (model.stochastic)
    table.error("spike_times",
                fmt::format("the spikes of `{}` are drawn, for each step as a whole; allowed: \"grid\"", model.name));
  if (options.conventions.next_step)
    table.error("spike_times", "a reset in the next step is one of the grid; allowed with it: \"grid\"");
}

}  // namespace

std::vector<std::vector<double>> read_state(std::span<const Field> state, const NodeRequest& request) {
  std::vector<std::vector<double>> out(state.size());
  const auto init = request.table.table("init");
  for (const Field& f : state)
    if (init)
      out[f.member] =
          read_field(f, *init, request, f.unit, f.value, "node." + request.name + ".init." + std::string(f.name));
    else
      out[f.member] = {f.value};
  return out;
}

std::vector<std::vector<double>> read_parameters(std::span<const Field> parameters, const NodeRequest& request) {
  std::vector<std::vector<double>> out(parameters.size());
  for (const Field& f : parameters)
    out[f.member] =
        read_field(f, request.table, request, f.unit, f.value, "node." + request.name + "." + std::string(f.name));
  return out;
}

PopulationOptions read_population(const ModelFields& model, const NodeRequest& request) {
  const config::Table& table = request.table;
  PopulationOptions options;
  const Preset* preset = nullptr;
  if (!read_preset(model, table, preset)) {
    // What units the other keys need is not known then: they are looked at once the preset is.
    table.skip();
    const config::Value nothing = config::Value::table(table.at());
    return read_population(model, {config::Table(nothing, table.address(), table.diagnostics()),
                                   request.name,
                                   request.size,
                                   request.dt,
                                   request.seed,
                                   request.show,
                                   request.trial_resets,
                                   {}});
  }
  // What models without spikes exchange has no unit; their fields may have one.
  const bool bare_fields =
      (preset && preset->dimensionless) || (!model.own_units && model.spiking && membrane_of(model).unit.empty());
  const bool dimensionless = bare_fields || (!model.own_units && !model.spiking);
  const auto unit = [&](const Field& f) { return bare_fields && f.unit != "ms" ? std::string_view{} : f.unit; };
  const std::string address = "node." + request.name + ".";

  options.parameters.resize(model.parameters.size());
  // A potential that starts at E_L by default starts at that of the config.
  double resting = 0, default_resting = std::nan("");
  for (const Field& f : model.parameters) {
    const Setting* s = setting(preset, f.name);
    double fallback = s ? s->number : f.value;
    if (f.name == "tau_m" && preset && preset->dimensionless) {
      const double beta = table.number("beta", setting(preset, "beta")->number, {0, 1, true, true});
      fallback = -request.dt / std::log(beta);
      if (table.has("beta") && table.has("tau_m"))
        table.error("tau_m", "give either `beta` or `tau_m`: both set the decay of the membrane");
    }
    options.parameters[f.member] = read_field(f, table, request, unit(f), fallback, address + std::string(f.name));
    if (f.name == "E_L") {
      resting = options.parameters[f.member][0];
      default_resting = f.value;
    }
  }
  std::vector<Field> state(model.state.begin(), model.state.end());
  for (Field& f : state) {
    if (const Setting* s = setting(preset, f.name))
      f.value = s->number;
    else if (f.name == "V_m" && f.value == default_resting)
      f.value = resting;
    f.unit = unit(f);
  }
  options.initial = read_state(state, request);

  read_receptors(model, request, preset, dimensionless, options);
  options.integrator = read_integrator(model, request, preset, options);
  options.noise = read_noise(model, request, dimensionless);
  options.synapse_after = convention(table, preset, "synapse", {"before", "after"}) == "after";
  if (model.spiking) {
    Conventions& c = options.conventions;
    c.reset = convention(table, preset, "reset", {"value", "subtract"}) == "subtract" ? Conventions::Reset::subtract
                                                                                      : Conventions::Reset::value;
    if (c.reset == Conventions::Reset::subtract && !model.subtracts)
      table.error("reset", fmt::format("`{}` has no reset by subtraction; allowed: \"value\"", model.name));
    c.next_step = convention(table, preset, "reset_at", {"spike", "next_step"}) == "next_step";
    c.through_reset = convention(table, preset, "reset_gradient", {"detached", "through"}) == "through";
    const std::string refractory =
        convention(table, preset, "refractory", {"clamp", "freeze", "silent"}, model.refractory);
    c.refractory = refractory == "clamp"    ? Conventions::Refractoriness::clamp
                   : refractory == "freeze" ? Conventions::Refractoriness::freeze
                                            : Conventions::Refractoriness::silent;
    c.surrogate = read_surrogate(table);
  }
  read_adaptive(model, table, options);
  return options;
}

}  // namespace cajal
