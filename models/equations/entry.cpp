#include "models/equations/entry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "models/describe.hpp"
#include "models/edges/entry.hpp"
#include "models/equations/print.hpp"
#include "models/population_reader.hpp"
#include "sim/config/syntax.hpp"
#include "sim/config/text.hpp"
#include "sim/population_base.hpp"

namespace cajal {

namespace {

/// A model with the tables that other models have as constants.
struct Model {
  ModelEquations equations;
  std::vector<Field> state, parameters;
  std::vector<Field> named;  ///< the parameters, the refractory time by the name that populations know
  Position at;
  std::string address;

  explicit Model(ModelEquations e) : equations(std::move(e)) {
    const auto add = [](std::vector<Field>& fields, const ModelEquations::Number& n) {
      fields.push_back({n.name, n.unit, n.value, n.range, n.meaning, fields.size()});
    };
    for (const ModelEquations::Number& n : equations.state) add(state, n);
    for (const ModelEquations::Number& n : equations.parameters) add(parameters, n);
    named = parameters;
    if (equations.refractory) named[*equations.refractory].name = "t_ref";
  }
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  ModelFields fields() const {
    ModelFields f;
    f.name = equations.name;
    f.parameters = parameters;
    f.state = state;
    f.spiking = equations.spiking();
    f.linear = equations.linear;
    f.own_units = true;
    f.input_unit = equations.input_unit;
    return f;
  }
  ModelTable table() const {
    return {equations.name, named, state, {}, 1, equations.spiking(), equations.hazard.has_value()};
  }
};

/// A population before its model is compiled: all of it can be looked at.
template <class Real>
class Uncompiled final : public PopulationBase<Real> {
 public:
  Uncompiled(const NodeRequest& request, std::shared_ptr<const Model> model, PopulationOptions options)
      : PopulationBase<Real>(request.name, request.size, model->table(), std::move(options)),
        model_of_(std::move(model)) {}

  void advance(Steps, const Slice&) override { throw Error("\"" + this->name() + "\": its model was not compiled"); }

 private:
  LinearMembrane membrane(std::size_t) const override {
    const std::size_t n = model_of_->state.size();
    return {n, std::vector<double>(n * n), std::vector<double>(n), std::vector<double>(n)};
  }
  void select_kernels() override {}

