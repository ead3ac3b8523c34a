#include "learning/plasticity/catalogue.hpp"
#include "sim/config/text.hpp"
#include "tests/app/bad_inputs.hpp"
#include "tests/catch.hpp"

namespace cajal::app {

namespace {

std::vector<BadInput> inputs() {
  return {
      {"a duration between two steps", changed(simulation, {{R"("10 ms")", R"("10.05 ms")"}}),
       R"(a.toml:1:21: error: run.duration: 10.05 ms is no multiple of dt = 0.1 ms)"},
      {"no duration", changed(simulation, {{R"(, duration = "10 ms")", ""}}),
       R"(a.toml:1:1: error: run: missing key `duration`: how long to simulate, like "1 s")"},
      {"a duration without its unit", changed(simulation, {{R"("10 ms")", "10"}}),
       R"(a.toml:1:21: error: run.duration: expected a time, found 10; write "10 ms")"},
      {"more steps than can be counted", changed(simulation, {{R"("10 ms")", R"("1e300 s")"}}),
       R"(a.toml:1:21: error: run.duration: 1e+303 ms are 1e+304 steps of 0.1 ms; at most 1e+15 are supported)"},
      {"threads in the config", changed(simulation, {{R"("10 ms")", R"("10 ms", threads = 2)"}}),
       R"(a.toml:1:41: error: run.threads: unknown key `threads`; allowed here: name, seed, dt, duration, precision, watchdog)"},
      {"a watchdog without a limit", changed(simulation, {{R"("10 ms")", R"("10 ms", watchdog = { limit = 0 })"}}),
       R"(a.toml:1:54: error: run.watchdog.limit: must be positive, found 0)"},
      {"a watchdog that bites", changed(simulation, {{R"("10 ms")", R"("10 ms", watchdog = { silent = "bite" })"}}),
       R"(a.toml:1:54: error: run.watchdog.silent: unknown name "bite"; allowed here: warn, fail, off)"},
      {"a step of zero", changed(simulation, {{R"("10 ms")", R"("10 ms", dt = "0 ms")"}}),
       R"(a.toml:1:41: error: run.dt: must be positive, found "0 ms")"},
      {"nothing to run",
       changed(simulation, {{R"([node]
E = { kind = "lif", size = 10 }
d = { kind = "poisson", rate = "1 kHz" }
[edge]
X = { from = "d", to = "E.input", connect = "private", weight = "1 mV" }
)",
                             ""}}),
       R"(a.toml:1:1: error: there is nothing to run: no [node] and no `data`)"},
      {"let", simulation + R"([let]
J = 1
)",
       R"(a.toml:8:1: error: let.J: nothing uses `J`)"},
      {"a table of numbers", simulation + R"([table]
W = 1
)",
       R"(a.toml:8:1: error: table.W: expected a table with `file` or `values`, found 1)"},
      {"an expression", changed(simulation, {{"size = 10", R"(size = 10, tau_m = "= 3 * J")"}}),
       R"(a.toml:3:32: error: node.E.tau_m: unknown name `J`; did you mean `j`? known here: i, j, n, x, y, z, distance, pi, at character 7 of "= 3 * J")"},
      {"what is not TOML", simulation + R"([x
)",
       R"(a.toml:7:3: error: not TOML: while parsing table header: expected ']', saw '\n')"},
      {"a key twice", changed(simulation, {{"size = 10", "size = 10, size = 3"}}),
       R"(a.toml:3:39: error: not TOML: while parsing key-value pair: cannot redefine existing integer 'size')"},
      {"an unknown table", simulation + R"([recrod]
)",
       R"(a.toml:7:2: error: recrod: unknown key `recrod` at the root of a config; did you mean `record`? allowed here: extends, let, table, run, data, ...)"},
      {"a text for a table", changed(simulation, {{"[node]", R"(record = "E"
[node])"}}),
       R"(a.toml:2:1: error: record: expected a table, found "E")"},
      {"a measure that starts after the end", simulation + R"([measure]
rates = { start = "1 s" }
)",
       R"(a.toml:8:11: error: measure.rates.start: starts at 1000 ms, when the run of 10 ms has ended)"},
      {"bins longer than the time that is measured", simulation + R"([measure]
correlation = { start = "2 ms", bin = "5 ms" }
)",
       R"(a.toml:8:33: error: measure.correlation.bin: a bin of 5 ms, where 8 ms are measured; at least two bins are needed)"},
      {"a correlation of one unit", simulation + R"([measure]
correlation = { units = 1 }
)",
       R"(a.toml:8:17: error: measure.correlation.units: expected a whole number of at least 2, found 1)"},
      {"a key of another measure", simulation + R"([measure]
isi = { bin = "5 ms" }
)",
       R"(a.toml:8:9: error: measure.isi.bin: unknown key `bin`; did you mean `kind`? allowed here: kind, start)"},
      {"a record of an unknown node", simulation + R"([record]
r = { of = "F" }
)",
       R"(a.toml:8:7: error: record.r.of: no node "F"; there are: E, d)"},
      {"a record of an unknown variable", simulation + R"([record]
r = { of = "E", what = "V_n" }
)",
       R"(a.toml:8:17: error: record.r.what: "E" has no variable "V_n"; did you mean `V_m`? there are: spikes, rate, output, V_m, refractory)"},
      {"a record of units that are not there", simulation + R"([record]
r = { of = "E", what = "V_m", ids = "0:100" }
)",
       R"(a.toml:8:31: error: record.r.ids: there is no unit 10: the population has 10, numbered from 0)"},
      {"a record of one unit twice", simulation + R"([record]
r = { of = "E", what = "V_m", ids = [1, 1] }
)",
       R"(a.toml:8:31: error: record.r.ids: names unit 1 twice)"},
      {"a record between two steps", simulation + R"([record]
r = { of = "E", what = "V_m", every = "0.15 ms" }
)",
       R"(a.toml:8:31: error: record.r.every: 0.15 ms is no multiple of dt = 0.1 ms)"},
      {"a record of spikes at intervals", simulation + R"([record]
r = { of = "E", every = "1 ms" }
)",
       R"(a.toml:8:17: error: record.r.every: spikes are recorded of all units, at all times: this belongs to a variable, named by `what`)"},
      {"a record of the same spikes twice", simulation + R"([record]
r = { of = "E" }
s = { of = "E" }
)",
       R"(a.toml:9:7: error: record.s.of: spikes of "E" are recorded twice)"},
      {"a record of nothing", simulation + R"([record]
r = { what = "V_m" }
)",
       R"(a.toml:8:1: error: record.r: missing key `of`: the population to record)"},
      {"an unknown measure", simulation + R"([measure]
rate = {}
)",
       R"(a.toml:8:1: error: measure.rate: unknown measure "rate"; did you mean `rates`? allowed here: rates, isi, correlation, fano, synchrony, weights, connection_sparsity, functional_connectivity)"},
      {"a measure of learners", simulation + R"([measure]
accuracy = {}
)",
       R"(a.toml:8:1: error: measure.accuracy: "accuracy" is no measure of a simulation; allowed here: rates, isi, correlation, fano, synchrony, weights, connection_sparsity, functional_connectivity)"},
      {"an unknown key of a measure", simulation + R"([measure]
rates = { foo = 1 }
)",
       R"(a.toml:8:11: error: measure.rates.foo: unknown key `foo`; allowed here: kind, start)"},
      {"a gradient without data", simulation + R"([learn]
bp = { rule = "backprop", loss = "mse", epochs = 1 }
)",
       R"(a.toml:8:8: error: learn.bp.rule: a gradient needs data: there is no `data` in this config)"},
      {"an unknown rule", simulation + R"([learn]
a = { rule = "stpd" }
)",
       R"(a.toml:8:7: error: learn.a.rule: unknown name "stpd"; did you mean `stdp`? allowed here: )" +
           config::listed(process_names())},
      {"a rule on an unknown edge",
       simulation + R"(rec = { from = "E", to = "E.input", connect = "all_to_all", weight = "1 mV" }
[learn]
a = { rule = "stdp", on = "edge.rce" }
)",
       R"(a.toml:9:22: error: learn.a.on: there is no "edge.rce"; did you mean `edge.rec`? allowed here: edge.rec)"},
      {"a rule on an edge that it cannot change", simulation + R"([learn]
a = { rule = "stdp", on = "edge.X" }
)",
       R"(a.toml:8:22: error: learn.a.on: stdp cannot change "edge.X", which is one_to_one: it works on sparse edges)"},
      {"two rules on one edge",
       simulation + R"(rec = { from = "E", to = "E.input", connect = "all_to_all", weight = "1 mV" }
[learn]
a = { rule = "stdp", on = "edge.rec" }
b = { rule = "stdp", on = "edge.rec" }
)",
       R"(a.toml:10:22: error: learn.b.on: stdp and learn.a (stdp) both change edge.rec)"},
      {"a rule on an edge that is wrong itself",
       simulation + R"(rec = { from = "E", to = "E.inptu", connect = "all_to_all", weight = "1 mV" }
[learn]
a = { rule = "stdp", on = "edge.rec" }
)",
       R"(a.toml:7:21: error: edge.rec.to: "E" has no port "inptu"; did you mean `input`? there are: input, current)"},
      {"a trial without data", simulation + R"([trial]
show = "3 ms"
)",
       R"(a.toml:7:2: error: trial: belongs to learning from data: there is no `data` in this config)"},
      {"a comparison without data", simulation + R"([compare]
seeds = [1]
)",
       R"(a.toml:7:2: error: compare: belongs to learning from data: there is no `data` in this config)"},
      {"--set of an unknown node",
       simulation,
       R"(--set: error: node.F.tau_m: there is no `node.F`; there is: E, d)",
       {"node.F.tau_m=3 ms"}},
      {"--set of an unknown key",
       simulation,
       R"(--set: error: node.E.tau: unknown key `tau`; did you mean `tau_m`? allowed here: kind, size, preset, tau_m, C_m, E_L, V_th, V_reset, t_ref, I_e, init, receptors, integrator, noise, synapse, reset, reset_at, reset_gradient, refractory, surrogate, positions)",
       {"node.E.tau=3 ms"}},
      {"--set without a value",
       simulation,
       R"(--set: error: expected address=value, found "node.E.tau_m")",
       {"node.E.tau_m"}},
      {"--set without a unit",
       simulation,
       R"(--set: error: node.E.tau_m: expected a time, found 3; write "3 ms")",
       {"node.E.tau_m=3"}},
      {"several errors at once, sorted",
       changed(simulation,
               {{"size = 10", "tau_m = 20, fo = 1, size = 10"}, {R"(weight = "1 mV")", R"(weight = "1 pA", w = 1)"}}) +
           R"([record]
r = { of = "F" }
[measure]
x = {}
)",
       R"(a.toml:3:21: error: node.E.tau_m: expected a time, found 20; write "20 ms"
a.toml:3:33: error: node.E.fo: unknown key `fo`; allowed here: kind, size, preset, tau_m, C_m, E_L, V_th, V_reset, t_ref, I_e, init, receptors, integrator, noise, synapse, reset, reset_at, reset_gradient, refractory, surrogate, positions
a.toml:6:56: error: edge.X.weight: expected a voltage (like "20 mV"), found "1 pA", which is a current
a.toml:8:7: error: record.r.of: no node "F"; there are: E, d
a.toml:10:1: error: measure.x: unknown measure "x"; allowed here: rates, isi, correlation, fano, synchrony, weights, connection_sparsity, functional_connectivity)"},
  };
}

}  // namespace

TEST_CASE("a simulation that cannot run is refused where it is wrong") {
  for (const BadInput& input : inputs()) check_refused(input);
}

}  // namespace cajal::app
