// Recurrent cells within whole networks: against PyTorch's autograd, against differences of a loss, and bit for bit
// over threads and windows.

#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "models/cells/gru.hpp"
#include "models/cells/lstm.hpp"
#include "tests/catch.hpp"
#include "tests/reference/json.hpp"
#include "tests/whole_network.hpp"

using namespace cajal;
using namespace cajal::test;
using reference::Json;
using reference::read_json;

namespace {

constexpr std::size_t steps = 6, samples = 2, inputs = 3, units = 4, outputs = 2;

/// Rows of one sample of an array [...][sample][width].
std::vector<double> of_sample(const std::vector<double>& all, std::size_t sample, std::size_t width) {
  std::vector<double> out;
  for (std::size_t i = sample * width; i < all.size(); i += samples * width)
    out.insert(out.end(), all.begin() + static_cast<std::ptrdiff_t>(i),
               all.begin() + static_cast<std::ptrdiff_t>(i + width));
  return out;
}

void check_near(const std::vector<double>& found, const std::vector<double>& expected, const std::string& what) {
  INFO(what);
  REQUIRE(found.size() == expected.size());
  double error = 0;
  for (std::size_t i = 0; i < found.size(); ++i)
    error = std::isfinite(found[i]) ? std::max(error, std::fabs(found[i] - expected[i])) : INFINITY;
  CHECK(error < 1e-10);
}

void add(std::vector<double>& sum, const std::vector<double>& more) {
  sum.resize(more.size(), 0);
  for (std::size_t i = 0; i < more.size(); ++i) sum[i] += more[i];
}

/// One sample of a file, in a network of its own, since its first state is its own. The first output h0 is an input
/// that shows it at the first step, through weights equal to the recurrent ones.
class Sample {
 public:
  Sample(const Json& file, std::size_t sample, const std::string& kind, const std::string& init,
         const std::string& recurrent)
      : file_(file), sample_(sample), whole(text(kind, init, recurrent), options()) {
    for (const auto& [name, reference] : pairs) whole.parameter(name).assign(file["params"][reference].numbers());
    whole.parameter("start.weight").assign(file["params"]["W_hh"].numbers());
    whole.input->values = input("x", inputs);
    whole.labels = {0};  // what Whole reports as the loss is not used
    auto& start = dynamic_cast<Series<double>&>(*whole.network->node("start"));
    start.values = input("h0", units);
    start.values.resize(steps * units, 0.0);
  }

  std::vector<double> input(const char* name, std::size_t width) const {
    return of_sample(file_["inputs"][name].numbers(), sample_, width);
  }

  void check_forward() {
    whole.forward();
    check_near(whole.output("cell"), of_sample(file_["outputs"]["h_all"].numbers(), sample_, units), "h");
    check_near(whole.output("out"), of_sample(file_["outputs"]["y"].numbers(), sample_, outputs), "y");
  }

  /// The loss is the mean square over all steps, samples and outputs.
  double rewind() {
    const Slice all{0, 1, 0, 1};
    const Steps run{0, steps};
    const auto y = whole.output("out"), target = input("target", outputs);
    whole.clock->clear_gradients(run, all);
    double loss = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      const double difference = y[i] - target[i], count = static_cast<double>(samples * y.size());
      loss += difference * difference / count;
      whole.network->node("out")->output_gradient.at(static_cast<std::int64_t>(i / outputs), 0)[i % outputs] =
          2 * difference / count;
    }
    whole.clock->rewind(run, all);
    for (std::size_t task = 0; task < whole.clock->gradient_tasks(); ++task) whole.clock->gradient_task(task, run, 1);
    return loss;
  }

  std::vector<double> gradient(const std::string& parameter) {
    return Whole<double>::row_major_gradient(whole.parameter(parameter));
  }
  /// d loss / d h0 as far as it goes through the recurrent weights.
  std::vector<double> by_start() {
    auto all = whole.read(whole.network->node("start")->output_gradient);
    all.resize(units);
    return all;
  }

  static inline const std::vector<std::pair<std::string, std::string>> pairs{
      {"feed.weight", "W_ih"}, {"feed.bias", "b_ih"}, {"back.weight", "W_hh"},
      {"back.bias", "b_hh"},   {"read.weight", "Wo"}, {"read.bias", "bo"}};

 private:
  static Whole<double>::Options options() {
    Whole<double>::Options o;
    o.steps = steps;
    return o;
  }
  static std::string text(const std::string& kind, const std::string& init, const std::string& recurrent) {
    const std::string dense = "kind = \"dense\", init = \"zeros\", ", to = "to = \"cell" + recurrent + "\", ";
    return "[node]\nin = { kind = \"series\", size = 3 }\nstart = { kind = \"series\", size = 4 }\ncell = { kind = \"" +
           kind + "\", size = 4" + init +
           " }\nout = { kind = \"linear\", size = 2 }\n[edge]\nfeed = { from = \"in\", " + "to = \"cell" +
           (recurrent.empty() ? "" : ".input") + "\", " + dense + "bias = true }\nback = { from = " + "\"cell\", " +
           to + dense + "bias = true, delay_steps = 1 }\nstart = { from = \"start\", " + to + dense +
           "bias = false }\nread = { from = \"cell\", to = \"out\", " + dense + "bias = true }\n";
  }

