// What rules by values are known to find.

#include "learning/data/source.hpp"
#include "tests/catch.hpp"
#include "tests/learning/plasticity/rate_learner.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

/// Normal numbers with the deviations given, turned by a matrix of normal numbers that is made orthogonal.
data::Dataset turned(std::size_t samples, const std::vector<double>& deviations, std::uint64_t seed) {
  const std::size_t n = deviations.size();
  Draws draws(Stream(seed, "tests.turned"), 0);
  std::vector<std::vector<double>> axes;
  while (axes.size() < n) {
    std::vector<double> axis(n);
    for (double& a : axis) a = draws.normal();
    for (const auto& other : axes) {
      const double along = dot(axis, other);
      for (std::size_t i = 0; i < n; ++i) axis[i] -= along * other[i];
    }
    const double length = std::sqrt(dot(axis, axis));
    for (double& a : axis) a /= length;
    axes.push_back(axis);
  }
  std::vector<std::vector<double>> x(samples, std::vector<double>(n, 0.0));
  for (auto& row : x)
    for (std::size_t k = 0; k < n; ++k) {
      const double z = deviations[k] * draws.normal();
      for (std::size_t i = 0; i < n; ++i) row[i] += z * axes[k][i];
    }
  return samples_of(x);
}

std::string network(const std::string& entry, int units, const std::string& weight, int epochs,
                    const std::string& node = "linear") {
  return "[node]\nX = { kind = \"data\" }\nY = { kind = \"" + node + "\", size = " + std::to_string(units) +
         " }\n[edge]\nw = { from = \"X\", to = \"Y\", kind = \"dense\", weight = " + weight +
         " }\n[predict]\nof = \"Y\"\n[learn]\ns = " + entry +
         "\n[[phase]]\nname = \"train\"\nepochs = " + std::to_string(epochs) +
         "\n[[phase]]\nname = \"test\"\nsplit = "
         "\"test\"\n";
}

/// Scores of the last phase, [sample][unit].
template <class Real>
std::vector<std::vector<double>> answers(const Learner<Real>& learner) {
  const PhaseRecord& p = learner.record().phases.back();
  std::vector<std::vector<double>> out;
  for (std::size_t s = 0; s < p.sample.size(); ++s)
    out.emplace_back(p.scores.begin() + static_cast<std::ptrdiff_t>(s * p.outputs),
                     p.scores.begin() + static_cast<std::ptrdiff_t>((s + 1) * p.outputs));
  return out;
}

}  // namespace

TEST_CASE("Oja's rule finds the first principal component", "[plasticity][rates]") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const data::Dataset data = turned(1000, {1, 0.7, 0.5, 0.3, 0.2}, seed);
    const data::Split split = all_of(data);
    const auto learner = rate_learner<double>(
        network(R"({ rule = "oja", on = "edge.w", rate = 5e-4 })", 1, "{ normal = [0, 0.3] }", 30), data, split);
    run(*learner);
    const auto w = weights_of(*learner, "w")[0];
    CHECK(angle(w, components(data)[0]) < 1);
    CHECK(dot(w, w) == Approx(1).epsilon(0.01));
  }
}

TEST_CASE("Sanger's rule finds the first principal components in order", "[plasticity][rates]") {
  const data::Dataset data = turned(1000, {2, 1.4, 1, 0.3, 0.2}, 4);
  const data::Split split = all_of(data);
  const auto learner = rate_learner<double>(
      network(R"({ rule = "sanger", on = "edge.w", rate = 2e-4 })", 3, "{ normal = [0, 0.3] }", 80), data, split);
  run(*learner);
  const auto w = weights_of(*learner, "w"), wanted = components(data);
  for (std::size_t k = 0; k < 3; ++k) {
    INFO(k);
    CHECK(angle(w[k], wanted[k]) < 1);
    CHECK(dot(w[k], w[k]) == Approx(1).epsilon(0.01));
  }
}

TEST_CASE("BCM makes each unit answer one of ten patterns, and its threshold settles", "[plasticity][rates]") {
  // Bumps at each place of a ring, which overlap.
  std::vector<std::vector<double>> x(10, std::vector<double>(10));
  for (std::size_t i = 0; i < 10; ++i)
    for (std::size_t j = 0; j < 10; ++j) {
      const auto apart = static_cast<double>(std::min((i + 10 - j) % 10, (j + 10 - i) % 10));
      x[i][j] = std::exp(-apart * apart);
    }
  const data::Dataset data = samples_of(x);
  const data::Split split = all_of(data);
  const auto learner = rate_learner<double>(
      network(R"({ rule = "bcm", on = "edge.w", rate = 5e-4, tau = 50 })", 8, "{ uniform = [0, 0.5] }", 8000, "relu"),
      data, split);
  run(*learner);
  const auto y = answers(*learner);
  const auto theta = learner->processes()[0]->state()[0].values;
  for (std::size_t k = 0; k < 8; ++k) {
    double largest = 0, sum = 0, squares = 0;
    for (const auto& row : y) {
      largest = std::max(largest, row[k]);
      sum += row[k];
      squares += row[k] * row[k];
    }
    INFO("unit " << k);
    CHECK(1 - (sum - largest) / 9 / largest > 0.9);
    // At the fixed point <y^2> = theta = y of the pattern that is answered, so that y = 10.
    CHECK(largest == Approx(10).epsilon(0.15));
    CHECK(theta[k] == Approx(squares / 10).epsilon(0.25));
  }
}

