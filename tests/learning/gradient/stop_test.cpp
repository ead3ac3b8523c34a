#include "learning/gradient/stop.hpp"

#include <cmath>
#include <limits>

#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace cajal;

namespace {

Stop read(const std::string& text, std::vector<Diagnostic>& found) {
  const config::Value root = config::parse("[learn.bp]\n" + text, "test.toml");
  const config::Table table(*root.find("learn")->find("bp"), "learn.bp", found);
  Stop stop = Stop::read(table);
  table.refuse_unused();
  return stop;
}

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("training stops at its last epoch") {
  Stop stop;
  stop.epochs = 3;
  CHECK_FALSE(stop.done(0, 0, 2));
  CHECK(stop.reason().empty());
  CHECK(stop.done(not_a_number, not_a_number, 3));
  CHECK(stop.reason() == "3 epochs are done");
}

TEST_CASE("training stops on a small gradient") {
  Stop stop;
  stop.epochs = 100;
  stop.gradient = 1e-6;
  CHECK_FALSE(stop.done(1e-6, 0, 5));
  CHECK(stop.done(9e-7, 1, 5));
  CHECK(stop.reason() == "the norm of the gradient 9e-07 is below 1e-06");
}

TEST_CASE("training stops when what is monitored gets no better") {
  Stop stop;
  stop.epochs = 100;
  stop.patience = 2;
  stop.min_delta = 0.1;
  stop.watch(Monitor::validation_loss);
  CHECK_FALSE(stop.done(0, 0, 1, 1.0));
  CHECK_FALSE(stop.done(0, 0, 2, 0.95));  // by too little
  CHECK_FALSE(Stop(stop).done(0, 0, 3, 0.85));
  CHECK(stop.done(0, 0, 3, 0.95));
  CHECK(stop.reason() == "validation_loss got no better than 1, that of epoch 1, for 2 epochs");
  stop.min_delta = 0;
  stop.watch(Monitor::validation_accuracy);
  CHECK_FALSE(stop.done(0, 0, 1, 0.5));
  CHECK_FALSE(stop.done(0, 0, 2, 0.6));
  CHECK_FALSE(stop.done(0, 0, 3, 0.6));
  CHECK(stop.done(0, 0, 4, 0.55));
  CHECK_THROWS_AS(stop.done(0, 0, 5, not_a_number), NumericalError);
}

TEST_CASE("training stops on still weights") {
  Stop stop;
  stop.epochs = 100;
  stop.change = 1e-8;
  CHECK_FALSE(stop.done(0, 1e-8, 5));
  CHECK(stop.done(1, 0, 5));
  CHECK(stop.reason() == "the largest change of a parameter 0 is below 1e-08");
}

TEST_CASE("a threshold on what is not a number is an error") {
  Stop stop;
  stop.epochs = 100;
  CHECK_FALSE(stop.done(not_a_number, not_a_number, 1));
  stop.gradient = 1;
  CHECK_THROWS_AS(stop.done(not_a_number, 0, 1), NumericalError);
  stop.gradient.reset();
  stop.change = 1;
  CHECK_THROWS_AS(stop.done(0, not_a_number, 1), NumericalError);
}

TEST_CASE("stopping is read from a config") {
  std::vector<Diagnostic> found;
  const Stop stop = read("epochs = 7\nstop = { gradient = 1e-6, change = 1e-8 }", found);
  CHECK(found.empty());
  CHECK(stop.epochs == 7);
  CHECK(stop.gradient == 1e-6);
  CHECK(stop.change == 1e-8);
  CHECK_FALSE(read("epochs = 0", found).gradient);
  CHECK(found.empty());
  for (const char* text :
       {"", "epochs = -1", "epochs = 1.5", "epochs = 2\nstop = { gradient = 0 }", "epochs = 2\nstop = { grad = 1 }",
        "epochs = 2\nstop = 1e-6", "epochs = 2\nstop = { patience = 0 }", "epochs = 2\nstop = { min_delta = 0.1 }",
        "epochs = 99999999999999"}) {
    found.clear();
    read(text, found);
    CAPTURE(text);
    CHECK(found.size() == 1);
  }
  CHECK(Stop::options().size() == 5);
}

TEST_CASE("the largest change goes over all parameters") {
  Parameter<float> a, b;
  a.value = {1, 2};
  b.value = {5};
  Parameter<float>* const both[] = {&a, &b};
  const std::span<Parameter<float>* const> parameters(both);
  CHECK(largest_change<float>(parameters, {{1, 2.5f}, {4.75f}}) == 0.5);
  CHECK(largest_change<float>(parameters, {{1, 2}, {5}}) == 0);
  CHECK(std::isnan(largest_change<float>(parameters, {{1, std::numeric_limits<float>::quiet_NaN()}, {0}})));
  CHECK_THROWS_AS(largest_change<float>(parameters, {{1, 2}}), Error);
  CHECK_THROWS_AS(largest_change<float>(parameters, {{1}, {5}}), Error);
}
