#include "learning/plasticity/ridge_readout.hpp"

#include <cmath>
#include <string>

#include "tests/catch.hpp"
#include "tests/learning/plasticity/rate_learner.hpp"
#include "tests/reference/json.hpp"

using namespace cajal;
using namespace cajal::test;
using reference::Json;
using reference::read_json;

namespace {

using Rows = std::vector<std::vector<double>>;

Rows rows_of(const std::vector<double>& all, std::size_t columns) {
  Rows out;
  for (std::size_t i = 0; i < all.size(); i += columns)
    out.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(i),
                     all.begin() + static_cast<std::ptrdiff_t>(i + columns));
  return out;
}

void check_near(const std::vector<double>& found, const std::vector<double>& expected, double tolerance) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]).margin(tolerance));
}

Rows random_rows(std::size_t count, std::size_t columns) {
  Draws draws(Stream(4, "tests.ridge"), 0);
  Rows out(count, std::vector<double>(columns));
  for (auto& row : out)
    for (double& x : row) x = draws.uniform(-1, 1);
  return out;
}

RidgeSums::Solution solved(const Rows& x, const Rows& y, std::size_t threads) {
  Team team(threads);
  RidgeSums sums(x[0].size(), y[0].size(), true);
  for (std::size_t s = 0; s < x.size(); ++s) sums.add(x[s], y[s], team);
  return sums.solve(0.1, team);
}

/// Samples X to spikes of S, or values of it, and these to Y by ridge regression.
std::string reservoir(const std::string& node, const std::string& more = "", const std::string& learn = "") {
  return "trial = { show = \"70 ms\" }\n[predict]\nof = \"Y\"\n[node]\nX = { kind = \"data\" }\nT = { kind = \"data\", "
         "field = \"y\" }\nS = { " +
         node +
         " }\nY = { kind = \"linear\", size = 2 }\n[edge]\nw = { from = \"X\", to = \"S\", kind = \"dense\", weight = "
         "{ "
         "uniform = [0, 1] } }\nfit = { from = \"S\", to = \"Y\", kind = \"dense\", weight = 0, bias = true }\n" +
         more + "[learn]\nfit = { rule = \"ridge\", on = \"edge.fit\", teacher = \"T\", alpha = 1e-3 }\n" + learn;
}

const std::string spiking = "kind = \"lif\", size = 6, preset = \"snntorch\"";

data::Dataset two_targets(std::size_t samples) {
  const Rows x = random_rows(samples, 3);
  Rows y;
  for (const auto& row : x) y.push_back({row[0] + row[1], row[2] - row[0]});
  return samples_of(x, y);
}

std::vector<double> learnt(const std::string& text, const data::Dataset& d, std::size_t threads = 1) {
  const data::Split split = all_of(d);
  const auto learner = rate_learner<double>(text, d, split, threads);
  run(*learner);
  std::vector<double> out = flat(weights_of(*learner, "fit"));
  const auto bias = learner->network().edge("fit")->parameters().at(1)->row_major();
  out.insert(out.end(), bias.begin(), bias.end());
  return out;
}

