// The gradients of whole networks against differences of their loss. Spikes are smooth here (the integral of their
// surrogate), so that the loss has a derivative and the backward pass must be exact.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/whole_network.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

/// Central differences with Richardson's extrapolation: the error of one is even in its step.
template <class Set>
double derivative(Whole<double>& whole, double at, double step, const Set& set) {
  const auto difference = [&](double h) {
    set(at + h);
    const double above = whole.forward();
    set(at - h);
    return (above - whole.forward()) / (2 * h);
  };
  const double fine = difference(step), result = (4 * fine - difference(2 * step)) / 3;
  set(at);
  return result;
}

/// About `count` elements of each parameter and of the input: equal to 1e-5 of the largest gradient among them.
void check_gradients(Whole<double>& whole, std::size_t count = 12, double step = 1e-4) {
  REQUIRE(std::isfinite(whole.forward()));
  whole.rewind();
  const auto compare = [&](const std::string& name, const std::vector<double>& found, auto&& get, auto&& set) {
    INFO(name);
    double largest = 0, error = 0, effect = 0;
    const std::size_t stride = std::max<std::size_t>(1, found.size() / count) | 1;
    for (std::size_t i = 0; i < found.size(); i += stride) {
      const double at = get(i), scale = std::max(1.0, std::fabs(at));
      const double expected = derivative(whole, at, step * scale, [&](double x) { set(i, x); });
      largest = std::max(largest, std::fabs(expected));
      effect = std::max(effect, std::fabs(expected) * scale);
      error = std::isfinite(found[i]) ? std::max(error, std::fabs(found[i] - expected)) : INFINITY;
    }
    CHECK(effect > 1e-6);
    CHECK(error < 1e-5 * largest);
  };
  const auto parameters = parameters_of(*whole.network);
  std::vector<std::vector<double>> gradients;
  for (const auto& [name, p] : parameters) gradients.push_back(Whole<double>::row_major_gradient(*p));
  const auto by_input = whole.read(whole.input->output_gradient);
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    Parameter<double>& p = *parameters[k].second;
    const auto place = [&](std::size_t i) { return p.order.empty() ? i : p.order[i]; };
    compare(
        parameters[k].first, gradients[k], [&](std::size_t i) { return p.value[place(i)]; },
        [&](std::size_t i, double x) {
          p.value[place(i)] = x;
          if (p.changed) p.changed();
        });
  }
  compare(
      "input", by_input, [&](std::size_t i) { return whole.input->values[i]; },
      [&](std::size_t i, double x) { whole.input->values[i] = x; });
}

Whole<double> network(const std::string& text, std::int64_t steps, double low, double high, double dt = 1,
                      OverTime over_time = OverTime::mean) {
  Whole<double>::Options o;
  o.steps = steps;
  o.batch = 3;
  o.dt = dt;
  o.over_time = over_time;
  Whole<double> whole(text, o);
  whole.labels = {1, 0, 2};
  whole.fill_input(low, high, 5);
  return whole;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double x : values) sum += x;
  return sum / static_cast<double>(values.size());
}

const std::string smooth = "reset_gradient = \"through\", surrogate = { kind = \"sigmoid\", slope = 3, smooth = true }";
const std::string read_out = "out = { kind = \"leaky_readout\", size = 3, tau = \"5 ms\" }\n";
const std::string read_edge = "read = { from = \"hid\", to = \"out\", kind = \"dense\" }\n";

std::string lif(const std::string& more = "") {
  return "{ kind = \"lif\", size = 21, preset = \"snntorch\", " + smooth + more + " }\n";
}

}  // namespace

TEST_CASE("gradients of a dense stack are those of its loss", "[gradient]") {
  auto whole = network(
      "layers = [ { name = \"a\", kind = \"dense\", units = 37, activation = \"relu\" }, "
      "{ name = \"b\", kind = \"dense\", units = 18, activation = \"relu\" }, { name = \"out\", kind = \"dense\", "
      "units = 3 } ]\n"
      "[node]\nin = { kind = \"series\", size = 20 }\ninput = { kind = \"linear\", size = 20 }\n"
      "[edge]\nin = { from = \"in\", to = \"input\", kind = \"one_to_one\" }\n",
      1, -1, 1);
  check_gradients(whole, 40, 1e-5);
}

