#include "models/equations/entry.hpp"

#include <cstdlib>
#include <filesystem>

#include "sim/population_base.hpp"
#include "tests/catch.hpp"
#include "tests/models/equations/models.hpp"
#include "tests/models/trace.hpp"

namespace cajal::test {

namespace {

namespace fs = std::filesystem;

/// The models of a text as words of a catalogue, compiled into a cache of their own.
struct Written {
  config::Value root;
  std::vector<Diagnostic> diagnostics;
  fs::path folder;
  EquationsOptions options;

  explicit Written(const std::string& text, bool compile = true) : root(config::parse(text, "m.toml")) {
    std::string name = (fs::temp_directory_path() / "cajal-equations-XXXXXX").string();
    folder = mkdtemp(name.data());
    options.compiler.cache = folder.string();
    options.compile = compile;
  }
  ~Written() { fs::remove_all(folder); }

  /// The network of the config's own nodes and edges, looked at rather than run.
  std::unique_ptr<Network<double>> network() {
    const config::Table table(root, "", diagnostics);
    const std::vector<NodeEntry> known = nodes();
    BuildRequest request{table, 1, 0.1, 0, true, {}, {}};
    request.nodes = &known;
    auto out = build_network<double>(request);
    table.refuse_unused();
    return out;
  }
  std::vector<NodeEntry> nodes() {
    return with_models(config::Table(root, "", diagnostics), node_catalogue(), options);
  }
};

/// What a simulation of a config with models of its own says to be wrong.
std::vector<std::string> errors(const std::string& text) {
  Written written(text, false);
  written.network();
  std::vector<std::string> out;
  for (const Diagnostic& d : written.diagnostics) out.push_back(d.text());
  return out;
}

using Strings = std::vector<std::string>;

std::string trained(const std::string& kind) {
  return "[node]\ntrain = { kind = \"spikes\", times = [[\"0.5 ms\", \"3 ms\"], [\"1 ms\", \"2 ms\", \"4 ms\"]] }\n"
         "E = { kind = \"" +
         kind +
         "\", size = 3, V_peak = \"-40 mV\", receptors = { input = \"exponential_current\" }, surrogate = { kind = "
         "\"sigmoid\", slope = 0.3 "
         "} }\n[edge]\nW = { from = \"train\", to = \"E.input\", kind = \"dense\", weight = { uniform = [\"2000 pA\", "
         "\"4000 pA\"] }, bias = false }\nR = { from = \"E\", to = \"E.input\", kind = \"dense\", weight = { uniform = "
         "[\"-90 pA\", \"90 pA\"] }, delay = \"0.3 ms\", bias = false }\n";
}

/// Gradients of a loss over the spikes by both weights.
std::vector<double> gradients(const std::string& kind, const std::vector<NodeEntry>& nodes) {
  constexpr std::int64_t steps = 200;
  Plan plan;
  plan.window = steps;
  plan.tape = true;
  Simulation<double> simulation(trained(kind), 0.1, nodes, plan, true);
  Node<double>& E = simulation.node("E");
  const Slice all{0, 1, 0, 1};
  simulation.clock->reset_all();
  simulation.clock->run({0, steps}, 1);
  simulation.clock->clear_gradients({0, steps}, all);
  for (std::int64_t t = 0; t < steps; ++t)
    for (std::size_t u = 0; u < 3; ++u) E.output_gradient.at(t, 0)[u] += 0.01 * static_cast<double>(t) - 0.7;
  simulation.clock->rewind({0, steps}, all);
  for (std::size_t k = 0; k < simulation.clock->gradient_tasks(); ++k)
    simulation.clock->gradient_task(k, {0, steps}, 1);
  std::vector<double> out;
  for (const char* edge : {"W", "R"})
    for (const double g : simulation.network->edge(edge)->parameters()[0]->gradient) out.push_back(g);
  return out;
}

std::string driven(const std::string& kind, const std::string& keys) {
  return "[node]\nE = { kind = \"" + kind + "\", size = 3" + keys +
         " }\nstep = { kind = \"current\", amplitude = \"800 pA\", start = \"5 ms\" }\n[edge]\nI = { from = \"step\", "
         "to = \"E.current\" }\n";
}

}  // namespace

TEST_CASE("a model from equations runs, is integrated by Odeint and is trained as that of the library",
          "[equations][compiles]") {
  Written written(adex_equations);
  int compiled = 0;
  written.options.compiler.begins = [&](const std::string& name) {
    CHECK(name == "my_adex");
    ++compiled;
  };
  const std::vector<NodeEntry> nodes = written.nodes();
  CHECK(compiled == 0);
  const auto run = [&](const std::string& kind, const std::string& keys) {
    return Simulation<double>(driven(kind, keys), 0.1, nodes).run(1500, "E");
  };
  const std::string keys = ", t_ref = \"2 ms\", b = \"40 pA\", tau_w = { uniform = [\"90 ms\", \"120 ms\"] }";
  for (const std::string& more : {std::string(), keys, keys + ", integrator = \"dopri5\""}) {
    INFO(more);
    const Trace library = run("adex", more), own = run("my_adex", more);
    CHECK(own == library);
    CHECK(own.at("spikes").size() > 2);
  }
  const std::vector<double> expected = gradients("adex", nodes);
  CHECK(gradients("my_adex", nodes) == expected);
  // All 6 weights from the spikes and the 9 recurrent ones; rows are padded with zeros.
  CHECK(std::count_if(expected.begin(), expected.end(), [](double g) { return std::fabs(g) > 1e-12; }) == 15);
  CHECK(compiled == 1);
  CHECK(written.diagnostics.empty());
}

TEST_CASE("a model from equations describes itself and has the errors of its nodes found", "[equations]") {
  Written written(adex_equations, false);
  const NodeEntry entry = written.nodes().back();
  CHECK(entry.group == "neurons");
  const std::string text = entry.describe();
  for (const char* part : {"my_adex: ", "dw/dt = (a * (v - E_L) - w) / tau_w", "V_peak", "80.5 pA",
                           "membrane potential", "kind = \"my_adex\""})
    CHECK(text.find(part) != std::string::npos);
  const auto errors_of = [](const std::string& keys) { return errors(adex_equations + driven("my_adex", keys)); };
  CHECK(errors_of("") == Strings{});
  CHECK(errors_of(", V_peek = \"1 mV\"")[0].find("unknown key `V_peek`; did you mean `V_peak`?") != std::string::npos);
  CHECK(errors_of(", V_peak = \"1 pA\"")[0].find("expected a voltage") != std::string::npos);
  CHECK(errors_of(", C_m = \"0 pF\"")[0].find("positive") != std::string::npos);
  CHECK(errors_of(", t_ref = \"-1 ms\"")[0].find("at least 0") != std::string::npos);
  CHECK(errors_of(", integrator = \"exact\"")[0].find("is not linear") != std::string::npos);
  CHECK(errors_of(", preset = \"nest\"")[0].find("has no presets") != std::string::npos);
  CHECK(errors_of(", init = { V = \"1 mV\" }")[0].find("unknown key `V`") != std::string::npos);
}

TEST_CASE("of a model that is wrong its own errors are told and no others", "[equations]") {
  const std::string text =
      "[model.x]\nstate = { v = 1 }\nderivative = { v = \"-v / ms + u / ms\" }\noutput = \"v\"\n"
      "[node]\nA = { kind = \"x\", size = 2, any = 3 }\nB = { kind = \"tanh_rate\", size = 2 }\n"
      "[edge]\nAB = { from = \"A\", to = \"B\", weight = 1, connect = \"all_to_all\" }\n";
  CHECK(errors(text) == Strings{"m.toml:3:16: error: model.x.derivative.v: unknown name `u`; known here: v, I, pi, at "
                                "character 11 of \"-v / ms + u / ms\""});
  const Strings taken = errors("[model.lif]\nstate = { v = 1 }\nderivative = { v = \"-v / ms\" }\noutput = \"v\"\n");
  REQUIRE(taken.size() == 1);
  CHECK(taken[0].find("`lif` is a kind of cajal's own already") != std::string::npos);
}

TEST_CASE("where no compiler is the model says so and all other errors are told too", "[equations]") {
  Written written(adex_equations + driven("my_adex", ""));
  written.options.compiler.program = "/no/such/compiler";
  const auto network = written.network();
  REQUIRE(written.diagnostics.size() == 1);
  CHECK(written.diagnostics[0].at.line == 2);
  CHECK(written.diagnostics[0].address == "model.my_adex");
  CHECK(written.diagnostics[0].message.find("install it") != std::string::npos);
  REQUIRE(network->node("E"));
  CHECK(network->node("E")->ports.size() == 2);
  CHECK(network->node("E")->columns().size() == 3);
}

TEST_CASE("ports of a model bring in what its equations take", "[equations]") {
  const std::string model =
      "[model.fn]\nstate = { v = -1, w = 0 }\ninput = \"1/ms\"\nderivative = { v = \"(v - v^3 / 3 - w) / ms + I\", w = "
      "\"0.08 / ms * (v + 0.7 - 0.8 * w)\" }\noutput = \"v\"\n[node]\nA = { kind = \"fn\", size = 2, receptors = { ex "
      "= "
      "\"exponential_current\", jump = \"delta\", in = ";
  const auto with = [&](const std::string& receptor, const std::string& edges) {
    return errors(model + receptor + " } }\n[edge]\n" + edges);
  };
  CHECK(with("\"current\"",
             "a = { from = \"A\", to = \"A.ex\", connect = \"one_to_one\", weight = \"0.2 1/ms\" }\n"
             "b = { from = \"A\", to = \"A.jump\", connect = \"one_to_one\", weight = 0.1 }\n"
             "c = { from = \"A\", to = \"A.in\", connect = \"one_to_one\", weight = \"1 Hz\" }\n") == Strings{});
  CHECK(with("\"current\"", "a = { from = \"A\", to = \"A.ex\", connect = \"one_to_one\", weight = \"1 pA\" }\n")
            .size() == 1);
  CHECK(with("\"exponential_conductance\"", "")[0].find("needs equations whose first state variable is in mV") !=
        std::string::npos);
}

TEST_CASE("what arrives at equations that take no input is refused", "[equations]") {
  const auto with = [](const std::string& port) {
    return errors(
        "[model.x]\nstate = { v = 1 }\nderivative = { v = \"-v / ms\" }\noutput = \"v\"\n[node]\nA = { kind = "
        "\"x\", size = 2, receptors = { d = \"delta\", c = \"exponential_current\" } }\n[edge]\na = { from = "
        "\"A\", to = \"A." +
        port + "\", connect = \"one_to_one\", weight = " + (port == "d" ? "1" : "\"1 pA\"") + " }\n");
  };
  CHECK(with("d") == Strings{});
  REQUIRE(with("c").size() == 1);
  CHECK(with("c")[0].find("do not use the input `I`: what arrives at \"c\" would have no effect") != std::string::npos);
}

TEST_CASE("a model starts where it says, also beside a resting potential", "[equations]") {
  Written written(
      "[model.x]\nstate = { V_m = \"-65 mV\" }\nparams = { E_L = \"-70 mV\" }\nderivative = { V_m = \"(E_L - "
      "V_m) / ms\" }\nspiked = \"V_m > 0 mV\"\n[node]\nA = { kind = \"x\", size = 1 }\nB = { kind = \"x\", "
      "size = 1, init = { V_m = \"-60 mV\" } }\n",
      false);
  const auto network = written.network();
  const auto first = [&](const char* name) {
    return dynamic_cast<PopulationBase<double>&>(*network->node(name)).options().initial[0][0];
  };
  CHECK(first("A") == -65);
  CHECK(first("B") == -60);
}

TEST_CASE("a learner sees the models of the root behind its own", "[equations]") {
  const std::string decay = "derivative = { v = \"-v / ms\" }\noutput = \"v\"\n";
  Written written("[model.a]\nstate = { v = 1 }\n" + decay + "[model.b]\nstate = { v = 2 }\n" + decay +
                      "[learner.l.model.b]\nmeaning = \"its own\"\nstate = { v = 3 }\n" + decay,
                  false);
  const config::Table table(written.root, "", written.diagnostics);
  const auto learner = table.tables("learner")[0].second;
  const auto nodes = with_models(learner, written.nodes(), written.options);
  CHECK(written.diagnostics.empty());
  CHECK(nodes.size() == node_catalogue().size() + 2);
  CHECK(nodes.back().meaning == "its own");
}

TEST_CASE("a model that nothing uses is an error in its own file", "[equations]") {
  const auto idle = [](const std::string& rest) {
    std::vector<Diagnostic> diagnostics;
    refuse_idle_models(config::parse("[model.x]\nstate = { v = 1 }\n" + rest, "m.toml"), diagnostics);
    return diagnostics.size();
  };
  CHECK(idle("") == 1);
  CHECK(idle("[node]\nA = { kind = \"x\" }\n") == 0);
  CHECK(idle("layers = [ { kind = \"dense\", activation = { kind = \"x\" } } ]\n") == 1);  // a key of the model
  CHECK(idle("[learner.l]\nlayers = [ { kind = \"dense\", activation = { kind = \"x\" } } ]\n") == 0);
}

}  // namespace cajal::test
