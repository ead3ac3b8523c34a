#include "models/edges/reverse.hpp"

#include "sim/error.hpp"
#include "tests/catch.hpp"
#include "tests/models/layers/layer_rig.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

/// A recurrent layer that reads forwards, and one that reads backwards, written out.
const std::string both =
    "[node]\nin = { kind = \"series\", size = 4 }\ninput = { kind = \"linear\", size = 4 }\n"
    "[edge]\nin = { from = \"in\", to = \"input\", kind = \"one_to_one\" }\n";
std::string bidirectional(const std::string& how) {
  return "layers = [ { name = \"hid\", kind = \"elman\", units = 3, bidirectional = " + how +
         " }, { name = \"out\", kind = \"dense\", units = 2 } ]\n" + both;
}

}  // namespace

TEST_CASE("a reversed edge brings the last step first", "[edges]") {
  const std::string text =
      "[node]\nin = { kind = \"series\", size = 3 }\nout = { kind = \"linear\" }\n"
      "[edge]\nturn = { from = \"in\", to = \"out\", kind = \"reverse\" }\n";
  for (std::size_t threads = 1; threads <= 2; ++threads) {
    LayerRig<double> rig(text, 2, 5, threads, 3);
    const auto x = rig.whole.input->values;
    const auto y = rig.forward();
    for (std::size_t t = 0; t < 5; ++t)
      for (std::size_t i = 0; i < 6; ++i) CHECK(y[t * 6 + i] == x[(4 - t) * 6 + i]);
    const auto g = rig.rewind();
    for (std::size_t t = 0; t < 5; ++t)
      for (std::size_t i = 0; i < 6; ++i) CHECK(g[t * 6 + i] == rig.c[(4 - t) * 6 + i]);
  }
}

TEST_CASE("trials that go on from one another are each reversed by themselves, in one window", "[edges]") {
  auto network = network_of<float>(
      "[node]\nin = { kind = \"series\", size = 1 }\nout = { kind = \"linear\" }\n"
      "[edge]\nturn = { from = \"in\", to = \"out\", kind = \"reverse\" }\n",
      none_trained, 1, 1);
  CHECK(network->whole_trial());
  Plan plan;
  plan.window = 4;
  Clock<float> clock(*network, plan, 1);
  auto& in = dynamic_cast<Series<float>&>(*network->node("in"));
  in.values = {0, 1, 2, 3, 4, 5, 6, 7};
  for (const std::int64_t begin : {0, 4}) {
    for (auto& node : network->nodes) node->trial_begin = begin;
    clock.run({begin, begin + 4}, 1);
    for (std::int64_t t = 0; t < 4; ++t)
      CHECK(network->node("out")->output.at(begin + t, 0)[0] == static_cast<float>(begin + 3 - t));
  }
}

TEST_CASE("a bidirectional layer holds both states of each step, or both last ones", "[edges]") {
  LayerRig<double> rig(bidirectional("true"), 2, 4, 1, 4), last(bidirectional("\"last\""), 2, 4, 1, 4);
  rig.forward();
  last.forward();
  const auto forward = rig.whole.output("hid_forward"), backward = rig.whole.output("hid_backward"),
             hid = rig.whole.output("hid"), turned = last.whole.output("hid");
  REQUIRE(hid.size() == 4 * 2 * 6);
  for (std::size_t t = 0; t < 4; ++t)
    for (std::size_t b = 0; b < 2; ++b)
      for (std::size_t u = 0; u < 3; ++u) {
        CHECK(hid[(t * 2 + b) * 6 + u] == forward[(t * 2 + b) * 3 + u]);
        CHECK(hid[(t * 2 + b) * 6 + 3 + u] == backward[((3 - t) * 2 + b) * 3 + u]);
        CHECK(turned[(t * 2 + b) * 6 + 3 + u] == backward[(t * 2 + b) * 3 + u]);
      }
  // The backward part is an Elman layer on the reversed input.
  const auto& w = rig.whole.parameter("hid_backward.weight").row_major();
  const auto& c = rig.whole.parameter("hid_backward.bias").row_major();
  const auto& d = rig.whole.parameter("hid_backward_recurrent.bias").row_major();
  const auto& x = rig.whole.input->values;
  double sum = c[1] + d[1];
  for (std::size_t k = 0; k < 4; ++k) sum += w[4 + k] * x[(3 * 2 + 1) * 4 + k];
  CHECK(backward[3 + 1] == Approx(std::tanh(sum)));
}

