#include "models/synapses/tsodyks_markram.hpp"

#include <fmt/format.h>

#include "tests/catch.hpp"
#include "tests/models/trace.hpp"
#include "tests/reference/json.hpp"
#include "tests/whole_network.hpp"

namespace cajal::test {

namespace {

constexpr double dt = 0.1;

std::string times(const std::vector<double>& ms) {
  std::string out;
  for (const double t : ms) out += fmt::format("\"{:g} ms\", ", t);
  return "[" + out + "]";
}

std::string synapse(const std::vector<double>& train, const std::string& short_term) {
  return fmt::format(
      "[node]\npre = {{ kind = \"spikes\", times = {} }}\n"
      "post = {{ kind = \"lif\", preset = \"nest\", size = 1, receptors = {{ ex = {{ kind = \"exponential_current\", "
      "tau_syn = \"3 ms\" }} }} }}\n"
      "[edge]\nX = {{ from = \"pre\", to = \"post.ex\", weight = \"250 pA\", delay = \"1.5 ms\", short_term = {{ kind "
      "= "
      "\"tsodyks_markram\", {} }} }}\n",
      times(train), short_term);
}

std::size_t step_of(double ms) { return static_cast<std::size_t>(std::lround(ms / dt)) - 1; }

/// What a synapse transmits at each spike, and how the postsynaptic current jumps a delay later.
void check_nest(const std::string& name) {
  INFO(name);
  const auto json = reference::read_json("nest/" + name + ".json");
  const auto p = json["params"];
  const std::string tau_psc = p.has("tau_psc") ? fmt::format(", tau_psc = \"{:.17g} ms\"", p["tau_psc"].number()) : "";
  const std::string text = synapse(json["train"].numbers(),
                                   fmt::format("U = {:.17g}, tau_rec = \"{:.17g} ms\", tau_fac = \"{:.17g} ms\"{}",
                                               p["U"].number(), p["tau_rec"].number(), p["tau_fac"].number(), tau_psc));
  const Trace nest = read_trace("nest/" + name + ".csv");
  const auto released = Simulation<double>(text, dt).run(5100, "X_release").at("output");
  const auto current = Simulation<double>(text, dt).run(5100, "post").at("ex.I_syn");
  const auto& spikes = nest.at("t_pre_ms");
  REQUIRE(spikes.size() > 10);
  double error = 0;
  for (std::size_t i = 0; i < spikes.size(); ++i) {
    const std::size_t sent = step_of(spikes[i]), arrived = sent + 15;
    const double weight = nest.at("effective_weight")[i];
    error = std::max(error, std::fabs(250 * released[sent] - weight));
    error = std::max(error, std::fabs(current[arrived] - current[arrived - 1] * std::exp(-dt / 3) - weight));
  }
  CHECK(error < 1e-9);
  CHECK(std::count_if(released.begin(), released.end(), [](double r) { return r != 0; }) ==
        static_cast<std::ptrdiff_t>(spikes.size()));
}

}  // namespace

TEST_CASE("short-term plasticity equals NEST's tsodyks2_synapse and tsodyks_synapse", "[models][nest]") {
  check_nest("syn_tsodyks2_synapse_dep");
  check_nest("syn_tsodyks_synapse_dep");
  check_nest("syn_tsodyks_synapse_fac");
}

TEST_CASE("short-term plasticity equals Brian2's", "[models]") {
  const auto brian = reference::read_json("brian2/tsodyks_markram.json");
  const auto released =
      Simulation<double>(synapse(brian["spikes_ms"].numbers(), "U = 0.5, tau_fac = \"750 ms\", tau_rec = \"50 ms\""),
                         dt)
          .run(4500, "X_release")
          .at("output");
  const auto expected = brian["g_every10ms"].numbers();
  REQUIRE(expected.size() == 45);
  double sum = 0, error = 0;
  for (std::size_t step = 0, row = 0; row < expected.size(); ++step) {
    // Sampled before the spikes of that very time are delivered.
    if (step % 100 == 99 && row + 1 < expected.size()) error = std::max(error, std::fabs(sum - expected[++row]));
    if (row + 1 == expected.size()) break;
    sum += released[step];
  }
  CHECK(error < 1e-9);
  CHECK(sum > 3);
}

TEST_CASE("a regular train settles where the equations of one period say", "[models]") {
  // Tsodyks & Markram 1997, PNAS 94:719: of a train of period h, u and x before each spike are fixed points.
  constexpr double U = 0.2, tau_rec = 130, tau_fac = 530, period = 50;
  std::vector<double> train;
  for (int i = 1; i <= 100; ++i) train.push_back(period * i);
  const auto released = Simulation<double>(synapse(train, "U = 0.2, tau_rec = \"130 ms\", tau_fac = \"530 ms\""), dt)
                            .run(50000, "X_release")
                            .at("output");
  const double f = std::exp(-period / tau_fac), r = std::exp(-period / tau_rec);
  const double u = U / (1 - (1 - U) * f), x = (1 - r) / (1 - (1 - u) * r);
  CHECK(released[step_of(5000)] == Approx(u * x).epsilon(1e-9));
  CHECK(released[step_of(50)] == Approx(U).epsilon(1e-12));
}

TEST_CASE("equal and vanishing time constants are no special case", "[models]") {
  const auto course = [](double psc, double rec) {
    return Simulation<double>(synapse({10, 15, 30, 31}, fmt::format("U = 0.6, tau_psc = \"{:.17g} ms\", tau_rec = "
                                                                    "\"{:.17g} ms\"",
                                                                    psc, rec)),
                              dt)
        .run(400, "X_release")
        .at("output");
  };
  const auto equal = course(20, 20);
  CHECK(distance(equal, course(20, 20 * (1 + 1e-9)), 400) < 1e-8);
  CHECK(distance(equal, course(20 * (1 + 1e-9), 20), 400) < 1e-8);
  CHECK(distance(course(0, 20), course(1e-7, 20), 400) < 1e-6);
  CHECK(distance(course(20, 0), course(20, 1e-7), 400) < 1e-6);
  // Nothing is left to recover: every spike finds all.
  CHECK(distance(course(0, 0), course(1e-9, 1e-9), 400) < 1e-12);
  CHECK(course(0, 0)[step_of(31)] == 0.6);
  CHECK(distance(course(1e-300, 20), course(0, 20), 400) < 1e-12);
}

TEST_CASE("each source unit may have parameters of its own", "[models]") {
  Simulation<double> s(
      "[node]\npre = { kind = \"poisson\", size = 20, rate = \"100 Hz\" }\nsyn = { kind = \"tsodyks_markram\", size = "
      "20, "
      "U = { uniform = [0.1, 0.9] }, tau_rec = \"100 ms\" }\n"
      "[edge]\nX = { from = \"pre\", to = \"syn\", kind = \"one_to_one\" }\n",
      dt);
  auto& syn = s.node("syn");
  std::vector<double> first(20, 0);
  s.clock->reset_all();
  for (std::int64_t t = 0; t < 1000; ++t) {
    s.clock->run({t, t + 1}, 1);
    const auto sent = s.row(syn.output, t);
    for (std::size_t u = 0; u < 20; ++u)
      if (first[u] == 0) first[u] = sent[u];
  }
  std::sort(first.begin(), first.end());
  CHECK(first[0] >= 0.1);
  CHECK(first[19] <= 0.9);
  CHECK(std::unique(first.begin(), first.end()) - first.begin() > 15);
}

TEST_CASE("several spikes in a step never release more than there is", "[models]") {
  const TsodyksMarkram::Parameters<double> p{0.5, 100, 50, 0};
  std::array<double, 3> state{0, 1, 0};
  for (int step = 0; step < 50; ++step) {
    const auto next = TsodyksMarkram::update(state, std::array{7.0}, TsodyksMarkram::coefficients(p, dt));
    CHECK(next.output <= state[1] + 0.01);
    const auto& [u, x, y] = next.state;
    state = {u, x, y};
    CHECK(u <= 1);
    CHECK(x >= 0);
  }
}

TEST_CASE("the gradient through short-term plasticity and through release is that of differences",
          "[models][gradient]") {
  Whole<double>::Options o;
  o.steps = 12;
  o.batch = 2;
  Whole<double> whole(
      "[node]\nin = { kind = \"series\", size = 3 }\n"
      "mid = { kind = \"lif\", preset = \"snntorch\", size = 4, reset_gradient = \"through\", surrogate = { kind = "
      "\"sigmoid\", slope = 5, smooth = "
      "true "
      "} }\nout = { kind = \"leaky_readout\", size = 2 }\n"
      "[edge]\nfeed = { from = \"in\", to = \"mid\", kind = \"dense\" }\n"
      "back = { from = \"mid\", to = \"mid\", connect = \"all_to_all\", weight = { normal = [0.2, 0.1] }, delay = { "
      "uniform "
      "= [\"1 ms\", \"4 ms\"] }, release = 0.7, short_term = { kind = \"tsodyks_markram\", U = 0.4, tau_rec = \"5 "
      "ms\", "
      "tau_fac = \"3 ms\", tau_psc = \"2 ms\" } }\n"
      "read = { from = \"mid\", to = \"out\", connect = \"all_to_all\", weight = { normal = [0, 0.5] }, delay = \"1 "
      "ms\", "
      "release = 0.5, short_term = { kind = \"tsodyks_markram\", U = 0.7, tau_rec = \"20 ms\" } }\n",
      o);
  whole.labels = {1, 0};
  whole.fill_input(0, 2, 3);
  whole.forward();
  whole.rewind();
  for (const std::string name : {"feed.weight", "back.weight", "read.weight"}) {
    Parameter<double>& p = whole.parameter(name);
    const auto gradient = p.gradient;
    double largest = 0;
    for (std::size_t i = 0; i < p.value.size(); ++i) {
      INFO(name << " " << i);
      constexpr double h = 1e-6;
      const double w = p.value[i];
      p.value[i] = w + h;
      const double above = whole.forward();
      p.value[i] = w - h;
      const double below = whole.forward();
      p.value[i] = w;
      CHECK(gradient[i] == Approx((above - below) / (2 * h)).epsilon(1e-5).margin(1e-8));
      largest = std::max(largest, std::fabs(gradient[i]));
    }
    CHECK(largest > 1e-5);
  }
}

}  // namespace cajal::test
