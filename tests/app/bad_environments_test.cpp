#include "tests/app/bad_inputs.hpp"
#include "tests/catch.hpp"

namespace cajal::app {

namespace {

const std::string line_of_environment =
    R"(environment = { kind = "bandit", interval = "20 ms", probabilities = [0.2, 0.8], action = { of = ["A", "B"] }, reward = { to = "DA" } })";
const std::string acting = "run = { name = \"t\", duration = \"1 s\", dt = \"1 ms\" }\n" + line_of_environment + R"(
[node]
A = { kind = "poisson", size = 5, rate = "10 Hz" }
B = { kind = "poisson", size = 5, rate = "10 Hz" }
W = { kind = "poisson", size = 5, rate = { mean = "10 Hz", amplitude = "5 Hz", frequency = "4 Hz" } }
R = { kind = "leaky_readout", size = 4 }
DA = { kind = "modulator", size = 2 }
)";

std::string with(const std::string& from, const std::string& to) { return changed(acting, {{from, to}}); }
std::string of_kind(const std::string& kind) {
  return changed(acting, {{"kind = \"bandit\"", kind}, {", probabilities = [0.2, 0.8]", ""}});
}
std::string pole(const std::string& observe) { return of_kind("kind = \"cart_pole\", " + observe); }

std::vector<BadInput> inputs() {
  return {
      {"an unknown kind", with("\"bandit\"", "\"bandti\""),
       R"(a.toml:2:17: error: environment.kind: unknown name "bandti"; did you mean `bandit`? allowed here: bandit, cart_pole, coincidence, instrumental)"},
      {"no interval", with(", interval = \"20 ms\"", ""),
       R"(a.toml:2:1: error: environment: missing key `interval`: how long an action is read, like "20 ms")"},
      {"an interval between two steps", with("\"20 ms\"", "\"20.5 ms\""),
       R"(a.toml:2:34: error: environment.interval: 20.5 ms is no multiple of dt = 1 ms)"},
      {"an interval of zero", with("\"20 ms\"", "\"0 ms\""),
       R"(a.toml:2:34: error: environment.interval: must be positive, found "0 ms")"},
      {"no probabilities", with(", probabilities = [0.2, 0.8]", ""),
       R"(a.toml:2:1: error: environment: missing key `probabilities`: with which each arm pays, like [0.2, 0.8])"},
      {"an impossible probability", with("0.8]", "1.8]"),
       R"(a.toml:2:54: error: environment.probabilities: must be between 0 and 1, found 1.8)"},
      {"one arm", with("[0.2, 0.8]", "[0.2]"),
       R"(a.toml:2:54: error: environment.probabilities: expected two arms or more, found 1)"},
      {"as many populations as arms", with("0.8]", "0.8, 0.3]"),
       R"(a.toml:2:98: error: environment.action.of: bandit reads 3 populations, found 2)"},
      {"an unknown population", with("[\"A\", \"B\"]", "[\"A\", \"C\"]"),
       R"(a.toml:2:93: error: environment.action.of: there is no node "C"; there are: A, B, W, R, DA)"},
      {"units that are not there", with("[\"A\", \"B\"]", "[\"A[0:3]\", \"B[3:6]\"]"),
       R"(a.toml:2:93: error: environment.action.of: there is no unit 5: "B" has 5, numbered from 0)"},
      {"units without an end", with("[\"A\", \"B\"]", "[\"A[3:\", \"B\"]"),
       R"(a.toml:2:93: error: environment.action.of: expected a population, or units of it, like "E[0:50]" or "E[3]", found "A[3:")"},
      {"spikes and values", with("[\"A\", \"B\"]", "[\"A\", \"R\"]"),
       R"(a.toml:2:93: error: environment.action.of: of "A" and "R" one spikes and the other does not: what they do cannot be compared)"},
      {"a bandit that is pushed", with("\"B\"] }", "\"B\"], read = \"difference\" }"),
       R"(a.toml:2:110: error: environment.action.read: the actions of bandit are choices; allowed: "argmax")"},
      {"no action", with(", action = { of = [\"A\", \"B\"] }", ""),
       R"(a.toml:2:1: error: environment: missing key `action`: { of = [...] }, the populations that actions are read from)"},
      {"an action of nothing", with("of = [\"A\", \"B\"]", ""),
       R"(a.toml:2:82: error: environment.action: missing key `of`: the populations that actions are read from)"},
      {"no reward", with(", reward = { to = \"DA\" }", ""),
       R"(a.toml:2:1: error: environment: missing key `reward`: { to = "DA" }, the modulator that rewards reach)"},
      {"a reward to a population", with("to = \"DA\"", "to = \"R\""),
       R"(a.toml:2:123: error: environment.reward.to: "R" (leaky_readout) is no node of kind "modulator")"},
      {"a reward to nothing", with("to = \"DA\"", "to = []"),
       R"(a.toml:2:123: error: environment.reward.to: names no modulator)"},
      {"a reward to a unit that is not there", with("to = \"DA\"", "to = \"DA[2]\""),
       R"(a.toml:2:123: error: environment.reward.to: there is no unit 2: "DA" has 2, numbered from 0)"},
      {"a window of a raw reward", with("to = \"DA\"", "to = \"DA\", window = 5"),
       R"(a.toml:2:134: error: environment.reward.window: unknown key `window`; allowed here: to, form, scale, delay)"},
      {"a delay into the past", with("to = \"DA\"", "to = \"DA\", delay = \"-1 ms\""),
       R"(a.toml:2:134: error: environment.reward.delay: must be between 0 and 1e+09 ms, found "-1 ms")"},
      {"a critic that sees nothing", with("to = \"DA\"", "to = \"DA\", form = \"td_error\""),
       R"(a.toml:2:134: error: environment.reward.form: td_error learns the value of observations: it needs `observe`)"},
      {"what is shown to units that have their own mind",
       with(", action", ", observe = { to = \"R\", max = \"10 Hz\" }, action"),
       R"(a.toml:2:94: error: environment.observe.to: "R" (leaky_readout) cannot be told what to send; allowed: inputs of kind "poisson" and "current")"},
      {"what is shown to an input that changes by itself",
       with(", action", ", observe = { to = \"W\", max = \"10 Hz\" }, action"),
       R"(a.toml:2:94: error: environment.observe.to: "W": its rate changes with time: what is told comes on top of a constant rate)"},
      {"a maximum in a wrong unit", with(", action", ", observe = { to = \"A\", max = \"10 pA\" }, action"),
       R"(a.toml:2:104: error: environment.observe.max: expected a rate (like "20 Hz"), found "10 pA", which is a current)"},
      {"a maximum beyond what can be drawn", with(", action", ", observe = { to = \"A\", max = \"1e6 kHz\" }, action"),
       R"(a.toml:2:104: error: environment.observe.max: 1e+09 Hz; at most 499990 are supported with this dt)"},
      {"boxes where there are none",
       with(", action", ", observe = { to = \"A\", code = \"boxes\", max = \"10 Hz\" }, action"),
       R"(a.toml:2:104: error: environment.observe.code: this environment has no boxes; allowed: direct, gaussian)"},
      {"an unknown code", with(", action", ", observe = { to = \"A\", code = \"box\", max = \"10 Hz\" }, action"),
       R"(a.toml:2:104: error: environment.observe.code: unknown code "box"; did you mean `boxes`? allowed here: direct, boxes, gaussian)"},
      {"too few units for the code", pole("observe = { to = \"A\", code = \"boxes\", max = \"10 Hz\" }"),
       R"(a.toml:2:49: error: environment.observe.to: "A" has 5 units; the code has 162 features, and each needs as many units)"},
      {"a grid of too few numbers",
       pole("observe = { to = \"A\", code = { kind = \"gaussian\", units = [2, 2] }, max = \"10 Hz\" }"),
       R"(a.toml:2:87: error: environment.observe.code.units: a list of 2; the environment shows 4 numbers)"},
      {"a grid that is too large",
       pole("observe = { to = \"A\", code = { kind = \"gaussian\", units = [1e5, 1e5, 2, 2] }, max = \"10 Hz\" }"),
       R"(a.toml:2:87: error: environment.observe.code.units: expected whole numbers of at least 2, at most 1e+06 units in all, found [1e+05, 1e+05, 2, 2])"},
      {"a coincidence that is shown", of_kind("kind = \"coincidence\", observe = { to = \"A\", max = \"10 Hz\" }"),
       R"(a.toml:2:39: error: environment.observe: coincidence shows nothing)"},
      {"a response longer than the period",
       of_kind("kind = \"instrumental\", period = \"40 ms\", stimulus = \"20 ms\", response = \"60 ms\""),
       R"(a.toml:2:78: error: environment.response: `response` must be shorter than the period, which has 2 intervals; it has 3)"},
      {"a stimulus shorter than the interval", of_kind("kind = \"instrumental\", response = \"20 ms\""),
       R"(a.toml:2:60: error: environment.interval: `stimulus` is 1 ms; a multiple of the interval of 20 ms is needed, at least 1)"},
      {"an unknown key", with("interval", "intervall = 1, interval"),
       R"(a.toml:2:34: error: environment.intervall: unknown key `intervall`; did you mean `interval`? allowed here: kind, interval, probabilities, action, observe, reward)"},
      {"an environment of text", changed(acting, {{line_of_environment, "environment = \"bandit\""}}),
       R"(a.toml:2:1: error: environment: expected a table, found "bandit")"},
      {"a measure without an environment", simulation + "[measure]\nbehaviour = {}\n",
       R"(a.toml:8:1: error: measure.behaviour: "behaviour" is no measure of a simulation; allowed here: rates, isi, correlation, fano, synchrony, weights, connection_sparsity, functional_connectivity)"},
      {"an environment beside data", "environment = { kind = \"bandit\" }\n" + learning,
       R"(a.toml:1:1: error: environment: is for simulations: a network learns from it while it runs, without `data`)"},
  };
}

}  // namespace

TEST_CASE("an environment that cannot be is refused where it is wrong") {
  for (const BadInput& input : inputs()) check_refused(input);
}

}  // namespace cajal::app
