#include "learning/classical/k_nearest_neighbours.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/dense.hpp"
#include "sim/error.hpp"

namespace cajal::classical {

namespace {

using Neighbour = KNearestNeighbours::Neighbour;

constexpr std::size_t train_block = 1024, query_block = 64;

double square_of(std::span<const float> v) {
  double sum = 0;
  for (float x : v) sum += static_cast<double>(x) * static_cast<double>(x);
  return sum;
}

double square_distance(const float* a, const float* b, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double off = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += off * off;
  }
  return sum;
}

/// Those that may be among the k nearest, as bounds of their distances allow.
class Candidates {
 public:
  explicit Candidates(std::size_t k) : k_(k) {}

  double limit() const { return upper_.size() < k_ ? std::numeric_limits<double>::infinity() : upper_.front(); }
  void add(double square, double error, std::uint32_t sample) {
    if (square - error > limit()) return;
    found_.push_back({square - error, sample});
    upper_.push_back(square + error);
    std::push_heap(upper_.begin(), upper_.end());
    if (upper_.size() > k_) {
      std::pop_heap(upper_.begin(), upper_.end());
      upper_.pop_back();
    }
    if (found_.size() > 4 * k_ + 256) prune();
  }
  const std::vector<Neighbour>& rest() {
    prune();
    return found_;
  }

 private:
  void prune() {
    std::erase_if(found_, [&](const Neighbour& n) { return n.square > limit(); });
  }

  std::size_t k_;
  std::vector<double> upper_;  ///< heap of the k smallest upper bounds
  std::vector<Neighbour> found_;
};

/// Samples less a centre, which takes from their products what would cancel.
struct Centred {
  std::size_t features;
  std::vector<float> centre;

  void row(const float* x, float* out) const {
    for (std::size_t f = 0; f < features; ++f) out[f] = x[f] - centre[f];
  }
};

/// A block of training samples as the weights of a dense product, with the squares of their lengths.
struct TrainBlock {
  AlignedVector<float> panels;
  std::vector<double> square;

  void pack(const Centred& centred, const float* x, std::size_t samples) {
    const std::size_t n = centred.features;
    panels.assign(dense::panels_size<float>(n, samples), 0.0f);
    square.resize(samples);
    std::vector<float> row(n);
    for (std::size_t s = 0; s < samples; ++s) {
      centred.row(x + s * n, row.data());
      square[s] = square_of(row);
      for (std::size_t f = 0; f < n; ++f) panels[dense::panels_index<float>(f, s, n)] = row[f];
    }
  }
};

/// The samples that one thread answers for.
class Search {
 public:
  Search(const Samples& samples, const Centred& centred, std::size_t k)
      : samples_(samples), centred_(centred), candidates_(samples.size(), Candidates(k)) {}

  void take(const TrainBlock& block, std::size_t first) {
    const std::size_t n = centred_.features, columns = padded(block.square.size());
    std::vector<float> rows(query_block * n);
    AlignedVector<float> products(query_block * columns);
    // A dot product errs by less than n 2^-24 |q| |t|, centring by 2^-24 of each number; |q| |t| <= (q^2 + t^2) / 2.
    const double unit = std::ldexp(static_cast<double>(n) + 16, -23);
    for (std::size_t begin = 0; begin < samples_.size(); begin += query_block) {
      const std::size_t count = std::min(query_block, samples_.size() - begin);
      std::vector<const float*> in;
      std::vector<float*> out;
      for (std::size_t q = 0; q < count; ++q) {
        centred_.row(samples_.x(begin + q).data(), rows.data() + q * n);
        in.push_back(rows.data() + q * n);
        out.push_back(products.data() + q * columns);
      }
      dense::multiply<float>(in, {block.panels.data(), n, nullptr}, out, {0, columns}, dense::Store::set,
                             dense::Inputs::dense);
      for (std::size_t q = 0; q < count; ++q) {
        const double square = square_of({in[q], n});
        Candidates& candidates = candidates_[begin + q];
        for (std::size_t s = 0; s < block.square.size(); ++s) {
          const double lengths = square + block.square[s];
          candidates.add(lengths - 2 * static_cast<double>(out[q][s]), unit * lengths,
                         static_cast<std::uint32_t>(first + s));
        }
      }
    }
  }

  /// The k nearest of sample i to `out`.
  void finish(std::size_t i, const float* x, std::span<Neighbour> out) {
    std::vector<Neighbour> exact = candidates_[i].rest();
    const std::size_t n = centred_.features;
    for (Neighbour& c : exact) c.square = square_distance(samples_.x(i).data(), x + c.sample * n, n);
    std::partial_sort(exact.begin(), exact.begin() + static_cast<std::ptrdiff_t>(out.size()), exact.end());
    std::copy_n(exact.begin(), out.size(), out.begin());
  }

