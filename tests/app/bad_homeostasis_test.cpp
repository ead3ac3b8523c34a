#include "tests/app/bad_inputs.hpp"
#include "tests/catch.hpp"

namespace cajal::app {

namespace {

const std::string plastic = R"(run = { name = "a", dt = "0.1 ms" }
[node]
E = { kind = "lif", size = 10 }
d = { kind = "poisson", size = 5, rate = "1 kHz" }
[edge]
X = { from = "d", to = "E.input", connect = "all_to_all", weight = "1 mV", delay = "1 ms" }
I = { from = "E", to = "E.input", connect = "all_to_all", weight = "1 mV", delay = "1 ms" }
[learn]
s = { rule = "stdp", on = "edge.X" }
n = { rule = "normalise", on = "edge.X", sum = "1 mV", every = "1 ms" }
)";

const std::string phased = plastic + "[[phase]]\nname = \"a\"\nduration = \"10 ms\"\n";

std::vector<BadInput> inputs() {
  return {
      {"phases with several faults", plastic + R"([[phase]]
name = "a"
duration = "10.05 ms"
learn = ["t"]
[[phase]]
name = "a"
duration = "0 ms"
foo = 1
)",
       R"(a.toml:13:1: error: phase[0].duration: 10.05 ms is no multiple of dt = 0.1 ms
a.toml:14:1: error: phase[0].learn: no process "t" in [learn]; there are: s, n
a.toml:16:1: error: phase[1].name: a second phase "a": results are filed under the name
a.toml:17:1: error: phase[1].duration: must be positive, found "0 ms"
a.toml:18:1: error: phase[1].foo: unknown key `foo`; allowed here: name, duration, learn)"},
      {"phases without name or duration", plastic + R"([[phase]]
duration = "10 ms"
[[phase]]
name = "b/c"
)",
       R"(a.toml:11:1: error: phase[0]: missing key `name`: a text in quotes
a.toml:13:1: error: phase[1]: missing key `duration`: a time (like "20 ms")
a.toml:14:1: error: phase[1].name: a name may not hold a dot, a slash or a control character, found "b/c")"},
      {"a list of no phases", "phase = []\n" + plastic, "a.toml:1:1: error: phase: no phase: nothing would run"},
      {"a phase for processes that are not there",
       "phase = [ { name = \"a\", duration = \"1 ms\", learn = \"s\" } ]\n" +
           plastic.substr(0, plastic.find("[learn]")),
       R"(a.toml:1:44: error: phase[0].learn: no process "s" in [learn])"},
      {"a duration beside phases that last longer",
       phased,
       R"(--set: error: run.duration: 5 ms, but the phases last 10 ms together: leave it out)",
       {"run.duration=5 ms"}},
      {"phases longer than can be counted", phased + R"([[phase]]
name = "b"
duration = "1e300 s"
)",
       R"(a.toml:16:1: error: phase[1].duration: 1e+303 ms are 1e+304 steps of 0.1 ms; at most 1e+15 are supported)"},
      {"a process between two steps",
       phased,
       R"(--set: error: learn.n.every: 0.15 ms is no multiple of dt = 0.1 ms)",
       {"learn.n.every=0.15 ms"}},
      {"a process at a time that is none",
       phased,
       R"(--set: error: learn.n.every: expected "trial" or a time, like "1 s", found "trail")",
       {"learn.n.every=trail"}},
      {"records of weights that cannot be", phased + R"([record]
a = { of = "edge.I", what = "weight", as = "histogram", every = "1 ms" }
b = { of = "edge.X", what = "weight", as = "changes" }
c = { of = "edge.X", what = "weight", as = "histogramm", every = "1 ms" }
d = { of = "edge.X", what = "weight", as = "histogram", every = "1 ms", synapses = 3, bins = 0, range = ["2 mV", "1 mV"] }
e = { of = "edge.X", what = "weight", synapses = 0, every = "1.05 ms", threshold = "1 mV" }
f = { of = "edge.X", what = "weight", as = "changes", every = "1 ms", threshold = "-1 mV" }
)",
       R"(a.toml:15:57: error: record.a.every: nothing changes these weights: they are written once
a.toml:16:1: error: record.b: missing key `every`: how often the weights are looked at, like "1 s"
a.toml:17:39: error: record.c.as: unknown name "histogramm"; did you mean `histogram`? allowed here: all, traces, histogram, changes
a.toml:18:73: error: record.d.synapses: is for weights as = "traces"
a.toml:18:87: error: record.d.bins: expected a whole number between 1 and 10000, found 0
a.toml:18:97: error: record.d.range: expected two weights, the smaller one first, found ["2 mV", "1 mV"]
a.toml:19:39: error: record.e.synapses: expected a whole number between 1 and 100000, found 0
a.toml:19:53: error: record.e.every: 1.05 ms is no multiple of dt = 0.1 ms
a.toml:19:72: error: record.e.threshold: is for weights as = "changes"
a.toml:20:71: error: record.f.threshold: must be at least 0 mV, found "-1 mV")"},
      {"a histogram of weights that nothing bounds",
       changed(phased, {{"s = { rule = \"stdp\", on = \"edge.X\" }\n", ""}}) + R"([record]
h = { of = "edge.X", what = "weight", as = "histogram", every = "1 ms" }
)",
       R"(a.toml:14:1: error: record.h: missing key `range`: no rule of [learn] bounds the weights of edge.X)"},
      {"a process at times where trials are shown",
       spiking + "n = { rule = \"normalise\", on = \"edge.XE\", sum = \"1 nS\", every = \"10 ms\" }\n",
       R"(a.toml:11:57: error: learn.n.every: a time is for simulations; what learns from data acts at every "trial")"},
  };
}

}  // namespace

TEST_CASE("phases, processes at times and records of weights that cannot be are refused where they are wrong",
          "[homeostasis]") {
  for (const BadInput& input : inputs()) check_refused(input);
}

}  // namespace cajal::app
