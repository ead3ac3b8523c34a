#include "learning/data/split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include "sim/error.hpp"
#include "sim/random.hpp"

namespace cajal::data {

namespace {

/// Train, validation, test, and what no part takes.
constexpr std::size_t parts = 4;
constexpr std::array<const char*, 3> part_names{"train", "validation", "test"};
using Counts = std::array<std::size_t, parts>;
using Fractions = std::array<double, parts>;

/// Fractions are decimal, so their sums miss 1 by some rounding.
constexpr double tolerance = 1e-9;

/// Whole parts of `count`, and how many samples those leave.
std::pair<Counts, std::size_t> whole_parts(const Fractions& fractions, std::size_t count) {
  Counts out{};
  std::size_t left = count;
  for (std::size_t p = 0; p < parts; ++p) {
    out[p] = std::min(left, static_cast<std::size_t>(fractions[p] * static_cast<double>(count) + tolerance));
    left -= out[p];
  }
  return {out, left};
}

/// Parts by descending value, the first on ties.
template <class Value>
std::array<std::size_t, parts> descending(const std::array<Value, parts>& values) {
  std::array<std::size_t, parts> order{0, 1, 2, 3};
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  return order;
}

/// Sizes of the parts by largest remainder (Hamilton's method): their sum is `count`.
Counts apportion(const Fractions& fractions, std::size_t count) {
  auto [out, left] = whole_parts(fractions, count);
  Fractions remainder{};
  for (std::size_t p = 0; p < parts; ++p)
    remainder[p] = fractions[p] * static_cast<double>(count) - static_cast<double>(out[p]);
  for (std::size_t p : descending(remainder)) {
    if (left == 0) break;
    ++out[p];
    --left;
  }
  return out;
}

/// Which part takes one more sample of a class: the one that most lacks samples, if possible none that took one before.
std::size_t most_lacking(const std::array<std::int64_t, parts>& lacking, const std::array<bool, parts>& took) {
  std::size_t best = 0;
  const auto rank = [&](std::size_t p) { return std::pair(lacking[p] > 0 && !took[p], lacking[p]); };
  for (std::size_t p = 1; p < parts; ++p)
    if (rank(p) > rank(best)) best = p;
  return best;
}

/// Sizes of the parts of each class, whose sums over classes are `totals`.
std::vector<Counts> stratify(const Fractions& fractions, const Counts& totals,
                             std::span<const std::size_t> class_sizes) {
  std::vector<Counts> out;
  std::vector<std::size_t> left;
  std::array<std::int64_t, parts> lacking{};
  for (std::size_t p = 0; p < parts; ++p) lacking[p] = static_cast<std::int64_t>(totals[p]);
  for (std::size_t size : class_sizes) {
    const auto [counts, rest] = whole_parts(fractions, size);
    out.push_back(counts);
    left.push_back(rest);
    for (std::size_t p = 0; p < parts; ++p) lacking[p] -= static_cast<std::int64_t>(counts[p]);
  }
  for (std::size_t c = 0; c < out.size(); ++c)
    for (std::array<bool, parts> took{}; left[c] > 0; --left[c]) {
      const std::size_t p = most_lacking(lacking, took);
      took[p] = true;
      ++out[c][p];
      --lacking[p];
    }
  return out;
}

std::vector<std::uint32_t> shuffled(std::size_t count, std::uint64_t seed) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  Draws draws(Stream(seed, "data.split"), 0);
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[draws.below(i)]);
  return order;
}

void check_not_empty(const Dataset& d, const Fractions& fractions, const Counts& totals, std::size_t pool) {
  for (std::size_t p = 0; p < part_names.size(); ++p)
    if (totals[p] == 0 && (fractions[p] > 0 || p == 0))
      throw DataError(d.name, fmt::format("the {} part would be empty: a fraction of {} of {} samples", part_names[p],
                                          fractions[p], pool));
}

void keep_first(std::vector<std::uint32_t>& part, std::optional<std::size_t> most) {
  if (most && *most < part.size()) part.resize(*most);
}

using Dealt = std::array<std::vector<std::uint32_t>, parts>;

