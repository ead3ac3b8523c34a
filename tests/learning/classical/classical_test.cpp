// Classical learners against NumPy and SciPy, and what holds of each.

#include "learning/classical/classical.hpp"

#include <cmath>
#include <numeric>

#include "sim/error.hpp"
#include "tests/catch.hpp"
#include "tests/reference/json.hpp"

using namespace cajal;
using namespace cajal::classical;
using reference::Json;

namespace {

using Indices = std::vector<std::uint32_t>;

Indices all(const data::Dataset& d) {
  Indices out(d.samples);
  std::iota(out.begin(), out.end(), 0u);
  return out;
}

data::Dataset table(const Json& x, std::size_t features) {
  data::Dataset d;
  d.name = "set";
  for (double v : x.numbers()) d.x.push_back(static_cast<float>(v));
  d.features = features;
  d.shape = {features};
  d.samples = d.x.size() / features;
  return d;
}

data::Dataset classes(const Json& x, const Json& label, std::size_t features) {
  data::Dataset d = table(x, features);
  d.label = label.integers();
  d.classes = static_cast<std::size_t>(*std::max_element(d.label.begin(), d.label.end())) + 1;
  return d;
}

data::Dataset numbers(const Json& x, const Json& y, std::size_t features) {
  data::Dataset d = table(x, features);
  for (double v : y.numbers()) d.y.push_back(static_cast<float>(v));
  d.targets = 1;
  return d;
}

const std::atomic<bool> go{false};

/// Scores of `test` after a fit of `train`.
template <class Model>
std::vector<double> scores(Model& model, const data::Dataset& train, const data::Dataset& test,
                           std::size_t threads = 1) {
  Team team(threads);
  const Indices rows = all(train), asked = all(test);
  CHECK(model.fit({train, rows}, team, go) == "");
  std::vector<double> out(asked.size() * Samples{train, rows}.outputs());
  model.scores({test, asked}, out, team);
  return out;
}

void check_near(const std::vector<double>& found, const std::vector<double>& expected, double relative) {
  REQUIRE(found.size() == expected.size());
  double largest = 0, error = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    largest = std::max(largest, std::fabs(expected[i]));
    error = std::isfinite(found[i]) ? std::max(error, std::fabs(found[i] - expected[i])) : INFINITY;
  }
  CHECK(largest > 0);
  CHECK(error < relative * largest);
}

const Json& reference_file() {
  static const Json file = reference::read_json("numpy/classical.json");
  return file;
}

/// Iris or wine with what NumPy says of them.
struct Case {
  explicit Case(const std::string& name)
      : json(reference_file()[name]),
        train(classes(json["x"], json["label"], static_cast<std::size_t>(json["features"].number()))),
        test(table(json["test"], train.features)) {}
  const Json& json;
  data::Dataset train, test;
};

data::Dataset first_two(const data::Dataset& d) {
  data::Dataset out = d;
  out.x.clear();
  out.label.clear();
  for (std::size_t i = 0; i < d.samples; ++i)
    if (d.label[i] < 2) {
      out.label.push_back(d.label[i]);
      out.x.insert(out.x.end(), d.x.begin() + static_cast<std::ptrdiff_t>(i * d.features),
                   d.x.begin() + static_cast<std::ptrdiff_t>((i + 1) * d.features));
    }
  out.samples = out.label.size();
  out.classes = 2;
  return out;
}

/// Numbers that look random.
data::Dataset drawn(std::size_t samples, std::size_t features, std::size_t classes) {
  data::Dataset d;
  d.name = "drawn";
  d.samples = samples;
  d.features = features;
  d.classes = classes;
  std::uint32_t state = 1;
  const auto draw = [&] { return (state = state * 1664525u + 1013904223u) >> 8; };
  for (std::size_t i = 0; i < samples; ++i) {
    d.label.push_back(static_cast<std::int32_t>(draw() % classes));
    for (std::size_t f = 0; f < features; ++f)
      d.x.push_back(static_cast<float>(draw() % 1000) / 1000 + (f % classes == static_cast<std::size_t>(d.label[i])));
  }
  return d;
}

}  // namespace

