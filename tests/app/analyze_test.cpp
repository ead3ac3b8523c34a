#include "app/analyze.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "app/measures.hpp"
#include "tests/app/run_of.hpp"

namespace cajal::app {

namespace {

const std::string two_learners = R"(run = { name = "run", seed = 3 }
data = { source = "digits", samples = 120, split = { train = 0.6, validation = 0, test = 0.4 } }
compare = { seeds = [1, 2] }
[learner.mlp]
layers = [ { name = "hid", kind = "dense", units = 12, activation = "relu" }, { name = "out", kind = "dense", units = 10 } ]
learn.bp = { rule = "backprop", loss = "cross_entropy", optimizer = "adam", batch = 12, epochs = 1 }
[learner.snn]
extends = "learner.mlp"
run.dt = "1 ms"
trial.show = "8 ms"
layers = [ { name = "hid", kind = "dense", units = 9, activation = { kind = "lif", preset = "snntorch" } }, { name = "out", kind = "dense", units = 10 } ]
[measure]
cka = {}
rsa = { samples = 20 }
fano = {}
weights = {}
selectivity = {}
connection_sparsity = {}
)";

const std::string plastic = R"(run = { name = "run", seed = 3, duration = "400 ms" }
[node]
X = { kind = "poisson", size = 20, rate = "40 Hz" }
E = { kind = "lif", size = 10, preset = "diehl_cook_e" }
[edge]
XE = { from = "X", to = "E.ex", connect = { rule = "fixed_probability", p = 0.5 }, weight = { uniform = ["1 nS", "3 nS"] } }
[learn]
stdp = { rule = "stdp", on = "edge.XE" }
[record]
s = { of = ["X", "E"] }
[measure]
rates = { start = "100 ms" }
isi = {}
correlation = {}
fano = {}
synchrony = {}
weights = { bins = 7 }
connection_sparsity = {}
)";

const std::string simulation = R"(run = { name = "run", duration = "10 ms" }
[node]
E = { kind = "lif", size = 10 }
d = { kind = "poisson", rate = "1 kHz" }
[edge]
X = { from = "d", to = "E.input", connect = "private", weight = "1 mV" }
)";

int analysed(AnalysisRequest request) {
  Terminal quiet(true);
  return analyze(request, quiet);
}