/// Deals the samples, which stand in random order, to the parts.
Dealt deal(const Dataset& d, const Fractions& fractions, bool stratified, std::span<const std::uint32_t> pool) {
  const auto class_of = [&](std::size_t i) { return stratified ? static_cast<std::size_t>(d.label[i]) : 0; };
  std::vector<std::size_t> class_sizes(stratified ? d.classes : 1);
  for (const std::uint32_t i : pool) ++class_sizes[class_of(i)];
  const Counts totals = apportion(fractions, pool.size());
  check_not_empty(d, fractions, totals, pool.size());
  std::vector<Counts> room = stratify(fractions, totals, class_sizes);
  Dealt out;
  for (const std::uint32_t i : pool) {
    Counts& here = room[class_of(i)];
    const auto part =
        static_cast<std::size_t>(std::find_if(here.begin(), here.end(), [](auto n) { return n > 0; }) - here.begin());
    --here[part];
    out[part].push_back(i);
  }
  return out;
}

/// Takes the samples of one fold out of the pool: dealt in turn, class by class, so that all sizes are even.
std::vector<std::uint32_t> take_fold(const Dataset& d, const SplitOptions& options, bool stratified,
                                     std::vector<std::uint32_t>& pool) {
  std::vector<std::size_t> next(stratified ? d.classes + 1 : 2);
  for (const std::uint32_t i : pool) ++next[stratified ? static_cast<std::size_t>(d.label[i]) + 1 : 1];
  for (std::size_t c = 1; c < next.size(); ++c) next[c] += next[c - 1];
  std::vector<std::uint32_t> fold, rest;
  for (const std::uint32_t i : pool) {
    const std::size_t turn = next[stratified ? static_cast<std::size_t>(d.label[i]) : 0]++;
    (turn % options.folds == options.fold ? fold : rest).push_back(i);
  }
  pool = std::move(rest);
  return fold;
}

/// Takes away, from samples in the order of a sequence, those that share values with one of `others`.
void remove_near(std::vector<std::uint32_t>& samples, const std::vector<std::uint32_t>& others, std::size_t overlap) {
  std::erase_if(samples, [&](std::uint32_t i) {
    const auto next = std::lower_bound(others.begin(), others.end(), i);
    return (next != others.end() && *next - i <= overlap) || (next != others.begin() && i - *(next - 1) <= overlap);
  });
}

/// Parts a sequence into blocks.
Dealt cut(const Dataset& d, const SplitOptions& options, const Fractions& fractions, std::size_t count) {
  std::vector<std::uint32_t> rest(count);
  std::iota(rest.begin(), rest.end(), 0U);
  Dealt out;
  if (options.from == SplitOptions::Test::fold) {
    const auto begin = rest.begin() + static_cast<std::ptrdiff_t>(count * options.fold / options.folds);
    const auto end = rest.begin() + static_cast<std::ptrdiff_t>(count * (options.fold + 1) / options.folds);
    out[2].assign(begin, end);
    rest.erase(begin, end);
  }
  const Counts totals = apportion(fractions, rest.size());
  auto from = rest.begin();
  for (std::size_t p = 0; p < parts; ++p) {
    const auto to = from + static_cast<std::ptrdiff_t>(totals[p]);
    out[p].insert(out[p].end(), from, to);
    from = to;
  }
  remove_near(out[0], out[1], *d.overlap);
  remove_near(out[0], out[2], *d.overlap);
  remove_near(out[1], out[2], *d.overlap);
  if (options.from == SplitOptions::Test::given)
    for (std::size_t p = 0; p < 2; ++p) remove_near(out[p], {static_cast<std::uint32_t>(count)}, *d.overlap);
  check_not_empty(d, fractions, {out[0].size(), out[1].size(), out[2].size(), 0}, rest.size());
  return out;
}

void shuffle(std::vector<std::uint32_t>& part, std::uint64_t seed) {
  const std::vector<std::uint32_t> order = shuffled(part.size(), seed), sorted = part;
  for (std::size_t i = 0; i < part.size(); ++i) part[i] = sorted[order[i]];
}

}  // namespace