TEST_CASE("classical learners score as computed with NumPy and SciPy") {
  for (const char* name : {"iris", "wine"}) {
    INFO(name);
    const Case c(name);
    SECTION(std::string(name) + ": ridge") {
      Ridge m;
      check_near(scores(m, c.train, c.test), c.json["ridge"]["scores"].numbers(), 1e-9);
      check_near(m.weight, c.json["ridge"]["weight"].numbers(), 1e-9);
    }
    SECTION(std::string(name) + ": logistic regression") {
      LogisticRegression m;
      m.tolerance = 1e-10;
      check_near(scores(m, c.train, c.test), c.json["logistic"]["scores"].numbers(), 1e-7);
      check_near(m.weight, c.json["logistic"]["weight"].numbers(), 1e-7);
      check_near(m.bias, c.json["logistic"]["bias"].numbers(), 1e-7);
    }
    SECTION(std::string(name) + ": two classes have one penalty") {
      LogisticRegression m;
      m.C = 0.5;
      m.tolerance = 1e-10;
      check_near(scores(m, first_two(c.train), c.test), c.json["two"]["scores"].numbers(), 1e-7);
    }
    SECTION(std::string(name) + ": naive Bayes") {
      NaiveBayes m;
      check_near(scores(m, c.train, c.test), c.json["gaussian"]["scores"].numbers(), 1e-9);
      BernoulliNaiveBayes b;
      b.threshold = c.json["bernoulli"]["threshold"].number();
      check_near(scores(b, c.train, c.test), c.json["bernoulli"]["scores"].numbers(), 1e-12);
    }
    SECTION(std::string(name) + ": nearest neighbours") {
      KNearestNeighbours m;
      check_near(scores(m, c.train, c.test), c.json["uniform"]["scores"].numbers(), 1e-12);
      m.weights = KNearestNeighbours::Weights::distance;
      check_near(scores(m, c.train, c.test), c.json["distance"]["scores"].numbers(), 1e-12);
    }
  }
}

TEST_CASE("classical learners predict numbers as computed with NumPy") {
  const Json& json = reference_file()["numbers"];
  const data::Dataset train = numbers(json["x"], json["y"], 12), test = table(json["test"], 12);
  Ridge m;
  m.alpha = 2.5;
  check_near(scores(m, train, test), json["ridge"]["scores"].numbers(), 1e-10);
  SECTION("with more features than samples") {
    const data::Dataset few = numbers(json["few_x"], json["few_y"], 12);
    REQUIRE(few.samples < few.features);
    Ridge dual;
    dual.alpha = 0.5;
    check_near(scores(dual, few, test), json["few"]["scores"].numbers(), 1e-9);
    check_near(dual.weight, json["few"]["weight"].numbers(), 1e-9);
  }
  SECTION("neighbours give the mean of their targets by 1 / distance") {
    KNearestNeighbours knn;
    knn.k = 3;
    knn.weights = KNearestNeighbours::Weights::distance;
    check_near(scores(knn, train, test), json["neighbours"]["scores"].numbers(), 1e-6);
  }
  SECTION("the baseline is the mean") {
    Mean mean;
    const double expected = std::accumulate(train.y.begin(), train.y.end(), 0.0) / static_cast<double>(train.samples);
    CHECK(scores(mean, train, test)[3] == Approx(expected));
  }
}

TEST_CASE("ridge without a penalty takes the shortest of many solutions") {
  // Two features that are equal share the slope of 3.
  data::Dataset d;
  d.samples = 3;
  d.features = 2;
  d.x = {0, 0, 1, 1, 2, 2};
  d.targets = 1;
  d.y = {1, 4, 7};
  Ridge m;
  m.alpha = 0;
  check_near(scores(m, d, d), {1, 4, 7}, 1e-12);
  CHECK(m.weight[0] == Approx(1.5));
  CHECK(m.weight[1] == Approx(1.5));
  CHECK(m.bias[0] == Approx(1));
}

