#include "analysis/confusion.hpp"

#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace cajal::analysis;

namespace {
using Classes = std::vector<std::int32_t>;
}

TEST_CASE("confusion counts true against predicted classes") {
  const Classes label = {0, 0, 0, 1, 1, 2}, predicted = {0, 0, 1, 1, -1, 1};
  const Confusion found = confusion(predicted, label, 4);
  CHECK(found.at(0, 0) == 2);
  CHECK(found.at(0, 1) == 1);
  CHECK(found.at(1, 0) == 0);
  CHECK(found.at(1, 1) == 1);
  CHECK(found.at(2, 1) == 1);
  CHECK(found.undecided == std::vector<std::uint64_t>{0, 1, 0, 0});
  CHECK(found.precision == std::vector<std::optional<double>>{1.0, 1.0 / 3, std::nullopt, std::nullopt});
  CHECK(found.recall == std::vector<std::optional<double>>{2.0 / 3, 0.5, 0.0, std::nullopt});
}

TEST_CASE("confusion refuses classes beyond the given") {
  CHECK_THROWS_AS(confusion(Classes{0}, Classes{2}, 2), cajal::Error);
  CHECK_THROWS_AS(confusion(Classes{0}, Classes{-1}, 2), cajal::Error);
  CHECK_THROWS_AS(confusion(Classes{2}, Classes{0}, 2), cajal::Error);
  CHECK_THROWS_AS(confusion(Classes{-2}, Classes{0}, 2), cajal::Error);
  CHECK_THROWS_AS(confusion(Classes{0, 1}, Classes{0}, 2), cajal::Error);
  CHECK_THROWS_AS(confusion(Classes{}, Classes{}, 0), cajal::Error);
  CHECK_THROWS_AS(confusion(Classes{}, Classes{}, std::size_t(1) << 40), cajal::Error);
}
