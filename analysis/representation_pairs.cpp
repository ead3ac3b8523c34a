#include "analysis/representation_pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace cajal::analysis {

namespace {

/// A chosen node of one run, and which samples are looked at.
struct Item {
  const RecordedRun* run;
  const RecordedNode* node;
  std::vector<std::size_t> rows;
  std::size_t name;  ///< which of the names

  std::vector<std::uint32_t> samples() const {
    std::vector<std::uint32_t> out;
    for (const std::size_t row : rows)
      if (row < run->sample.size()) out.push_back(run->sample[row]);
    return out;
  }
};

SampleMatrix matrix_of(const Item& item, const PairMeasure& measure) {
  std::vector<float> values;
  values.reserve(item.rows.size() * item.node->units);
  for (const std::size_t row : item.rows) {
    const auto begin = item.node->mean.begin() + static_cast<std::ptrdiff_t>(row * item.node->units);
    values.insert(values.end(), begin, begin + static_cast<std::ptrdiff_t>(item.node->units));
  }
  return measure.matrix(values, item.node->units);
}

class Pairs {
 public:
  Pairs(const Recorded& recorded, const NodeChoice& choice, const PairMeasure& measure) : measure_(measure) {
    each_node(recorded, choice, measure.name, found_, [&](const RecordedRun& run, const RecordedNode& node) {
      items_.push_back({&run, &node, measure_.rows(run), name_of(shown_node(run, node))});
      if (std::find(seeds_.begin(), seeds_.end(), run.seed) == seeds_.end()) seeds_.push_back(run.seed);
    });
    sums_.assign(measure.numbers.size(), std::vector<double>(names_.size() * names_.size(), 0.0));
    counts_ = sums_;
  }

  Findings compare() {
    for (const std::uint64_t seed : seeds_) within_seed(seed);
    for (std::size_t name = 0; name < names_.size(); ++name) over_seeds(name);
    if (items_.size() == 1)
      found_.leave_out(fmt::format("{}: there is {} alone; it takes two learners, or two seeds, or of = \"layers\"",
                                   measure_.name, names_[0]));
    if (names_.size() > 1) write_matrices();
    return std::move(found_);
  }

 private:
  using Values = std::vector<std::optional<double>>;

  std::size_t name_of(const std::string& name) {
    const auto at = std::find(names_.begin(), names_.end(), name);
    if (at == names_.end()) names_.push_back(name);
    return static_cast<std::size_t>(std::find(names_.begin(), names_.end(), name) - names_.begin());
  }

  std::vector<const Item*> items_where(const std::function<bool(const Item&)>& wanted) const {
    std::vector<const Item*> out;
    for (const Item& item : items_)
      if (wanted(item)) out.push_back(&item);
    return out;
  }

  std::vector<SampleMatrix> matrices_of(const std::vector<const Item*>& items) const {
    std::vector<SampleMatrix> out;
    if (items.size() < 2) return out;
    for (const Item* item : items) out.push_back(matrix_of(*item, measure_));
    return out;
  }

  bool same_samples(const Item& a, const Item& b) {
    const auto of_a = a.samples();
    if (of_a.size() == a.rows.size() && of_a == b.samples()) return true;
    found_.leave_out(
        fmt::format("{}: {} and {} were not shown the same samples", measure_.name, names_[a.name], names_[b.name]));
    return false;
  }

  std::string part(const Item& a, const Item& b) const { return names_[a.name] + " ~ " + names_[b.name]; }

  void tell_missing(const Values& values, const Item& a, const Item& b) {
    for (std::size_t k = 0; k < values.size(); ++k)
      if (!values[k])
        found_.leave_out(fmt::format("{}: none of {} (seed {}): too little of their activity varies",
                                     measure_.numbers[k], part(a, b), a.run->seed));
  }

  void within_seed(std::uint64_t seed) {
    const auto items = items_where([&](const Item& i) { return i.run->seed == seed; });
    const auto matrices = matrices_of(items);
    for (std::size_t i = 0; i < matrices.size(); ++i)
      for (std::size_t j = i + 1; j < matrices.size(); ++j) {
        const Item &a = *items[i], &b = *items[j];
        if (!same_samples(a, b)) continue;
        const Values values = measure_.compare(matrices[i], matrices[j]);
        tell_missing(values, a, b);
        for (std::size_t k = 0; k < values.size(); ++k) {
          if (!values[k]) continue;
          add_row(k, a, b, *values[k], static_cast<double>(a.rows.size()));
          for (const std::size_t at : {a.name * names_.size() + b.name, b.name * names_.size() + a.name}) {
            sums_[k][at] += *values[k];
            counts_[k][at] += 1;
          }
        }
      }
  }

  void over_seeds(std::size_t name) {
    const auto items = items_where([&](const Item& i) { return i.name == name; });
    const auto matrices = matrices_of(items);
    std::vector<double> sums(measure_.numbers.size(), 0.0), counts = sums;
    for (std::size_t i = 0; i < matrices.size(); ++i)
      for (std::size_t j = i + 1; j < matrices.size(); ++j) {
        if (!same_samples(*items[i], *items[j])) continue;
        const Values values = measure_.compare(matrices[i], matrices[j]);
        tell_missing(values, *items[i], *items[j]);
        for (std::size_t k = 0; k < values.size(); ++k) {
          if (!values[k]) continue;
          sums[k] += *values[k];
          counts[k] += 1;
        }
      }
    for (std::size_t k = 0; k < sums.size(); ++k)
      if (counts[k] > 0) add_row(k, *items[0], *items[0], sums[k] / counts[k], counts[k]);
  }

  void add_row(std::size_t k, const Item& a, const Item& b, double value, double n) {
    found_.rows.push_back(row_of(*a.run, measure_.numbers[k], part(a, b), value, n));
  }

  void write_matrices() {
    found_.arrays.push_back({measure_.name + "/node", names_, {names_.size()}, "learner and node", {"node"}});
    for (std::size_t k = 0; k < measure_.numbers.size(); ++k) {
      std::vector<double> mean = sums_[k];
      for (std::size_t i = 0; i < mean.size(); ++i)
        mean[i] = counts_[k][i] > 0 ? mean[i] / counts_[k][i] : std::nan("");
      for (std::size_t i = 0; i < names_.size(); ++i) mean[i * (names_.size() + 1)] = 1;
      found_.arrays.push_back({fmt::format("{}/{}", measure_.name, measure_.numbers[k]),
                               std::move(mean),
                               {names_.size(), names_.size()},
                               fmt::format("{} of each two nodes of one seed, mean over seeds; NaN: none; 1 of a node "
                                           "with itself",
                                           measure_.numbers[k]),
                               {"node", "node"}});
    }
  }

  const PairMeasure& measure_;
  Findings found_;
  std::vector<Item> items_;
  std::vector<std::string> names_;
  std::vector<std::uint64_t> seeds_;
  std::vector<std::vector<double>> sums_, counts_;  ///< [number][name * names + name]
};

}  // namespace

std::function<std::vector<std::size_t>(const RecordedRun&)> first_samples(std::size_t samples) {
  return [samples](const RecordedRun& run) {
    std::vector<std::size_t> rows(std::min(samples, run.samples));
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    return rows;
  };
}

Findings compare_pairs(const Recorded& recorded, const NodeChoice& choice, const PairMeasure& measure) {
  return Pairs(recorded, choice, measure).compare();
}

}  // namespace cajal::analysis
