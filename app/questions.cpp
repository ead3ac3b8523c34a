#include <algorithm>

#include "app/subject.hpp"

namespace cajal::app {

analysis::Questions questions_of(const Data& data, std::uint64_t seed, std::size_t most) {
  analysis::Questions q;
  const data::Dataset& d = data.dataset;
  q.shape = d.shape;
  q.features = d.features;
  q.classes = d.classes;
  q.seed = seed;
  q.tokens = d.tokens > 0;
  q.samples = std::min(most, data.split.test.size());
  for (std::size_t s = 0; s < q.samples; ++s) {
    const auto begin = d.x.begin() + static_cast<std::ptrdiff_t>(data.split.test[s] * d.features);
    q.rows.insert(q.rows.end(), begin, begin + static_cast<std::ptrdiff_t>(d.features));
    if (d.classification()) q.label.push_back(d.last_label(data.split.test[s]));
  }
  bool some = false;
  for (const std::uint32_t s : data.split.train)
    for (std::size_t f = 0; f < d.features; ++f) {
      const auto value = static_cast<double>(d.x[s * d.features + f]);
      q.low = some ? std::min(q.low, value) : value;
      q.high = some ? std::max(q.high, value) : value;
      some = true;
    }
  return q;
}

}  // namespace cajal::app
