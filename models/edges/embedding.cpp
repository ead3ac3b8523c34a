#include "models/edges/embedding.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "models/edges/initial.hpp"
#include "sim/config/text.hpp"
#include "sim/error.hpp"
#include "sim/random.hpp"

namespace cajal {

template <class Real>
EmbeddingEdge<Real>::EmbeddingEdge(std::string name, Node<Real>& from, Node<Real>& to, std::size_t port,
                                   std::int64_t delay, std::size_t tokens, const std::vector<double>& weight)
    : Edge<Real>(std::move(name), from, to, port, delay), tokens_(tokens) {
  if (from.size() != 1 || weight.size() != tokens * units())
    throw Error("edge." + this->name() + ": " + std::to_string(weight.size()) + " weights for " +
                std::to_string(tokens) + " tokens, " + std::to_string(units()) + " units and a source of " +
                std::to_string(from.size()));
  weight_.name = "weight";
  weight_.unit = target().unit;
  weight_.shape = {tokens, units()};
  weight_.value.resize(weight.size());
  weight_.assign(weight);
}

template <class Real>
void EmbeddingEdge<Real>::prepare(const Plan& plan) {
  if (target().held && (!this->from().held || this->delay() > 0))
    throw Error("edge." + this->name() + ": a held port needs a held source without delay");
  operations_.assign(plan.batch, 0);
  if (plan.tape && this->trained) weight_.gradient.assign(weight_.value.size(), Real(0));
}

template <class Real>
std::size_t EmbeddingEdge<Real>::token(std::int64_t emission, std::size_t sample) const {
  const Real number = this->from().output.at(emission, sample)[0];
  if (number >= Real(0) && number < static_cast<Real>(tokens_)) {
    const auto index = static_cast<std::size_t>(number);
    if (static_cast<Real>(index) == number) return index;
  }
  throw Error("edge." + this->name() + ": " + config::written_number(static_cast<double>(number)) +
              " is no token; whole numbers from 0 to " + std::to_string(tokens_ - 1) + " are");
}

template <class Real>
void EmbeddingEdge<Real>::advance(Steps arrival, const Slice& slice) {
  if (target().held) {
    if (arrival.begin > this->from().trial_begin) return;
    arrival.end = arrival.begin + 1;
  }
  const auto range = slice.units(target().arrivals.stride());
  const std::size_t begin = std::min(range.begin, units()), end = std::min(range.end, units());
  for (std::int64_t t = arrival.begin; t < arrival.end; ++t) {
    const std::int64_t emission = t - this->delay();
    if (emission < 0) {
      if (!this->adds) target().arrivals.zero(t, slice);
      continue;
    }
    const bool counted =
        this->counts && slice.part == 0 && (!this->from().held || emission == this->from().trial_begin);
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      const Real* const row = weight_.value.data() + token(emission, b) * units();
      Real* const y = target().arrivals.at(t, b, slice.part);
      if (this->adds)
        for (std::size_t u = begin; u < end; ++u) y[u] += row[u];
      else
        std::copy(row + begin, row + end, y + begin);
      if (counted) operations_[b] += units();
    }
  }
}

template <class Real>
void EmbeddingEdge<Real>::accumulate(std::size_t tile, Steps steps, std::size_t samples) {
  const std::size_t begin = tile * tile_width, end = std::min(units(), begin + tile_width);
  if (target().held) steps = {0, 1};
  for (std::size_t k = 0; k < tokens_; ++k)
    std::fill_n(weight_.gradient.data() + k * units() + begin, end - begin, Real(0));
  for (std::int64_t t = std::max(steps.begin, this->delay()); t < steps.end; ++t)
    for (std::size_t b = 0; b < samples; ++b) {
      const Real* const g = target().arrivals_gradient.at(t, b);
      Real* const row = weight_.gradient.data() + token(t - this->delay(), b) * units();
      for (std::size_t u = begin; u < end; ++u) row[u] += g[u];
    }
}

template <class Real>
std::uint64_t EmbeddingEdge<Real>::operations() const {
  return std::accumulate(operations_.begin(), operations_.end(), std::uint64_t{0});
}

