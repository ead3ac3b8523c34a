// Rate units against NEST's, as they stand in a network.

#include <fmt/format.h>

#include "tests/catch.hpp"
#include "tests/models/trace.hpp"

namespace cajal::test {

namespace {

constexpr double dt = 0.1, tau = 10;
constexpr std::size_t rows = 2000;

/// NEST's mu acts outside of the gain: in a step of exponential Euler it adds (1 - e^(-dt/tau)) mu, as a delta
/// receptor.
std::string drive_of_mu(const std::string& name, double amplitude, double start, double stop) {
  return fmt::format(
      "[node.{0}_mu]\nkind = \"current\"\namplitude = {1}\nstart = \"{2} ms\"\nstop = \"{3} ms\"\n"
      "[edge.{0}_mu]\nfrom = \"{0}_mu\"\nto = \"{0}.mu\"\nkind = \"one_to_one\"\nweight = {4:.17g}\n",
      name, amplitude, start, stop, -std::expm1(-dt / tau));
}
std::string unit(const std::string& name, const std::string& model) {
  return fmt::format(
      "[node.{}]\nsize = 1\ntau = \"10 ms\"\nintegrator = \"exponential_euler\"\n"
      "receptors = {{ input = \"current\", mu = \"delta\" }}\n{}\n",
      name, model);
}
const std::string sigmoid = "kind = \"sigmoid_rate\"\nbeta = 2\ntheta = 0.5";

Trace run(const std::string& text, const std::string& node) {
  return Simulation<double>(text, dt).run(static_cast<std::int64_t>(rows), node);
}

}  // namespace

TEST_CASE("rate units under a drive outside of their gain equal NEST's", "[models][nest][rates]") {
  for (const auto& [file, model] :
       {std::pair{"sigmoid_rate_ipn_dc", sigmoid.c_str()}, std::pair{"tanh_rate_ipn_dc", "kind = \"tanh_rate\""},
        std::pair{"lin_rate_ipn_dc", "kind = \"linear_rate\""}}) {
    INFO(file);
    const Trace nest = read_trace(std::string("nest/") + file + ".csv");
    const Trace got = run(unit("E", model) + drive_of_mu("E", 1.5, 20, 180), "E");
    CHECK(distance(got.at("output"), nest.at("rate"), rows) < 1e-12);
  }
}

TEST_CASE("mu as a parameter is the drive of NEST's traces while it is on", "[models][nest][rates]") {
  // From the rate at 20 ms on, mu = 1.5.
  const Trace nest = read_trace("nest/sigmoid_rate_ipn_dc.csv");
  const std::string start = fmt::format("\nmu = 1.5\ninit = {{ r = {:.17g} }}", nest.at("rate")[199]);
  const Trace got = run(unit("E", sigmoid + start), "E");
  const std::vector<double> later(nest.at("rate").begin() + 200, nest.at("rate").begin() + 1800);
  CHECK(distance(got.at("output"), later, 1600) < 1e-12);
}

TEST_CASE("coupled sigmoid units equal NEST's sigmoid_rate_ipn", "[models][nest][rates]") {
  const std::string text =
      unit("a", sigmoid) + unit("b", sigmoid) + unit("c", sigmoid) + drive_of_mu("a", 1, 20, 120) +
      drive_of_mu("b", 0.7, 60, 160) +
      "[edge]\n"
      "ac = { from = \"a\", to = \"c.input\", kind = \"sparse\", weight = 0.8, delay = \"1.1 ms\" }\n"
      "bc = { from = \"b\", to = \"c.input\", kind = \"sparse\", weight = -0.5, delay = \"2.1 ms\" }\n";
  const Trace nest = read_trace("nest/sigmoid_rate_ipn_coupled.csv");
  // In NEST the rate at the start of a step is sent, here that at its end: one step more of delay is the same course.
  for (const std::string name : {"a", "b", "c"})
    CHECK(distance(run(text, name).at("output"), nest.at("rate_" + name), rows) < 1e-12);
}

}  // namespace cajal::test
