#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/measures.hpp"

namespace cajal::app {

/// What a config asks of a finished learner beside its predictions: what it looks at.
struct Interpretation {
  struct Saliency {
    std::size_t samples = 10, steps = 32;
    std::vector<std::string> methods;
  };
  /// Features that are permuted together, by name.
  struct FeatureGroup {
    std::string name;
    std::vector<std::uint32_t> features;
  };
  struct Importance {
    std::size_t repeats = 5;
    std::vector<FeatureGroup> groups;
  };
  struct HiddenPca {
    std::vector<std::string> nodes;
    std::size_t components = 2;
  };
  /// Samples that one learner makes, seen by another.
  struct Generated {
    std::string of, by;
  };
  std::optional<Saliency> saliency;
  std::optional<Importance> importance;
  std::optional<HiddenPca> hidden_pca;
  std::optional<Generated> generated;

  /// Of `[measure]`; what is wrong goes to the diagnostics.
  static Interpretation read(const config::Table& root, const Data& data);
  /// Adds an error for what none of the learners can answer.
  void check(const config::Table& root, const std::vector<const AnyLearner*>& learners) const;
};

/// Asks a learner that has run. Ends early, between two answers, when the user asked to stop. Throws NumericalError if
/// a gradient is not finite.
Findings interpret(const Interpretation& asked, AnyLearner& learner, std::uint64_t seed, const Data& data);
/// What the classifier says of the samples that a generator made in its test phase, as they stand below `path`.
std::vector<Measured> measure_generated(const record::ResultReader& reader, const std::string& path,
                                        const std::string& generator, AnyLearner& classifier, std::uint64_t seed,
                                        const Data& data);
void write_findings(const record::Group& group, const Findings& findings);

}  // namespace cajal::app
