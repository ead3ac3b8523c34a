#include "models/connectivity/edge_list.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

#include "sim/config/text.hpp"
#include "sim/error.hpp"
#include "sim/record/edges.hpp"

namespace cajal {

namespace {

/// By counting: `values` of the file's order in the order of rows.
template <class From, class To, class Change>
void sort_into(const std::vector<From>& values, const std::vector<std::size_t>& place, std::vector<To>& out,
               Change change) {
  out.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) out[place[i]] = change(values[i]);
}

}  // namespace

std::optional<Refusal> EdgeList::load(const Populations& p, const RuleSources& sources) {
  record::Edges edges;
  try {
    edges = record::read_edges((std::filesystem::path(sources.folder) / file).string(), group.value_or(""),
                               {p.source, p.target, sources.dt, sources.weight_unit});
  } catch (const DataError& error) {
    return Refusal{"file", error.what()};
  }
  for (const double delay : edges.delay)
    if (steps_of(delay, sources.dt) > static_cast<double>(longest_delay))
      return Refusal{"file", "holds a delay of " + config::written_number(delay) + " ms; at most " +
                                 std::to_string(longest_delay) + " steps are allowed"};
  auto made = std::make_shared<Rows>();
  made->begin.assign(p.source + 1, 0);
  for (const std::uint32_t source : edges.source) ++made->begin[source + 1];
  std::partial_sum(made->begin.begin(), made->begin.end(), made->begin.begin());
  std::vector<std::size_t> next(made->begin.begin(), made->begin.end() - 1), place(edges.source.size());
  for (std::size_t i = 0; i < place.size(); ++i) place[i] = next[edges.source[i]]++;
  const auto same = [](auto x) { return x; };
  sort_into(edges.target, place, made->target, same);
  sort_into(edges.weight, place, made->weight, same);
  sort_into(edges.delay, place, made->delay,
            [&](double ms) { return static_cast<std::uint32_t>(steps_of(ms, sources.dt)); });
  if (!made->delay.empty()) {
    const auto [low, high] = std::minmax_element(made->delay.begin(), made->delay.end());
    made->min_delay = *low;
    made->max_delay = *high;
  }
  rows = std::move(made);
  return {};
}

}  // namespace cajal