TEST_CASE("the delta rule finds the least squares", "[plasticity][rates]") {
  Draws draws(Stream(5, "tests.delta"), 0);
  constexpr std::size_t samples = 400;
  std::vector<std::vector<double>> x, y;
  Matrix a(4, 4), b(4, 2);
  for (std::size_t s = 0; s < samples; ++s) {
    const double row[4] = {draws.normal(), draws.normal() + 0.3, draws.uniform(-1.5, 1.5), 1};
    x.push_back({row[0], row[1], row[2]});
    y.push_back({2 * row[0] - row[1] + 0.5 + 0.3 * draws.normal(), row[1] * row[2] + 0.3 * draws.normal()});
    for (std::size_t i = 0; i < 4; ++i) {
      for (std::size_t j = 0; j < 4; ++j) a[i][j] += row[i] * row[j];
      for (std::size_t k = 0; k < 2; ++k) b[i][k] += row[i] * y[s][k];
    }
  }
  const Matrix wanted = solve_symmetric(a, b);
  const data::Dataset data = samples_of(x, y);
  const data::Split split = all_of(data);
  std::string text =
      network(R"({ rule = "delta", on = "edge.w", rate = 1e-3, teacher = "T" })", 2, "0, bias = true", 100);
  text.insert(text.find("Y ="), "T = { kind = \"data\", field = \"y\" }\n");
  const auto learner = rate_learner<double>(text, data, split);
  run(*learner);
  const auto w = weights_of(*learner, "w");
  const auto bias = learner->network().edge("w")->parameters()[1]->row_major();
  for (std::size_t k = 0; k < 2; ++k) {
    for (std::size_t i = 0; i < 3; ++i) CHECK(w[k][i] == Approx(wanted[i][k]).margin(0.02));
    CHECK(bias[k] == Approx(wanted[3][k]).margin(0.02));
  }
}

TEST_CASE("the perceptron separates what can be separated, and then stands still", "[plasticity][rates]") {
  Draws draws(Stream(6, "tests.perceptron"), 0);
  std::vector<std::vector<double>> x, y;
  while (x.size() < 200) {
    const std::vector<double> row = {draws.uniform(-1, 1), draws.uniform(-1, 1), draws.uniform(-1, 1)};
    const double side = row[0] - 2 * row[1] + 0.5 * row[2] + 0.3;
    if (std::fabs(side) < 0.1) continue;
    x.push_back(row);
    y.push_back({side > 0 ? 1.0 : 0.0});
  }
  const data::Dataset data = samples_of(x, y);
  const data::Split split = all_of(data);
  const auto learnt = [&](int epochs) {
    std::string text =
        network(R"({ rule = "perceptron", on = "edge.w", rate = 1, teacher = "T" })", 1, "0, bias = true", epochs);
    text.insert(text.find("Y ="), "T = { kind = \"data\", field = \"y\" }\n");
    auto learner = rate_learner<double>(text, data, split);
    run(*learner);
    return learner;
  };
  const auto learner = learnt(50), longer = learnt(60);
  const auto answered = answers(*learner);
  for (std::size_t s = 0; s < x.size(); ++s) CHECK((answered[s][0] > 0) == (y[s][0] > 0));
  CHECK(weights_of(*learner, "w") == weights_of(*longer, "w"));
}

TEST_CASE("competitive learning finds the middle of each cluster", "[plasticity][rates]") {
  Draws draws(Stream(7, "tests.competitive"), 0);
  const double turn = 2 * 3.14159265358979323846 / 3;
  std::vector<std::vector<double>> x, middle(3, std::vector<double>(2, 0.0));
  for (std::size_t s = 0; s < 600; ++s) {
    const double phi = turn * static_cast<double>(s % 3) + 0.2 * draws.normal();
    x.push_back({std::cos(phi), std::sin(phi)});
    for (std::size_t i = 0; i < 2; ++i) middle[s % 3][i] += x[s][i] / 200;
  }
  const data::Dataset data = samples_of(x);
  const data::Split split = all_of(data);
  // Units that never win move a little too, until they do.
  const auto learner = rate_learner<double>(
      network(R"({ rule = "competitive", on = "edge.w", rate = 0.005, leak = 1e-3 })", 3, "{ normal = [0, 0.1] }", 20),
      data, split);
  run(*learner);
  std::vector<bool> found(3, false);
  for (const auto& w : weights_of(*learner, "w"))
    for (std::size_t c = 0; c < 3; ++c)
      if (std::hypot(w[0] - middle[c][0], w[1] - middle[c][1]) < 0.03) found[c] = true;
  CHECK(found == std::vector<bool>(3, true));
}

