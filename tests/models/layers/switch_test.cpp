#include "models/layers/switch.hpp"

#include "sim/error.hpp"
#include "tests/catch.hpp"
#include "tests/models/layers/layer_rig.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

std::string switched(const std::string& keys = "", const std::string& hold = "") {
  return "[node]\nin = { kind = \"series\", size = 3" + hold +
         " }\nleft = { kind = \"tanh\", size = 3 }\nright = { kind = \"sigmoid\", size = 3 }\n"
         "seen = { kind = \"switch\", size = 3" +
         keys +
         " }\nout = { kind = \"linear\", size = 3 }\n[edge]\n"
         "l = { from = \"in\", to = \"left\", kind = \"dense\" }\nr = { from = \"in\", to = \"right\", kind = "
         "\"dense\" }\n"
         "a = { from = \"left\", to = \"seen.real\", kind = \"one_to_one\" }\n"
         "b = { from = \"right\", to = \"seen.fake\", kind = \"one_to_one\" }\n"
         "o = { from = \"seen\", to = \"out\", kind = \"dense\" }\n";
}

}  // namespace

TEST_CASE("a switch passes on the port that was selected for each sample", "[layers]") {
  LayerRig<float> rig(switched(), 4, 2);
  Node<float>& seen = *rig.whole.network->node("seen");
  for (const std::size_t b : {1u, 2u}) seen.select(b, 1);
  rig.forward();
  const auto left = rig.whole.output("left"), right = rig.whole.output("right"), y = rig.whole.output("seen");
  for (std::size_t i = 0; i < y.size(); ++i) {
    const std::size_t sample = i / 3 % 4;
    CHECK(y[i] == (sample == 1 || sample == 2 ? right[i] : left[i]));
  }
  rig.rewind();
  const auto a = rig.whole.read(seen.ports[0].arrivals_gradient), b = rig.whole.read(seen.ports[1].arrivals_gradient);
  const auto g = rig.whole.read(seen.output_gradient);
  for (std::size_t i = 0; i < g.size(); ++i) {
    const bool second = i / 3 % 4 == 1 || i / 3 % 4 == 2;
    CHECK(a[i] == (second ? 0 : g[i]));
    CHECK(b[i] == (second ? g[i] : 0));
  }
  CHECK_THROWS_AS(seen.select(0, 2), Error);
  CHECK_THROWS_AS(seen.select(4, 0), Error);
}

TEST_CASE("gradients through a switch are those of the loss", "[layers]") {
  for (const char* hold : {"", ", hold = true"}) {
    LayerRig<double> rig(switched("", hold), 3, 2);
    rig.whole.network->node("seen")->select(1, 1);
    check_differences(rig);
  }
}

TEST_CASE("the ports of a switch may have other names, two and different", "[layers]") {
  std::string text = switched(", ports = [\"day\", \"night\"]");
  text.replace(text.find("seen.real"), 9, "seen.day");
  text.replace(text.find("seen.fake"), 9, "seen.night");
  CHECK(network_of<float>(text, none_trained)->node("seen")->ports[1].name == "night");
  for (const char* ports : {"[\"real\"]", "[\"real\", \"real\"]", "[\"real\", \"fa.ke\"]"}) {
    INFO(ports);
    CHECK_THROWS_AS(network_of<float>(switched(std::string(", ports = ") + ports), none_trained), ConfigError);
  }
}
