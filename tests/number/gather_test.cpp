#include "sim/number/gather.hpp"

#include <vector>

#include "sim/random.hpp"
#include "tests/catch.hpp"

using namespace cajal;

TEMPLATE_TEST_CASE("gather, scatter and select do what their loops say, at every length", "[number]", float, double) {
  Draws draws(Stream(1, "gather"), 0);
  for (const std::size_t count : {0u, 1u, 7u, 8u, 15u, 16u, 17u, 100u}) {
    std::vector<TestType> from(200), out(count), to(200, -1);
    for (auto& x : from) x = static_cast<TestType>(draws.uniform());
    std::vector<std::int32_t> index;
    for (std::size_t i = 0; i < count; ++i) index.push_back(static_cast<std::int32_t>(199 - 2 * i % 200 + i / 100));
    gather(from.data(), index.data(), count, out.data());
    for (std::size_t i = 0; i < count; ++i) CHECK(out[i] == from[static_cast<std::size_t>(index[i])]);
    scatter(out.data(), index.data(), count, to.data());
    for (std::size_t i = 0; i < count; ++i) CHECK(to[static_cast<std::size_t>(index[i])] == out[i]);

    std::vector<std::int32_t> value, keys(count + 16), values(count + 16), expected;
    for (std::size_t i = 0; i < count; ++i) value.push_back(static_cast<std::int32_t>(draws.below(10)) - 5);
    const std::size_t size = select<false>(value.data(), 1, nullptr, count, keys.data(), values.data());
    for (std::size_t i = 0; i < count; ++i)
      if (value[i] >= 1) expected.push_back(static_cast<std::int32_t>(i));
    REQUIRE(size == expected.size());
    for (std::size_t i = 0; i < size; ++i) {
      CHECK(keys[i] == expected[i]);
      CHECK(values[i] == value[static_cast<std::size_t>(expected[i])]);
    }
    // In place, with keys.
    const std::size_t fewer = select<true>(values.data(), 3, keys.data(), size, keys.data(), values.data());
    std::erase_if(expected, [&](std::int32_t i) { return value[static_cast<std::size_t>(i)] >= 3; });
    CHECK(std::vector<std::int32_t>(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(fewer)) == expected);
  }
}
