// How rules by values are run: batches, threads, windows, phases, and from a state that was saved.

#include "tests/catch.hpp"
#include "tests/learning/plasticity/rate_learner.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

data::Dataset random_samples(std::size_t samples, std::size_t features, std::uint64_t seed = 1) {
  Draws draws(Stream(seed, "tests.random_samples"), 0);
  std::vector<std::vector<double>> x(samples, std::vector<double>(features)), y;
  for (auto& row : x) {
    for (double& value : row) value = draws.uniform(-1, 1);
    y.push_back({row[0] + row[1]});
  }
  return samples_of(x, y);
}

const std::string rules[] = {
    R"({ rule = "covariance", rate = 0.02, tau = 5, initial = 0.1)", R"({ rule = "sanger", rate = 0.02)",
    R"({ rule = "bcm", rate = 0.02, tau = 5, initial = 0.1)", R"({ rule = "competitive", rate = 0.02, leak = 0.1)"};

/// X -> Y by a rule, and Y -> out by a gradient.
std::string hybrid(const std::string& rule, const std::string& batch, std::size_t units, std::size_t size,
                   const std::string& phases = "", const std::string& edge = "kind = \"dense\", ") {
  return "[node]\nX = { kind = \"data\" }\nY = { kind = \"linear\", size = " + std::to_string(units) +
         " }\nout = { kind = \"linear\", size = 1 }\n[edge]\nw = { from = \"X\", to = \"Y\", " + edge +
         "weight = { normal = [0, 0.3] } }\nread = { from = \"Y\", to = \"out\", kind = \"dense\" }\n[predict]\nof = "
         "\"out\"\n[learn]\ns = " +
         rule + ", on = \"edge.w\"" + batch +
         " }\nbp = { rule = \"backprop\", on = \"edge.read\", loss = \"mse\", of = \"out\", optimizer = { kind = "
         "\"sgd\", rate = 0.01 }, epochs = 1, batch = " +
         std::to_string(size) + " }\n" + phases;
}

template <class Real>
std::vector<double> learnt(const std::string& text, const data::Dataset& data, std::size_t threads = 1) {
  const data::Split split = all_of(data);
  const auto learner = rate_learner<Real>(text, data, split, threads);
  run(*learner);
  std::vector<double> out = flat(weights_of(*learner, "w"));
  for (const auto& s : learner->processes()[0]->state()) out.insert(out.end(), s.values.begin(), s.values.end());
  return out;
}

}  // namespace

TEST_CASE("samples side by side change weights and means by their mean, or their sum", "[plasticity][rates]") {
  const data::Dataset both = random_samples(2, 3);
  for (const std::string& rule : rules) {
    INFO(rule);
    std::vector<std::vector<double>> single;
    for (std::size_t s = 0; s < 2; ++s) {
      data::Dataset one = both;
      one.samples = 1;
      one.x.assign(both.x.begin() + static_cast<std::ptrdiff_t>(3 * s),
                   both.x.begin() + static_cast<std::ptrdiff_t>(3 * s + 3));
      one.y = {0};
      single.push_back(learnt<double>(hybrid(rule, "", 2, 1), one));
    }
    // Nothing learns: what it began with.
    const auto start = learnt<double>(hybrid(rule, "", 2, 1, "[[phase]]\nname = \"test\"\nsplit = \"test\"\n"), both);
    const auto mean = learnt<double>(hybrid(rule, "", 2, 2), both);
    const auto sum = learnt<double>(hybrid(rule, ", batch = \"sum\"", 2, 2), both);
    for (std::size_t i = 0; i < start.size(); ++i) {
      const double changes = single[0][i] + single[1][i] - 2 * start[i];
      CHECK(mean[i] == Approx(start[i] + changes / 2).margin(1e-12));
      CHECK(sum[i] == Approx(start[i] + changes).margin(1e-12));
      CHECK(changes != 0);
    }
  }
}

TEST_CASE("rules by values beside a gradient give the same bytes on any number of threads", "[plasticity][rates]") {
  const data::Dataset data = random_samples(32, 120);
  for (const std::string& rule : rules) {
    INFO(rule);
    const auto one = learnt<float>(hybrid(rule, "", 120, 16), data, 1);
    CHECK(one == learnt<float>(hybrid(rule, "", 120, 16), data, 2));
    CHECK(one == learnt<float>(hybrid(rule, "", 120, 16), data, 3));
  }
}

