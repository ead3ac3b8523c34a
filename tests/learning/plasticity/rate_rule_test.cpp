// What one presentation does to a weight, by each rule and however the edge is stored.

#include <map>

#include "learning/plasticity/rate_catalogue.hpp"
#include "tests/catch.hpp"
#include "tests/learning/plasticity/rate_learner.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

/// X = (0.5, -1, 2) -> linear Y of two units with weights {{0.1, -0.2, 0.3}, {0.4, 0.5, -0.6}}, shown `epochs` times to
/// one rule; a teacher says (-1, 1).
struct Shown {
  data::Dataset data = samples_of({{0.5, -1, 2}}, {{-1, 1}});
  data::Split split = all_of(data);
  std::unique_ptr<Learner<double>> learner;

  Shown(const std::string& entry, bool sparse, int epochs = 2) {
    const std::string edge = sparse ? R"(connect = "all_to_all", weight = 0, delay = "1 ms")"
                                    : R"(kind = "dense", weight = [0.1, -0.2, 0.3, 0.4, 0.5, -0.6])";
    const bool biased = entry.find("teacher") != std::string::npos && !sparse;
    learner = rate_learner<double>(
        "trial = { show = \"3 ms\" }\n[node]\nX = { kind = \"data\" }\nT = { kind = "
        "\"data\", field = \"y\" }\nY = { kind = \"linear\" , size = 2 }\n[edge]\nw = { from "
        "= \"X\", to = \"Y\", " +
            edge + (biased ? ", bias = [0.05, -0.05]" : "") + " }\n[predict]\nof = \"Y\"\n[learn]\ns = " + entry +
            "\n[[phase]]\nname = \"train\"\nepochs = " + std::to_string(epochs) + "\n",
        data, split);
    if (sparse) {
      SparseEdge<double>& e = *learner->network().sparse_edge("w");
      const double weights[2][3] = {{0.1, -0.2, 0.3}, {0.4, 0.5, -0.6}};
      for (std::size_t i = 0; i < e.synapses.size(); ++i)
        e.weight.value[i] = weights[e.synapses.target[i]][e.synapses.source[i]];
    }
    run(*learner);
  }
  std::vector<double> weights() { return flat(weights_of(*learner, "w")); }
  std::map<std::string, std::vector<double>> state() {
    std::map<std::string, std::vector<double>> out;
    for (const auto& s : learner->processes()[0]->state()) out[s.name] = {s.values.begin(), s.values.end()};
    return out;
  }
};

void check_equal(const std::vector<double>& found, const std::vector<double>& wanted) {
  REQUIRE(found.size() == wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(wanted[i]).margin(1e-11).epsilon(1e-10));
}

std::string said(const std::string& entry, const std::string& node = "linear", const std::string& more = "") {
  const data::Dataset data = samples_of({{0.5, -1, 2}}, {{-1, 1}});
  const data::Split split = all_of(data);
  try {
    rate_learner<float>("[node]\nX = { kind = \"data\" }\nT = { kind = \"data\", field = \"y\" }\nY = { kind = \"" +
                            node + "\", size = 2 }\nZ = { kind = \"linear\", size = 2 }\n[edge]\nw = { from = \"X\", " +
                            "to = \"Y\", kind = \"dense\", weight = [1, -1, 1, 1, -1, 1]" + more +
                            " }\none = { from = \"Y\", to = \"Z\", kind = \"one_to_one\" }\n[predict]\nof = "
                            "\"Y\"\n[learn]\ns = " +
                            entry + "\n",
                        data, split);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return {};
}
bool says(const std::string& text, const std::string& what) { return text.find(what) != std::string::npos; }

}  // namespace