TEST_CASE("neighbours are exact where floats cannot tell them apart") {
  // Far from the origin, at steps of one unit in the last place.
  data::Dataset d;
  d.samples = 200;
  d.features = 3;
  d.classes = 200;
  for (std::uint32_t i = 0; i < d.samples; ++i) {
    const std::uint32_t place = i * 77 % 200;
    d.label.push_back(static_cast<std::int32_t>(i));
    for (float base : {4096.0f, 8192.0f, -4096.0f})
      d.x.push_back(std::copysign(std::fabs(base) + static_cast<float>(place) / 1024, base));
  }
  KNearestNeighbours m;
  m.k = 3;
  Team team(1);
  const Indices rows = all(d);
  m.fit({d, rows}, team, go);
  const auto found = m.neighbours({d, rows}, team);
  for (std::size_t i = 0; i < d.samples; ++i) {
    INFO(i);
    std::vector<KNearestNeighbours::Neighbour> expected;
    for (std::uint32_t j = 0; j < d.samples; ++j) {
      double square = 0;
      for (std::size_t f = 0; f < 3; ++f)
        square += std::pow(static_cast<double>(d.x[i * 3 + f]) - static_cast<double>(d.x[j * 3 + f]), 2);
      expected.push_back({square, j});
    }
    std::sort(expected.begin(), expected.end());
    for (std::size_t k = 0; k < 3; ++k) CHECK(found[i * 3 + k].sample == expected[k].sample);
  }
}

TEST_CASE("the answers of classical learners do not depend on the team") {
  const data::Dataset train = drawn(300, 37, 3), test = drawn(110, 37, 3);
  each_kind<Kind>([&](const auto& kind) {
    if (!kind.of_classes) return;
    INFO(kind.name);
    auto one = kind;
    const std::vector<double> expected = scores(one, train, test);
    for (const std::size_t threads : {2, 3, 5}) {
      auto many = kind;
      CHECK(scores(many, train, test, threads) == expected);
    }
  });
}

TEST_CASE("features that are constant and classes without samples break no classical learner") {
  data::Dataset d = drawn(60, 4, 2);
  d.classes = 3;
  for (std::size_t i = 0; i < d.samples; ++i) d.x[i * 4 + 1] = 0.1f;
  each_kind<Kind>([&](const auto& kind) {
    if (!kind.of_classes) return;
    INFO(kind.name);
    auto model = kind;
    const auto found = scores(model, d, d);
    for (std::size_t i = 0; i < d.samples; ++i) {
      for (std::size_t k = 0; k < 3; ++k) CHECK(std::isfinite(static_cast<float>(found[i * 3 + k])));
      CHECK(found[i * 3 + 2] < std::max(found[i * 3], found[i * 3 + 1]));
    }
  });
}

TEST_CASE("logistic regression says when it is not done") {
  const data::Dataset d = drawn(60, 4, 2);
  const Indices rows = all(d);
  Team team(1);
  LogisticRegression m;
  m.iterations = 1;
  m.tolerance = 1e-12;
  CHECK(m.fit({d, rows}, team, go).starts_with("logistic_regression: its largest derivative is "));
}

TEST_CASE("what a classical learner has fitted can be taken back") {
  const data::Dataset train = drawn(50, 5, 3), test = drawn(20, 5, 3);
  const Indices rows = all(test);
  each_kind<Kind>([&](const auto& kind) {
    if (!kind.of_classes) return;
    INFO(kind.name);
    auto fitted = kind, taken = kind;
    const auto expected = scores(fitted, train, test);
    const Shape shape{train.samples, 5, 3, true};
    taken.restore(fitted.arrays(shape), shape);
    std::vector<double> found(expected.size());
    Team team(1);
    taken.scores({test, rows}, found, team);
    CHECK(found == expected);
    std::size_t size = 0;
    for (const Array& a : fitted.arrays(shape)) {
      std::size_t values = 1;
      for (std::size_t n : a.shape) values *= n;
      CHECK(values == std::visit([](const auto& v) { return v.size(); }, a.values));
      if (a.name != "label") size += values;
    }
    CHECK(size == kind.parameters(shape));
  });
}
