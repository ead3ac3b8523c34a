#include "models/read_noise.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cajal {

namespace {

std::vector<config::Table> noise_tables(const config::Table& node) {
  const config::Value* given = node.peek("noise");
  if (given && given->kind == config::Value::Kind::array) return node.list("noise");
  std::vector<config::Table> one;
  if (auto table = node.table("noise")) one.push_back(*table);
  return one;
}

std::size_t place_of(const std::string& name, const std::vector<std::string>& names) {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

}  // namespace

std::vector<NoiseOptions> read_noise(const ModelFields& model, const NodeRequest& request, bool dimensionless) {
  std::vector<NoiseOptions> out;
  std::vector<std::string> names{"input", "output"};
  for (const Field& f : model.state) names.emplace_back(f.name);
  const std::string_view current = dimensionless ? "" : model.input_unit;
  for (const config::Table& table : noise_tables(request.table)) {
    NoiseOptions n;
    n.white = table.choice("kind", {"white", "ornstein_uhlenbeck"}, "white") == "white";
    n.name = table.choice("on", names, n.white ? std::string_view(names[2]) : "input");
    std::string_view unit = current;
    if (n.name == "output") {
      n.on = NoiseOptions::On::output;
      unit = "";
      if (model.spiking)
        table.error("on", fmt::format("the output of `{}` is spikes; put the noise on its input", model.name));
    } else if (n.name == "input") {
      n.on = NoiseOptions::On::input;
      if (!model.inputs.empty()) {
        const std::vector<std::string> inputs(model.inputs.begin(), model.inputs.end());
        const std::string at = table.choice("at", inputs, inputs.front());
        n.index = place_of(at, inputs);
        n.name += "." + at;
      }
    } else {
      for (const Field& f : model.state)
        if (f.name == n.name) {
          n.index = f.member;
          unit = dimensionless && model.spiking && f.unit != "ms" ? std::string_view{} : f.unit;
        }
      if (!n.white)
        table.error("on", "noise with a memory acts on \"input\" or \"output\"; a state variable takes white noise");
    }
    if (!table.has("sigma")) table.error("sigma", "missing key `sigma`: how strong the noise is");
    Field sigma{"sigma", unit, 0, config::not_negative, ""};
    n.sigma = read_field(sigma, table, request, unit, 0, "node." + request.name + ".noise." + n.name + ".sigma");
    if (!n.white) n.tau = table.required_quantity("tau", "ms", config::positive);
    for (const NoiseOptions& other : out)
      if (other.name == n.name) table.error("on", fmt::format("a second noise on \"{}\"", n.name));
    out.push_back(std::move(n));
  }
  return out;
}

}  // namespace cajal
