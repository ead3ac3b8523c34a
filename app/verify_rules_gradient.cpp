#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "app/learner_bench.hpp"
#include "app/verify_rules.hpp"
#include "sim/random.hpp"

namespace cajal::app {

namespace {

Rows normal_rows(const std::string& name, std::size_t count, std::size_t columns, double scale) {
  Draws draws(Stream(1, name), 0);
  Rows out(count, std::vector<double>(columns));
  for (auto& row : out)
    for (double& x : row) x = scale * draws.normal();
  return out;
}

/// [row of a][row of b]: a b^T.
Rows products(const Rows& a, const Rows& b) {
  Rows out(a.size(), std::vector<double>(b.size(), 0.0));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b.size(); ++j)
      for (std::size_t k = 0; k < a[i].size(); ++k) out[i][j] += a[i][k] * b[j][k];
  return out;
}

Rows transposed(const Rows& a) {
  Rows out(a[0].size(), std::vector<double>(a.size()));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < a[i].size(); ++j) out[j][i] = a[i][j];
  return out;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// A linear network of 30, 20 and 10 units learns a linear map of as many from normal inputs, as in Lillicrap's
/// figure 2.
struct LinearMap {
  double angle = 0;        ///< degrees between W^T e and what is sent back instead of it, mean over samples
  double unexplained = 0;  ///< variance of the error / variance of what is to be answered

  LinearMap(const std::string& feedback, std::int64_t epochs) {
    const Rows x = normal_rows("verify.x", 500, 30, 1);
    const Rows t = products(x, normal_rows("verify.T", 10, 30, 1 / std::sqrt(30.0)));
    LearnerBench bench(fmt::format(R"([node]
X = {{ kind = "data" }}
H = {{ kind = "linear", size = 20 }}
Y = {{ kind = "linear", size = 10 }}
[edge]
hid = {{ from = "X", to = "H", kind = "dense", weight = {{ uniform = [-0.01, 0.01] }} }}
out = {{ from = "H", to = "Y", kind = "dense", weight = {{ uniform = [-0.01, 0.01] }} }}
[learn]
fa = {{ rule = "backprop", feedback = "{}", loss = "mse", of = "Y", optimizer = {{ kind = "sgd", rate = 0.05 }}, batch = 10, epochs = 1 }}
)",
                                   feedback),
                       epochs, x, t);
    Rows e = bench.answers();
    double error = 0, all = 0;
    for (std::size_t s = 0; s < e.size(); ++s) {
      for (std::size_t k = 0; k < e[s].size(); ++k) e[s][k] = t[s][k] - e[s][k];
      error += dot(e[s], e[s]);
      all += dot(t[s], t[s]);
    }
    unexplained = error / all;
    const Rows by_weights = products(e, transposed(bench.weights("out")));
    const Rows by_feedback = products(e, transposed(bench.feedback("out")));
    for (std::size_t s = 0; s < e.size(); ++s) {
      const auto &w = by_weights[s], &b = by_feedback[s];
      angle += std::acos(dot(w, b) / std::sqrt(dot(w, w) * dot(b, b))) * 180 / std::numbers::pi /
               static_cast<double>(e.size());
    }
  }
};

}  // namespace

std::vector<RuleCheck> gradient_checks() {
  using enum RuleCheck::Bound;
  constexpr std::string_view of = "Lillicrap et al. 2016, figure 2";
  return {
      {"backprop", "random feedback: angle of B e to W^T e at first (deg)", 90, difference, 15, of,
       [] { return LinearMap("random", 0).angle; }},
      {"backprop", "the same after training", 45, at_most, 0, of, [] { return LinearMap("random", 100).angle; }},
      {"backprop", "random feedback: variance left of a linear map", 0.01, at_most, 0, of,
       [] { return LinearMap("random", 100).unexplained; }},
  };
}

}  // namespace cajal::app
