#include <algorithm>
#include <cmath>

#include "models/inputs/entries.hpp"
#include "models/population_reader.hpp"
#include "sim/config/text.hpp"

namespace cajal {

namespace {

using config::Table;
using config::Value;

bool has_one_of(const Table& table, const std::vector<std::string>& keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const std::string& key) { return table.has(key); });
}

/// What is wrong with a time at which something jumps; empty if it is good.
std::string wrong_jump(const std::vector<double>& times, std::size_t i, double dt) {
  const double t = times[i], steps = t / dt;
  if (t < 0) return fmt::format("{:g} ms is before the start", t);
  if (i > 0 && t <= times[i - 1]) return fmt::format("{:g} ms after {:g} ms; times ascend", t, times[i - 1]);
  if (steps > 1e15) return fmt::format("{:g} ms are more steps than can be counted", t);
  if (std::fabs(std::round(steps) - steps) > 1e-6) return fmt::format("{:g} ms is no multiple of dt = {:g} ms", t, dt);
  return {};
}

Waveform read_jumps(const Table& table, std::string_view unit, config::Range allowed, double dt) {
  const std::size_t before = table.diagnostics().size();
  for (const char* key : {"times", "values"})
    if (!table.has(key))
      table.error("", fmt::format("missing key `{}`: `times` says when each of the `values` begins", key));
  Waveform::Jumps jumps{table.numbers("times", "ms"), table.numbers("values", unit)};
  if (table.diagnostics().size() > before) return 0.0;
  if (jumps.times.empty()) table.error("times", "the list is empty");
  if (jumps.times.size() != jumps.values.size())
    table.error("values", fmt::format("a list of {} for {} times; each time begins one value", jumps.values.size(),
                                      jumps.times.size()));
  for (std::size_t i = 0; i < jumps.times.size(); ++i)
    if (const std::string wrong = wrong_jump(jumps.times, i, dt); !wrong.empty()) {
      table.error("times", wrong);
      break;
    }
  for (const double value : jumps.values)
    if (!allowed.contains(value)) {
      table.error("values", fmt::format("must be {}, found {:g}", allowed.text(unit), value));
      break;
    }
  if (table.diagnostics().size() > before) return 0.0;
  return jumps;
}

/// One value for each unit, from a list or a distribution.
Drive read_by_unit(const NodeRequest& r, std::string_view key, std::string_view unit, config::Range allowed) {
  const std::size_t before = r.table.diagnostics().size();
  const config::Quantity q = r.table.distribution(key, unit, 0, allowed);
  if (q.kind == config::Quantity::Kind::values && q.values.size() != r.size)
    r.table.error(key, fmt::format("a list of {} for {} units; one value for each is needed", q.values.size(), r.size));
  if (q.kind == config::Quantity::Kind::file)
    r.table.error(key, "values from a file are not supported for inputs; write a list");
  if (r.table.diagnostics().size() > before) return 0.0;
  std::vector<double> values = draw(q, r.size, r.seed, fmt::format("node.{}.{}", r.name, key));
  if (q.constant()) return values.at(0);
  return values;
}

}  // namespace

OnTime read_on_time(const Table& t) {
  constexpr double forever = 1e300;
  OnTime s{t.quantity("start", "ms", 0, config::not_negative), t.quantity("stop", "ms", forever, config::not_negative)};
  if (s.stop < s.start) t.error("stop", fmt::format("stops at {:g} ms, before it starts at {:g} ms", s.stop, s.start));
  return s;
}

Waveform::Sine read_sine(const Table& table, std::string_view unit, double dt) {
  Waveform::Sine s;
  s.mean = table.quantity("mean", unit, 0);
  s.amplitude = table.required_quantity("amplitude", unit);
  s.frequency = table.required_quantity("frequency", "Hz", config::not_negative);
  s.phase = table.number("phase", 0);
  if (s.frequency * dt * 1e-3 > 0.5)
    table.error("frequency", fmt::format("{:g} Hz are {:g} cycles in a step of {:g} ms; at most 0.5 can be told apart",
                                         s.frequency, s.frequency * dt * 1e-3, dt));
  return s;
}

Drive read_drive(const NodeRequest& r, std::string_view key, std::string_view unit, config::Range allowed, bool sines) {
  const Value* given = r.table.peek(key);
  if (given && given->kind == Value::Kind::array) return read_by_unit(r, key, unit, allowed);
  if (!given || given->kind != Value::Kind::table) return r.table.required_quantity(key, unit, allowed);
  const Table options = *r.table.table(key);
  if (has_one_of(options, {"times", "values"})) return read_jumps(options, unit, allowed, r.dt);
  if (sines && has_one_of(options, {"mean", "amplitude", "frequency", "phase"})) return read_sine(options, unit, r.dt);
  if (has_one_of(options, {"uniform", "normal", "lognormal", "exponential", "npy"}))
    return read_by_unit(r, key, unit, allowed);
  r.table.error(key, fmt::format("expected {}, a list with one for each unit, {{ times = [...], values = [...] }}{} or "
                                 "a distribution such as {{ uniform = [low, high] }}; found {}",
                                 config::wanted_quantity(unit), sines ? ", { mean, amplitude, frequency, phase }" : "",
                                 given->written()));
  options.skip();
  return 0.0;
}

double bound(const Drive& drive) {
  if (const auto* waveform = std::get_if<Waveform>(&drive)) return waveform->bound();
  double most = 0;
  for (const double value : std::get<std::vector<double>>(drive)) most = std::max(most, std::fabs(value));
  return most;
}

std::string_view unit_of_current(const Value* given) {
  while (given && !given->is_number()) {
    const Value* within = nullptr;
    if (given->kind == Value::Kind::array && !given->items.empty()) within = &given->items[0];
    if (given->kind == Value::Kind::table && !given->members.empty()) {
      within = &given->members[0].second;
      for (const char* key : {"values", "amplitude"})
        if (const Value* found = given->find(key)) within = found;
    }
    given = within;
  }
  return given ? "" : "pA";
}

}  // namespace cajal