template <class Real>
void EmbeddingEdge<Real>::reset_operations() {
  std::fill(operations_.begin(), operations_.end(), std::uint64_t{0});
}

namespace {

/// Standard normal numbers where the config gives none.
std::vector<double> first_weights(const EdgeRequest& r, const InitialRequest& initial, std::size_t count) {
  if (r.table.has("init") || r.table.has("weight")) {
    const auto read = read_initial(r.table, initial);
    return read ? read->weight : std::vector<double>{};
  }
  const Stream stream(r.seed, initial.address + ".weight");
  std::vector<double> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    Draws draws(stream, i);
    out[i] = draws.normal();
  }
  return out;
}

template <class Real>
std::unique_ptr<Edge<Real>> make_embedding(const EdgeRequest& r, Node<Real>& from, Node<Real>& to) {
  const config::Table& table = r.table;
  constexpr std::int64_t most_tokens = 100000000;
  const std::size_t before = table.diagnostics().size(), units = to.port_units(r.port);
  auto tokens = static_cast<std::size_t>(table.integer("tokens", static_cast<std::int64_t>(r.tokens), 1, most_tokens));
  if (tokens == 0)
    table.error("tokens", "missing: how many different tokens there are (the data are not characters, which say it)");
  else if (r.tokens > 0 && tokens < r.tokens)
    table.error("tokens", std::to_string(tokens) + ", but the data consist of " + std::to_string(r.tokens));
  if (from.size() != 1)
    table.error("from",
                "\"" + from.name() + "\" has " + std::to_string(from.size()) +
                    " units; an embedding takes one whole number a step, such as that of a node of kind \"data\" "
                    "with encode = { kind = \"sequence\", index = true }");
  if (!r.unit.empty()) table.error("to", "\"" + to.name() + "\" takes " + r.unit + ", and a vector is plain numbers");
  if (table.has("bias")) table.error("bias", "an embedding has none: a bias would be part of every row");
  table.take("bias");
  if (static_cast<double>(tokens) * static_cast<double>(units) > static_cast<double>(most_dense_weights))
    table.error("tokens", std::to_string(tokens) + " rows of " + std::to_string(units) + " are more than " +
                              std::to_string(most_dense_weights) + " weights");
  if (table.diagnostics().size() > before) {
    table.skip();
    return nullptr;
  }
  InitialRequest initial = dense_request(units, tokens);
  initial.biases = 0;
  initial.largest = static_cast<double>(std::numeric_limits<Real>::max());
  initial.seed = r.seed;
  initial.address = "edge." + r.name;
  initial.folder = r.folder;
  const std::vector<double> weight = first_weights(r, initial, tokens * units);
  if (table.diagnostics().size() > before) return nullptr;
  return std::make_unique<EmbeddingEdge<Real>>(r.name, from, to, r.port, r.delay, tokens, weight);
}

}  // namespace

EdgeEntry embedding_entry() {
  return edge_entry(
      "embedding", "a trainable vector for each token that the source names", true, {},
      []<class Real>(const EdgeRequest& r, Node<Real>& from, Node<Real>& to) { return make_embedding(r, from, to); },
      [] {
        return std::string(
            "embedding: a trainable vector for each token that the source names\n\n    y = W[x], x the number of a "
            "token, W {tokens, units}\n\n"
            "keys\n  from (one unit: data with encode = { kind = \"sequence\", index = true }), to, tokens (what the "
            "data consist of),\n  init (standard normal numbers, as PyTorch; or as of a dense edge) or weight, delay "
            "(ms, 0) or delay_steps\n\n"
            "example\n  [node]\n  input = { kind = \"data\", encode = { kind = \"sequence\", index = true } }\n  "
            "[edge]\n"
            "  words = { from = \"input\", to = \"hid\", kind = \"embedding\" }\n\nsource: Bengio et al. 2003, JMLR "
            "3:1137\n");
      });
}

template class EmbeddingEdge<float>;
template class EmbeddingEdge<double>;

}  // namespace cajal
