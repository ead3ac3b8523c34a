#include "learning/gradient/stop.hpp"

#include <cmath>
#include <limits>

#include "sim/config/text.hpp"
#include "sim/error.hpp"

namespace cajal {

namespace {

constexpr std::int64_t most_epochs = 1'000'000'000;

bool below(double measured, const std::optional<double>& threshold, const char* what, std::int64_t epoch) {
  if (!threshold) return false;
  if (std::isnan(measured))
    throw NumericalError(std::string(what) + " is not a number after epoch " + std::to_string(epoch));
  return measured < *threshold;
}

std::string because(const char* what, double measured, double threshold) {
  return std::string(what) + " " + config::written_number(measured) + " is below " + config::written_number(threshold);
}

constexpr const char* norm_of_gradient = "the norm of the gradient";
constexpr const char* change_of_parameters = "the largest change of a parameter";

}  // namespace

Stop Stop::read(const config::Table& learn) {
  Stop stop;
  stop.epochs = learn.required_integer("epochs", 0, most_epochs);
  if (const auto table = learn.table("stop")) {
    stop.gradient = table->quantity("gradient", "", config::positive);
    stop.change = table->quantity("change", "", config::positive);
    if (table->has("patience")) stop.patience = table->integer("patience", 1, 1, most_epochs);
    stop.min_delta = table->number("min_delta", 0, config::not_negative);
    if (table->has("min_delta") && !table->has("patience"))
      table->error("min_delta", "says how much better is better for `patience`, which is missing");
  }
  return stop;
}

std::vector<Option> Stop::options() {
  return {{"epochs", "", "a whole number between 0 and " + std::to_string(most_epochs),
           "passes over the training samples, at most"},
          {"stop.gradient", "never", config::positive.text(), "stop when the Euclidean norm of the gradient is below"},
          {"stop.change", "never", config::positive.text(), "stop when no parameter changed by as much in an epoch"},
          {"stop.patience", "never", "a whole number between 1 and " + std::to_string(most_epochs),
           "stop when what is monitored got no better for so many epochs"},
          {"stop.min_delta", "0", config::not_negative.text(), "by which better must be better"}};
}

void Stop::watch(Monitor monitor) {
  monitor_ = monitor;
  best_ = Best(greater_is_better(monitor), min_delta);
}

bool Stop::out_of_patience(double monitored, std::int64_t epoch) {
  if (!patience) return false;
  if (std::isnan(monitored))
    throw NumericalError(std::string(name(monitor_)) + " is not a number after epoch " + std::to_string(epoch));
  if (best_.improved(monitored, epoch) || epoch - best_.epoch() < *patience) return false;
  reason_ = std::string(name(monitor_)) + " got no better than " + config::written_number(best_.value()) +
            ", that of epoch " + std::to_string(best_.epoch()) + ", for " + std::to_string(*patience) +
            (*patience == 1 ? " epoch" : " epochs");
  return true;
}

bool Stop::done(double gradient_norm, double largest_change, std::int64_t epoch, double monitored) {
  if (below(gradient_norm, gradient, norm_of_gradient, epoch))
    reason_ = because(norm_of_gradient, gradient_norm, *gradient);
  else if (below(largest_change, change, change_of_parameters, epoch))
    reason_ = because(change_of_parameters, largest_change, *change);
  else if (out_of_patience(monitored, epoch))
    return true;
  else if (epoch >= epochs)
    reason_ = std::to_string(epochs) + (epochs == 1 ? " epoch is done" : " epochs are done");
  else
    return false;
  return true;
}

template <class Real>
double largest_change(std::span<Parameter<Real>* const> parameters, const std::vector<std::vector<Real>>& before) {
  if (before.size() != parameters.size()) throw Error("largest change: not the same parameters as before");
  double largest = 0;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::vector<Real>& value = parameters[i]->value;
    if (before[i].size() != value.size())
      throw Error("largest change: parameter " + parameters[i]->name + " had another size before");
    for (std::size_t k = 0; k < value.size(); ++k) {
      const double change = std::abs(static_cast<double>(value[k]) - static_cast<double>(before[i][k]));
      if (std::isnan(change)) return std::numeric_limits<double>::quiet_NaN();
      if (change > largest) largest = change;
    }
  }
  return largest;
}

template double largest_change(std::span<Parameter<float>* const>, const std::vector<std::vector<float>>&);
template double largest_change(std::span<Parameter<double>* const>, const std::vector<std::vector<double>>&);

}  // namespace cajal
