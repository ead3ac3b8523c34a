#include "tests/app/bad_inputs.hpp"
#include "tests/catch.hpp"

namespace cajal::app {

namespace {

std::vector<BadInput> inputs() {
  return {
      {"a wrong unit", changed(simulation, {{"size = 10", R"(size = 10, tau_m = "20 mV")"}}),
       R"(a.toml:3:32: error: node.E.tau_m: expected a time (like "20 ms"), found "20 mV", which is a voltage)"},
      {"a bare number where a unit is needed", changed(simulation, {{"size = 10", "size = 10, tau_m = 20"}}),
       R"(a.toml:3:32: error: node.E.tau_m: expected a time, found 20; write "20 ms")"},
      {"an unknown unit", changed(simulation, {{"size = 10", R"(size = 10, tau_m = "20 foo")"}}),
       R"(a.toml:3:32: error: node.E.tau_m: expected a time (like "20 ms"), found "20 foo": there is no unit `foo`; a time is written in us, ms, s, min)"},
      {"a value out of its range", changed(simulation, {{"size = 10", R"(size = 10, C_m = "-1 pF")"}}),
       R"(a.toml:3:32: error: node.E.C_m: must be positive, found "-1 pF")"},
      {"an unknown key", changed(simulation, {{"size = 10", R"(size = 10, taum = "20 ms")"}}),
       R"(a.toml:3:32: error: node.E.taum: unknown key `taum`; did you mean `tau_m`? allowed here: kind, size, preset, tau_m, C_m, E_L, V_th, V_reset, t_ref, I_e, init, receptors, integrator, noise, synapse, reset, reset_at, reset_gradient, refractory, surrogate, positions)"},
      {"an unknown key of an edge",
       changed(simulation, {{R"(weight = "1 mV")", R"(weight = "1 mV", wieght = "1 mV")"}}),
       R"(a.toml:6:73: error: edge.X.wieght: unknown key `wieght`; did you mean `weight`? allowed here: from, to, kind, delay, connect, weight)"},
      {"a key that another kind reads", changed(simulation, {{"size = 10", "size = 10, gain = 2"}}),
       R"(a.toml:3:32: error: node.E.gain: unknown key `gain`; allowed here: kind, size, preset, tau_m, C_m, E_L, V_th, V_reset, t_ref, I_e, init, receptors, integrator, noise, synapse, reset, reset_at, reset_gradient, refractory, surrogate, positions)"},
      {"a key that another integrator reads",
       changed(simulation, {{"size = 10", "size = 10, absolute_tolerance = 1e-3"}}),
       R"(a.toml:3:32: error: node.E.absolute_tolerance: only the adaptive integrators have it, dopri5 and rosenbrock4; this one is exact)"},
      {"a key that another preset reads", changed(simulation, {{"size = 10", "size = 10, beta = 0.9"}}),
       R"(a.toml:3:32: error: node.E.beta: unknown key `beta`; allowed here: kind, size, preset, tau_m, C_m, E_L, V_th, V_reset, t_ref, I_e, init, receptors, integrator, noise, synapse, reset, reset_at, reset_gradient, refractory, surrogate, positions)"},
      {"an unknown kind", changed(simulation, {{R"("lif")", R"("lfi")"}}),
       R"(a.toml:3:7: error: node.E.kind: unknown kind "lfi"; did you mean `lif`? allowed here: lif, adex, izhikevich, ...)"},
      {"no kind", changed(simulation, {{R"(kind = "lif", )", ""}}),
       R"(a.toml:3:1: error: node.E: missing key `kind`: a text in quotes)"},
      {"an unknown preset", changed(simulation, {{"size = 10", R"(size = 10, preset = "nset")"}}),
       R"(a.toml:3:32: error: node.E.preset: unknown preset "nset"; did you mean `nest`? presets of lif: nest, snntorch, diehl_cook_e, diehl_cook_i)"},
      {"a preset of another model", changed(simulation, {{"size = 10", R"(size = 10, preset = "regular_spiking")"}}),
       R"(a.toml:3:32: error: node.E.preset: unknown preset "regular_spiking"; presets of lif: nest, snntorch, diehl_cook_e, diehl_cook_i)"},
      {"a preset without units, misspelt",
       changed(simulation, {{"size = 10", R"(size = 10, preset = "snntorh", V_th = 1, beta = 0.9)"}}),
       R"(a.toml:3:32: error: node.E.preset: unknown preset "snntorh"; did you mean `snntorch`? presets of lif: nest, snntorch, diehl_cook_e, diehl_cook_i)"},
      {"an unknown receptor", changed(simulation, {{"size = 10", R"(size = 10, receptors = { input = "dleta" })"}}),
       R"(a.toml:3:46: error: node.E.receptors.input: unknown receptor "dleta"; did you mean `delta`? allowed here: delta, current, exponential_current, exponential_conductance, alpha_current, alpha_conductance, double_exponential_current, double_exponential_conductance, nmda, gap_junction, diffusive)"},
      {"an unknown key of a receptor",
       changed(
           simulation,
           {{"size = 10", R"(size = 10, receptors = { input = { kind = "exponential_current", tau_sin = "2 ms" } })"},
            {R"("1 mV")", R"("1 pA")"}}),
       R"(a.toml:3:86: error: node.E.receptors.input.tau_sin: unknown key `tau_sin`; did you mean `tau_syn`? allowed here: kind, tau_syn)"},
      {"an unknown port", changed(simulation, {{"E.input", "E.inptu"}}),
       R"(a.toml:6:19: error: edge.X.to: "E" has no port "inptu"; did you mean `input`? there are: input, current)"},
      {"a port that must be named",
       changed(simulation,
               {{"size = 10", R"(size = 10, receptors = { ex = "delta", in = "delta" })"}, {"E.input", "E"}}),
       R"(a.toml:6:19: error: edge.X.to: "E" has several ports; write "E.ex" (ports: ex, in, current))"},
      {"an unknown target", changed(simulation, {{"E.input", "F.input"}}),
       R"(a.toml:6:19: error: edge.X.to: no node "F"; there are: E, d)"},
      {"an unknown source", changed(simulation, {{R"("d", to)", R"("drive", to)"}}),
       R"(a.toml:6:7: error: edge.X.from: no node "drive"; there are: E, d)"},
      {"an edge without a target", simulation + R"(rec = { from = "E", connect = "all_to_all", weight = "1 mV" }
)",
       R"(a.toml:7:1: error: edge.rec: missing key `to`: the target, like "E.ex")"},
      {"an edge with the same target twice",
       simulation + R"(rec = { from = "E", to = ["E.input", "E"], connect = "all_to_all", weight = "1 mV" }
)",
       R"(a.toml:7:21: error: edge.rec.to: "E" twice; write an edge for each of its ports)"},
      {"an edge that ends at an input",
       simulation + R"(rec = { from = "E", to = "d", connect = "all_to_all", weight = "1 mV" }
)",
       R"(a.toml:7:21: error: edge.rec.to: "d" is an input: no edge ends there)"},
      {"a negative size", changed(simulation, {{"size = 10", "size = -1"}}),
       R"(a.toml:3:21: error: node.E.size: expected a whole number between 1 and 100000000, found -1)"},
      {"a size of zero", changed(simulation, {{"size = 10", "size = 0"}}),
       R"(a.toml:3:21: error: node.E.size: expected a whole number between 1 and 100000000, found 0)"},
      {"no size", changed(simulation, {{", size = 10", ""}}),
       R"(a.toml:3:1: error: node.E: missing key `size`: the number of units)"},
      {"a size that is no number", changed(simulation, {{"size = 10", R"(size = "10")"}}),
       R"(a.toml:3:21: error: node.E.size: expected a whole number between 1 and 100000000, found "10")"},
      {"a size that is not whole", changed(simulation, {{"size = 10", "size = 10.5"}}),
       R"(a.toml:3:21: error: node.E.size: expected a whole number between 1 and 100000000, found 10.5)"},
      {"a size beyond all", changed(simulation, {{"size = 10", "size = 1e9"}}),
       R"(a.toml:3:21: error: node.E.size: expected a whole number between 1 and 100000000, found 1e+09)"},
      {"a size beyond the memory", changed(simulation, {{"size = 10", "size = 1e8"}}),
       R"(a.toml:3:21: error: node.E.size: 100000000 units take about # B; # B of memory are there)"},
      {"a dense cycle without delay",
       simulation + R"(rec = { from = "E", to = "E.input", kind = "dense", weight = "1 mV" }
)",
       R"(a.toml:7:1: error: edge.rec: a cycle without delay: E -> E; one of its edges needs a delay of at least one step (0.1 ms))"},
      {"a sparse cycle without delay",
       simulation + R"(rec = { from = "E", to = "E.input", connect = "all_to_all", weight = "1 mV", delay = "0 ms" }
)",
       R"(a.toml:7:78: error: edge.rec.delay: an edge without delay in a cycle: E -> E; it needs a delay of at least one step (0.1 ms))"},
      {"a cycle of two without delay",
       simulation + R"(a = { from = "E", to = "F.input", kind = "dense", weight = "1 mV" }
b = { from = "F", to = "E.input", kind = "one_to_one", weight = "1 mV" }
[node.F]
kind = "lif"
size = 10
)",
       R"(a.toml:7:1: error: edge.a: a cycle without delay: E -> F -> E; one of its edges needs a delay of at least one step (0.1 ms))"},
      {"an unknown rule of connectivity",
       simulation + R"(rec = { from = "E", to = "E.input", connect = "all_to_al", weight = "1 mV" }
)",
       R"(a.toml:7:37: error: edge.rec.connect: unknown connectivity rule "all_to_al"; did you mean `all_to_all`? allowed here: all_to_all, one_to_one, fixed_probability, fixed_in_degree, fixed_out_degree, fixed_total_number, distance_dependent, table, edge_list)"},
      {"a probability above 1",
       simulation +
           R"(rec = { from = "E", to = "E.input", connect = { rule = "fixed_probability", p = 1.5 }, weight = "1 mV" }
)",
       R"(a.toml:7:77: error: edge.rec.connect.p: must be between 0 and 1, found 1.5)"},
      {"an in-degree above the size of the source",
       simulation +
           R"(rec = { from = "E", to = "E.input", connect = { rule = "fixed_in_degree", k = 100, multapses = false }, weight = "1 mV" }
)",
       R"(a.toml:7:75: error: edge.rec.connect.k: 100 sources for each target unit, each at most once (`multapses = false`): at most 10)"},
      {"a negative delay",
       simulation + R"(rec = { from = "E", to = "E.input", connect = "all_to_all", weight = "1 mV", delay = "-1 ms" }
)",
       R"(a.toml:7:78: error: edge.rec.delay: must be at least 0 ms, found "-1 ms")"},
      {"a delay beyond all",
       simulation + R"(rec = { from = "E", to = "E.input", kind = "dense", delay = "1e15 s", weight = "1 mV" }
)",
       R"(a.toml:7:53: error: edge.rec.delay: a delay of 1e+18 ms, with steps of 0.1 ms; 0 to 1000000 steps are allowed)"},
      {"a delay between two steps",
       simulation + R"(rec = { from = "E", to = "E.input", connect = "all_to_all", weight = "1 mV", delay = "0.25 ms" }
)",
       R"(a.toml:7:78: error: edge.rec.delay: 0.25 ms is no multiple of dt = 0.1 ms)"},
      {"no weight", simulation + R"(rec = { from = "E", to = "E.input", connect = "all_to_all" }
)",
       R"(a.toml:7:1: error: edge.rec: missing key `weight`: in mV)"},
      {"a weight in another unit",
       simulation + R"(rec = { from = "E", to = "E.input", connect = "all_to_all", weight = "1 pA" }
)",
       R"(a.toml:7:61: error: edge.rec.weight: expected a voltage (like "20 mV"), found "1 pA", which is a current)"},
      {"synapses beyond all",
       changed(simulation, {{"size = 10", "size = 1e6"}}) +
           R"(rec = { from = "E", to = "E.input", connect = "all_to_all", weight = "1 mV" }
)",
       R"(a.toml:7:37: error: edge.rec.connect: about 1e+12 synapses; an edge may have 4e+10)"},
      {"weights beyond all",
       changed(simulation, {{"size = 10", "size = 1e6"}}) +
           R"(rec = { from = "E", to = "E.input", kind = "dense", delay = "1 ms", weight = "1 mV" }
)",
       R"(a.toml:7:1: error: edge.rec: 1000000 sources and 1000000 targets make more than 4294967295 weights; give the edge a `connect` rule, so that it is sparse)"},
      {"one to one between two sizes",
       simulation + R"(a = { from = "E", to = "F.input", kind = "one_to_one", weight = "1 mV" }
[node.F]
kind = "lif"
size = 7
)",
       R"(a.toml:7:19: error: edge.a.to: "F" has 7 units and "E" 10; one to one joins nodes of the same size)"},
      {"the exact step of a nonlinear model",
       changed(simulation, {{R"("lif")", R"("adex")"}, {"size = 10", R"(size = 10, integrator = "exact")"}}),
       R"(a.toml:3:33: error: node.E.integrator: `adex` is not linear: it has no exact step; allowed: auto, euler, heun, rk4, exponential_euler, dopri5, rosenbrock4)"},
      {"spike times of a fixed step", changed(simulation, {{"size = 10", R"(size = 10, spike_times = "precise")"}}),
       R"(a.toml:3:32: error: node.E.spike_times: only the adaptive integrators have it, dopri5 and rosenbrock4; this one is exact)"},
      {"precise spikes and a reset in the next step",
       changed(simulation,
               {{"size = 10", R"(size = 10, integrator = "dopri5", spike_times = "precise", reset_at = "next_step")"}}),
       R"(a.toml:3:55: error: node.E.spike_times: a reset in the next step is one of the grid; allowed with it: "grid")"},
      {"an unknown integrator", changed(simulation, {{"size = 10", R"(size = 10, integrator = "exct")"}}),
       R"(a.toml:3:32: error: node.E.integrator: unknown name "exct"; did you mean `exact`? allowed here: auto, exact, euler, heun, rk4, exponential_euler, dopri5, rosenbrock4)"},
      {"an unknown surrogate", changed(simulation, {{"size = 10", R"(size = 10, surrogate = "arctn")"}}),
       R"(a.toml:3:32: error: node.E.surrogate: unknown surrogate "arctn"; did you mean `arctan`? allowed here: fast_sigmoid, arctan, sigmoid, triangle, boxcar)"},
      {"an initial value of an unknown variable",
       changed(simulation, {{"size = 10", R"(size = 10, init = { V = "3 mV" })"}}),
       R"(a.toml:3:41: error: node.E.init.V: unknown key `V`; did you mean `V_m`? allowed here: V_m)"},
      {"a list of another length", changed(simulation, {{"size = 10", R"(size = 10, V_th = ["1 mV"])"}}),
       R"(a.toml:3:32: error: node.E.V_th: a list of 1 for 10 units; one value for each is needed)"},
      {"like nothing", changed(simulation, {{"size = 10", R"(size = 10, like = "G")"}}),
       R"(a.toml:3:32: error: node.E.like: no node "G"; there are: d)"},
      {"like itself", changed(simulation, {{"size = 10", R"(size = 10, like = "E")"}}),
       R"(a.toml:3:32: error: node.E.like: refers to itself)"},
      {"a name with a dot", simulation + R"([node."a.b"]
kind = "lif"
size = 3
)",
       R"(a.toml:7:7: error: node."a.b": a name may not hold a dot, a slash or a control character, found "a.b")"},
  };
}

}  // namespace

TEST_CASE("a network that cannot be is refused where it is wrong") {
  for (const BadInput& input : inputs()) check_refused(input);
}

}  // namespace cajal::app