// The numbers are those of the equations in NumPy, two presentations one after the other.
TEST_CASE("each rule by values changes weights as its equation says", "[plasticity][rates]") {
  struct Case {
    std::string entry;
    std::vector<double> weights;
    bool dense_only = false;
  };
  const Case cases[] = {
      {R"({ rule = "hebb", on = "edge.w", rate = 0.1, decay = 0.5 })",
       {0.1933125, -0.386625, 0.683, 0.179125, 0.815, -1.269}},
      {R"({ rule = "covariance", on = "edge.w", rate = 0.1, tau = 4, initial = 0.25 })",
       {0.129792940622, -0.348964703109, 0.508550584353, 0.313103923186, 0.934480384069, -1.2082725377}},
      {R"({ rule = "oja", on = "edge.w", rate = 0.1, alpha = 2 })",
       {0.151458169234, -0.302916338467, 0.543841884741, -0.01102953125, 0.36523671875, -0.6248803125}},
      {R"({ rule = "sanger", on = "edge.w", rate = 0.1 })",
       {0.176389823056, -0.352779646111, 0.626930843648, 0.102405280785, 0.460987487386, -0.746637802125},
       true},
      {R"({ rule = "bcm", on = "edge.w", rate = 0.1, tau = 4, initial = 0.5, y_0 = 2, decay = 0.25 })",
       {0.134958736559, -0.269917473117, 0.444772446235, 0.523542659003, 0.188727181994, 0.00279563601194}},
      {R"({ rule = "anti_hebb", on = "edge.w", rate = 0.1, p = 0.5, w_max = 10 })",
       {0.0854375, -0.020875, 0.09175, 0.55875, 0.3325, -0.115}},
      {R"({ rule = "instar", on = "edge.w", rate = 0.1 })",
       {0.1787984, -0.3575968, 0.6348932, 0.35610625, 1.15840625, -1.7412375}},
      {R"({ rule = "outstar", on = "edge.w", rate = 0.1 })",
       {0.1903125, -0.454875, 0.56675, 0.184375, 0.98075, -1.0455}},
      {R"({ rule = "competitive", on = "edge.w", rate = 0.1, leak = 0.25 })",
       {0.176, -0.352, 0.623, 0.4049375, 0.4259375, -0.471625}},
      {R"({ rule = "delta", on = "edge.w", rate = 0.1, teacher = "T" })",
       {-0.030625, 0.06125, -0.2225, 0.5753125, 0.149375, 0.10125},
       true},
      {R"({ rule = "perceptron", on = "edge.w", rate = 0.1, teacher = "T" })", {0, 0, -0.1, 0.5, 0.3, -0.2}, true}};
  CHECK(std::size(cases) == std::tuple_size_v<RateRules>);
  for (const Case& c : cases)
    for (const bool sparse : {false, true}) {
      if (sparse && c.dense_only) continue;
      INFO(c.entry << (sparse ? " sparse" : " dense"));
      check_equal(Shown(c.entry, sparse).weights(), c.weights);
    }
}

TEST_CASE("running means move after the weights", "[plasticity][rates]") {
  for (const bool sparse : {false, true}) {
    Shown covariance(R"({ rule = "covariance", on = "edge.w", rate = 0.1, tau = 4, initial = 0.25 })", sparse);
    auto means = covariance.state();
    check_equal(means.at("edge.w.x_mean"), {0.3483673350718416, -0.2418366753592082, 0.9385713455028915});
    check_equal(means.at("edge.w.y_mean"), {0.550782375124034, -0.6272819274450991});
    Shown bcm(R"({ rule = "bcm", on = "edge.w", rate = 0.1, tau = 4, initial = 0.5, y_0 = 2, decay = 0.25 })", sparse);
    check_equal(bcm.state().at("edge.w.theta"), {0.4727907998971836, 0.49846899492956087});
  }
}

TEST_CASE("a bias learns with the delta rule and the perceptron alone", "[plasticity][rates]") {
  const auto bias = [](const std::string& entry) {
    Shown shown(entry, false);
    return shown.learner->network().edge("w")->parameters()[1]->row_major();
  };
  check_equal(bias(R"({ rule = "delta", on = "edge.w", rate = 0.1, teacher = "T" })"), {-0.21125, 0.300625});
  check_equal(bias(R"({ rule = "perceptron", on = "edge.w", rate = 0.1, teacher = "T" })"), {-0.15, 0.15});
}