  const Json& file_;
  std::size_t sample_;

 public:
  Whole<double> whole;
};

std::string initial(const std::string& member, const std::vector<double>& values) {
  std::string list;
  char number[32];
  for (const double x : values) list += (std::snprintf(number, sizeof number, "%.17g", x), number) + std::string(", ");
  return ", init = { " + member + " = [" + list + "] }";
}

/// Both samples of a file: outputs, loss and all gradients.
template <class M>
void check_against_pytorch(const std::string& member, const std::string& state, const std::string& recurrent) {
  const Json file = read_json("pytorch/" + std::string(M::name) + ".json");
  std::map<std::string, std::vector<double>> sums;
  double loss = 0;
  for (std::size_t b = 0; b < samples; ++b) {
    const auto first = of_sample(file["inputs"][state].numbers(), b, units);
    Sample sample(file, b, std::string(M::name), initial(member, first), recurrent);
    sample.check_forward();
    loss += sample.rewind();
    for (const auto& [name, reference] : Sample::pairs) add(sums[reference], sample.gradient(name));
    add(sums["W_hh"], sample.gradient("start.weight"));
    check_near(sample.whole.read(sample.whole.input->output_gradient),
               of_sample(file["grads"]["x"].numbers(), b, inputs), "gradient of x");
    const auto& cell = dynamic_cast<Cell<M, double>&>(*sample.whole.network->node("cell"));
    std::vector<double> by_state(cell.state_gradient(0).at(0, 0), cell.state_gradient(0).at(0, 0) + units);
    auto by_start = sample.by_start();
    if (state == "h0")
      add(by_start, by_state);
    else
      check_near(by_state, of_sample(file["grads"][state].numbers(), b, units), "gradient of " + state);
    check_near(by_start, of_sample(file["grads"]["h0"].numbers(), b, units), "gradient of h0");
    if (file["outputs"].has("c_last")) {
      auto last = sample.whole.state("cell", "c");
      last.erase(last.begin(), last.end() - units);
      check_near(last, of_sample(file["outputs"]["c_last"].numbers(), b, units), "last state");
    }
  }
  CHECK(loss == Approx(file["loss"].number()).epsilon(1e-12));
  for (const auto& [name, sum] : sums) check_near(sum, file["grads"][name].numbers(), "gradient of " + name);
}

/// As the program expands a list of layers; units that fill no pack.
std::string layers(const std::string& kind, int size = 21) {
  return "layers = [ { name = \"cell\", kind = \"" + kind + "\", units = " + std::to_string(size) +
         " }, { name = \"out\", kind = \"dense\", units = 3 } ]\n[node]\nin = { kind = \"series\", size = 5 }\n"
         "input = { kind = \"linear\", size = 5 }\n"
         "[edge]\nin = { from = \"in\", to = \"input\", kind = \"one_to_one\" }\n";
}

template <class Real>
Whole<Real> trained(const std::string& kind, std::size_t threads) {
  typename Whole<Real>::Options o;
  o.steps = 5;
  o.batch = 3;
  o.threads = threads;
  o.over_time = OverTime::last;
  Whole<Real> whole(layers(kind), o);
  whole.labels = {1, 0, 2};
  whole.fill_input(-1, 1, 7);
  return whole;
}

/// The output of a cell at each step, where a network is run in windows of `window` steps without a tape.
std::vector<float> simulated(const std::string& kind, std::size_t threads, std::int64_t window) {
  // Enough units for several threads.
  auto network = network_of<float>(layers(kind, 45) +
                                       "many = { from = \"in\", to = \"many\", kind = \"dense\" }\n"
                                       "[node.many]\nkind = \"linear\"\nsize = 2000\n",
                                   none_trained);
  constexpr std::int64_t length = 9;
  auto& in = dynamic_cast<Series<float>&>(*network->node("in"));
  for (std::int64_t i = 0; i < length * 5; ++i)
    in.values.push_back(static_cast<float>(std::sin(0.7 * static_cast<double>(i))));
  Plan plan;
  plan.dt = 1;
  plan.window = window;
  Clock<float> clock(*network, plan, threads);
  clock.reset_all();
  std::vector<float> out;
  const Signal<float>& sent = network->node("cell")->output;
  for (std::int64_t t = 0; t < length; t += window) {
    const std::int64_t end = std::min(length, t + window);
    clock.run({t, end}, 1);
    for (std::int64_t s = t; s < end; ++s) out.insert(out.end(), sent.at(s, 0), sent.at(s, 0) + 45);
  }
  return out;
}

}  // namespace

TEST_CASE("long short-term memory is PyTorch's, forwards and backwards", "[cells][pytorch]") {
  check_against_pytorch<Lstm>("c", "c0", "");
}