TEST_CASE("a phase that does not name a rule by values leaves its weights", "[plasticity][rates]") {
  const data::Dataset data = random_samples(20, 3);
  const std::string only = "[[phase]]\nname = \"a\"\nlearn = [\"s\"]\n",
                    more = "[[phase]]\nname = \"b\"\nlearn = [\"bp\"]\n",
                    test = "[[phase]]\nname = \"c\"\nsplit = \"test\"\n";
  for (const std::string& rule : rules) {
    INFO(rule);
    CHECK(learnt<float>(hybrid(rule, "", 3, 4, only), data) ==
          learnt<float>(hybrid(rule, "", 3, 4, only + more + test), data));
  }
}

TEST_CASE("a rule by values goes on from weights and means that were saved", "[plasticity][rates]") {
  // One sample, so that the order of the samples is no matter.
  const data::Dataset data = random_samples(1, 3);
  const data::Split split = all_of(data);
  const auto text = [](const std::string& rule, int epochs) {
    return hybrid(rule, "", 2, 1,
                  "[[phase]]\nname = \"a\"\nlearn = [\"s\"]\nepochs = " + std::to_string(epochs) + "\n");
  };
  for (const std::string& rule : rules) {
    INFO(rule);
    const auto first = rate_learner<double>(text(rule, 3), data, split),
               second = rate_learner<double>(text(rule, 4), data, split);
    run(*first);
    second->network().edge("w")->parameters()[0]->assign(first->network().edge("w")->parameters()[0]->row_major());
    auto saved = first->processes()[0]->state(), given = second->processes()[0]->state();
    for (std::size_t i = 0; i < saved.size(); ++i)
      std::copy(saved[i].values.begin(), saved[i].values.end(), given[i].values.begin());
    second->processes()[0]->restore();
    run(*second);
    std::vector<double> out = flat(weights_of(*second, "w"));
    for (const auto& s : second->processes()[0]->state()) out.insert(out.end(), s.values.begin(), s.values.end());
    CHECK(out == learnt<double>(text(rule, 7), data));
  }
}

TEST_CASE("a teacher is silent where nothing learns", "[plasticity][rates]") {
  const data::Dataset data = samples_of({{1}}, {{3}});
  const data::Split split = all_of(data);
  const auto learner = rate_learner<double>(R"([node]
X = { kind = "data" }
T = { kind = "data", field = "y", gain = 2 }
Y = { kind = "linear", size = 1 }
[edge]
w = { from = "X", to = "Y", kind = "dense", weight = 0 }
t = { from = "T", to = "Y", kind = "one_to_one" }
[predict]
of = "Y"
[learn]
s = { rule = "hebb", on = "edge.w", rate = 1 }
[[phase]]
name = "train"
[[phase]]
name = "test"
split = "test"
)",
                                            data, split);
  run(*learner);
  CHECK(weights_of(*learner, "w")[0][0] == 6);
  CHECK(learner->record().phases[0].scores == std::vector<double>{6});
}