TEST_CASE("weights by values stay within bounds and keep their sign", "[plasticity][rates]") {
  for (const bool sparse : {false, true}) {
    for (const double w :
         Shown(R"({ rule = "hebb", on = "edge.w", rate = 5, w_min = -0.7, w_max = 0.65 })", sparse, 9).weights())
      CHECK((w == -0.7 || w == 0.65));
  }
  // Sources whose weights have one sign: {1, -1, 1} for both units.
  const data::Dataset data = samples_of({{0.5, 1, -2}});
  const data::Split split = all_of(data);
  const auto learner = rate_learner<double>(R"([node]
X = { kind = "data" }
Y = { kind = "linear", size = 2 }
[edge]
w = { from = "X", to = "Y", kind = "dense", weight = [0.1, -0.1, 0.2, 0.1, -0.2, 0] }
[predict]
of = "Y"
[learn]
s = { rule = "hebb", on = "edge.w", rate = 1, bounds = "sign" }
)",
                                            data, split);
  run(*learner);
  const auto w = weights_of(*learner, "w");
  // y = (-0.45, -0.15): x y has the sign of (-, -, +).
  check_equal(flat(w), {0, -0.55, 1.1, 0.025, -0.35, 0.3});
}

TEST_CASE("weights of units to themselves stand still where that is asked for", "[plasticity][rates]") {
  const data::Dataset data = samples_of({{0.5, 1, 2}});
  const data::Split split = all_of(data);
  const auto learnt = [&](const std::string& rule, const std::string& edge) {
    const auto learner = rate_learner<double>(
        "trial = { show = \"5 ms\" }\n[node]\nX = { kind = \"data\" }\nY = { kind "
        "= \"linear\", size = 3 }\n[edge]\nin = { from = \"X\", to = \"Y\", kind "
        "= \"one_to_one\" }\nw = { from = \"Y\", to = \"Y\", weight = 0, delay = "
        "\"1 ms\", " +
            edge + " }\n[predict]\nof = \"Y\"\n[learn]\ns = { rule = " + rule + ", on = \"edge.w\", rate = 1 }\n",
        data, split);
    run(*learner);
    return flat(weights_of(*learner, "w"));
  };
  for (const std::string edge : {R"(kind = "dense")", R"(connect = "all_to_all")"}) {
    check_equal(learnt(R"("hebb")", edge), {0.25, 0.5, 1, 0.5, 1, 2, 1, 2, 4});
    check_equal(learnt(R"("hebb", self = false)", edge), {0, 0.5, 1, 0.5, 0, 2, 1, 2, 0});
    check_equal(learnt(R"("anti_hebb")", edge), {0, -0.5, -1, -0.5, 0, -2, -1, -2, 0});
    check_equal(learnt(R"("anti_hebb", binary_above = 0.5)", edge), {0, 0, 0, 0, 0, -1, 0, -1, 0});
  }
}

TEST_CASE("a trial counts by its last step, or by the mean over its steps", "[plasticity][rates]") {
  // A leaky unit that a constant input drives: after n steps of dt = tau ln 2 it is at 1 - 2^-n.
  const data::Dataset data = samples_of({{1}});
  const data::Split split = all_of(data);
  const auto learnt = [&](const std::string& keys) {
    const auto learner = rate_learner<double>(R"(trial = { show = "3 ms" }
[node]
X = { kind = "data" }
Y = { kind = "linear_rate", size = 1, tau = "1.4426950408889634 ms" }
Z = { kind = "linear", size = 1 }
[edge]
in = { from = "X", to = "Y", kind = "dense", weight = 1 }
w = { from = "Y", to = "Z", kind = "dense", weight = 1 }
[predict]
of = "Z"
[learn]
s = { rule = "hebb", on = "edge.w", rate = 1)" + keys +
                                                  " }\n",
                                              data, split);
    run(*learner);
    return weights_of(*learner, "w")[0][0] - 1;
  };
  CHECK(learnt("") == Approx(0.875 * 0.875).epsilon(1e-9));
  const double mean = (0.5 + 0.75 + 0.875) / 3;
  CHECK(learnt(R"(, value = "mean")") == Approx(mean * mean).epsilon(1e-9));
}

