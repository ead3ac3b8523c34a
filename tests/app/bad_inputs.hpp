#pragma once

#include <string>
#include <utility>
#include <vector>

namespace cajal::app {

/// A config that is wrong, and all that is said of it. In `message` a `#` stands for an amount of memory.
struct BadInput {
  std::string name, config, message;
  std::vector<std::string> overrides = {};
};

/// Ten neurons, each with Poisson input of its own.
extern const std::string simulation;
/// A network of two layers, trained by backpropagation.
extern const std::string learning;
/// Spiking neurons that learn by a rule.
extern const std::string spiking;
/// One learner of a comparison.
extern const std::string comparison;

/// The text with each first found replaced; fails where it is not there.
std::string changed(std::string text, const std::vector<std::pair<std::string, std::string>>& changes);

/// What is said of a config, as the program says it; empty if it is good. `folder` holds it, and is left out of the
/// text.
std::string said_of(const std::string& config, const std::string& folder,
                    const std::vector<std::string>& overrides = {});

void check_refused(const BadInput& input);

}  // namespace cajal::app