  std::shared_ptr<const Model> model_of_;
};

bool has(const std::string& unit, const config::Dimension& dimension) {
  std::string unknown;
  const auto parsed = config::parse_unit(unit, unknown);
  return parsed && parsed->dimension == dimension;
}

constexpr config::Dimension voltage{0, 1, 0, 0}, current{0, 0, 1, 0};

/// Ports bring in what the equations take: arrivals at `delta` move the first state variable, currents are `I`.
void adapt_ports(const Model& model, const NodeRequest& request, PopulationOptions& options) {
  const ModelEquations& e = model.equations;
  const bool membrane = e.state[0].dimension == voltage && e.input_dimension == current;
  for (PopulationOptions::Entry& port : options.ports) {
    ReceptorSystem& system = port.system;
    const bool conducts = system.gap_junction || std::any_of(system.conductance.begin(), system.conductance.end(),
                                                             [](double g) { return g != 0; });
    if (conducts && !membrane)
      request.table.error("receptors", fmt::format("\"{}\" is a conductance: it needs equations whose first state "
                                                   "variable is in mV and whose input is in pA",
                                                   port.name));
    if (system.kind == "delta")
      system.unit = e.state[0].unit;
    else if (has(system.unit, current))
      system.unit = e.input_unit;
    for (std::string& unit : system.units)
      if (has(unit, current)) unit = e.input_unit;
    const auto& connected = request.connected_ports;
    const auto reached = [&](const std::string& name) {
      return name == port.name || (name.empty() && (port.name != "current" || options.ports.size() == 1));
    };
    if (!e.of_input && system.kind != "delta" && std::any_of(connected.begin(), connected.end(), reached))
      request.table.error("", fmt::format("the equations of `{}` do not use the input `I`: what arrives at \"{}\" "
                                          "would have no effect",
                                          e.name, port.name));
  }
}

PopulationOptions read_options(const Model& model, const NodeRequest& request) {
  PopulationOptions options = read_population(model.fields(), request);
  adapt_ports(model, request, options);
  // The default of a model is the one that it names, also beside a parameter `E_L`.
  const auto init = request.table.table("init");
  for (const Field& f : model.state)
    if (!init || !init->has(f.name)) options.initial[f.member] = {f.value};
  return options;
}

template <class Real>
std::unique_ptr<Node<Real>> make(const std::shared_ptr<const Model>& model, const EquationsOptions& how,
                                 const NodeRequest& request) {
  PopulationOptions options = read_options(*model, request);
  auto& diagnostics = request.table.diagnostics();
  if (how.compile && diagnostics.empty()) try {
      using Make = void (*)(const std::string&, std::size_t, const PopulationOptions&, std::unique_ptr<Node<Real>>&);
      const auto made = reinterpret_cast<Make>(load_unit(model->equations.name,
                                                         printed_unit(model->equations, std::is_same_v<Real, double>),
                                                         "cajal_make_population", how.compiler));
      std::unique_ptr<Node<Real>> node;
      made(request.name, request.size, options, node);
      return node;
    } catch (const CompileError& error) {
      diagnostics.push_back({model->at, model->address, error.what()});
    }
  return std::make_unique<Uncompiled<Real>>(request, model, std::move(options));
}

std::string description(const Model& model) {
  const ModelEquations& e = model.equations;
  std::string out = describe_head(e.name, e.meaning, e.text(), e.source);
  if (!model.parameters.empty()) out += "\nparameters\n" + describe_fields(model.parameters);
  out += "\nstate (recorded with `what`, set with `init`)\n" + describe_fields(model.state);
  return out + fmt::format("\nexample\n  [node]\n  E = {{ kind = \"{}\", size = 100 }}\n", e.name);
}

/// A word for a model that is wrong: its kind is known, and nothing more is said of its nodes.
NodeEntry wrong_entry(const std::string& name) {
  return {name,
          "neurons",
          "",
          [](const NodeRequest&) { return nullptr; },
          [](const NodeRequest&) { return nullptr; },
          [] { return std::string(); }};
}

NodeEntry entry_of(std::shared_ptr<const Model> model, const EquationsOptions& how) {
  return {model->equations.name,
          model->equations.spiking() ? "neurons" : "rates",
          model->equations.meaning,
          [=](const NodeRequest& r) { return make<float>(model, how, r); },
          [=](const NodeRequest& r) { return make<double>(model, how, r); },
          [=] { return description(*model); }};
}

std::string wrong_model_name(const std::string& name) {
  if (!config::is_name(name))
    return "the name of a model is made of letters, digits and underscores, found " + config::shown(name);
  const auto& nodes = node_catalogue();
  const bool taken = std::any_of(nodes.begin(), nodes.end(), [&](const NodeEntry& e) { return e.name == name; }) ||
                     find_edge_entry(name);
  return taken ? config::shown(name) + " is a kind of cajal's own already; choose another name" : "";
}

/// Whether a text of the tree is this one; `[model]` itself does not count.
bool names(const config::Value& tree, const std::string& name, bool root = true) {
  if (tree.kind == config::Value::Kind::text && tree.text == name) return true;
  return std::any_of(tree.items.begin(), tree.items.end(), [&](const auto& v) { return names(v, name, false); }) ||
         std::any_of(tree.members.begin(), tree.members.end(),
                     [&](const auto& m) { return !(root && m.first == "model") && names(m.second, name, false); });
}

}  // namespace

std::vector<NodeEntry> with_models(const config::Table& tree, std::vector<NodeEntry> entries,
                                   const EquationsOptions& options) {
  for (const auto& [name, table] : tree.tables("model")) {
    const std::string wrong = wrong_model_name(name);
    if (!wrong.empty()) table.error("", wrong);
    std::optional<ModelEquations> equations = read_equations(name, table);
    if (!wrong.empty()) continue;
    std::erase_if(entries, [&name = name](const NodeEntry& e) { return e.name == name; });
    if (!equations) {
      entries.push_back(wrong_entry(name));
      continue;
    }
    auto model = std::make_shared<Model>(std::move(*equations));
    model->at = table.at();
    model->address = table.address();
    entries.push_back(entry_of(std::move(model), options));
  }
  return entries;
}

void refuse_idle_models(const config::Value& root, std::vector<Diagnostic>& diagnostics) {
  const config::Value* models = root.find("model");
  if (!models || models->kind != config::Value::Kind::table) return;
  for (const auto& [name, model] : models->members)
    if (model.at.file == root.at.file && !names(root, name))
      diagnostics.push_back({model.at, "model." + name, fmt::format("nothing uses the model `{}`", name)});
}

}  // namespace cajal