namespace {

/// Foldiak's network, with as many units as there are lines: what it answers to images that it has not learned from,
/// and the lines that they have.
struct Foldiak {
  std::vector<std::vector<double>> y, lines;

  Foldiak(int side, double p, int samples, std::uint64_t seed) {
    const int n = 2 * side;
    const std::string mean = std::to_string(p);
    const config::Value source = config::parse("data = { source = { bars = " + std::to_string(side) + ", samples = " +
                                                   std::to_string(2 * samples) + ", p = " + mean + " } }",
                                               "data.toml");
    std::vector<Diagnostic> diagnostics;
    const data::Dataset data = data::load(config::Table(*source.find("data"), "data", diagnostics), "", "", seed);
    data::Split split;
    for (std::uint32_t s = 0; s < data.samples; ++s)
      (s < static_cast<std::uint32_t>(samples) ? split.train : split.test).push_back(s);
    const auto learner = rate_learner<float>(
        "trial = { show = \"50 ms\" }\n[node]\nX = { kind = \"data\" }\nY = { kind = \"sigmoid_rate\", size = " +
            std::to_string(n) +
            R"(, tau = "5 ms", beta = 10, theta = 0.5 }
[edge]
feed = { from = "X", to = "Y", kind = "dense", weight = { uniform = [0, 0.25] } }
lateral = { from = "Y", to = "Y", kind = "dense", weight = 0, delay = "1 ms" }
[predict]
of = "Y"
[[phase]]
name = "thresholds"
samples = 500
learn = ["theta"]
[[phase]]
name = "train"
[[phase]]
name = "test"
split = "test"
[learn]
feed = { rule = "instar", on = "edge.feed", rate = 0.02, binary_above = 0.5 }
lateral = { rule = "anti_hebb", on = "edge.lateral", rate = 0.1, binary_above = 0.5, p = )" +
            mean + R"( }
theta = { rule = "foldiak_threshold", on = "node.Y", rate = 0.02, binary_above = 0.5, p = )" +
            mean + " }\n",
        data, split);
    run(*learner);
    y = answers(*learner);
    for (auto& row : y)
      for (double& value : row) value = value > 0.5 ? 1 : 0;
    for (const std::uint32_t s : learner->record().phases.back().sample)
      lines.emplace_back(data.y.begin() + static_cast<std::ptrdiff_t>(s * data.targets),
                         data.y.begin() + static_cast<std::ptrdiff_t>((s + 1) * data.targets));
  }
};

double correlation(const std::vector<std::vector<double>>& a, std::size_t i, const std::vector<std::vector<double>>& b,
                   std::size_t j) {
  double n = static_cast<double>(a.size()), x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  for (std::size_t s = 0; s < a.size(); ++s) {
    x += a[s][i] / n;
    y += b[s][j] / n;
    xx += a[s][i] * a[s][i] / n;
    yy += b[s][j] * b[s][j] / n;
    xy += a[s][i] * b[s][j] / n;
  }
  return (xy - x * y) / std::sqrt((xx - x * x) * (yy - y * y));
}

/// Each unit is as active as it should be, no two say the same, and each line has a unit of its own.
void check_code(const Foldiak& f, double p) {
  const std::size_t units = f.y[0].size();
  double all = 0;
  std::vector<bool> found(units, false);
  for (std::size_t k = 0; k < units; ++k) {
    double mean = 0;
    for (const auto& row : f.y) mean += row[k] / static_cast<double>(f.y.size());
    INFO("unit " << k);
    CHECK(mean == Approx(p).epsilon(0.25));
    all += mean / static_cast<double>(units);
    for (std::size_t other = 0; other < k; ++other) CHECK(std::fabs(correlation(f.y, k, f.y, other)) < 0.15);
    for (std::size_t line = 0; line < units; ++line)
      if (correlation(f.y, k, f.lines, line) > 0.9) found[line] = true;
  }
  CHECK(all == Approx(p).epsilon(0.1));
  CHECK(found == std::vector<bool>(units, true));
}

}  // namespace

TEST_CASE("Foldiak's network gives each line a unit, equally active and uncorrelated", "[plasticity][rates]") {
  check_code(Foldiak(4, 0.125, 3000, 1), 0.125);
}

TEST_CASE("Foldiak's network of 16 units finds the lines of 8 x 8 pixels, over seeds", "[.long]") {
  for (const std::uint64_t seed : {1, 2, 3}) check_code(Foldiak(8, 0.125, 10000, seed), 0.125);
}