TEST_CASE("gradients of a spiking stack are those of its loss", "[gradient]") {
  for (const OverTime over_time : {OverTime::mean, OverTime::sum, OverTime::last})
    for (const std::string reset : {", reset_at = \"next_step\"", ", reset_at = \"spike\", reset = \"value\""}) {
      INFO(reset << ", over time " << static_cast<int>(over_time));
      auto whole = network("[node]\nin = { kind = \"series\", size = 9 }\nhid = " + lif(reset) + "mid = " + lif(reset) +
                               read_out +
                               "[edge]\nfeed = { from = \"in\", to = \"hid.input\", kind = \"dense\" }\n"
                               "next = { from = \"hid\", to = \"mid.input\", kind = \"dense\", delay = \"2 ms\" }\n"
                               "read = { from = \"mid\", to = \"out\", kind = \"dense\" }\n",
                           13, 0, 2, 1, over_time);
      check_gradients(whole);
    }
}

TEST_CASE("gradients of a recurrent network with sparse edges of many delays into one port are those of its loss",
          "[gradient]") {
  const std::string sparse = "connect = { rule = \"fixed_probability\", p = 0.3 }, weight = { normal = [0, 0.4] }, ";
  const std::string nodes =
      "[node]\nin = { kind = \"series\", size = 9 }\nhid = " + lif() + "mid = " + lif() + read_out;
  const std::string feed = "feed = { from = \"in\", to = \"hid.input\", kind = \"dense\" }\n";
  const std::string back = "back = { from = \"mid\", to = \"hid.input\", kind = \"dense\", delay = \"3 ms\" }\n";
  const std::string rest =
      "rec = { from = \"hid\", to = \"hid.input\", " + sparse + "delay = { uniform = [\"1 ms\", \"6 ms\"] } }\n" +
      "in2 = { from = \"in\", to = \"hid.input\", " + sparse + "delay = { uniform = [\"0 ms\", \"4 ms\"] } }\n" +
      "self = { from = \"hid\", to = \"hid.input\", " + sparse + "delay = \"2 ms\" }\n" +
      "up = { from = \"hid\", to = \"mid.input\", " + sparse + "delay = \"2 ms\" }\n" +
      "pair = { from = \"hid\", to = \"mid.input\", kind = \"one_to_one\", weight = 0.5 }\n" +
      "read = { from = \"mid\", to = \"out\", kind = \"dense\" }\n";
  auto forward = network(nodes + "[edge]\n" + feed + back + rest, 14, 0, 2);
  check_gradients(forward);
  SECTION("whatever the order of the edges") {
    auto other = network(nodes + "[edge]\n" + back + rest + feed, 14, 0, 2);
    CHECK(other.forward() == Approx(forward.forward()).epsilon(1e-12));
    check_gradients(other);
  }
  SECTION("and bit for bit the same on three threads") {
    forward.forward();
    forward.rewind();
    Whole<double>::Options o = forward.options;
    o.threads = 3;
    Whole<double> threads(nodes + "[edge]\n" + feed + back + rest, o);
    threads.labels = forward.labels;
    threads.input->values = forward.input->values;
    CHECK(threads.forward() == forward.forward());
    threads.rewind();
    for (const auto& [name, p] : parameters_of(*threads.network)) {
      INFO(name);
      CHECK(p->gradient == forward.parameter(name).gradient);
    }
  }
}

