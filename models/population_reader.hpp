#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/catalogue.hpp"
#include "sim/population.hpp"
#include "sim/random.hpp"

namespace cajal {

/// What the config reader knows of a model without its type.
struct ModelFields {
  std::string_view name;
  std::span<const Field> parameters, state;
  std::span<const Preset> presets;
  bool spiking = false, linear = false, subtracts = false, stochastic = false;
  std::span<const std::string_view> inputs;                    ///< empty: one without a name
  std::string_view integrator = "heun", refractory = "clamp";  ///< what `auto` takes where there is no exact step
  bool own_units = false;  ///< its numbers have their units also where it does not spike
  std::string_view input_unit = "pA";
  std::string_view receptors = {};  ///< TOML of an inline table: those of a node that gives none
};

template <class M>
ModelFields model_fields() {
  ModelFields f{M::name,      M::parameters, M::state, {}, Spiking<M>, detail::has_exact_step<M>,
                Subtracts<M>, Stochastic<M>, {}};
  if constexpr (HasPresets<M>) f.presets = M::presets;
  if constexpr (HasInputs<M>) f.inputs = M::inputs;
  f.integrator = integrator_of<M>("heun");
  f.refractory = refractory_of<M>();
  if constexpr (requires { M::receptors; }) f.receptors = M::receptors;
  return f;
}

/// Reads the table of a population: preset, fields (each a number or a distribution), `init`, `receptors`, conventions,
/// `integrator`. Errors go to the table's diagnostics.
PopulationOptions read_population(const ModelFields& model, const NodeRequest& request);

/// A field's values from the table: one for all units, or one for each, drawn from the stream of `address`. Errors go
/// to the table's diagnostics.
std::vector<double> read_field(const Field& f, const config::Table& table, const NodeRequest& request,
                               std::string_view unit, double fallback, const std::string& address);

/// The state at the start of a trial, by member, from `init` or else the defaults: one value for all units, or one for
/// each. Errors go to the table's diagnostics.
std::vector<std::vector<double>> read_state(std::span<const Field> state, const NodeRequest& request);

/// The parameters of a model, by member: one value for all units, or one for each. Errors go to the table's
/// diagnostics.
std::vector<std::vector<double>> read_parameters(std::span<const Field> parameters, const NodeRequest& request);

/// Values drawn for units 0 .. size - 1 from the stream of `address`; one value where the quantity is constant. The
/// variables of an expression are `i` and `n`, or those of `columns`. Throws ConfigError if a value of an expression is
/// not allowed.
std::vector<double> draw(const config::Quantity& quantity, std::size_t size, std::uint64_t seed,
                         const std::string& address, const config::Columns& columns);
std::vector<double> draw(const config::Quantity& quantity, std::size_t size, std::uint64_t seed,
                         const std::string& address);

/// The smallest and the largest value that a quantity can give, as far as 53 random bits reach.
std::pair<double, double> reach(const config::Quantity& quantity);

/// `surrogate = "arctan"` or `{ kind = "arctan", slope = 2 }`.
Surrogate read_surrogate(const config::Table& table);

}  // namespace cajal