std::string refused(AnalysisRequest request) {
  try {
    analysed(std::move(request));
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// Rows of the run that stand in the analysis, bit by bit; the others are not in `measures`.
std::size_t check_same_rows(const record::ResultReader& run, const record::ResultReader& analysis) {
  const auto before = read_measured(run);
  std::size_t found = 0;
  for (const Measured& m : read_measured(analysis)) {
    CAPTURE(m.learner, m.measure, m.part, m.seed);
    const auto same_row = std::find_if(before.begin(), before.end(), [&](const Measured& o) {
      return o.learner == m.learner && o.measure == m.measure && o.part == m.part && o.seed == m.seed;
    });
    REQUIRE(same_row != before.end());
    CHECK(same(same_row->value, m.value));
    CHECK(same(same_row->n, m.n));
    ++found;
  }
  return found;
}

void check_same_arrays(const record::ResultReader& run, const record::ResultReader& analysis) {
  std::size_t compared = 0;
  for (const std::string& path : analysis.datasets("/")) {
    if (path.starts_with("/measures") || path == "/log" || path == "/analysed") continue;
    CAPTURE(path);
    REQUIRE(run.has(path));
    const auto kind = analysis.describe(path);
    CHECK(kind.dims == run.describe(path).dims);
    CHECK(kind.units == run.describe(path).units);
    if (kind.element != hdf5::Element::other && !path.ends_with("/node")) {
      const auto a = analysis.read<double>(path).values, b = run.read<double>(path).values;
      CHECK(std::equal(a.begin(), a.end(), b.begin(), b.end(), same));
    }
    ++compared;
  }
  CHECK(compared >= 2);
}

}  // namespace

TEST_CASE("an analysis of learners finds what their run found") {
  const RunOf run(two_learners);
  const record::TemporaryDirectory folder;
  const std::string out = folder.file("a.h5");
  CHECK(analysed({{run.result().path()},
                  {"cka", "rsa", "fano", "weights", "selectivity", "connection_sparsity"},
                  {"measure.rsa.samples=20"},
                  out,
                  false}) == 0);
  const record::ResultReader analysis(out);
  // cka: 2 numbers of 2 seeds and 2 nodes over seeds; rsa half of it; fano 2; selectivity 4; sparsity 4 runs of 3.
  CHECK(check_same_rows(run.result(), analysis) > 8 + 4 + 2 + 4 + 12);
  check_same_arrays(run.result(), analysis);
  CHECK(analysis.has("/runs/snn/2/rsa/hid/dissimilarity"));
}

TEST_CASE("an analysis of a simulation finds what its run found, weights too") {
  const RunOf run(plastic);
  const record::TemporaryDirectory folder;
  const std::string out = folder.file("a.h5");
  CHECK(
      analysed({{run.result().path()}, {}, {"measure.rates.start=\"100 ms\"", "measure.weights.bins=7"}, out, false}) ==
      0);
  const record::ResultReader analysis(out);
  CHECK(check_same_rows(run.result(), analysis) > 12);
  check_same_arrays(run.result(), analysis);
  for (const Measured& m : read_measured(analysis))
    if (m.measure == "connection_sparsity" && m.part == "XE") {
      CHECK(m.n == 200);
      CHECK(m.value == Approx(0.5).margin(4 * 0.5 / std::sqrt(200.0)));
    }
}

TEST_CASE("an analysis as CSV has the columns of /measures, and those of a sweep its points") {
  const RunOf run(simulation + "[record]\ns = { of = \"E\" }\n[sweep]\n\"run.seed\" = [1, 2]\n");
  const record::TemporaryDirectory folder;
  const std::string out = folder.file("a.csv"), path = run.result().path();
  CHECK(analysed({{path}, {"rates"}, {}, out, false}) == 0);
  const std::string text = record::bytes_of(out);
  CHECK(text.starts_with("point,learner,measure,part,seed,value,low,high,n,level\n0,E,rate,,1,"));
  CHECK(text.find("\n1,E,rate,,2,") != std::string::npos);
  CHECK(text.ends_with(",,,10,\n"));
  CHECK(analysed({{path, path}, {"rates"}, {}, out, true}) == 0);
  CHECK(record::bytes_of(out).starts_with("result,point,learner,"));
  CHECK(record::bytes_of(out).find("\n" + path + ",0,E,rate,,1,") != std::string::npos);
}

TEST_CASE("what cannot be analysed is told") {
  const RunOf run(simulation + "[record]\ns = { of = \"E\" }\n");
  const std::string path = run.result().path();
  const record::TemporaryDirectory folder;
  const auto said = [&](const std::vector<std::string>& measures, const std::vector<std::string>& overrides = {}) {
    return refused({{path}, measures, overrides, "", false});
  };
  const std::string of_simulations = "rates, isi, correlation, fano, synchrony, weights, connection_sparsity";
  CHECK(said({"fanno"}).starts_with("unknown measure \"fanno\"; did you mean `fano`? there are: rates, isi,"));
  CHECK(said({"accuracy"}).starts_with("\"accuracy\" is measured while a run goes on and stands in /measures"));
  CHECK(said({"cka"}) == path + ": \"cka\" is no measure of a simulation; there are: " + of_simulations);
  CHECK(said({"weights"}) == "nothing was found");
  CHECK(said({"rates"}, {"rates.start=3"}) ==
        "--set rates.start=3: here only keys of measures can be set, like --set measure.cka.samples=500");
  CHECK(said({"rates"}, {"measure.rates.stop=3"}) ==
        "--set: error: measure.rates.stop: unknown key `stop`; allowed here: start");
  CHECK(said({}, {"measure.rates.start=\"1 s\""}) ==
        "--set: error: measure.rates.start: starts at 1000 ms, when the run of 10 ms has ended");
  const std::string csv = folder.file("a.csv");
  CHECK(refused({{path}, {}, {}, path, true}) == path + ": an analysis cannot replace the result that it reads");
  CHECK(refused({{path}, {}, {}, folder.file("a.txt"), true}).ends_with("expected a name that ends with .csv or .h5"));
  REQUIRE(analysed({{path}, {"rates"}, {}, csv, false}) == 0);
  CHECK(refused({{path}, {"rates"}, {}, csv, false}) == csv + ": is there already; --force replaces it");
  CHECK(refused({{csv}, {}, {}, "", false}).starts_with(csv + ": "));
  const std::string out = folder.file("a.h5");
  REQUIRE(analysed({{path}, {"rates"}, {}, out, false}) == 0);
  CHECK(refused({{out}, {}, {}, "", false}) == out + ": is what an analysis wrote, not the result of a run");
  CHECK(!std::filesystem::exists(out + ".part"));
}

}  // namespace cajal::app
