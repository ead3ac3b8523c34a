#include "learning/environments/bandit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "learning/environments/catalogue.hpp"

namespace cajal {

namespace {

std::int64_t best_of(const std::vector<double>& probabilities) {
  const auto best = std::max_element(probabilities.begin(), probabilities.end());
  return std::count(probabilities.begin(), probabilities.end(), *best) > 1 ? -1 : best - probabilities.begin();
}

}  // namespace

Bandit::Bandit(std::vector<double> probabilities)
    : best_(best_of(probabilities)), probabilities_(std::move(probabilities)) {}

Outcome Bandit::step(const Action& action, Draws& draws) {
  Outcome out{true, action.chosen, best_, 0, true, true};
  if (action.chosen >= 0 && draws.uniform() < probabilities_[static_cast<std::size_t>(action.chosen)]) out.reward = 1;
  return out;
}

namespace {

std::unique_ptr<Environment> read_bandit(const EnvironmentRequest& request) {
  const config::Table& table = request.table;
  const std::size_t errors = table.diagnostics().size();
  if (!table.has("probabilities"))
    table.error("", "missing key `probabilities`: with which each arm pays, like [0.2, 0.8]");
  std::vector<double> probabilities = table.numbers("probabilities", "");
  if (table.diagnostics().size() == errors && probabilities.size() < 2)
    table.error("probabilities", fmt::format("expected two arms or more, found {}", probabilities.size()));
  for (const double p : probabilities)
    if (!(p >= 0 && p <= 1)) {
      table.error("probabilities", fmt::format("must be between 0 and 1, found {:g}", p));
      break;
    }
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<Bandit>(std::move(probabilities));
}

}  // namespace

EnvironmentKind bandit_environment() {
  return {
      "bandit",
      "arms that pay 1, each with its own probability",
      "each interval is a pull of the arm whose population was most active; reward 1 with probability p_arm, else 0",
      "probabilities  (required) with which each arm pays, like [0.2, 0.8]; one population of `action.of` for each",
      "Robbins 1952, Bull. Amer. Math. Soc. 58:527; Sutton & Barto 2018, Reinforcement Learning, ch. 2",
      R"(environment = { kind = "bandit", interval = "100 ms", probabilities = [0.2, 0.8], action = { of = ["A", "B"] }, reward = { to = "DA", form = "prediction_error" } })",
      read_bandit};
}

}  // namespace cajal