std::string refused(const std::string& text) {
  const data::Dataset d = two_targets(4);
  const data::Split split = all_of(d);
  try {
    rate_learner<float>(text, d, split);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a ridge read-out is numpy's least squares, with a bias and without", "[plasticity][ridge]") {
  const Json file = read_json("numpy/ridge_readout.json");
  const data::Dataset d = samples_of(rows_of(file["x"].numbers(), 7), rows_of(file["t"].numbers(), 3));
  const data::Split split = all_of(d);
  for (const bool bias : {true, false}) {
    const std::string text =
        std::string(
            "[predict]\nof = \"Y\"\n[node]\nX = { kind = \"data\" }\nT = { kind = "
            "\"data\", field = \"y\" }\nY = { kind = \"linear\", size = 3 }\n[edge]\nfit = "
            "{ from = \"X\", to = \"Y\", kind = \"dense\", weight = 0, bias = ") +
        (bias ? "true" : "false") +
        " }\n[learn]\nfit = { rule = \"ridge\", on = \"edge.fit\", teacher = \"T\", alpha = 0.5 }\n";
    const auto learner = rate_learner<double>(text, d, split);
    run(*learner);
    check_near(flat(weights_of(*learner, "fit")), file[bias ? "weight" : "without_bias"].numbers(), 1e-12);
    if (bias) check_near(learner->network().edge("fit")->parameters()[1]->row_major(), file["bias"].numbers(), 1e-12);
  }
}

TEST_CASE("the sums of a ridge read-out do not depend on the number of threads", "[plasticity][ridge]") {
  // More rows than are added at once.
  const Rows x = random_rows(300, 50), y = random_rows(300, 4);
  const auto one = solved(x, y, 1);
  for (const std::size_t threads : {2, 3}) {
    CHECK(solved(x, y, threads).weight == one.weight);
    CHECK(solved(x, y, threads).bias == one.bias);
  }
  Team team(1);
  CHECK_THROWS_AS(RidgeSums(2, 1, true).solve(1, team), Error);
}

TEST_CASE("a ridge read-out of spikes takes their mean over all steps of a trial", "[plasticity][ridge]") {
  const data::Dataset d = two_targets(40);
  const auto alone = learnt(reservoir(spiking), d);
  // Samples side by side and a tape of all steps, where a gradient trains something else.
  const auto beside = learnt(reservoir(spiking,
                                       "read = { from = \"X\", to = \"G\", kind = \"dense\" }\n[node.G]\nkind = "
                                       "\"linear\"\nsize = 2\n",
                                       "bp = { rule = \"backprop\", on = \"edge.read\", loss = \"mse\", of = \"G\", "
                                       "optimizer = \"adam\", epochs = 1, batch = 8 }\n"),
                             d);
  check_near(alone, beside, 1e-9);
  CHECK(learnt(reservoir(spiking), d, 2) == alone);
  CHECK(std::any_of(alone.begin(), alone.end(), [](double w) { return std::fabs(w) > 0.1; }));
}

TEST_CASE("each epoch of a ridge read-out is fitted anew, and a frozen one stays", "[plasticity][ridge]") {
  const data::Dataset d = two_targets(20);
  const auto phases = [](const std::string& of) { return "[[phase]]\nname = \"a\"\nsplit = \"train\"\n" + of; };
  const auto once = learnt(reservoir(spiking, "", phases("")), d);
  check_near(learnt(reservoir(spiking, "", phases("epochs = 3\n")), d), once, 1e-9);
  check_near(learnt(reservoir(spiking, "", phases("learn = []\n")), d), std::vector<double>(14, 0.0), 0);
  CHECK(learnt(reservoir(spiking, "", phases("samples = 10\n")), d) != once);
}

TEST_CASE("what a ridge read-out cannot be fitted to is refused", "[plasticity][ridge]") {
  const auto says = [](const std::string& text, const std::string& what) {
    INFO(text);
    return text.find(what) != std::string::npos;
  };
  const std::string good = reservoir(spiking);
  CHECK(refused(good).empty());
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return refused(text.replace(at, from.size(), to));
  };
  CHECK(says(with("teacher = \"T\"", "teacher = \"t\""), "did you mean `T`?"));
  CHECK(says(with("teacher = \"T\"", "teacher = \"S\""), "node.S has 6 units, node.Y 2"));
  CHECK(says(with(", teacher = \"T\"", ""), "`teacher`"));
  CHECK(says(with("on = \"edge.fit\"", "on = \"node.S\""), "a node: it works on edges"));
  CHECK(says(with("on = \"edge.fit\"", "on = \"edge.fitt\""), "did you mean `edge.fit`?"));
  CHECK(says(with("alpha = 1e-3", "alpha = -1"), "alpha"));
  CHECK(says(with("weight = 0, bias = true", "weight = 0, delay = \"1 ms\""), "has a delay"));
  CHECK(says(with("kind = \"dense\", weight = 0, bias = true", "connect = \"all_to_all\", weight = 0"),
             "which is sparse: it works on dense edges"));
}
