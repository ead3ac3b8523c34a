#include "models/connectivity/distance_dependent.hpp"

namespace cajal {

std::optional<Refusal> DistanceDependent::refuse(const Populations& p) const {
  if (auto refusal = refuse_self(self, p)) return refusal;
  for (const auto& [positions, side] : {std::pair{p.source_positions, "source"}, {p.target_positions, "target"}})
    if (!positions || positions->empty())
      return Refusal{"", std::string("`distance_dependent` needs positions, and the ") + side +
                             " node has none: give it `positions = { uniform = [\"1 mm\", \"1 mm\"] }`"};
  const Positions &source = *p.source_positions, &target = *p.target_positions;
  if (source.dimensions != target.dimensions)
    return Refusal{"", "positions in " + std::to_string(source.dimensions) + " dimensions for the source and in " +
                           std::to_string(target.dimensions) + " for the target; a distance needs the same"};
  if (!boundary && source.periodic != target.periodic)
    return Refusal{"", std::string("the positions of the ") + (source.periodic ? "source" : "target") +
                           " are periodic, those of the other node are not; write `boundary = \"open\"`, or make both "
                           "periodic"};
  if (!periodic(p)) return {};
  if (!source.periodic || !target.periodic)
    return Refusal{"boundary", "a periodic boundary needs positions with `periodic = true` in both nodes"};
  if (source.extent != target.extent)
    return Refusal{"boundary", "a periodic boundary needs two nodes of the same extent"};
  return {};
}

Falloff DistanceDependent::falloff() const {
  const double most = max_distance.value_or(std::numeric_limits<double>::infinity());
  if (kernel == "gaussian") return {Falloff::Shape::gaussian, p_max, 0.5 / (sigma * sigma), most};
  if (kernel == "exponential") return {Falloff::Shape::exponential, p_max, 1 / lambda, most};
  return {Falloff::Shape::linear, p_max, slope, slope > 0 ? std::min(most, p_max / slope) : most};
}

double DistanceDependent::expected(const Populations& p) const {
  // All pairs, or where these are many the mean over some that are drawn.
  constexpr double most_pairs = 1e6;
  const Cells measure({p.target_positions->dimensions, {}, p.target_positions->extent}, periodic(p));
  const Falloff falls = falloff();
  const auto of_pair = [&](std::size_t i, std::size_t j) {
    if (!self && i == j) return 0.0;
    return falls.probability(
        measure.square(Cells::point(p.source_positions->of(i)), Cells::point(p.target_positions->of(j))));
  };
  double sum = 0;
  const double pairs = static_cast<double>(p.source) * static_cast<double>(p.target);
  if (pairs <= most_pairs) {
    for (std::size_t i = 0; i < p.source; ++i)
      for (std::size_t j = 0; j < p.target; ++j) sum += of_pair(i, j);
    return sum;
  }
  Draws draws(Stream(0, name), 0);
  for (double k = 0; k < most_pairs; ++k) {
    const std::size_t i = draws.below(p.source);
    sum += of_pair(i, draws.below(p.target));
  }
  // A pair may be joined even where none that was looked at can be.
  return p_max > 0 ? std::max(1.0, pairs / most_pairs * sum) : 0;
}

void DistanceDependent::row(const Populations& p, std::uint32_t unit, Draws& draws,
                            std::vector<std::uint32_t>& partners) const {
  const std::size_t begin = partners.size();
  const Cells::Point x = Cells::point(p.source_positions->of(unit));
  const Falloff falls = falloff();
  const auto exponential = [&] { return -std::log(1 - draws.uniform()); };
  double rest = exponential();
  cells->near(x, falls.reach, [&](double nearest, auto units, auto points) {
    const double most = falls.probability(nearest);
    if (!(most > 0)) return;
    const double each = -std::log1p(-most);  // infinite where it is 1: every gap is 0
    const auto count = static_cast<double>(units.size());
    for (double j = 0; j < count; ++j) {
      const double gap = std::floor(rest / each);
      if (gap >= count - j) {
        rest = std::max(0.0, rest - (count - j) * each);
        return;
      }
      j += gap;
      const auto at = static_cast<std::size_t>(j);
      rest = exponential();
      const double share = draws.uniform() * most;
      if ((self || units[at] != unit) && share < falls.probability(cells->square(x, points[at])))
        partners.push_back(units[at]);
    }
  });
  std::sort(partners.begin() + static_cast<std::ptrdiff_t>(begin), partners.end());
}

}  // namespace cajal