namespace {

/// A network of rates with 2,200 units, so that threads share it by units, whose weights change at every step.
std::vector<double> simulated(const std::string& rule, bool sparse, std::size_t threads, std::int64_t window) {
  const std::string edge =
      sparse ? R"(connect = { rule = "fixed_in_degree", k = 5 }, delay = { uniform = ["1 ms", "3 ms"] },)"
             : R"(kind = "dense", delay = "2 ms",)";
  const std::string text = R"([node]
W = { kind = "linear_rate", size = 2040, init = { r = 1 } }
X = { kind = "linear_rate", size = 80, tau = "30 ms", init = { r = { uniform = [0, 1] } }, mu = { uniform = [-1, 1] } }
Y = { kind = "tanh_rate", size = 80, tau = "20 ms", init = { r = { uniform = [0, 1] } } }
[edge]
w = { from = "X", to = "Y", )" +
                           edge + R"( weight = { normal = [0, 0.1] } }
v = { from = "Y", to = "Y", )" +
                           edge + R"( weight = { normal = [0, 0.1] } }
back = { from = "Y", to = "X", kind = "one_to_one", delay = "1 ms", weight = 0.1 }
[learn]
s = )" + rule + ", on = [\"edge.w\", \"edge.v\"] }\n";
  const config::Value root = config::parse(text, "test.toml");
  std::vector<Diagnostic> diagnostics;
  const config::Table table(root, "", diagnostics);
  const BuildRequest request{table, 1, 1, 0, true, {}, ""};
  auto network = build_network<float>(request);
  config::raise(diagnostics);
  std::vector<std::unique_ptr<Process<float>>> processes;
  for (const auto& [name, entry] : table.tables("learn")) processes.push_back(make_process(entry, *network, 1));
  table.refuse_unused();
  config::raise(diagnostics);
  for (auto& e : network->sparse) e->make_list();
  make_weights(*network);
  Plan plan;
  plan.dt = 1;
  plan.window = window;
  plan.seed = 1;
  Clock<float> clock(*network, plan, threads);
  for (auto& p : processes) p->attach(clock);
  for (auto& p : processes) p->begin_trial();
  clock.reset_all();
  for (std::int64_t t = 0; t < 24; t += window) clock.run({t, t + window}, 1);
  for (auto& p : processes) p->end_batch({0, 24}, 1);
  std::vector<double> out;
  for (const auto& s : processes[0]->state()) out.insert(out.end(), s.values.begin(), s.values.end());
  for (auto& e : network->sparse) out.insert(out.end(), e->weight.value.begin(), e->weight.value.end());
  for (const char* name : {"w", "v"})
    if (Edge<float>* e = network->edge(name)) {
      const auto rows = e->parameters()[0]->row_major();
      out.insert(out.end(), rows.begin(), rows.end());
    }
  return out;
}

}  // namespace

TEST_CASE("weights that change at every step are the same for any threads and windows", "[plasticity][rates]") {
  for (const bool sparse : {false, true})
    for (const std::string rule :
         {R"({ rule = "covariance", rate = "5 1/s", tau = "10 ms")", R"({ rule = "sanger", rate = "5 1/s")",
          R"({ rule = "competitive", rate = "5 1/s", leak = 0.1)"}) {
      if (sparse && rule.find("sanger") != std::string::npos) continue;
      INFO(rule << sparse);
      const auto one = simulated(rule, sparse, 1, 24);
      CHECK(one == simulated(rule, sparse, 1, 1));
      CHECK(one == simulated(rule, sparse, 2, 8));
      CHECK(one == simulated(rule, sparse, 3, 24));
    }
}

TEST_CASE("at every step a weight moves by dt times its rate", "[plasticity][rates]") {
  // x = y = 1 and dw/dt = rate x (y - w), from the step on in which x arrives.
  for (const std::int64_t delay : {0, 1}) {
    const std::string text =
        R"([node]
X = { kind = "current", amplitude = 1 }
Y = { kind = "linear_rate", size = 1, lambda = 0, init = { r = 1 } }
[edge]
w = { from = "X", to = "Y", weight = 0, )" +
        std::string(delay > 0 ? R"(connect = "all_to_all", delay = "1 ms")" : R"(kind = "dense")") +
        R"( }
[learn]
s = { rule = "outstar", on = "edge.w", rate = "2 1/s" }
)";
    const config::Value root = config::parse(text, "test.toml");
    std::vector<Diagnostic> diagnostics;
    const config::Table table(root, "", diagnostics);
    auto network = build_network<double>(BuildRequest{table, 1, 1, 0, true, {}, ""});
    auto process = make_process(table.tables("learn")[0].second, *network, 1);
    config::raise(diagnostics);
    make_weights(*network);
    Plan plan;
    plan.dt = 1;
    plan.window = 10;
    Clock<double> clock(*network, plan, 1);
    process->attach(clock);
    clock.reset_all();
    const auto weight = [&] {
      process->end_batch({0, 1}, 1);
      return delay > 0 ? network->sparse[0]->weight.value[0] : network->edges[0]->parameters()[0]->row_major()[0];
    };
    clock.run({0, delay}, 1);
    CHECK(weight() == 0);
    clock.run({delay, delay + 1}, 1);
    CHECK(weight() == Approx(0.002).epsilon(1e-12));
  }
}
