#include "app/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "sim/config/text.hpp"
#include "sim/error.hpp"
#include "sim/population_base.hpp"

namespace cajal::app {

namespace {

constexpr std::size_t spikes_compared = 20;
constexpr double longest = 2000;  ///< ms within which they come
/// What a fast step may err by. A spike comes up to a step late, and the next starts from there; a reset within the
/// upstroke, refractoriness in whole steps and the course between spikes add their own.
constexpr double steps_late = 2, drift = 0.02, relative = 0.02, rounding = 1e-9, order_missing = 0.4;
constexpr int finest = 8;  ///< the coarsest step divided by the finest

const std::string reference_keys = "integrator = \"dopri5\", absolute_tolerance = 1e-12, relative_tolerance = 1e-12";

/// One unit of a model, alone.
class Unit {
 public:
  Unit(const NodeEntry& entry, const std::string& keys, double dt, std::uint64_t seed = 1) : dt_(dt) {
    const config::Value root = config::parse("node = { " + keys + " }", entry.name);
    std::vector<Diagnostic> diagnostics;
    const config::Table table(*root.find("node"), "node." + entry.name, diagnostics);
    node_ = entry.make_double({table, entry.name, 1, dt, seed, 0, true, {}});
    config::raise(diagnostics);
    population_ = dynamic_cast<PopulationBase<double>*>(node_.get());
    if (!population_) throw Error(entry.name + " has a step of its own: there are no equations to integrate");
    // Of each input the port of an injected current.
    inputs_.resize(population_->model().inputs);
    const auto& ports = population_->options().ports;
    for (std::size_t p = ports.size(); p-- > 0;)
      if (ports[p].system.kind == "current") inputs_[ports[p].input] = p;
    for (const auto& port : inputs_)
      if (port) node_->ports[*port].connected = true;
    Plan plan;
    plan.dt = dt;
    plan.seed = seed;
    node_->prepare(plan);
    if (population_->precise()) population_->keep_spikes();
    node_->reset({});
  }

  const PopulationBase<double>& population() const { return *population_; }

  /// A step with this current; each further input has a quarter less.
  void step(double current) {
    for (std::size_t k = 0; k < inputs_.size(); ++k)
      if (inputs_[k])
        node_->ports[*inputs_[k]].arrivals.at(step_, 0)[0] = current * (1 - 0.25 * static_cast<double>(k));
    node_->advance({step_, step_ + 1}, {});
    ++step_;
    if (!node_->spiking()) return;
    if (population_->precise())
      for (const PreciseSpike& s : population_->take_spikes()) spikes_.push_back(s.time);
    else if (node_->output.at(step_ - 1, 0)[0] > 0.5)
      spikes_.push_back(static_cast<double>(step_) * dt_);
  }
  std::vector<double> state() {
    std::vector<double> x(population_->model().state.size());
    const auto columns = node_->columns();
    for (std::size_t i = 0; i < x.size(); ++i)
      x[population_->model().state[i].member] = columns[i].signal->at(step_, 0)[0];
    return x;
  }
  const std::vector<double>& spikes() const { return spikes_; }
  double time() const { return static_cast<double>(step_) * dt_; }

 private:
  std::unique_ptr<Node<double>> node_;
  PopulationBase<double>* population_ = nullptr;
  std::vector<std::optional<std::size_t>> inputs_;  ///< by input, its port
  double dt_;
  std::int64_t step_ = 0;
  std::vector<double> spikes_;
};

/// The numbers of a model's first unit.
struct Numbers {
  std::vector<double> parameters, state;
  explicit Numbers(const PopulationBase<double>& p) {
    for (const auto& values : p.options().parameters) parameters.push_back(values[0]);
    for (const auto& values : p.options().initial) state.push_back(values[0]);
  }
};

/// 1 / the norm of the Jacobian where the unit starts, rounded down to 1, 2 or 5 times a power of ten; 10 ms for
/// neurons.
double time_scale(const PopulationBase<double>& population) {
  const ModelTable& model = population.model();
  if (model.spiking) return 10;
  const Numbers at(population);
  const std::size_t n = model.state.size(), columns = n + 2 * model.inputs;
  const std::vector<Input<double>> nothing(model.inputs, Input<double>{0, 0});
  std::vector<double> by(n * columns);
  model.equations.jacobian(at.state.data(), nothing.data(), at.parameters.data(), by.data());
  double norm = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < n; ++j) sum += std::fabs(by[i * columns + j]);
    norm = std::max(norm, sum);
  }
  if (!(norm > 1e-6 && norm < 1e6)) return 10;
  const double decade = std::pow(10, std::floor(-std::log10(norm) + 1e-9));
  for (const double k : {5.0, 2.0})
    if (k * decade * norm <= 1 + 1e-9) return k * decade;
  return decade;
}

