#include "analysis/behaviour.hpp"

#include <algorithm>

#include "sim/error.hpp"

namespace cajal::analysis {

std::vector<double> episode_lengths(std::span<const std::uint64_t> episode) {
  std::vector<double> out;
  std::size_t begin = 0;
  for (std::size_t i = 1; i < episode.size(); ++i)
    if (episode[i] != episode[i - 1]) {
      out.push_back(static_cast<double>(i - begin));
      begin = i;
    }
  return out;
}

std::optional<Behaviour> behaviour(const Decisions& d) {
  const std::size_t n = d.size();
  if (d.chosen.size() != n || d.best.size() != n || d.episode.size() != n)
    throw Error("behaviour: columns of decisions differ in length");
  if (n == 0) return std::nullopt;
  Behaviour out;
  out.decisions = std::max<std::size_t>(1, n / 4);
  const std::size_t first = n - out.decisions;
  double reward = 0, right = 0, judged = 0;
  for (std::size_t i = first; i < n; ++i) {
    reward += d.reward[i];
    if (d.best[i] < 0) continue;
    judged += 1;
    right += d.chosen[i] == d.best[i] ? 1 : 0;
  }
  out.mean_reward = reward / static_cast<double>(out.decisions);
  if (judged > 0) out.best_choice = right / judged;
  double length = 0;
  std::size_t end = 0;
  for (const double l : episode_lengths(d.episode)) {
    end += static_cast<std::size_t>(l);
    if (end <= first) continue;
    length += l;
    ++out.episodes;
  }
  if (out.episodes > 0) out.episode_length = length / static_cast<double>(out.episodes);
  return out;
}

}  // namespace cajal::analysis
