#include "app/verify.hpp"

#include "models/catalogue_entries.hpp"
#include "models/neurons/lif.hpp"
#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace cajal;

namespace {

const NodeEntry& entry(const std::string& name) {
  for (const NodeEntry& e : node_catalogue())
    if (e.name == name) return e;
  throw Error("no " + name);
}

}  // namespace

TEST_CASE("the exact step errs by rounding, and its spikes come up to a step late each", "[verify]") {
  const app::VerifiedModel m = app::verify_model(entry("lif"));
  INFO(m.wrong);
  CHECK(m.wrong.empty());
  CHECK(m.integrator == "exact");
  CHECK(m.order == 0);
  REQUIRE(m.steps.size() == 4);
  for (const app::VerifiedStep& s : m.steps) {
    CHECK(s.error < 1e-9);
    REQUIRE(s.spikes == 60);
    CHECK(s.mean_shift >= 0);
    CHECK(s.largest_shift <= 20 * s.dt + 1e-9);
  }
  CHECK(m.steps[0].dt == Approx(0.2));
  CHECK(m.steps[3].dt == Approx(0.025));
  CHECK(m.steps[3].largest_shift < m.steps[0].largest_shift);
}

TEST_CASE("a model that is not linear has the order of its step", "[verify]") {
  const app::VerifiedModel m = app::verify_model(entry("izhikevich"));
  INFO(m.wrong);
  CHECK(m.wrong.empty());
  CHECK(m.order == Approx(2).margin(0.2));
  CHECK(m.steps[0].error > 10 * m.steps[3].error);
  const app::VerifiedModel rate = app::verify_model(entry("tanh_rate"));
  CHECK(rate.wrong.empty());
  CHECK(rate.order == Approx(2).margin(0.2));
  CHECK(rate.steps[0].dt == Approx(0.2));
  CHECK(rate.steps[0].spikes == 0);
}

TEST_CASE("verify prints a table and says with its exit code whether all is good", "[verify]") {
  std::string text;
  CHECK(app::verify_models({"lif", "tanh_rate"}, text) == 0);
  CHECK(text.find("\nlif ") != std::string::npos);
  CHECK(text.find("\ntanh_rate ") != std::string::npos);
  CHECK(text.find("adex") == std::string::npos);
  CHECK_THROWS_AS(app::verify_models({"lfi"}, text), Error);
}