TEST_CASE("gated recurrent units are PyTorch's, forwards and backwards", "[cells][pytorch]") {
  check_against_pytorch<Gru>("h", "h0", ".recurrent");
}

TEST_CASE("an Elman network is PyTorch's, forwards and backwards", "[cells][pytorch]") {
  const Json file = read_json("pytorch/rnn.json");
  std::map<std::string, std::vector<double>> sums;
  double loss = 0;
  for (std::size_t b = 0; b < samples; ++b) {
    Sample sample(file, b, "tanh", "", "");
    sample.check_forward();
    loss += sample.rewind();
    for (const auto& [name, reference] : Sample::pairs) add(sums[reference], sample.gradient(name));
    add(sums["W_hh"], sample.gradient("start.weight"));
    check_near(sample.by_start(), of_sample(file["grads"]["h0"].numbers(), b, units), "gradient of h0");
  }
  CHECK(loss == Approx(file["loss"].number()).epsilon(1e-12));
  for (const auto& [name, sum] : sums) check_near(sum, file["grads"][name].numbers(), "gradient of " + name);
}

TEST_CASE("gradients through cells over five steps are those of the loss", "[cells][gradient]") {
  for (const std::string kind : {"lstm", "gru"}) {
    INFO(kind);
    auto whole = trained<double>(kind, 1);
    whole.forward();
    whole.rewind();
    const auto by_input = whole.read(whole.input->output_gradient);
    double error = 0, largest = 0;
    const auto compare = [&](double found, double& x) {
      constexpr double step = 1e-5;
      const double at = x;
      x = at + step;
      const double above = whole.forward();
      x = at - step;
      const double expected = (above - whole.forward()) / (2 * step);
      x = at;
      error = std::max(error, std::fabs(found - expected));
      largest = std::max(largest, std::fabs(expected));
    };
    for (std::size_t i = 0; i < by_input.size(); i += 7) compare(by_input[i], whole.input->values[i]);
    for (const auto& [name, p] : parameters_of(*whole.network)) {
      const auto gradient = p->gradient;
      for (std::size_t i = 0; i < p->order.size(); i += p->order.size() / 12 + 1)
        compare(gradient[p->order[i]], p->value[p->order[i]]);
    }
    CHECK(largest > 0.01);
    CHECK(error < 1e-8);
  }
}

TEST_CASE("cells give the same bits on one thread and three, forwards and backwards", "[cells]") {
  for (const std::string kind : {"lstm", "gru"}) {
    INFO(kind);
    auto one = trained<float>(kind, 1), three = trained<float>(kind, 3);
    CHECK(one.forward() == three.forward());
    one.rewind();
    three.rewind();
    for (const auto& [name, p] : parameters_of(*one.network)) {
      INFO(name);
      CHECK(p->gradient == three.parameter(name).gradient);
    }
  }
}

TEST_CASE("cells give the same bits over threads and windows without a tape", "[cells]") {
  for (const std::string kind : {"lstm", "gru"}) {
    INFO(kind);
    const auto expected = simulated(kind, 1, 1);
    CHECK(std::fabs(expected.back()) > 1e-3f);
    CHECK(simulated(kind, 1, 4) == expected);
    CHECK(simulated(kind, 3, 1) == expected);
    CHECK(simulated(kind, 3, 4) == expected);
  }
}

TEST_CASE("saturated gates keep the state of a long short-term memory for a thousand steps", "[cells]") {
  // Gates of exactly 1 and 0 leave c as it is; the output is tanh(c).
  const std::array<double, 1> c{0.75};
  std::array<double, 1> state = c;
  double output = 0;
  for (int t = 0; t < 1000; ++t) {
    const auto next = Lstm::update(state, std::array<double, 4>{-1000, 1000, 3, 1000});
    state[0] = std::get<0>(next.state);
    output = next.output;
  }
  CHECK(state[0] == Approx(0.75).epsilon(1e-15));
  CHECK(output == Approx(std::tanh(0.75)).epsilon(1e-14));
}

TEST_CASE("a cell says which ports it has and how its state is set", "[cells]") {
  const auto error = [](const std::string& text) {
    try {
      network_of<float>(text, none_trained);
    } catch (const ConfigError& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  const std::string node =
      "[node]\nin = { kind = \"series\", size = 3 }\ncell = { kind = \"gru\", size = 2 }\n[edge]\n";
  CHECK(error(node + "e = { from = \"in\", to = \"cell\", kind = \"dense\" }\n").find("has several ports") !=
        std::string::npos);
  CHECK(error(node + "e = { from = \"in\", to = \"cell.gates\", kind = \"dense\" }\n").find("input, recurrent") !=
        std::string::npos);
  CHECK(error("[node]\ncell = { kind = \"lstm\", size = 2, init = { h = 1 } }\n").find("allowed here: c") !=
        std::string::npos);
  CHECK(error("[node]\ncell = { kind = \"lstm\", size = 2, init = { c = [1, 2, 3] } }\n")
            .find("a list of 3 for 2 units") != std::string::npos);
}
