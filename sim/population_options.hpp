#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "sim/receptor.hpp"
#include "sim/step.hpp"

namespace cajal {

enum class Integrator { exact, euler, heun, rk4, exponential_euler, dopri5, rosenbrock4 };

/// Names as a config writes them, in the order of the enumeration.
inline constexpr std::array<std::string_view, 7> integrator_names = {
    "exact", "euler", "heun", "rk4", "exponential_euler", "dopri5", "rosenbrock4"};

/// Whether it chooses its own steps, to a tolerance.
constexpr bool is_adaptive(Integrator i) { return i == Integrator::dopri5 || i == Integrator::rosenbrock4; }

/// Random numbers that move a population, independent for each unit and step.
///
///   white                 x := x + sigma sqrt(dt) n                       on a state variable, after its flow
///                         I := I + sigma n / sqrt(dt)                     on an input or the output
///   ornstein_uhlenbeck    eta := eta e^(-dt/tau) + sigma sqrt(1 - e^(-2 dt/tau)) n, added to an input, held over the
///                         step, or to the output; sigma is its standard deviation
///
/// Source: Uhlenbeck & Ornstein 1930, Phys. Rev. 36:823; Gillespie 1996, Phys. Rev. E 54:2084, eq. 1.9 (exact update).
struct NoiseOptions {
  enum class On { state, input, output };
  bool white = true;
  On on = On::state;
  std::size_t index = 0;      ///< of the state variable or of the input
  std::string name;           ///< of what it is on: keys the stream
  std::vector<double> sigma;  ///< one for all units, or one for each
  double tau = 1;             ///< ms
};

/// How a population is made; the same for every model.
struct PopulationOptions {
  Conventions conventions;
  Integrator integrator = Integrator::heun;
  bool automatic = false;                                         ///< the integrator was chosen by `auto`
  double absolute_tolerance = 1e-10, relative_tolerance = 1e-10;  ///< of adaptive integrators
  bool precise_spikes = false;                                    ///< of adaptive integrators: `spike_times`
  struct Entry {
    std::string name;
    ReceptorSystem system;
    std::size_t input = 0;  ///< of the model's inputs
  };
  std::vector<Entry> ports;
  std::vector<NoiseOptions> noise;
  bool synapse_after = false;  ///< receptors take their step first; what they then give is held over the membrane's
  /// Values by member: one for all units, or one for each.
  std::vector<std::vector<double>> parameters, initial;
};

}  // namespace cajal