/// A current that changes 50 times within the time scale, and stays the same in between.
struct SmoothDrive {
  double amplitude, scale;
  static constexpr int pieces = 80;
  double piece() const { return 0.02 * scale; }
  double at(int k) const { return amplitude * (0.6 + 0.4 * std::sin(0.14 * k)); }
};

using Course = std::vector<std::vector<double>>;

/// The states at the ends of the pieces, each made of `parts` steps; none if the unit fires.
std::optional<Course> course(const NodeEntry& entry, const std::string& keys, const SmoothDrive& drive, int parts,
                             std::uint64_t seed) {
  Unit unit(entry, keys, drive.piece() / parts, seed);
  Course out{unit.state()};
  for (int k = 0; k < SmoothDrive::pieces; ++k) {
    for (int part = 0; part < parts; ++part) unit.step(drive.at(k));
    if (!unit.spikes().empty()) return std::nullopt;
    out.push_back(unit.state());
  }
  return out;
}

/// Whether no state of the course goes further than this share of the way to the threshold.
bool is_subthreshold(const NodeEntry& entry, const Course& course, double share) {
  const Unit unit(entry, "", 0.1);
  const ModelTable& model = unit.population().model();
  if (!model.equations.spiked) return true;
  const Numbers at(unit.population());
  const auto distance = [&](const std::vector<double>& x) {
    return model.equations.spiked(at.state.data(), x.data(), at.parameters.data());
  };
  const double away = distance(at.state), least = (away < 0 ? 1 - share : 1 + share) * away;
  return std::all_of(course.begin(), course.end(), [&](const auto& x) { return distance(x) < least; });
}

struct Smooth {
  Course reference;
  std::vector<Course> fast;  ///< with 1, 2, 4, 8 steps a piece
};

/// All courses under one drive and seed; none if it makes a unit fire, or takes it too near to its threshold.
std::optional<Smooth> smooth_courses(const NodeEntry& entry, const SmoothDrive& drive, double share,
                                     std::uint64_t seed) {
  Smooth all;
  for (int parts = finest; parts >= 1; parts /= 2) {
    auto fast = course(entry, "", drive, parts, seed);
    if (!fast || !is_subthreshold(entry, *fast, share)) return std::nullopt;
    all.fast.insert(all.fast.begin(), std::move(*fast));
  }
  auto reference = course(entry, reference_keys, drive, 1, seed);
  if (!reference) return std::nullopt;
  all.reference = std::move(*reference);
  return all;
}

/// The drive that a model stands: the largest of the halves of 256 pA, or of -256 pA for one that fires by itself.
Smooth smooth_courses(const NodeEntry& entry, const ModelTable& model, double scale) {
  // Draws may fall otherwise under another seed.
  const std::uint64_t seeds = model.stochastic ? 10 : 1;
  // Where spikes are counted at their peak, they set in well below it. Some come near to it before they are at rest.
  for (const double share : {0.1, 0.4, 1.0})
    for (const double sign : {1.0, -1.0})
      for (double amplitude = model.spiking ? 256 : 1.5; amplitude > 1e-6; amplitude /= 2)
        for (std::uint64_t seed = 1; seed <= seeds; ++seed)
          if (auto found = smooth_courses(entry, {sign * amplitude, scale}, share, seed)) return std::move(*found);
  throw Error("fires under every drive: there is no smooth course to compare");
}

/// The largest difference of variable i, and its excursion.
std::pair<double, double> difference(const Course& a, const Course& exact, std::size_t i) {
  double most = 0, excursion = 0, size = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    most = std::max(most, std::fabs(a[k][i] - exact[k][i]));
    excursion = std::max(excursion, std::fabs(exact[k][i] - exact[0][i]));
    size = std::max(size, std::fabs(exact[k][i]));
  }
  // What stays where it is has no excursion.
  return {most, excursion > 1e-6 * size ? excursion : std::max(size, 1e-6)};
}

