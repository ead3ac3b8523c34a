#include <chrono>

#include "models/expand_layers.hpp"
#include "sim/random.hpp"
#include "tests/catch.hpp"
#include "tests/config/config_test.hpp"

namespace cajal::config {

namespace {

std::size_t below(Draws& draws, std::size_t n) { return static_cast<std::size_t>(draws.below(n)); }

/// One random change: a flipped or foreign byte, a cut, a piece removed, repeated, or taken from elsewhere.
void mutate(std::string& text, const std::string& donor, Draws& draws) {
  using namespace std::string_view_literals;
  constexpr std::string_view special = "[]{}=.,\"'\\#\n\r\t \0\x7f\xff\xc3\xe2-+_0e:T"sv;
  const std::size_t place = below(draws, text.size() + 1);
  const std::size_t length = below(draws, 40);
  switch (draws.below(7)) {
    case 0:
      if (place < text.size()) text[place] = static_cast<char>(text[place] ^ (1 << draws.below(8)));
      break;
    case 1:
      text.insert(place, 1, special[below(draws, special.size())]);
      break;
    case 2:
      if (place < text.size()) text[place] = special[below(draws, special.size())];
      break;
    case 3:
      text.erase(place, length);
      break;
    case 4:
      text.insert(place, std::string(text, place, length));
      break;
    case 5:
      text.insert(place, std::string(donor, below(draws, donor.size()), length));
      break;
    default:
      if (draws.below(8) == 0) text.resize(place);
      break;
  }
}

/// Reads a config the way the program does and asks every getter for every key.
void read_all(const Table& table, int depth) {
  for (const std::string& key : table.keys()) {
    table.quantity(key, "ms", 1.0, positive);
    table.distribution(key, "mV", 0);
    table.number(key, 0);
    table.integer(key, 1, 1, 100);
    table.boolean(key, false);
    table.choice(key, {"lif", "adex"}, "lif");
    table.texts(key);
    table.numbers(key, "Hz");
    table.named(key);
    table.list(key);
    if (const auto inner = table.table(key)) read_all(*inner, depth + 1);
  }
}

/// Whether the text was accepted.
bool survives(const std::string& text, const std::vector<std::string>& overrides) {
  try {
    Value root = parse(text, "/nowhere/a.toml", overrides);
    CHECK(equal(parse(write(root), "b.toml"), root));
    std::vector<Diagnostic> diagnostics;
    read_all(Table(root, "", diagnostics), 0);
    expand_layers(root, diagnostics);
    Table(root, "", diagnostics).refuse_unused();
    raise(diagnostics);
    return true;
  } catch (const ConfigError& error) {
    CHECK(error.diagnostics().size() > 0);
    return std::string(error.what()).find("not TOML") == std::string::npos;
  } catch (const DataError&) {
    return true;
  }
}

}  // namespace

TEST_CASE("a mutated config is read or refused, whatever stands in it") {
  const std::vector<std::string> good{brunel, hybrid, diehl_cook, comparison};
  const auto start = std::chrono::steady_clock::now();
  int accepted = 0, refused = 0;
  for (std::uint64_t trial = 0; trial < 6000; ++trial) {
    Draws draws(Stream(1, "mutation"), trial);
    std::string text = good[below(draws, good.size())];
    const std::uint64_t changes = draws.below(2) == 0 ? 1 : 2 + draws.below(10);
    for (std::uint64_t i = 0; i < changes; ++i) mutate(text, good[below(draws, good.size())], draws);
    INFO("trial " << trial);
    ++(survives(text, {}) ? accepted : refused);
  }
  CHECK(accepted > 500);
  CHECK(refused > 500);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::minutes(5));
}

TEST_CASE("a mutated override is applied or refused") {
  const std::vector<std::string> good{"node.E.size=800", "edge.EE.weight = \"0.2 mV\"", "edge.X.to[1]=E.in",
                                      "node.\"E\".init = { V_m = [1, 2] }"};
  for (std::uint64_t trial = 0; trial < 3000; ++trial) {
    Draws draws(Stream(1, "override"), trial);
    std::string text = good[below(draws, good.size())];
    for (std::uint64_t i = draws.below(4); i < 4; ++i) mutate(text, good[below(draws, good.size())], draws);
    INFO("trial " << trial);
    survives(brunel, {text});
  }
}

TEST_CASE("random bytes are refused") {
  for (std::uint64_t trial = 0; trial < 500; ++trial) {
    Draws draws(Stream(1, "bytes"), trial);
    std::string text;
    for (std::uint64_t i = draws.below(300); i > 0; --i) text += static_cast<char>(draws.below(256));
    survives(text, {});
    std::string why;
    const std::optional<double> number = parse_quantity(text, "ms", why);
    CHECK(number.has_value() == why.empty());
  }
}

TEST_CASE("large hostile configs are refused in time") {
  std::string learners, keys;
  for (int i = 0; i < 20000; ++i) {
    learners += "[learner.x" + std::to_string(i) + "]\nextends = \"learner.y" + std::to_string(i) + "\"\n";
    keys += "k" + std::to_string(i) + " = 1\n";
  }
  const auto start = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(parse(learners, "a.toml"), ConfigError);
  CHECK_THROWS_AS(parse(keys, "a.toml"), ConfigError);
  CHECK_THROWS_AS(parse(std::string(1 << 20, 'a') + " = 1", "a.toml"), ConfigError);
  CHECK_THROWS_AS(parse("run = " + std::string(1 << 20, '9'), "a.toml"), ConfigError);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::minutes(2));
}

}  // namespace cajal::config
