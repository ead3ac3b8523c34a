// Neurons held to what can be written down: rates, onsets, thresholds.

#include <cmath>
#include <complex>

#include "tests/models/neurons/spikes_of.hpp"

namespace cajal::test {

TEST_CASE("qif fires with the rate of its closed form", "[models]") {
  // Latham et al. 2000: C dx/dt = k x^2 + I - I_c with x from the middle of E_L and V_th, k = g_L / (V_th - E_L).
  const auto spikes = spikes_alone("qif", 20, "I_e = \"= 30 pA + 5 pA * i\", integrator = \"rk4\"", 0.02, 600);
  for (std::size_t i = 0; i < spikes.size(); ++i) {
    const double above = 30 + 5 * static_cast<double>(i) - 10 * 15 / 4.0, k = 10 / 15.0;
    INFO("above its threshold by " << above << " pA");
    if (above < 0) {
      CHECK(spikes[i].empty());
      continue;
    }
    const double root = std::sqrt(k / above);
    const double interval = 100 / std::sqrt(k * above) * (std::atan(root * 77.5) - std::atan(-root * 22.5));
    CHECK(1000 / rate_of(spikes[i], 0) == Approx(interval).epsilon(0).margin(0.021));
  }
}

TEST_CASE("eif begins to fire at its rheobase and comes to a leaky neuron as its spikes sharpen", "[models]") {
  // The largest current with a fixed point: g_L (V_T - E_L - Delta_T) (Fourcaud-Trocme et al. 2003).
  const double rheobase = 10 * (-59.9 + 65 - 3.48);
  const auto spikes =
      spikes_alone("eif", 2, fmt::format("I_e = [\"{} pA\", \"{} pA\"]", rheobase - 0.2, rheobase + 0.2), 0.1, 2000);
  CHECK(spikes[0].empty());
  CHECK(spikes[1].size() >= 2);
}

TEST_CASE("mat2 spikes exactly where its potential passes its threshold", "[models]") {
  // Without a threshold that moves: the potential's course is that of a leaky membrane, and after t_ref it fires again.
  const auto spikes =
      spikes_alone("mat2", 1, "I_e = \"600 pA\", alpha_1 = \"0 mV\", alpha_2 = \"0 mV\", omega = \"-51 mV\"", 0.1, 30);
  const double first = -5 * std::log(1 - 19.0 / 30);
  CHECK(spikes[0][0] == Approx(std::ceil(first / 0.1) * 0.1).epsilon(0).margin(1e-9));
  for (std::size_t i = 1; i < spikes[0].size(); ++i) CHECK(spikes[0][i] - spikes[0][i - 1] == Approx(2.1).margin(1e-9));
}

TEST_CASE("alif settles where its potential meets the threshold that its rate sustains", "[models]") {
  const double dt = 0.01;
  const auto spikes = spikes_alone("alif", 1, "I_e = \"350 pA\"", dt, 2000)[0];
  // In the steady state a after a spike is 1 / (1 - e^(-T / tau_a)); the next spike comes where the membrane, from
  // reset after t_ref, meets V_th + beta_a a e^(-T / tau_a).
  double low = 3, high = 1000;
  for (int k = 0; k < 100; ++k) {
    const double T = (low + high) / 2;
    const double potential = -70 + 28 * (1 - std::exp(-(T - 2) / 20));
    const double threshold = -55 + 2 / std::expm1(T / 200);
    (potential > threshold ? high : low) = T;
  }
  CHECK(spikes.back() - spikes[spikes.size() - 2] == Approx(low).epsilon(0).margin(0.1));
  CHECK(spikes[1] - spikes[0] < 0.6 * low);
}

TEST_CASE("resonate_and_fire answers pulses by its closed form", "[models]") {
  // z(t) = z(0) e^((b + i omega) t): pulses of A at 0 and T give A (e^((b + i omega) T) + 1) at T.
  constexpr double step = 0.01, A = 0.85;
  std::string times;
  for (int i = 0; i < 20; ++i) times += fmt::format("{}[\"{} ms\"]", i == 0 ? "" : ", ", 1 + 0.5 * (i + 1));
  const std::string text = fmt::format(
      "[node]\nN = {{ kind = \"resonate_and_fire\", size = 20 }}\na = {{ kind = \"spikes\", times = [\"1 ms\"] }}\n"
      "b = {{ kind = \"spikes\", times = [{1}] }}\n"
      "[edge]\none = {{ from = \"a\", to = \"N\", connect = \"all_to_all\", weight = {0}, delay = \"0.5 ms\" }}\n"
      "two = {{ from = \"b\", to = \"N\", connect = \"one_to_one\", weight = {0}, delay = \"0.5 ms\" }}\n",
      A, times);
  const auto spikes = spikes_of(text, step, 25);
  std::size_t fired = 0;
  for (std::size_t i = 0; i < 20; ++i) {
    const double T = 0.5 * static_cast<double>(i + 1);
    const std::complex<double> rate(-0.1, 1);
    double first = 0;
    for (double t = step; t < 20 && first == 0; t += step) {
      const std::complex<double> z = A * std::exp(rate * t) + (t > T - step / 2 ? A * std::exp(rate * (t - T)) : 0);
      if (z.imag() >= 1) first = 1.5 + t;
    }
    INFO("an interval of " << T << " ms");
    REQUIRE(spikes[i].empty() == (first == 0));
    if (first == 0) continue;
    ++fired;
    CHECK(spikes[i][0] == Approx(first).epsilon(0).margin(1.5 * step));
  }
  CHECK(fired == 7);
}

TEST_CASE("fitzhugh_nagumo loses its rest where the fixed point's trace changes sign", "[models]") {
  // 1 - v^2 = b / tau; w = (v + a) / b; I = w - v + v^3 / 3, on either side of v = 0 (FitzHugh 1961).
  const double v = std::sqrt(1 - 0.8 / 12.5);
  const auto input = [](double x) { return (x + 0.7) / 0.8 - x + x * x * x / 3; };
  const double onset = input(-v), block = input(v);
  CHECK(onset == Approx(0.3313).margin(1e-4));
  CHECK(block == Approx(1.4187).margin(1e-4));
  // From just beside the fixed point: what is stable stays. The limit cycle exists a little outside of these inputs.
  const auto run = [](double I, double near) {
    double low = -2, high = 2;
    for (int k = 0; k < 100; ++k) {
      const double x = (low + high) / 2;
      ((x + 0.7) / 0.8 - x + x * x * x / 3 < I ? low : high) = x;
    }
    return spikes_alone("fitzhugh_nagumo", 1,
                        fmt::format("I_e = {}, init = {{ v = {:.17g}, w = {:.17g} }}, v_th = 1.2, integrator = \"rk4\"",
                                    I, low + near, (low + 0.7) / 0.8),
                        0.1, 6000)[0]
        .size();
  };
  CHECK(run(onset - 0.01, 1e-3) == 0);
  CHECK(run(onset + 0.01, 1e-3) > 50);
  CHECK(run(block - 0.01, 1e-3) > 50);
  CHECK(run(block + 0.01, 1e-3) == 0);
}

TEST_CASE("hodgkin_huxley fires for ever from 6.3 uA/cm^2 on", "[models]") {
  // Rinzel & Miller 1980, Math. Biosci. 49:27: stable firing exists from 6.26 to 154.5 uA/cm^2.
  const auto spikes = spikes_alone("hodgkin_huxley", 6,
                                   "I_e = [\"615 pA\", \"640 pA\", \"700 pA\", \"1000 pA\", \"2000 pA\", \"16 nA\"], "
                                   "integrator = \"rk4\"",
                                   0.02, 400);
  CHECK(rate_of(spikes[0], 200) == 0);
  CHECK(rate_of(spikes[1], 200) == Approx(54).margin(1));
  CHECK(rate_of(spikes[2], 200) == Approx(58.3).margin(1));
  CHECK(rate_of(spikes[3], 200) == Approx(68.3).margin(1));
  CHECK(rate_of(spikes[4], 200) == Approx(86.5).margin(1));
  CHECK(rate_of(spikes[5], 200) == 0);
}

TEST_CASE("morris_lecar fires between its bifurcations", "[models]") {
  // Rinzel & Ermentrout 1989: rest is stable up to 93.86 uA/cm^2 and from 212 on; a saddle-node on the cycle at 39.96.
  const auto hopf = spikes_alone(
      "morris_lecar", 4,
      "preset = \"hopf\", I_e = [\"93 pA\", \"95 pA\", \"200 pA\", \"225 pA\"], init = { V_m = \"-26 mV\", w = 0.13 }",
      0.1, 3000);
  CHECK(rate_of(hopf[0], 1500) == 0);
  CHECK(rate_of(hopf[1], 1500) == Approx(11).margin(0.3));
  CHECK(rate_of(hopf[2], 1500) == Approx(15.2).margin(0.3));
  CHECK(rate_of(hopf[3], 1500) == 0);
  const auto saddle = spikes_alone(
      "morris_lecar", 4, "preset = \"saddle_node\", I_e = [\"39.8 pA\", \"40.1 pA\", \"42 pA\", \"80 pA\"]", 0.1, 3000);
  CHECK(rate_of(saddle[0], 1000) == 0);
  CHECK(rate_of(saddle[1], 1000) > 0);
  CHECK(rate_of(saddle[1], 1000) < 3);
  // Near the onset the rate grows with the square root of what is above it.
  CHECK(rate_of(saddle[2], 1000) == Approx(7).margin(0.5));
  CHECK(rate_of(saddle[3], 1000) == Approx(21.3).margin(0.5));
}

}  // namespace cajal::test