/// The slope of log error against log dt, of errors that stand out of rounding; 0 where there are not two.
double measured_order(const std::vector<VerifiedStep>& steps) {
  std::vector<std::pair<double, double>> points;
  for (const VerifiedStep& s : steps)
    if (s.relative_error > 1e-10) points.emplace_back(std::log(s.dt), std::log(s.relative_error));
  if (points.size() < 2) return 0;
  // Of the finest two: where the steps are coarse, higher powers have their say.
  const auto& a = points[points.size() - 2];
  const auto& b = points.back();
  return (a.second - b.second) / (a.first - b.first);
}

/// The spikes under a constant current until `most` have come, or the time is over.
std::vector<double> spikes(const NodeEntry& entry, const std::string& keys, double dt, double current, double time,
                           std::size_t most) {
  Unit unit(entry, keys, dt);
  while (unit.time() < time && unit.spikes().size() < most) unit.step(current);
  std::vector<double> all = unit.spikes();
  all.resize(std::min(all.size(), most));
  return all;
}

/// The smallest power of two, in pA, under which a neuron fires often enough; 0 pA where it fires alone.
std::optional<double> firing_current(const NodeEntry& entry) {
  const auto fires = [&](double current) {
    return spikes(entry, "", 0.05, current, longest, spikes_compared).size() == spikes_compared;
  };
  if (fires(0)) return 0.0;
  for (double current = 1.0 / 128; current < 1e6; current *= 2)
    if (fires(current)) return current;
  return std::nullopt;
}

/// Under three currents: whether a grid of steps suits one interval is chance.
void compare_spikes(const NodeEntry& entry, VerifiedModel& out) {
  const auto current = firing_current(entry);
  if (!current) {
    out.wrong = fmt::format("no constant current makes it fire {} times in {:g} ms", spikes_compared, longest);
    return;
  }
  const double coarsest = out.steps.front().dt;
  for (const double factor : {1.0, 1.1, 1.2}) {
    const auto exact = spikes(entry, reference_keys + ", spike_times = \"precise\"", coarsest, factor * *current,
                              2 * longest, spikes_compared);
    for (VerifiedStep& step : out.steps) {
      const auto fast = spikes(entry, "", step.dt, factor * *current, 2 * longest, spikes_compared);
      const std::size_t count = std::min(fast.size(), exact.size());
      for (std::size_t k = 0; k < count; ++k) {
        const double shift = fast[k] - exact[k];
        step.mean_shift += shift;
        step.largest_shift = std::max(step.largest_shift, std::fabs(shift));
        step.allowed_shift =
            std::max(step.allowed_shift, steps_late * step.dt * static_cast<double>(k + 1) + drift * exact[k]);
      }
      step.spikes += count;
    }
  }
  for (VerifiedStep& step : out.steps)
    if (step.spikes > 0) step.mean_shift /= static_cast<double>(step.spikes);
}

/// The order that a method has by its name; 0: its error is of rounding.
int nominal_order(Integrator integrator) {
  switch (integrator) {
    case Integrator::exact:
      return 0;
    case Integrator::heun:
      return 2;
    case Integrator::rk4:
      return 4;
    default:
      return 1;
  }
}

std::string verdict(const VerifiedModel& m, int nominal) {
  const VerifiedStep& finest_step = m.steps.back();
  if (finest_step.relative_error > (nominal == 0 ? rounding : relative))
    return fmt::format("an error of {:.2g} at {:g} ms", finest_step.relative_error, finest_step.dt);
  if (nominal > 0 && m.order > 0 && m.order < nominal - order_missing)
    return fmt::format("order {:.2f}, where {} is of order {}", m.order, m.integrator, nominal);
  if (!m.spiking || m.stochastic) return "";
  if (finest_step.spikes < 3 * spikes_compared)
    return fmt::format("{} spikes, where {} were to come", finest_step.spikes, 3 * spikes_compared);
  if (finest_step.largest_shift > finest_step.allowed_shift)
    return fmt::format("a shift of {:.3g} ms at {:g} ms; at most {:.3g} ms are allowed", finest_step.largest_shift,
                       finest_step.dt, finest_step.allowed_shift);
  return "";
}

