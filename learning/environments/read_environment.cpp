// From the table `environment` to a loop.

#include <fmt/format.h>

#include <cmath>

#include "learning/environments/catalogue.hpp"
#include "learning/environments/environment_loop.hpp"
#include "learning/node_units.hpp"

namespace cajal {

namespace {

/// An interval as a number of steps; 0 with an error.
std::int64_t read_interval(const config::Table& table, double dt) {
  const std::size_t errors = table.diagnostics().size();
  if (!table.has("interval")) table.error("", "missing key `interval`: how long an action is read, like \"20 ms\"");
  const double interval = table.quantity("interval", "ms", 1, config::positive), steps = interval / dt;
  if (table.diagnostics().size() > errors) return 0;
  if (steps >= 0.5 && steps <= 1e12 && std::fabs(std::round(steps) - steps) <= 1e-6) return std::llround(steps);
  table.error("interval", fmt::format("{:g} ms is no multiple of dt = {:g} ms", interval, dt));
  return 0;
}

}  // namespace

template <class Real>
std::optional<typename EnvironmentLoop<Real>::Units> EnvironmentLoop<Real>::find_units(const config::Table& table,
                                                                                       std::string_view key,
                                                                                       const std::string& text,
                                                                                       Network<Real>& network) {
  const auto found = find_node_units<Real>(table, key, text, network);
  if (!found) return std::nullopt;
  return Units{*found, network.index_of(*found->node), 0};
}

template <class Real>
void EnvironmentLoop<Real>::read_action(const config::Table& table, Network<Real>& network) {
  const std::size_t errors = table.diagnostics().size();
  const auto action = table.table("action");
  if (!action) {
    if (!table.has("action"))
      table.error("", "missing key `action`: { of = [...] }, the populations that actions are read from");
    return;
  }
  if (!action->has("of")) action->error("", "missing key `of`: the populations that actions are read from");
  actions_ = action->texts("of");
  for (const std::string& text : actions_)
    if (const auto units = find_units(*action, "of", text, network)) sources_.push_back(*units);
  const std::string read = action->choice("read", {"argmax", "difference"}, "argmax");
  pushes_ = read == "difference";
  if (pushes_ && !environment_->takes_push())
    action->error("read", fmt::format("the actions of {} are choices; allowed: \"argmax\"", kind_));
  if (table.diagnostics().size() > errors) return;
  if (sources_.size() != environment_->populations())
    action->error(
        "of", fmt::format("{} reads {} populations, found {}", kind_, environment_->populations(), sources_.size()));
  for (const Units& s : sources_)
    if (s.node->spiking() != sources_[0].node->spiking()) {
      action->error("of", fmt::format("of \"{}\" and \"{}\" one spikes and the other does not: what they do cannot be "
                                      "compared",
                                      sources_[0].node->name(), s.node->name()));
      break;
    }
}

template <class Real>
void EnvironmentLoop<Real>::read_observe(const config::Table& table, double dt, Network<Real>& network) {
  const auto observe = table.table("observe");
  if (!observe) return;
  const std::size_t errors = table.diagnostics().size();
  const auto observed = environment_->observed();
  if (observed.empty()) {
    table.error("observe", fmt::format("{} shows nothing", kind_));
    return observe->skip();
  }
  const auto units = find_units(*observe, "to", observe->required_text("to"), network);
  code_ = PopulationCode::read(*observe, observed);
  if (!units) return observe->skip();
  auto* const input = dynamic_cast<Steerable*>(units->node);
  if (!input) {
    observe->error("to", fmt::format("\"{}\" ({}) cannot be told what to send; allowed: inputs of kind \"poisson\" and "
                                     "\"current\"",
                                     units->node->name(), units->node->kind()));
    return observe->skip();
  }
  if (const std::string why = input->unsteerable(); !why.empty())
    observe->error("to", fmt::format("\"{}\": {}", units->node->name(), why));
  if (units->size() != units->node->size()) observe->error("to", "all units are told: leave out the range");
  max_ = observe->required_quantity("max", input->steered_unit(), config::positive);
  if (table.diagnostics().size() > errors) return;
  if (const double most = input->most_steered(dt); max_ > most)
    observe->error("max",
                   fmt::format("{:g} {}; at most {:g} are supported with this dt", max_, input->steered_unit(), most));
  if (units->size() % code_.features() != 0)
    observe->error("to", fmt::format("\"{}\" has {} units; the code has {} features, and each needs as many units",
                                     units->node->name(), units->size(), code_.features()));
  if (table.diagnostics().size() > errors) return;
  input_ = input;
  features_.assign(code_.features(), 0);
  previous_ = features_;
  told_.assign(units->size(), 0);
}

template <class Real>
std::optional<RewardSignal::Options> EnvironmentLoop<Real>::read_reward(const config::Table& table,
                                                                        Network<Real>& network) {
  const auto reward = table.table("reward");
  if (!reward) {
    if (!table.has("reward"))
      table.error("", "missing key `reward`: { to = \"DA\" }, the modulator that rewards reach");
    return std::nullopt;
  }
  if (!reward->has("to")) reward->error("", "missing key `to`: the modulator that rewards reach");
  const std::vector<std::string> targets = reward->texts("to");
  if (reward->has("to") && targets.empty()) reward->error("to", "names no modulator");
  for (const std::string& text : targets) {
    const auto units = find_units(*reward, "to", text, network);
    if (units && units->node->kind() != "modulator")
      reward->error(
          "to", fmt::format("\"{}\" ({}) is no node of kind \"modulator\"", units->node->name(), units->node->kind()));
    if (units) modulators_.push_back(*units);
  }
  return RewardSignal::read(*reward, table.has("observe"));
}

template <class Real>
std::unique_ptr<EnvironmentLoop<Real>> EnvironmentLoop<Real>::read(const Request& request, Network<Real>& network) {
  const auto table = request.root.table("environment");
  if (!table) return nullptr;
  const std::size_t errors = table->diagnostics().size();
  std::vector<std::string> names;
  for (const EnvironmentKind& kind : environments()) names.emplace_back(kind.name);
  const std::string name = table->required_choice("kind", names);
  auto loop = std::make_unique<EnvironmentLoop>();
  loop->interval_ = read_interval(*table, request.dt);
  if (table->diagnostics().size() > errors) {
    table->skip();
    return nullptr;
  }
  loop->kind_ = name;
  loop->dt_ = request.dt;
  loop->interval_ms_ = static_cast<double>(loop->interval_) * request.dt;
  for (const EnvironmentKind& kind : environments())
    if (kind.name == name) loop->environment_ = kind.read({*table, loop->interval_ms_});
  if (!loop->environment_) {
    table->skip();
    return nullptr;
  }
  loop->read_action(*table, network);
  loop->read_observe(*table, request.dt, network);
  const auto reward = loop->read_reward(*table, network);
  if (table->diagnostics().size() > errors || !reward) {
    table->skip();
    return nullptr;
  }
  loop->stream_.emplace(request.seed, "environment." + name);
  loop->ties_.emplace(request.seed, "environment.action");
  loop->reward_.emplace(*reward, loop->features_.size(), loop->interval_ms_, request.seed);
  loop->activity_.assign(loop->sources_.size(), 0);
  return loop;
}

template std::unique_ptr<EnvironmentLoop<float>> EnvironmentLoop<float>::read(const Request&, Network<float>&);
template std::unique_ptr<EnvironmentLoop<double>> EnvironmentLoop<double>::read(const Request&, Network<double>&);

}  // namespace cajal
