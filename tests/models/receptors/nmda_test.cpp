#include "models/receptors/nmda.hpp"

#include <fmt/format.h>

#include "tests/catch.hpp"
#include "tests/models/trace.hpp"

namespace cajal::test {

namespace {

/// The current of 1 nS at a potential, in pA.
double current(double v, double magnesium) {
  const Nmda::Parameters<double> p{2, 100, 0, magnesium};
  return -receptor_system<Nmda>(p).gate.at(v)[0] * (v - p.E_rev);
}

}  // namespace

TEST_CASE("magnesium blocks NMDA receptors as Jahr and Stevens measured", "[models]") {
  // Half of the block at 0 mV with 3.57 mM, and at ln(1 / 3.57) / 0.062 = -20.5 mV with 1 mM.
  CHECK(current(-1e-9, 3.57) / 1e-9 == Approx(0.5).epsilon(1e-7));
  const double half = std::log(1 / 3.57) / 0.062;
  CHECK(current(half, 1) == Approx(-half / 2).epsilon(1e-9));
  // At rest one channel in some twenty is open; without magnesium all are.
  CHECK(current(-70, 1) / 70 == Approx(0.0445).epsilon(0.01));
  CHECK(current(-70, 0) == Approx(70));
}

TEST_CASE("the current-voltage curve of NMDA receptors has a limb of negative slope", "[models]") {
  // Jahr & Stevens 1990, figure 3: the inward current is greatest between -30 and -20 mV and falls towards rest.
  double greatest = 0, where = 0;
  for (double v = -100; v <= 40; v += 0.1)
    if (current(v, 1) > greatest) greatest = current(v, 1), where = v;
  CHECK(where > -30);
  CHECK(where < -20);
  CHECK(current(-80, 1) < 0.3 * greatest);
  CHECK(current(40, 1) < -35);
  for (double v = -100; v < 40; ++v) CHECK(current(v, 0) > current(v + 1, 0));
}

TEST_CASE("the gate has its exact derivatives", "[models]") {
  const Gate gate = receptor_system<Nmda>({2, 100, 0, 1.3}).gate;
  for (const double v : {-70.0, -20.0, 15.0}) {
    const double h = 1e-4;
    const auto [B, B1, B2] = gate.at(v);
    CHECK(B1 == Approx((gate.at(v + h)[0] - gate.at(v - h)[0]) / (2 * h)).epsilon(1e-6));
    CHECK(B2 == Approx((gate.at(v + h)[1] - gate.at(v - h)[1]) / (2 * h)).epsilon(1e-6).margin(1e-12));
    CHECK(gate.at(Wide<double>(v))[0].v[0] == Approx(B).epsilon(1e-14));
  }
}

TEST_CASE("fixed steps of a membrane with NMDA receptors converge to the adaptive integration", "[models]") {
  const auto course = [](const std::string& integrator, double dt) {
    const std::string tolerances =
        integrator == "dopri5" ? ", absolute_tolerance = 1e-12, relative_tolerance = 1e-12" : "";
    Trace t =
        Simulation<double>(
            fmt::format("[node]\npulse = {{ kind = \"spikes\", times = [\"2 ms\", \"10 ms\", \"12 ms\"] }}\n"
                        "E = {{ kind = \"lif\", size = 1, V_th = \"1000 mV\", receptors = {{ nmda = \"nmda\" }}, "
                        "integrator = \"{}\"{} }}\n"
                        "[edge]\nX = {{ from = \"pulse\", to = \"E.nmda\", weight = \"60 nS\", delay = \"0.4 ms\" "
                        "}}\n",
                        integrator, tolerances),
            dt)
            .run(std::lround(100 / dt), "E");
    // At every 0.4 ms.
    std::vector<double> out;
    const auto every = static_cast<std::size_t>(std::lround(0.4 / dt));
    for (std::size_t i = every - 1; i < t["V_m"].size(); i += every) out.push_back(t["V_m"][i]);
    return out;
  };
  const auto exact = course("dopri5", 0.1);
  CHECK(*std::max_element(exact.begin(), exact.end()) > -40);
  for (const std::string integrator : {"heun", "rk4"}) {
    INFO(integrator);
    const double coarse = distance(course(integrator, 0.2), exact, exact.size()),
                 fine = distance(course(integrator, 0.1), exact, exact.size());
    CHECK(fine < 0.02);
    // The current is linear in the potential over a step: of second order.
    CHECK(coarse / fine > 3.5);
  }
}

}  // namespace cajal::test