std::uint64_t Split::hash() const {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  const auto add = [&h](std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) h = (h ^ (value >> 8 * i & 255)) * 0x100000001b3ULL;
  };
  for (const auto* part : {&train, &validation, &test}) {
    add(part->size(), 8);
    for (std::uint32_t i : *part) add(i, 4);
  }
  return h;
}

std::string SplitOptions::fault() const {
  double sum = 0;
  const std::array<std::optional<double>, 3> fractions{train, validation, test};
  for (std::size_t p = 0; p < fractions.size(); ++p) {
    const double fraction = fractions[p].value_or(0);
    if (!(fraction >= 0 && fraction <= 1))
      return fmt::format("the {} part is to be a fraction of {}, allowed is 0 to 1", part_names[p], fraction);
    sum += fraction;
  }
  if (sum > 1 + tolerance) return fmt::format("the fractions of the parts sum to {:g}, allowed is at most 1", sum);
  if (from == Test::fold && (folds < 2 || fold >= folds))
    return fmt::format("fold {} of {}, allowed are at least 2 folds, counted from 0", fold, folds);
  if (from != Test::drawn && from != Test::automatic && from != Test::given && test)
    return "the test part cannot be a fraction too";
  if (from == Test::given && test) return "the test part cannot be both given and a fraction";
  return {};
}

SplitOptions SplitOptions::resolved(const Dataset& d) const {
  if (const std::string wrong = fault(); !wrong.empty()) throw DataError(d.name, wrong);
  SplitOptions out = *this;
  if (from == Test::automatic) out.from = d.given_test && !test ? Test::given : Test::drawn;
  if (out.from == Test::given && !d.given_test)
    throw DataError(d.name, "gives no test part; say which fraction to draw, as in test = 0.1");
  const bool all_open = from == Test::automatic && !train && !validation && !test;
  out.validation = validation.value_or(all_open ? 0.1 : 0.0);
  out.test = test.value_or(all_open && out.from == Test::drawn ? 0.1 : 0.0);
  out.train = train.value_or(std::max(0.0, 1 - *out.validation - *out.test));
  return out;
}

Split split(const Dataset& dataset, const SplitOptions& asked, std::uint64_t seed) {
  if (dataset.samples > std::numeric_limits<std::uint32_t>::max())
    throw DataError(dataset.name, fmt::format("holds {} samples, allowed are 2^32 - 1", dataset.samples));
  const SplitOptions options = asked.resolved(dataset);
  const bool folded = options.from == SplitOptions::Test::fold;
  const bool given = options.from == SplitOptions::Test::given;
  const std::size_t count = given || (folded && dataset.given_test) ? *dataset.given_test : dataset.samples;
  if (folded && options.folds > count)
    throw DataError(dataset.name, fmt::format("{} folds of {} samples: some would be empty", options.folds, count));
  const double rest = std::max(0.0, 1 - *options.train - *options.validation - *options.test);
  const Fractions fractions{*options.train, *options.validation, *options.test, rest < tolerance ? 0 : rest};
  Split out;
  if (dataset.overlap) {
    Dealt blocks = cut(dataset, options, fractions, count);
    for (std::size_t p = 0; p < 3; ++p) shuffle(blocks[p], seed);
    out = {std::move(blocks[0]), std::move(blocks[1]), std::move(blocks[2])};
  } else {
    const bool stratified = options.stratified && dataset.classification() && dataset.label_steps == 1;
    std::vector<std::uint32_t> pool = shuffled(count, seed), fold;
    if (folded) fold = take_fold(dataset, options, stratified, pool);
    Dealt dealt = deal(dataset, fractions, stratified, pool);
    out = {std::move(dealt[0]), std::move(dealt[1]), folded ? std::move(fold) : std::move(dealt[2])};
  }
  if (given)
    for (std::size_t i = count; i < dataset.samples; ++i) out.test.push_back(static_cast<std::uint32_t>(i));
  keep_first(out.train, options.most_train);
  if (options.from == SplitOptions::Test::train) out.test = out.train;
  keep_first(out.validation, options.most_validation);
  keep_first(out.test, options.most_test);
  return out;
}

}  // namespace cajal::data
