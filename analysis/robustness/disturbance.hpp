#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/subject.hpp"
#include "sim/random.hpp"

namespace cajal::analysis {

/// A way to make it hard for a learner: what it is shown, what it has learned, or what it is made of, is disturbed.
struct Disturbance {
  std::string_view name, meaning;
  std::string_view level;      ///< what its level says
  std::vector<double> levels;  ///< by default
  double low = 0, high = 1;    ///< of a level
  bool whole = false;          ///< levels are whole numbers
  double undisturbed = 0;      ///< the level at which nothing changes
  bool drawn = true;           ///< by chance: repeats differ
  std::vector<double> few;     ///< of a comparison without [measure]; none: it is not part of it
  /// Why it cannot be done to this learner; empty: it can.
  std::string (*obstacle)(const Subject& subject, const Questions& questions);
  /// What it answers to all questions. What was changed is put back. The same draws for the same seed and repeat: of a
  /// larger level more or stronger ones.
  Subject::Answers (*answer)(Subject& subject, const Questions& questions, double level, std::uint64_t repeat);
};

// The catalogue: one file each.
Disturbance pixel_noise();
Disturbance salt_and_pepper();
Disturbance occlusion();
Disturbance weight_noise();
Disturbance weight_quantisation();
Disturbance unit_lesion();
Disturbance synapse_lesion();
Disturbance fgsm();

const std::vector<Disturbance>& disturbances();

/// Where values are numbers on a scale; else why nothing can be added to them.
std::string shown_on_a_scale(const Questions& questions);
/// Where there are weights; else why not.
std::string has_weights(const Subject& subject);

/// The draws of one sample, or one group of weights or units, of one repeat.
Draws draws_of(const Questions& questions, const std::string& address, std::uint64_t id, std::uint64_t repeat);

/// Answers to all questions with each group of synaptic weights changed by change(values, group); they are put back.
template <class Change>
Subject::Answers answer_with_weights(Subject& subject, const Questions& questions, Change&& change) {
  const std::vector<Subject::Weights> groups = subject.weights();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!groups[i].synaptic) continue;
    std::vector<double> values = subject.weight_values(i);
    change(values, groups[i]);
    subject.set_weight_values(i, values);
  }
  Subject::Answers a = subject.answer(questions.rows);
  subject.restore();
  return a;
}

}  // namespace cajal::analysis
