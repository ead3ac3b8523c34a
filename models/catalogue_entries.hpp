#pragma once

// How a model becomes a word of a catalogue. Tests use these to add models of their own.

#include <fmt/format.h>

#include "models/catalogue.hpp"
#include "models/describe.hpp"
#include "models/population_reader.hpp"
#include "sim/cell.hpp"
#include "sim/layer.hpp"

namespace cajal {

template <class M>
std::string describe_population(std::string_view group) {
  std::string out = describe_head(M::name, M::meaning, M::equations, M::source);
  out += "\nparameters\n" + describe_fields(M::parameters) + "\nstate (recorded with `what`, set with `init`)\n" +
         describe_fields(M::state);
  if constexpr (HasPresets<M>) {
    out += "\npresets\n";
    for (const Preset& p : M::presets) out += describe_preset(p);
  }
  if constexpr (Observing<M>)
    out += "\nobserved (recorded with `what`, read by edges as `from = \"NAME.variable\"`)\n" +
           describe_fields(M::observed);
  if constexpr (HasInputs<M>) {
    out += "\ninputs (a receptor acts on one of them: `at`)\n ";
    for (const std::string_view input : M::inputs) out += fmt::format(" {}", input);
    out += "\n";
  }
  out += fmt::format(
      "\nother keys\n  integrator = \"auto\" ({}), receptors, init,\n"
      "  synapse = \"before\" | \"after\": the membrane's step reads the receptors before theirs, or what they give "
      "after "
      "it,\n  noise = {{ kind = \"white\" | \"ornstein_uhlenbeck\", on = \"input\" | \"output\" | a state variable, "
      "sigma, "
      "tau }} or a list,\n",
      detail::has_exact_step<M> ? "exact; exponential_euler where there are conductances" : integrator_of<M>("heun"));
  out += "  integrator = \"dopri5\" | \"rosenbrock4\": adaptive, with absolute_tolerance, relative_tolerance (1e-10)";
  if constexpr (Spiking<M> && !Stochastic<M>) out += " and\n  spike_times = \"grid\" | \"precise\"";
  out +=
      ",\n"
      "  positions = { grid = [10, 10], extent = [\"1 mm\", \"1 mm\"] } | { uniform = [\"1 mm\", \"1 mm\"] } |\n"
      "    { values = [[0.5, 0.5], ...] } (mm) | { file = \"positions.npy\" } (mm), each with periodic = true for a "
      "torus\n";
  if constexpr (Spiking<M>)
    out +=
        "  reset = \"value\" | \"subtract\", reset_at = \"spike\" | \"next_step\", reset_gradient = \"detached\" | "
        "\"through\",\n"
        "  refractory = \"clamp\" | \"freeze\" | \"silent\", surrogate = { kind = \"fast_sigmoid\", slope = 25 }\n";
  return out + fmt::format("\nexample\n  [node]\n  {} = {{ kind = \"{}\", size = 100 }}\n",
                           group == "rates" ? "R" : "E", M::name);
}

template <class M>
NodeEntry population_entry(std::string group) {
  const auto make = []<class Real>(const NodeRequest& request) -> std::unique_ptr<Node<Real>> {
    return std::make_unique<Population<M, Real>>(request.name, request.size,
                                                 read_population(model_fields<M>(), request));
  };
  return {std::string(M::name),
          group,
          std::string(M::meaning),
          [make](const NodeRequest& r) { return make.template operator()<float>(r); },
          [make](const NodeRequest& r) { return make.template operator()<double>(r); },
          [group] { return describe_population<M>(group); },
          [] {
            std::vector<std::string> names;
            for (const Field& f : M::state) names.emplace_back(f.name);
            return names;
          }()};
}

template <class M>
NodeEntry layer_entry() {
  const auto make = []<class Real>(const NodeRequest& request) -> std::unique_ptr<Node<Real>> {
    std::vector<double> parameters(M::parameters.size());
    for (const Field& f : M::parameters)
      parameters[f.member] = request.table.quantity(f.name, f.unit, f.value, f.range);
    return std::make_unique<Layer<M, Real>>(request.name, request.size, parameters);
  };
  return {std::string(M::name),
          "layers",
          std::string(M::meaning),
          [make](const NodeRequest& r) { return make.template operator()<float>(r); },
          [make](const NodeRequest& r) { return make.template operator()<double>(r); },
          [] {
            std::string out = describe_head(M::name, M::meaning, M::equations, M::source);
            if constexpr (M::parameters.size() > 0) out += "\nparameters\n" + describe_fields(M::parameters);
            return out + fmt::format(
                             "\nexample\n  layers = [ {{ name = \"hid\", kind = \"dense\", units = 64, activation = "
                             "\"{}\" }} ]\n",
                             M::name);
          }};
}

template <class M>
NodeEntry cell_entry(std::string group) {
  const auto make = []<class Real>(const NodeRequest& request) -> std::unique_ptr<Node<Real>> {
    std::vector<std::vector<double>> parameters;
    if constexpr (HasCoefficients<M>) parameters = read_parameters(M::parameters, request);
    return std::make_unique<Cell<M, Real>>(request.name, request.size, read_state(M::state, request),
                                           std::move(parameters));
  };
  return {std::string(M::name),
          group,
          std::string(M::meaning),
          [make](const NodeRequest& r) { return make.template operator()<float>(r); },
          [make](const NodeRequest& r) { return make.template operator()<double>(r); },
          [] {
            std::string out = describe_head(M::name, M::meaning, M::equations, M::source);
            if constexpr (HasCoefficients<M>) out += "\nparameters\n" + describe_fields(M::parameters);
            out += "\nstate (recorded with `what`, set with `init`)\n" + describe_fields(M::state) +
                   "\nports (numbers that arrive for each unit, laid out [gate][unit])\n";
            for (const CellPort& p : M::ports)
              out += fmt::format("  {:<10} {} x units: {}\n", p.name, p.gates, p.meaning);
            if constexpr (HasCoefficients<M>)
              return out +
                     fmt::format(
                         "\n`short_term` of an edge X stands for a node `X_release` of this kind between the source "
                         "and the synapses\n\nexample\n  [edge]\n  X = {{ from = \"E\", to = \"I.ex\", weight = "
                         "\"100 pA\", delay = \"1 ms\", short_term = {{ kind = \"{}\" }} }}\n",
                         M::name);
            return out +
                   fmt::format("\nexample\n  layers = [ {{ name = \"hid\", kind = \"{}\", units = 128 }} ]\n", M::name);
          }};
}

template <class R>
ReceptorEntry receptor_entry() {
  return {std::string(R::name), std::string(R::meaning),
          [](const config::Table& options) {
            ParametersOf<R, double> p{};
            for (const Field& f : R::parameters) {
              const double x = options.quantity(f.name, f.unit, f.value, f.range);
              each_member(p, [&](double& m, std::size_t i) {
                if (i == f.member) m = x;
              });
            }
            return receptor_system<R>(p);
          },
          [] {
            std::string out = describe_head(R::name, R::meaning, R::equations, R::source);
            out += fmt::format("\nunit of weights: {}\n", R::unit);
            if constexpr (R::parameters.size() > 0) out += "\nparameters\n" + describe_fields(R::parameters);
            return out + fmt::format(
                             "\nexample\n  [node]\n  E = {{ kind = \"lif\", size = 100, receptors = {{ ex = {{ kind = "
                             "\"{}\" }} }} }}\n",
                             R::name);
          }};
}

NodeEntry dropout_entry();
std::vector<NodeEntry> input_entries();

}  // namespace cajal
