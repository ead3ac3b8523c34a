#include "learning/data/balance.hpp"

#include <algorithm>
#include <limits>

#include "sim/error.hpp"
#include "sim/random.hpp"

namespace cajal::data {

namespace {

void shuffle(std::vector<std::uint32_t>& values, Draws& draws) {
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[draws.below(i)]);
}

}  // namespace

std::string_view name(Balance balance) {
  return balance == Balance::oversample ? "oversample" : balance == Balance::undersample ? "undersample" : "none";
}

std::vector<std::uint32_t> balanced(const Dataset& dataset, std::vector<std::uint32_t> part, Balance balance,
                                    std::uint64_t seed) {
  if (balance == Balance::none) return part;
  if (!dataset.classification() || dataset.label_steps != 1)
    throw DataError(dataset.name, "has no class for each sample: there is nothing to balance");
  std::vector<std::vector<std::uint32_t>> by_class(dataset.classes);
  for (const std::uint32_t i : part) by_class[static_cast<std::size_t>(dataset.label[i])].push_back(i);
  std::size_t least = std::numeric_limits<std::size_t>::max(), most = 0;
  for (const auto& members : by_class) {
    if (!members.empty()) least = std::min(least, members.size());
    most = std::max(most, members.size());
  }
  part.clear();
  for (std::size_t c = 0; c < by_class.size(); ++c) {
    std::vector<std::uint32_t>& members = by_class[c];
    const std::size_t own = members.size();
    if (own == 0) continue;
    Draws draws(Stream(seed, "data.balance"), c);
    if (balance == Balance::undersample) {
      shuffle(members, draws);
      members.resize(least);
    } else {
      while (members.size() < most) members.push_back(members[draws.below(own)]);
    }
    part.insert(part.end(), members.begin(), members.end());
  }
  Draws draws(Stream(seed, "data.balance"), dataset.classes);
  shuffle(part, draws);
  return part;
}

}  // namespace cajal::data
