#include "app/watchdog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/error.hpp"
#include "sim/population_base.hpp"

namespace cajal::app {

std::string WrongNumber::text() const {
  const std::string with_unit = variable_unit.empty() ? "" : " " + variable_unit;
  std::string out = fmt::format("{} of {} (unit {}) is {}{} at {:g} ms", variable, population, unit, value,
                                std::isfinite(value) ? with_unit : "", time);
  if (limit > 0) out += fmt::format(", beyond the limit of {:g} (run.watchdog.limit)", limit);
  if (before) out += fmt::format("; at {:g} ms it was {}{}", before->second, before->first, with_unit);
  return out + "; a smaller dt may help";
}

WatchdogOptions WatchdogOptions::read(const config::Table& root) {
  WatchdogOptions o;
  const auto run = root.table("run");
  const auto table = run ? run->table("watchdog") : std::nullopt;
  if (!table) return o;
  o.limit = table->number("limit", o.limit, config::positive);
  const std::string silent = table->choice("silent", {"warn", "fail", "off"}, "warn");
  o.silent = silent == "warn" ? Silent::warn : silent == "fail" ? Silent::fail : Silent::off;
  table->refuse_unused();
  return o;
}

template <class Real>
Watchdog<Real>::Watchdog(Clock<Real>& clock, const WatchdogOptions& options, std::int64_t last_step)
    : clock_(clock), options_(options), last_step_(last_step) {
  std::size_t values = 0;
  for (const auto& node : clock.network().nodes) {
    const bool population = dynamic_cast<const PopulationBase<Real>*>(node.get()) && node->spiking();
    watched_.push_back(population && options.silent != WatchdogOptions::Silent::off);
    if (watched_.back()) clock.delivery().record(watched_.size() - 1);
    values += node->columns().size() * node->size();
  }
  fired_.assign(watched_.size(), false);
  // Looking must not be noticed beside a step of many units.
  constexpr std::size_t few = 10000;
  if (values < few) every_ = 100;
}

template <class Real>
std::int64_t Watchdog<Real>::window(std::int64_t steps) const {
  // Windows of a few steps cost more than a late look.
  constexpr std::int64_t least = 10;
  for (std::int64_t part = std::min(steps, every_); part >= least; --part)
    if (steps % part == 0) return part;
  return steps;
}

template <class Real>
void Watchdog<Real>::take(Steps steps, const std::vector<std::vector<Emission<Real>>>& sent) {
  for (std::size_t n = 0; n < watched_.size(); ++n)
    if (watched_[n] && !sent[n].empty()) fired_[n] = true;
  if (steps.end == last_step_ || steps.end / every_ != looked_ / every_) look(steps.end);
}

template <class Real>
void Watchdog<Real>::look(std::int64_t step) {
  const auto& nodes = clock_.network().nodes;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const auto columns = nodes[n]->columns();
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const Real* const values = columns[c].signal->at(step, 0);
      const Real limit = static_cast<Real>(std::min<double>(options_.limit, std::numeric_limits<Real>::max()));
      bool good = true;
      for (std::size_t unit = 0; unit < nodes[n]->size(); ++unit) good &= std::fabs(values[unit]) <= limit;
      if (good) continue;
      const auto wrong =
          std::find_if_not(values, values + nodes[n]->size(), [&](Real x) { return std::fabs(x) <= limit; });
      const auto unit = static_cast<std::size_t>(wrong - values);
      throw NumericalError(WrongNumber{columns[c].name, columns[c].unit, nodes[n]->name(), unit,
                                       static_cast<double>(*wrong), time(step),
                                       std::pair(static_cast<double>(good_[n][c][unit]), time(looked_)),
                                       std::isfinite(*wrong) ? options_.limit : 0.0}
                               .text());
    }
  }
  begin(step);
}

template <class Real>
void Watchdog<Real>::begin(std::int64_t step) {
  const auto& nodes = clock_.network().nodes;
  good_.resize(nodes.size());
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const auto columns = nodes[n]->columns();
    good_[n].resize(columns.size());
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const Real* const values = columns[c].signal->at(step, 0);
      good_[n][c].assign(values, values + nodes[n]->size());
    }
  }
  looked_ = step;
}

template <class Real>
std::vector<std::string> Watchdog<Real>::silent() const {
  std::vector<std::string> names;
  for (std::size_t n = 0; n < watched_.size(); ++n)
    if (watched_[n] && !fired_[n]) names.push_back(clock_.network().nodes[n]->name());
  return names;
}

template <class Real>
void Watchdog<Real>::write(const record::Group& result, std::int64_t step) const {
  const record::Group group = result.group("watchdog");
  group.attribute("t_good", time(looked_));
  group.attribute("t_stop", time(step));
  const auto& nodes = clock_.network().nodes;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const auto columns = nodes[n]->columns();
    for (std::size_t c = 0; c < columns.size(); ++c) {
      std::vector<Real> rows = good_[n][c];
      const Real* const last = columns[c].signal->at(step, 0);
      rows.insert(rows.end(), last, last + nodes[n]->size());
      group.write(nodes[n]->name() + "/" + columns[c].name, rows, {2, nodes[n]->size()},
                  {columns[c].unit, columns[c].meaning + ": when last found good, and at the stop", {"time", "unit"}});
    }
  }
}

template <class Real>
void Watchdog<Real>::save(const record::Group& checkpoint) const {
  const std::vector<std::uint8_t> fired(fired_.begin(), fired_.end());
  checkpoint.write("fired", fired, {fired.size()}, {"", "1 for populations that have fired", {"node"}});
}

template <class Real>
void Watchdog<Real>::restore(const record::ResultReader& checkpoint, const std::string& path) {
  const auto fired = checkpoint.read<std::uint8_t>(path + "/fired").values;
  fired_.assign(fired.begin(), fired.end());
}

template class Watchdog<float>;
template class Watchdog<double>;

}  // namespace cajal::app
