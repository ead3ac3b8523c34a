#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/learner_bench.hpp"
#include "app/verify_rules.hpp"
#include "learning/linear_algebra.hpp"
#include "sim/random.hpp"

namespace cajal::app {

namespace {

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// Degrees between the lines that two vectors span.
double angle(const std::vector<double>& a, const std::vector<double>& b) {
  const double cosine = std::fabs(dot(a, b)) / std::sqrt(dot(a, a) * dot(b, b));
  return std::acos(std::min(cosine, 1.0)) * 180 / std::numbers::pi;
}

/// 1,000 samples of four values that go together by fours: x = M z, z normal.
const Rows& correlated() {
  static const Rows samples = [] {
    constexpr double M[4][4] = {
        {1.2, 0.3, 0.1, 0.0}, {0.8, -0.6, 0.1, 0.1}, {0.5, 0.4, -0.5, 0.1}, {0.2, 0.1, 0.3, 0.4}};
    Draws draws(Stream(1, "verify.correlated"), 0);
    Rows x(1000, std::vector<double>(4));
    for (auto& row : x) {
      double z[4];
      for (double& value : z) value = draws.normal();
      for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 4; ++j) row[i] += M[i][j] * z[j];
    }
    return x;
  }();
  return samples;
}

/// Eigenvectors of <x x^T>, from the largest eigenvalue on.
Rows principal_components(const Rows& x) {
  const std::size_t n = x[0].size();
  Matrix c(n, n);
  for (const auto& row : x)
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) c[i][j] += row[i] * row[j] / static_cast<double>(x.size());
  const Eigensystem e = eigen_symmetric(c);
  Rows out;
  for (std::size_t k = 0; k < n; ++k) out.emplace_back(e.vectors[k], e.vectors[k] + n);
  return out;
}

Rows oja() {
  return LearnerBench(dense_layer("linear", 1, "{ normal = [0, 0.3] }", R"(rule = "oja", rate = 5e-4)"), 30,
                      correlated())
      .weights("w");
}

/// The largest angle of three units to the components of their number.
double sanger() {
  const Rows w = LearnerBench(dense_layer("linear", 3, "{ normal = [0, 0.3] }", R"(rule = "sanger", rate = 5e-4)"), 100,
                              correlated())
                     .weights("w");
  const Rows wanted = principal_components(correlated());
  double most = 0;
  for (std::size_t k = 0; k < 3; ++k) most = std::max(most, angle(w[k], wanted[k]));
  return most;
}

/// Eight units that learn ten bumps on a ring by BCM.
struct Selective {
  double selectivity = 1;  ///< 1 - mean answer to the other patterns / largest answer: of the least selective unit
  double largest = 0;      ///< answer, mean of the units

  Selective() {
    Rows x(10, std::vector<double>(10));
    for (std::size_t i = 0; i < 10; ++i)
      for (std::size_t j = 0; j < 10; ++j) {
        const auto apart = static_cast<double>(std::min((i + 10 - j) % 10, (j + 10 - i) % 10));
        x[i][j] = std::exp(-apart * apart);
      }
    const LearnerBench bench(dense_layer("relu", 8, "{ uniform = [0, 0.5] }", R"(rule = "bcm", rate = 5e-4, tau = 50)"),
                             8000, x);
    const Rows y = bench.answers();
    for (std::size_t k = 0; k < 8; ++k) {
      double most = 0, sum = 0;
      for (const auto& row : y) {
        most = std::max(most, row[k]);
        sum += row[k];
      }
      selectivity = std::min(selectivity, 1 - (sum - most) / 9 / most);
      largest += most / 8;
    }
  }
};

/// One presentation of x = (0.5, 2) to a linear unit whose weights are both `weight`: the change of the first.
double one_step(const std::string& rule, double weight = 0.3) {
  return LearnerBench(dense_layer("linear", 1, fmt::format("{}", weight), rule), 1, {{0.5, 2}}).weights("w")[0][0] -
         weight;
}

/// Samples and what a linear unit is to answer, with noise that no unit can answer.
struct Regression {
  Rows x, y;
  double wanted[3];  ///< least squares: two weights and the bias

  Regression() {
    Draws draws(Stream(2, "verify.regression"), 0);
    Matrix a(3, 3), b(3, 1);
    for (int s = 0; s < 300; ++s) {
      const double row[3] = {draws.normal(), draws.uniform(-1, 2), 1};
      const double target = 2 * row[0] - row[1] + 0.5 + 0.3 * draws.normal();
      x.push_back({row[0], row[1]});
      y.push_back({target});
      for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) a[i][j] += row[i] * row[j];
        b[i][0] += row[i] * target;
      }
    }
    const Matrix w = solve_symmetric(a, b);
    for (std::size_t i = 0; i < 3; ++i) wanted[i] = w[i][0];
  }
};

const std::string teacher = "T = { kind = \"data\", field = \"y\" }\n";

double furthest_from_least_squares() {
  const Regression r;
  LearnerBench bench(
      dense_layer("linear", 1, "0, bias = true", R"(rule = "delta", rate = 1e-3, teacher = "T")", teacher), 100, r.x,
      r.y);
  const auto w = bench.weights("w")[0];
  return std::max(
      {std::fabs(w[0] - r.wanted[0]), std::fabs(w[1] - r.wanted[1]), std::fabs(bench.bias("w")[0] - r.wanted[2])});
}

