// Mean-field models against their papers: fixed points, bifurcations, rhythms.

#include <algorithm>

#include "models/rates/jansen_rit.hpp"
#include "models/rates/montbrio_pazo_roxin.hpp"
#include "models/rates/wilson_cowan.hpp"
#include "models/rates/wong_wang.hpp"
#include "models/rates/wong_wang_ei.hpp"
#include "tests/catch.hpp"
#include "tests/models/rates/course.hpp"

namespace cajal::test {

namespace {

std::pair<double, double> range_of(const std::vector<double>& values) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return {*least, *most};
}

/// The fixed points of a column under the input p, by the potential y1 - y2, each with the growth of what is near it.
struct Rest {
  double potential, growth;
};
std::vector<Rest> rests_of_column(double p) {
  Unit<JansenRit> column;
  column.p.p = p;
  // Closed form: at rest each second-order block passes its input on, times A / a or B / b.
  const auto at = [&](double v) {
    const auto& q = column.p;
    const double y0 = q.A / q.a * JansenRit::rate(v, q);
    const double y1 = q.A / q.a * (p + 0.8 * q.C * JansenRit::rate(q.C * y0, q));
    const double y2 = q.B / q.b * 0.25 * q.C * JansenRit::rate(0.25 * q.C * y0, q);
    return JansenRit::State<double>{y0, y1, y2, 0, 0, 0};
  };
  std::vector<Rest> out;
  for (const double v : zeros_of([&](double v) { return at(v).y1 - at(v).y2 - v; }, -20, 40, 6000)) {
    for (const double slope : Unit<JansenRit>::numbers(column.slope(at(v)))) CHECK(std::fabs(slope) < 1e-12);
    out.push_back({v, growth_of(column.jacobian(at(v)))});
  }
  return out;
}

}  // namespace

TEST_CASE("a Wilson-Cowan pair cycles for one range of inputs", "[models][rates]") {
  // Wilson & Cowan 1972, figure 11: a limit cycle at P = 1.25.
  const auto swing = [](double drive) {
    Unit<WilsonCowan> pair;
    pair.p.drive_e = drive;
    pair.run(1500);
    const auto [low, high] = range_of(pair.course(160, 0.5, [](auto& u) { return u.x.E; }));
    return high - low;
  };
  CHECK(swing(0) < 1e-6);
  CHECK(swing(0.5) < 1e-6);
  CHECK(swing(1.25) > 0.16);
  CHECK(swing(2.5) < 1e-3);
}

TEST_CASE("a Wilson-Cowan pair remembers a stimulus within its hysteresis", "[models][rates]") {
  // Figure 4 of the paper: low and high activity are both stable; figure 5: the loop over P.
  const auto activity = [](double drive, double start) {
    Unit<WilsonCowan> pair;
    set<WilsonCowan>(pair.p, WilsonCowan::two_states);
    pair.p.drive_e = drive;
    pair.x = {start, start / 2};
    pair.run(1500);
    const auto slope = pair.slope(pair.x);
    CHECK(std::fabs(slope.E) + std::fabs(slope.I) < 1e-9);
    return pair.x.E;
  };
  CHECK(activity(0, 0.02) == Approx(0).margin(1e-9));
  CHECK(activity(0, 0.5) > 0.4);
  CHECK(activity(-0.5, 0.5) < 0);
  CHECK(activity(0.5, 0.0) > 0.4);
}

TEST_CASE("a Jansen-Rit column has its known bifurcations", "[models][rates]") {
  // Grimbert & Faugeras 2006, Neural Computation 18:3052: Hopf bifurcations at p = 89.83 and 315.70, a saddle-node on a
  // cycle at 113.58; three fixed points before it, one behind.
  CHECK(rests_of_column(113.57).size() == 3);
  CHECK(rests_of_column(113.60).size() == 1);
  CHECK(rests_of_column(89.0).back().growth < 0);
  CHECK(rests_of_column(90.6).back().growth > 0);
  CHECK(rests_of_column(315.0).back().growth > 0);
  CHECK(rests_of_column(316.4).back().growth < 0);
  CHECK(rests_of_column(50)[0].growth < 0);
  CHECK(rests_of_column(50)[1].growth > 0);
}

TEST_CASE("a Jansen-Rit column has an alpha rhythm", "[models][rates]") {
  // Jansen & Rit 1995, figure 3: about 10 Hz at C = 135 for p between 120 and 320; the cycle of Grimbert & Faugeras
  // takes over from the slower, spike-like one at p = 137.4.
  for (const double p : {145.0, 220.0, 300.0}) {
    Unit<JansenRit> column;
    column.p.p = p;
    column.run(2000);
    const auto eeg = column.course(1500, 1, [](auto& u) { return JansenRit::observe(u.x, u.p).EEG; });
    CHECK(1000 / period_of(eeg) == Approx(10.8).margin(0.4));
    CHECK(range_of(eeg).second - range_of(eeg).first > 1);
  }
}