TEST_CASE("wrong entries of rules by values say what and where", "[plasticity][rates]") {
  CHECK(said(R"({ rule = "oja", on = "edge.w" })").empty());
  CHECK(says(said(R"({ rule = "oja", on = "edge.v" })"), "did you mean `edge.w`?"));
  CHECK(says(said(R"({ rule = "oja", on = "edge.one" })"), "one_to_one: it works on dense and sparse edges"));
  CHECK(says(said(R"({ rule = "oja", on = "node.Y" })"), "it works on edges"));
  CHECK(says(said(R"({ rule = "oja", on = "edge.w", rate = 0 })"), "positive"));
  CHECK(says(said(R"({ rule = "oja", on = "edge.w", rate = "1 1/s" })"), "rate"));
  CHECK(says(said(R"({ rule = "oja", on = "edge.w", every = "steps" })"), "did you mean `step`?"));
  CHECK(says(said(R"({ rule = "oja", on = "edge.w", every = "step" })"), "node.X holds its value during a trial"));
  CHECK(says(said(R"({ rule = "oja", on = "edge.w", every = "step", batch = "sum" })"), "belongs to every"));
  CHECK(says(said(R"({ rule = "oja", on = "edge.w", w_max = 0.5 })"), "reach from -1 to 1, beyond w_min = none and"));
  CHECK(says(said(R"({ rule = "oja", on = "edge.w", w_min = 2, w_max = 1 })"), "no weight lies between w_min = 2"));
  CHECK(said(R"({ rule = "oja", on = "edge.w", bounds = "sign" })").empty());
  CHECK(says(said(R"({ rule = "oja", on = "edge.w", wmax = 1 })"), "wmax"));
  CHECK(says(said(R"({ rule = "delta", on = "edge.w" })"), "`teacher`"));
  CHECK(says(said(R"({ rule = "delta", on = "edge.w", teacher = "TT" })"), "did you mean `T`?"));
  CHECK(says(said(R"({ rule = "delta", on = "edge.w", teacher = "X" })"), "node.X has 3 units, node.Y 2"));
  CHECK(says(said(R"({ rule = "delta", on = "edge.w", teacher = "T", every = "step" })"), "once a trial"));
  CHECK(says(said(R"({ rule = "hebb", on = "edge.w", teacher = "T" })"), "teacher"));
  CHECK(says(said(R"({ rule = "foldiak_threshold", on = "node.Y" })"), "no rate unit with a parameter theta"));
  CHECK(said(R"({ rule = "foldiak_threshold", on = "node.Y" })", "sigmoid_rate").empty());
  CHECK(says(said(R"({ rule = "foldiak_threshold", on = "node.Y", rate = -1 })", "sigmoid_rate"), "positive"));
}

TEST_CASE("a weight of both signs has no sign to keep", "[plasticity][rates]") {
  const data::Dataset data = samples_of({{1, 2}});
  const data::Split split = all_of(data);
  std::string text;
  try {
    rate_learner<float>(R"([node]
X = { kind = "data" }
Y = { kind = "linear", size = 2 }
[edge]
w = { from = "X", to = "Y", kind = "dense", weight = [1, 1, 1, -1] }
[predict]
of = "Y"
[learn]
s = { rule = "hebb", on = "edge.w", bounds = "sign" }
)",
                        data, split);
  } catch (const ConfigError& error) {
    text = error.what();
  }
  CHECK(says(text, "weights of both signs leave unit 1 of node.X in edge.w"));
}

TEST_CASE("a rule by values that diverges says so", "[plasticity][rates]") {
  try {
    Shown(R"({ rule = "oja", on = "edge.w", rate = 100 })", false, 100);
    FAIL("nothing was thrown");
  } catch (const NumericalError& error) {
    CHECK(says(error.what(), "edge.w: oja made a weight that is no longer finite"));
  }
}
