#pragma once

#include <fmt/format.h>

#include <limits>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "models/catalogue.hpp"
#include "models/describe.hpp"
#include "models/inputs/waveform.hpp"

namespace cajal {

// The inputs of the catalogue, and what their readers share.

NodeEntry poisson_entry();
NodeEntry current_entry();
NodeEntry noise_entry();
NodeEntry noise_current_entry();
NodeEntry spikes_entry();
NodeEntry pattern_entry();
NodeEntry data_entry();

/// From which time to which an input is on, in ms.
struct OnTime {
  double start, stop;
};
OnTime read_on_time(const config::Table& table);

/// A course of time that all units share, or a constant for each.
using Drive = std::variant<Waveform, std::vector<double>>;

/// At `key`: a quantity, `{ times, values }`, or one value for each unit, as a list or a distribution; with `sines`
/// also the keys of a sine. A value out of range is an error; of a sine each value may be, and is for the caller to
/// clip.
Drive read_drive(const NodeRequest& request, std::string_view key, std::string_view unit, config::Range allowed,
                 bool sines);
/// `{ mean = 0, amplitude, frequency, phase = 0 }`; mean and amplitude in `unit`.
Waveform::Sine read_sine(const config::Table& table, std::string_view unit, double dt);
/// No value of any unit is larger in magnitude.
double bound(const Drive& drive);

/// Refuses, at `key`, a magnitude that `Real` does not hold.
template <class Real>
bool fits(const config::Table& table, std::string_view key, double magnitude) {
  if (magnitude <= static_cast<double>(std::numeric_limits<Real>::max())) return true;
  table.error(key, fmt::format("a value of {:g}; what the precision holds is allowed", magnitude));
  return false;
}

/// The unit of a current: none where the first number that stands in `given` is a bare one.
std::string_view unit_of_current(const config::Value* given);

template <template <class> class Node, class Make>
NodeEntry input_entry(Make make, const std::string& rest) {
  using N = Node<float>;
  return {std::string(N::name),
          "inputs",
          std::string(N::meaning),
          [make](const NodeRequest& r) -> std::unique_ptr<cajal::Node<float>> {
            return make.template operator()<float>(r);
          },
          [make](const NodeRequest& r) -> std::unique_ptr<cajal::Node<double>> {
            return make.template operator()<double>(r);
          },
          [rest] { return describe_head(N::name, N::meaning, N::equations, N::source) + "\n" + rest; }};
}

}  // namespace cajal