TEST_CASE("gradients through neurons with several variables and synaptic currents are those of the loss",
          "[gradient]") {
  struct Neuron {
    std::string keys, weight;
  };
  const std::string synapse = "receptors = { ex = { kind = \"exponential_current\", tau_syn = \"1 ms\" } }, ";
  const std::string surrogate =
      "reset_gradient = \"through\", surrogate = { kind = \"sigmoid\", slope = 0.3, smooth = true }";
  for (const Neuron& neuron :
       {Neuron{"kind = \"adex\", V_peak = \"-45 mV\", I_e = \"800 pA\", init = { V_m = \"-48 mV\" }, ", "900 pA"},
        Neuron{"kind = \"izhikevich\", V_th = \"-45 mV\", I_e = \"8 pA\", init = { V_m = \"-50 mV\" }, ", "6 pA"},
        Neuron{"kind = \"lif\", t_ref = \"0 ms\", I_e = \"350 pA\", init = { V_m = \"-57 mV\" }, ", "900 pA"}}) {
    INFO(neuron.keys);
    const std::string node = "{ " + neuron.keys + "size = 17, " + synapse + surrogate + " }\n";
    const std::string weight = "weight = { uniform = [\"-" + neuron.weight + "\", \"" + neuron.weight + "\"] }";
    auto whole = network(
        "[node]\nin = { kind = \"series\", size = 6 }\nhid = " + node + "mid = " + node + read_out +
            "[edge]\nfeed = { from = \"in\", to = \"hid.ex\", kind = \"dense\", " + weight + " }\n" +
            "next = { from = \"hid\", to = \"mid.ex\", kind = \"dense\", " + weight + " }\n" +
            "rec = { from = \"mid\", to = \"mid.ex\", connect = { rule = \"fixed_probability\", p = 0.3 }, " + weight +
            ", delay = { uniform = [\"0.2 ms\", \"1 ms\"] } }\n"
            "read = { from = \"mid\", to = \"out\", kind = \"dense\" }\n",
        40, 0, 1, 0.2);
    check_gradients(whole, 8);
    CHECK(mean_of(whole.output("mid")) > 0.02);
  }
}

TEST_CASE("a held input gives the loss and gradients of the same input shown at every step", "[gradient]") {
  const auto text = [](const std::string& hold) {
    return "[node]\nin = { kind = \"series\", size = 9" + hold +
           " }\nfront = { kind = \"tanh\", size = 12 }\nhid = " + lif() + read_out +
           "[edge]\ninto = { from = \"in\", to = \"front\", kind = \"dense\" }\n"
           "feed = { from = \"front\", to = \"hid.input\", kind = \"dense\" }\n"
           "late = { from = \"in\", to = \"hid.input\", kind = \"dense\", delay = \"3 ms\" }\n" +
           read_edge;
  };
  auto held = network(text(", hold = true"), 12, 0, 1), shown = network(text(""), 12, 0, 1);
  REQUIRE(held.network->node("front")->held);
  REQUIRE_FALSE(shown.network->node("front")->held);
  const std::size_t values = 3 * 9;
  for (std::size_t i = 0; i < shown.input->values.size(); ++i) shown.input->values[i] = held.input->values[i % values];
  CHECK(held.forward() == shown.forward());
  CHECK(held.output("hid") == shown.output("hid"));
  held.rewind();
  shown.rewind();
  for (const auto& [name, p] : parameters_of(*held.network)) {
    INFO(name);
    double largest = 0, error = 0;
    const auto& other = shown.parameter(name).gradient;
    for (std::size_t i = 0; i < other.size(); ++i) {
      largest = std::max(largest, std::fabs(other[i]));
      error = std::max(error, std::fabs(other[i] - p->gradient[i]));
    }
    CHECK(largest > 1e-7);
    CHECK(error < 1e-12 * largest);
  }
  // The input's gradient is that of all steps together.
  const auto once = held.read(held.input->output_gradient), each = shown.read(shown.input->output_gradient);
  for (std::size_t i = 0; i < values; ++i) {
    double sum = 0;
    for (std::size_t k = i; k < each.size(); k += values) sum += each[k];
    CHECK(once[i] == Approx(sum).epsilon(1e-10).margin(1e-14));
  }
  held.input->values.resize(values);
  check_gradients(held);
  CHECK(mean_of(held.output("hid")) > 0);
}