std::string table_of(const VerifiedModel& m) {
  std::string out;
  for (const VerifiedStep& s : m.steps) {
    const bool first = &s == &m.steps.front();
    const std::string error = fmt::format("{:.2g} {}", s.error, m.variable_unit);
    const std::string spikes = m.stochastic ? "random" : m.spiking ? fmt::format("{}", s.spikes) : "-";
    const bool shifts = m.spiking && !m.stochastic && s.spikes > 0;
    out += fmt::format("{:<18} {:<18} {:>8g} {:>12} {:>10.1e} {:>6} {:>7} {:>10} {:>10}\n", first ? m.name : "",
                       first ? m.integrator : "", s.dt, error, s.relative_error,
                       !first        ? ""
                       : m.order > 0 ? fmt::format("{:.2f}", m.order)
                                     : "exact",
                       spikes, shifts ? fmt::format("{:.3f}", s.mean_shift) : "-",
                       shifts ? fmt::format("{:.3f}", s.largest_shift) : "-");
  }
  if (!m.wrong.empty()) out += fmt::format("{:<18} ^ {}\n", m.steps.empty() ? m.name : "", m.wrong);
  return out;
}

}  // namespace

VerifiedModel verify_model(const NodeEntry& entry) {
  VerifiedModel out;
  out.name = entry.name;
  try {
    const Unit unit(entry, "", 0.1);
    const ModelTable& model = unit.population().model();
    const Integrator integrator = unit.population().options().integrator;
    out.integrator = integrator_names[static_cast<std::size_t>(integrator)];
    out.spiking = model.spiking;
    out.stochastic = model.stochastic;
    for (const Field& f : model.state)
      if (f.member == 0) out.variable_unit = f.unit;
    const double scale = time_scale(unit.population());
    const Smooth courses = smooth_courses(entry, model, scale);
    for (int k = 0, parts = 1; parts <= finest; parts *= 2, ++k) {
      VerifiedStep step;
      step.dt = 0.02 * scale / parts;
      for (std::size_t i = 0; i < model.state.size(); ++i) {
        const auto [most, excursion] = difference(courses.fast[static_cast<std::size_t>(k)], courses.reference, i);
        if (i == 0) step.error = most;
        step.relative_error = std::max(step.relative_error, most / excursion);
      }
      out.steps.push_back(step);
    }
    out.order = measured_order(out.steps);
    if (out.spiking && !out.stochastic) compare_spikes(entry, out);
    if (out.wrong.empty()) out.wrong = verdict(out, nominal_order(integrator));
  } catch (const Error& error) {
    out.wrong = error.what();
  }
  return out;
}

int verify_models(const std::vector<std::string>& names, std::string& text) {
  std::vector<std::string> known;
  for (const NodeEntry& entry : node_catalogue())
    if (entry.group == "neurons" || entry.group == "rates") known.push_back(entry.name);
  for (const std::string& name : names)
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw Error(fmt::format("no model of dynamics \"{}\"{}", name, config::alternatives(name, known, "there are")));
  text = fmt::format("{:<18} {:<18} {:>8} {:>12} {:>10} {:>6} {:>7} {:>10} {:>10}\n", "model", "step", "dt (ms)",
                     "error", "relative", "order", "spikes", "mean shift", "largest");
  int code = 0;
  for (const NodeEntry& entry : node_catalogue()) {
    if (std::find(known.begin(), known.end(), entry.name) == known.end()) continue;
    if (!names.empty() && std::find(names.begin(), names.end(), entry.name) == names.end()) continue;
    const VerifiedModel m = verify_model(entry);
    text += table_of(m);
    if (!m.wrong.empty()) code = 3;
  }
  text += fmt::format(
      "\nerror: the largest of the first state variable under a smooth drive, against dopri5 at 1e-12; relative: of "
      "all\n"
      "variables, by their excursion; order: of the two finest steps, \"exact\" where only rounding is left. Shifts "
      "(ms): of\n"
      "the first {} spikes under three constant currents, on the grid against precise. Allowed at the finest step: "
      "{:g} of\n"
      "the excursion (exact: {:g}), {:g} less than the method's order, {:g} steps a spike and {:g} of the time as a "
      "shift.\n",
      spikes_compared, relative, rounding, order_missing, steps_late, drift);
  return code;
}

}  // namespace cajal::app