TEST_CASE("gradients through bidirectional layers, also stacked, are those of the loss", "[edges]") {
  LayerRig<double> one(bidirectional("\"last\""), 2, 3, 1, 4);
  check_differences(one);
  LayerRig<double> two(
      "layers = [ { name = \"hid\", kind = \"elman\", units = 2, bidirectional = true }, { name = \"top\", kind = "
      "\"elman\", units = 2, bidirectional = true }, { name = \"out\", kind = \"dense\", units = 2 } ]\n" +
          both,
      2, 3, 1, 4);
  check_differences(two);
}

TEST_CASE("branches are concatenated, and images along their channels", "[edges]") {
  const std::string text =
      "layers = [ { name = \"a\", kind = \"dense\", units = 3, activation = \"tanh\" }, { name = \"b\", kind = "
      "\"dense\", "
      "units = 2 }, { name = \"all\", kind = \"concatenate\", of = [\"a\", \"b\", \"input\"] }, { name = \"out\", kind "
      "= "
      "\"dense\", units = 2 } ]\n" +
      both;
  LayerRig<double> rig(text, 2);
  rig.forward();
  const auto a = rig.whole.output("a"), b = rig.whole.output("b"), x = rig.whole.output("input"),
             all = rig.whole.output("all");
  REQUIRE(all.size() == 2 * 9);
  CHECK(all[9 + 2] == a[3 + 2]);
  CHECK(all[9 + 3] == b[2]);
  CHECK(all[9 + 8] == x[4 + 3]);
  check_differences(rig);
  const auto images = network_of<float>(
      "[node]\nin = { kind = \"series\", shape = [2, 3, 3] }\nb = { kind = \"relu\" }\nall = { kind = \"relu\" }\n"
      "[edge]\no = { from = \"in\", to = \"b\", kind = \"one_to_one\" }\n"
      "p = { from = \"in\", to = \"all\", kind = \"one_to_one\", into = \"next\" }\n"
      "q = { from = \"b\", to = \"all\", kind = \"one_to_one\", into = \"next\" }\n",
      none_trained);
  CHECK(images->node("all")->shape == Shape{4, 3, 3});
}

TEST_CASE("what cannot be reversed or concatenated is said", "[edges]") {
  const auto errors = [](const std::string& text, std::size_t features) -> std::string {
    try {
      network_of<float>(text, none_trained, 1, features);
    } catch (const std::exception& e) {
      return e.what();
    }
    return "";
  };
  const std::string nodes = "[node]\na = { kind = \"linear\", size = 3 }\nb = { kind = \"tanh\", size = 3 }\n[edge]\n";
  const std::string turn = "t = { from = \"a\", to = \"b\", kind = \"reverse\"";
  CHECK(errors(nodes + turn + " }\n", 3).empty());
  CHECK(errors(nodes + turn + " }\n", 0).find("without `data` there are no trials") != std::string::npos);
  CHECK(errors(nodes + turn + ", delay_steps = 1 }\n", 3).find("when the trial has ended") != std::string::npos);
  CHECK(errors(nodes + turn + " }\nback = { from = \"b\", to = \"a\", kind = \"dense\", delay_steps = 1 }\n", 3)
            .find("cannot wait for the end of the trial") != std::string::npos);
  CHECK(errors("layers = [ { kind = \"concatenate\", of = [\"input\"] } ]\n" + both, 4).find("two nodes or more") !=
        std::string::npos);
  CHECK(errors(bidirectional("3"), 4).find("expected true, false or \"last\"") != std::string::npos);
}