TEST_CASE("a Wong-Wang circuit is bistable where it is coupled enough", "[models][rates]") {
  // The self-consistent states: S = tau gamma H / (1 + tau gamma H).
  const auto states = [](double coupling) {
    Unit<WongWang> circuit;
    const auto& p = circuit.p;
    const auto excess = [&](double s) {
      const double y = p.a * (p.J_N * (p.w + coupling) * s + p.I_o) - p.b;
      const double rate = 1e-3 * y / (1 - std::exp(-1e-3 * p.d * y));
      return p.tau_S * p.gamma * rate / (1 + p.tau_S * p.gamma * rate) - s;
    };
    const auto out = zeros_of(excess, 0, 1, 1000);
    for (const double s : out) {
      circuit.input[0] = coupling * s;
      CHECK(std::fabs(circuit.slope({s}).S) < 1e-12);
    }
    return out;
  };
  // Deco et al. 2013: spontaneous at low coupling, two stable states between two bifurcations, high alone above.
  REQUIRE(states(0).size() == 1);
  CHECK(states(0)[0] < 0.05);
  REQUIRE(states(0.5).size() == 3);
  REQUIRE(states(1).size() == 1);
  CHECK(states(1)[0] > 0.8);
  Unit<WongWang> free;
  free.p.w = 1.4;
  for (const double start : {0.2, 0.3}) {
    free.x.S = start;
    free.run(20000);
    CHECK((start < 0.25 ? free.x.S < 0.05 : free.x.S > 0.7));
  }
}

TEST_CASE("feedback inhibition holds a Wong-Wang pool at three spikes a second", "[models][rates]") {
  // Deco et al. 2014: an isolated area with J_i = 1 fires at about 3 Hz (3.06 where x_E - b_E / a_E = -0.026), S_E =
  // 0.164.
  Unit<WongWangEi> area;
  area.run(5000);
  CHECK(area.x.S_E == Approx(0.164).margin(0.001));
  const double rate = area.x.S_E / (1 - area.x.S_E) / (1e-3 * area.p.gamma * area.p.tau_E);
  CHECK(rate == Approx(3.06).margin(0.03));
}

TEST_CASE("the mean field of Montbrio, Pazo and Roxin is at its fixed points", "[models][rates]") {
  // v = -Delta / (2 pi tau r); equation 16 of the paper for r. At eta = -5, J = 15, Delta = 1 (figure 2) low and high
  // rates are stable.
  Unit<MontbrioPazoRoxin> field;
  const auto& p = field.p;
  const auto excess = [&](double x) {
    const double v = -p.Delta / (2 * M_PI * x);
    return v * v + p.eta + p.J * x - M_PI * M_PI * x * x;
  };
  const auto rates = zeros_of(excess, 0.01, 3, 3000);
  REQUIRE(rates.size() == 3);
  for (const std::size_t k : {0u, 2u}) {
    const double v = -p.Delta / (2 * M_PI * rates[k]), r = 1e3 * rates[k] / p.tau;
    field.x = {0.99 * v, 1.02 * r};
    field.run(1500);
    CHECK(field.x.v == Approx(v).epsilon(1e-6));
    CHECK(field.x.r == Approx(r).epsilon(1e-6));
  }
  // Where all neurons are alike they fire together.
  CHECK(MontbrioPazoRoxin::observe(MontbrioPazoRoxin::S{0.0, 1e3 / (M_PI * p.tau)}, p).synchrony ==
        Approx(0).margin(1e-12));
  CHECK(MontbrioPazoRoxin::observe(MontbrioPazoRoxin::S{-2.0, 0.0}, p).synchrony == Approx(1));
}

TEST_CASE("the mean field of Montbrio, Pazo and Roxin is that of its neurons", "[models][rates]") {
  // 2000 quadratic neurons with the currents eta + Delta tan(pi/2 (2 j - n + 1) / (n + 1)) (the paper's section III.C).
  // Over a step under a constant current a, V goes to (V + a T) / (1 - V T), T = tan(sqrt(a) h) / sqrt(a): exactly, and
  // through infinity where it spikes.
  constexpr std::size_t n = 2000;
  constexpr double h = 1e-3, J = 15, eta = -5, stimulus = 5;  // in units of tau
  // The tail of the distribution beyond the last neuron, at a_0 = 2 n / pi, fires at sqrt(a) / pi: the integral of
  // sqrt(a) / (pi^2 a^2) from a_0 on.
  const double tail = 2 / (M_PI * M_PI * std::sqrt(2 * n / M_PI));
  std::vector<double> V(n, -2.0), current(n);
  for (std::size_t j = 0; j < n; ++j)
    current[j] = eta + stimulus + std::tan(M_PI / 2 * (2 * static_cast<double>(j) - n + 1) / (n + 1));
  double rate = tail;
  const auto step = [&] {
    double spikes = 0;
    for (std::size_t j = 0; j < n; ++j) {
      const double a = current[j] + J * rate, root = std::sqrt(std::fabs(a));
      const double T = (a > 0 ? std::tan(root * h) : std::tanh(root * h)) / root;
      spikes += V[j] * T > 1;
      V[j] = (V[j] + a * T) / (1 - V[j] * T);
    }
    rate = spikes / (n * h) + tail;
  };
  Unit<MontbrioPazoRoxin> field;
  field.x = {-2, 0};
  field.input[0] = stimulus;
  // As in figure 2 the rate rises steeply and swings around the high state.
  constexpr int bins = 9, steps = 500;
  double least = 1, most = 0;
  for (int bin = 0; bin < bins; ++bin) {
    double seen = 0, expected = 0;
    for (int k = 0; k < steps; ++k) {
      step();
      seen += rate / steps;
      if (k % 10 != 5) continue;
      field.run(field.p.tau * 10 * h);
      expected += 1e-3 * field.p.tau * field.x.r * 10 / steps;
    }
    INFO("from " << bin * steps * h << " tau");
    CHECK(seen == Approx(expected).epsilon(0.05).margin(0.005));
    least = std::min(least, expected), most = std::max(most, expected);
  }
  CHECK(least < 0.1);
  CHECK(most > 1.8);
}

}  // namespace cajal::test
