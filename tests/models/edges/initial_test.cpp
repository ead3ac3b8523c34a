#include "models/edges/initial.hpp"

#include <cmath>
#include <limits>

#include "models/edges/orthogonal.hpp"
#include "tests/catch.hpp"

using namespace cajal;

namespace {

InitialRequest with_seed(InitialRequest r) {
  r.seed = 5;
  r.address = "edge.e";
  r.largest = std::numeric_limits<float>::max();
  return r;
}

std::optional<Initial> read(const std::string& keys, const InitialRequest& request, std::vector<Diagnostic>& wrong) {
  const config::Value root = config::parse("edge = { " + keys + " }", "test.toml");
  return read_initial(config::Table(*root.find("edge"), "edge.e", wrong), request);
}

std::vector<double> weights(const std::string& scheme, const InitialRequest& request) {
  std::vector<Diagnostic> wrong;
  const auto initial = read("init = '" + scheme + "'", with_seed(request), wrong);
  REQUIRE(wrong.empty());
  return initial.value().weight;
}

struct Moments {
  double mean = 0, variance = 0, largest = 0;
};
Moments moments(const std::vector<double>& values) {
  Moments m;
  for (const double x : values) {
    m.mean += x / static_cast<double>(values.size());
    m.variance += x * x / static_cast<double>(values.size());
    m.largest = std::max(m.largest, std::fabs(x));
  }
  return m;
}

/// The largest deviation from orthonormal vectors, [count][size].
double skew(const std::vector<double>& v, std::size_t count, std::size_t size) {
  double worst = 0;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = i == j ? -1 : 0;
      for (std::size_t k = 0; k < size; ++k) sum += v[i * size + k] * v[j * size + k];
      worst = std::max(worst, std::fabs(sum));
    }
  return worst;
}

}  // namespace

TEST_CASE("the fans of filters are those of PyTorch", "[edges]") {
  // _calculate_fan_in_and_fan_out of a weight {16, 4, 3, 5}.
  const InitialRequest r = filter_request({16, 4, 3, 5}, 16);
  CHECK(r.fan_in == 60);
  CHECK(r.fan_out == 240);
  CHECK(dense_request(7, 3).fan_in == 7);
  CHECK(dense_request(7, 3).fan_out == 3);
}

TEST_CASE("initialisers have the variance that their papers name", "[edges]") {
  struct Claim {
    const char* scheme;
    double variance, widest;  // the widest value in standard deviations
  };
  for (const InitialRequest& request : {dense_request(80, 60), filter_request({20, 16, 3, 3}, 20)}) {
    const auto in = static_cast<double>(request.fan_in), out = static_cast<double>(request.fan_out);
    const double cut = 2 / 0.87962566103423978, flat = std::sqrt(3.0);
    for (const Claim& c : {Claim{"kaiming_uniform", 1 / (3 * in), flat}, Claim{"glorot_uniform", 2 / (in + out), flat},
                           Claim{"glorot_normal", 2 / (in + out), cut}, Claim{"he_uniform", 2 / in, flat},
                           Claim{"he_normal", 2 / in, cut}, Claim{"lecun_normal", 1 / in, cut}}) {
      INFO(c.scheme);
      const Moments m = moments(weights(c.scheme, request));
      // About 3000 to 5000 draws: six standard errors of the variance and of the mean.
      CHECK(m.variance == Approx(c.variance).epsilon(0.12));
      CHECK(std::fabs(m.mean) < 0.1 * std::sqrt(c.variance));
      CHECK(m.largest <= c.widest * std::sqrt(c.variance) * (1 + 1e-12));
      CHECK(m.largest > 0.95 * c.widest * std::sqrt(c.variance));
    }
  }
  CHECK(weights("ones", dense_request(3, 2)) == std::vector<double>(6, 1.0));
  CHECK(weights("zeros", dense_request(3, 2)) == std::vector<double>(6, 0.0));
}

TEST_CASE("an orthogonal weight has orthonormal rows, or columns where there are more rows", "[edges]") {
  CHECK(skew(weights("orthogonal", dense_request(50, 37)), 37, 50) < 1e-14);
  CHECK(skew(weights("orthogonal", filter_request({8, 3, 3, 3}, 8)), 8, 27) < 1e-14);
  const auto tall = weights("orthogonal", dense_request(20, 45));
  std::vector<double> columns(tall.size());
  for (std::size_t r = 0; r < 45; ++r)
    for (std::size_t c = 0; c < 20; ++c) columns[c * 45 + r] = tall[r * 20 + c];
  CHECK(skew(columns, 20, 45) < 1e-14);
  // The first vector is what was drawn, made as long as one: no direction is favoured.
  std::vector<double> plain{3, 4, 1, 7};
  make_orthogonal(plain, 2, 2);
  CHECK(plain[0] == Approx(0.6));
  CHECK(plain[1] == Approx(0.8));
  CHECK(plain[2] == Approx(-0.8));
  CHECK(plain[3] == Approx(0.6));
}

TEST_CASE("an initialiser that would not end, or does not exist, is refused", "[edges]") {
  std::vector<Diagnostic> wrong;
  CHECK(!read("init = 'orthogonal'", with_seed(dense_request(20000, 20000)), wrong));
  CHECK(!read("init = 'orthogonale'", with_seed(dense_request(2, 2)), wrong));
  CHECK(!read("", with_seed(filter_request({1u << 20, 1u << 10, 9, 9}, 1)), wrong));
  CHECK(!read("bias = [1, 2]", with_seed(filter_request({4, 2, 3, 3}, 4)), wrong));
  REQUIRE(wrong.size() == 4);
  CHECK(wrong[0].message.find("too long") != std::string::npos);
  CHECK(wrong[1].message.find("orthogonal") != std::string::npos);
  CHECK(wrong[2].message.find("weights") != std::string::npos);
  CHECK(wrong[3].message.find("4 values are needed") != std::string::npos);
}
