#include "learning/environments/population_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/config/text.hpp"

namespace cajal {

namespace {

constexpr double most_features = 1e6;

std::vector<std::size_t> read_grid(const config::Table& keys, std::size_t dimensions) {
  std::vector<std::size_t> units;
  const std::size_t errors = keys.diagnostics().size();
  if (!keys.has("units")) keys.error("", "missing key `units`: how many along each number, like [5, 3]");
  const std::vector<double> given = keys.numbers("units", "");
  if (keys.diagnostics().size() > errors) return {};
  if (given.size() != dimensions) {
    keys.error("units", fmt::format("a list of {}; the environment shows {} numbers", given.size(), dimensions));
    return {};
  }
  double all = 1;
  for (const double n : given) {
    all *= n;
    if (n >= 2 && n == std::floor(n) && all <= most_features) {
      units.push_back(static_cast<std::size_t>(n));
      continue;
    }
    keys.error("units", fmt::format("expected whole numbers of at least 2, at most {:g} units in all, found {}",
                                    most_features, keys.peek("units")->written()));
    return {};
  }
  return units;
}

}  // namespace

const std::vector<std::string>& PopulationCode::kind_names() {
  static const std::vector<std::string> names{"direct", "boxes", "gaussian"};
  return names;
}

PopulationCode::PopulationCode(Kind kind, std::vector<ObservedQuantity> observed, std::vector<std::size_t> units,
                               double width)
    : kind_(kind), observed_(std::move(observed)), units_(std::move(units)), width_(width) {
  if (kind_ == Kind::boxes) {
    units_.clear();
    for (const ObservedQuantity& q : observed_) units_.push_back(q.edges.size() + 1);
  }
  features_ = kind_ == Kind::direct ? observed_.size() : 1;
  if (kind_ != Kind::direct)
    for (const std::size_t n : units_) features_ *= n;
}

PopulationCode PopulationCode::read(const config::Table& table, std::vector<ObservedQuantity> observed) {
  const std::size_t errors = table.diagnostics().size();
  const auto named = table.named("code");
  if (!named) return {Kind::direct, std::move(observed)};
  const auto& [name, keys] = *named;
  const auto found = std::find(kind_names().begin(), kind_names().end(), name);
  if (found == kind_names().end()) {
    table.error("code", fmt::format("unknown code \"{}\"{}", name, config::alternatives(name, kind_names())));
    keys.skip();
    return {Kind::direct, std::move(observed)};
  }
  const auto kind = static_cast<Kind>(found - kind_names().begin());
  const bool cut = std::any_of(observed.begin(), observed.end(), [](const auto& q) { return !q.edges.empty(); });
  if (kind == Kind::boxes && !cut) table.error("code", "this environment has no boxes; allowed: direct, gaussian");
  if (kind != Kind::gaussian) return {kind, std::move(observed)};
  std::vector<std::size_t> units = read_grid(keys, observed.size());
  const double width = keys.number("width", 0.5, {1e-3, 1e3, false, false});
  if (table.diagnostics().size() > errors) return {Kind::direct, std::move(observed)};
  return {kind, std::move(observed), std::move(units), width};
}

double PopulationCode::place(std::span<const double> observation, std::size_t i) const {
  const ObservedQuantity& q = observed_[i];
  return std::clamp((observation[i] - q.low) / (q.high - q.low), 0.0, 1.0);
}

void PopulationCode::encode(std::span<const double> observation, std::span<double> out) const {
  if (kind_ == Kind::direct) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = place(observation, i);
    return;
  }
  if (kind_ == Kind::boxes) {
    std::size_t box = 0;
    for (std::size_t i = 0; i < observed_.size(); ++i) {
      const auto& edges = observed_[i].edges;
      const auto within = std::upper_bound(edges.begin(), edges.end(), observation[i]) - edges.begin();
      box = box * units_[i] + static_cast<std::size_t>(within);
    }
    std::fill(out.begin(), out.end(), 0.0);
    out[box] = 1;
    return;
  }
  for (std::size_t f = 0; f < out.size(); ++f) {
    double square = 0;
    std::size_t rest = f;
    for (std::size_t i = observed_.size(); i-- > 0; rest /= units_[i]) {
      const double spacing = 1.0 / static_cast<double>(units_[i] - 1);
      const double distance =
          (place(observation, i) - spacing * static_cast<double>(rest % units_[i])) / (spacing * width_);
      square += distance * distance;
    }
    out[f] = std::exp(-square / 2);
  }
}

}  // namespace cajal