 private:
  const Samples& samples_;
  const Centred& centred_;
  std::vector<Candidates> candidates_;
};

}  // namespace

std::string KNearestNeighbours::fit(const Samples& train, Team&, const std::atomic<bool>&) {
  if (train.size() < static_cast<std::size_t>(k))
    throw DataError(train.dataset.name, fmt::format("{} neighbours of {} training samples", k, train.size()));
  features = train.dataset.features;
  outputs = train.outputs();
  x.clear();
  label.clear();
  y.clear();
  x.reserve(train.size() * features);
  for (std::size_t i = 0; i < train.size(); ++i) {
    const auto row = train.x(i);
    x.insert(x.end(), row.begin(), row.end());
    if (train.dataset.classification()) label.push_back(train.label(i));
    for (std::size_t t = 0; t < train.dataset.targets; ++t) y.push_back(static_cast<float>(train.target(i, t)));
  }
  return "";
}

std::vector<Neighbour> KNearestNeighbours::neighbours(const Samples& samples, Team& team) const {
  const std::size_t n = x.size() / features, count = static_cast<std::size_t>(k);
  std::vector<double> sum(features, 0.0);
  for (std::size_t i = 0; i < x.size(); ++i) sum[i % features] += static_cast<double>(x[i]);
  Centred centred{features, {}};
  for (double s : sum) centred.centre.push_back(static_cast<float>(s / static_cast<double>(n)));
  std::vector<Neighbour> out(samples.size() * count);
  team.run([&](std::size_t part) {
    const std::size_t begin = samples.size() * part / team.size(), end = samples.size() * (part + 1) / team.size();
    if (begin == end) return;
    const Samples mine{samples.dataset, samples.index.subspan(begin, end - begin)};
    Search search(mine, centred, count);
    TrainBlock block;
    for (std::size_t first = 0; first < n; first += train_block) {
      block.pack(centred, x.data() + first * features, std::min(train_block, n - first));
      search.take(block, first);
    }
    for (std::size_t i = 0; i < mine.size(); ++i)
      search.finish(i, x.data(), std::span(out).subspan((begin + i) * count, count));
  });
  return out;
}

void KNearestNeighbours::scores(const Samples& samples, std::span<double> scores, Team& team) const {
  const std::vector<Neighbour> found = neighbours(samples, team);
  const auto count = static_cast<std::size_t>(k);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::span<const Neighbour> near = std::span(found).subspan(i * count, count);
    const std::span<double> out = scores.subspan(i * outputs, outputs);
    std::fill(out.begin(), out.end(), 0.0);
    double total = 0;
    for (const Neighbour& j : near) {
      double weight = 1;
      if (weights == Weights::distance)
        weight = near[0].square > 0 ? 1 / std::sqrt(j.square) : j.square > 0 ? 0.0 : 1.0;
      total += weight;
      if (!label.empty())
        out[static_cast<std::size_t>(label[j.sample])] += weight;
      else
        for (std::size_t t = 0; t < outputs; ++t) out[t] += weight * static_cast<double>(y[j.sample * outputs + t]);
    }
    for (double& s : out) s /= total;
  }
}

std::vector<Array> KNearestNeighbours::arrays(const Shape& shape) const {
  std::vector<Array> out{
      {"sample", "features of the training samples", {"sample", "feature"}, {shape.samples, shape.features}, x}};
  if (shape.classes)
    out.push_back({"label", "their classes", {"sample"}, {shape.samples}, label});
  else
    out.push_back({"target", "their targets", {"sample", "output"}, {shape.samples, shape.outputs}, y});
  return out;
}

void KNearestNeighbours::restore(std::vector<Array> arrays, const Shape& shape) {
  features = shape.features;
  outputs = shape.outputs;
  x = std::get<std::vector<float>>(std::move(arrays[0].values));
  if (shape.classes)
    label = std::get<std::vector<std::int32_t>>(std::move(arrays[1].values));
  else
    y = std::get<std::vector<float>>(std::move(arrays[1].values));
  const std::size_t n = x.size() / features;
  if (n < static_cast<std::size_t>(k)) throw Error(fmt::format("{} neighbours of {} training samples", k, n));
  if ((shape.classes ? label.size() : y.size() / outputs) != n) throw Error("not as many answers as training samples");
  for (std::int32_t l : label)
    if (l < 0 || static_cast<std::size_t>(l) >= outputs)
      throw Error(fmt::format("class {} of a training sample, allowed are 0 to {}", l, outputs - 1));
}

double KNearestNeighbours::bytes(const Shape& shape) {
  return static_cast<double>(shape.samples) * static_cast<double>(shape.features) * sizeof(float);
}

}  // namespace cajal::classical
