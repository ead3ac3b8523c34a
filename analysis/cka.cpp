#include "analysis/cka.hpp"

#include <cmath>

#include "analysis/node_choice.hpp"
#include "analysis/representation_pairs.hpp"
#include "sim/error.hpp"

namespace cajal::analysis {

namespace {

/// n (n - 3) HSIC_1
double unbiased_hsic(const SampleMatrix& k, const SampleMatrix& l) {
  const std::size_t samples = k.samples;
  const auto n = static_cast<double>(samples);
  double trace = 0, k_sum = 0, l_sum = 0, product = 0;
  for (std::size_t s = 0; s < samples; ++s) {
    double k_row = 0, l_row = 0;
    for (std::size_t t = 0; t < samples; ++t) {
      if (t == s) continue;
      k_row += k.at(s, t);
      l_row += l.at(s, t);
      trace += k.at(s, t) * l.at(s, t);
    }
    k_sum += k_row;
    l_sum += l_row;
    product += k_row * l_row;
  }
  return trace + k_sum * l_sum / ((n - 1) * (n - 2)) - 2 / (n - 2) * product;
}

constexpr std::string_view numbers[] = {"cka", "cka_debiased"};

SampleMatrix gram(std::span<const float> values, std::size_t units) { return centred_gram(values, units); }

std::vector<std::optional<double>> alike(const SampleMatrix& k, const SampleMatrix& l) {
  return {linear_cka(k, l), debiased_cka(k, l)};
}

RecordedMeasure::Take make(const config::Table& table, const RecordedOutline& outline) {
  const NodeChoice choice = NodeChoice::read(table, outline);
  const std::size_t samples = read_samples(table, 1000, 4);
  table.choice("time", {"mean"}, "mean");
  return [=](const Recorded& recorded) {
    return compare_pairs(recorded, choice, PairMeasure{"cka", numbers, first_samples(samples), gram, alike});
  };
}

}  // namespace

std::optional<double> linear_cka(const SampleMatrix& k, const SampleMatrix& l) {
  const double kl = inner(k, l), norm = inner(k, k) * inner(l, l);
  if (!(norm > 0)) return {};
  return kl / std::sqrt(norm);
}

std::optional<double> debiased_cka(const SampleMatrix& k, const SampleMatrix& l) {
  if (k.samples != l.samples) throw Error("debiased CKA: matrices of different numbers of samples");
  if (k.samples < 4) return {};
  const double kl = unbiased_hsic(k, l);
  const double kk = unbiased_hsic(k, k), ll = unbiased_hsic(l, l);
  if (!(kk > 0 && ll > 0)) return {};
  return kl / std::sqrt(kk * ll);
}

const RecordedMeasure cka_measure{
    cka_entry, RecordedMeasure::Taken::by_default, RecordedMeasure::Taken::never, false, numbers, make};

}  // namespace cajal::analysis