/// The largest derivative, by weights and bias, of the penalised squares that ridge regression minimises.
double slope_at_ridge() {
  const Regression r;
  constexpr double alpha = 20;
  LearnerBench bench(
      dense_layer("linear", 1, "0, bias = true", R"(rule = "ridge", alpha = 20, teacher = "T")", teacher), 1, r.x, r.y);
  const auto w = bench.weights("w")[0];
  double slope[3] = {2 * alpha * w[0], 2 * alpha * w[1], 0};
  for (std::size_t s = 0; s < r.x.size(); ++s) {
    // As the samples are held.
    const auto x = [&](std::size_t i) { return static_cast<double>(static_cast<float>(r.x[s][i])); };
    const double error =
        w[0] * x(0) + w[1] * x(1) + bench.bias("w")[0] - static_cast<double>(static_cast<float>(r.y[s][0]));
    for (std::size_t i = 0; i < 3; ++i) slope[i] += 2 * error * (i < 2 ? x(i) : 1);
  }
  return std::max({std::fabs(slope[0]), std::fabs(slope[1]), std::fabs(slope[2])});
}

/// Of 200 samples that a line separates, those on the wrong side.
double perceptron_errors() {
  Draws draws(Stream(3, "verify.perceptron"), 0);
  Rows x, y;
  while (x.size() < 200) {
    const std::vector<double> row = {draws.uniform(-1, 1), draws.uniform(-1, 1)};
    const double side = row[0] - 2 * row[1] + 0.3;
    if (std::fabs(side) < 0.1) continue;
    x.push_back(row);
    y.push_back({side > 0 ? 1.0 : 0.0});
  }
  const Rows answers = LearnerBench(dense_layer("linear", 1, "0, bias = true",
                                                R"(rule = "perceptron", rate = 1, teacher = "T")", teacher),
                                    50, x, y)
                           .answers();
  double wrong = 0;
  for (std::size_t s = 0; s < x.size(); ++s) wrong += (answers[s][0] > 0) != (y[s][0] > 0);
  return wrong;
}

/// How far the nearest of three competing units is from the middle of each of three clusters, at most.
double furthest_cluster() {
  Draws draws(Stream(4, "verify.clusters"), 0);
  Rows x, middle(3, std::vector<double>(2));
  for (std::size_t s = 0; s < 600; ++s) {
    const double phi = 2 * std::numbers::pi / 3 * static_cast<double>(s % 3) + 0.2 * draws.normal();
    x.push_back({std::cos(phi), std::sin(phi)});
    for (std::size_t i = 0; i < 2; ++i) middle[s % 3][i] += x[s][i] / 200;
  }
  const Rows w = LearnerBench(dense_layer("linear", 3, "{ normal = [0, 0.1] }",
                                          R"(rule = "competitive", rate = 0.005, leak = 1e-3)"),
                              20, x)
                     .weights("w");
  double furthest = 0;
  for (const auto& m : middle) {
    double nearest = 10;
    for (const auto& unit : w) nearest = std::min(nearest, std::hypot(unit[0] - m[0], unit[1] - m[1]));
    furthest = std::max(furthest, nearest);
  }
  return furthest;
}

}  // namespace

std::vector<RuleCheck> value_rule_checks() {
  using enum RuleCheck::Bound;
  constexpr std::string_view by_hand = "one presentation by hand";
  // The unit answers y = 2.5 w = 0.75; below 0, -0.75.
  return {
      {"hebb", "one step: rate x y", 0.1 * 0.5 * 0.75, difference, 1e-6, by_hand,
       [] { return one_step(R"(rule = "hebb", rate = 0.1)"); }},
      {"covariance", "one step: rate (x - <x>) (y - <y>)", 0.1 * (0.5 - 0.1) * (0.75 - 0.1), difference, 1e-6, by_hand,
       [] { return one_step(R"(rule = "covariance", rate = 0.1, initial = 0.1)"); }},
      {"anti_hebb", "one step: -rate (x y - p^2)", -0.1 * (-0.5 * 0.75 - 0.01), difference, 1e-6, by_hand,
       [] { return one_step(R"(rule = "anti_hebb", rate = 0.1, p = 0.1)", -0.3); }},
      {"instar", "one step: rate y (x - w)", 0.1 * 0.75 * (0.5 - 0.3), difference, 1e-6, by_hand,
       [] { return one_step(R"(rule = "instar", rate = 0.1)"); }},
      {"outstar", "one step: rate x (y - w)", 0.1 * 0.5 * (0.75 - 0.3), difference, 1e-6, by_hand,
       [] { return one_step(R"(rule = "outstar", rate = 0.1)"); }},
      {"oja", "angle to the first principal component (degrees)", 1, at_most, 0, "Oja 1982; eigenvectors",
       [] { return angle(oja()[0], principal_components(correlated())[0]); }},
      {"oja", "length of the weights, squared", 1, share, 0.01, "Oja 1982",
       [] {
         const auto w = oja()[0];
         return dot(w, w);
       }},
      {"sanger", "largest angle to the first three components", 1, at_most, 0, "Sanger 1989; eigenvectors", sanger},
      {"bcm", "selectivity of the least of 8 units, 10 patterns", 0.9, at_least, 0, "Bienenstock et al. 1982",
       [] { return Selective().selectivity; }},
      // <y^2> = theta = y of the one pattern that is answered, in ten.
      {"bcm", "answer to the chosen pattern, mean of the units", 10, share, 0.15, "Intrator & Cooper 1992; fixed point",
       [] { return Selective().largest; }},
      {"delta", "furthest weight from the least squares", 0, difference, 0.02, "normal equations",
       furthest_from_least_squares},
      {"ridge", "largest slope of the penalised squares at its end", 0, difference, 1e-9, "Hoerl & Kennard 1970",
       slope_at_ridge},
      {"perceptron", "of 200 separable samples, wrong", 0, at_most, 0, "Rosenblatt 1958", perceptron_errors},
      {"competitive", "furthest cluster from its unit", 0, difference, 0.03, "means of the clusters", furthest_cluster},
  };
}

}  // namespace cajal::app
