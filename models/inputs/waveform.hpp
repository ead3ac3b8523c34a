#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

namespace cajal {

/// A number that changes with time: what a rate or a current is made of.
class Waveform {
 public:
  /// mean + amplitude sin(2 pi frequency t + phase)
  struct Sine {
    double mean = 0, amplitude = 0;
    double frequency = 0;  ///< Hz
    double phase = 0;      ///< radians
  };
  /// 0, and from times[i] on values[i]. Times in ms, ascending, as many as values.
  struct Jumps {
    std::vector<double> times, values;
  };

  Waveform(double constant) : shape_(constant) {}
  Waveform(Sine sine) : shape_(sine) {}
  Waveform(Jumps jumps) : shape_(std::move(jumps)) {}

  /// The same value at all times.
  bool constant() const { return std::holds_alternative<double>(shape_); }
  /// No value is larger in magnitude.
  double bound() const;

  /// Before `at`: the step in ms.
  void prepare(double dt);
  /// The value of step t, which covers (t dt, (t + 1) dt]: that at its middle.
  double at(std::int64_t step) const;

  /// How many values there are over all time, if they are few: constants, jumps, and sines whose period is a whole
  /// number of steps; else 0.
  std::size_t count() const { return count_; }
  /// Which of them step t has, below `count()`.
  std::size_t index(std::int64_t step) const;
  /// A step that has it.
  std::int64_t example(std::size_t index) const;

 private:
  std::variant<double, Sine, Jumps> shape_;
  double dt_ = 1;
  std::size_t count_ = 1;
  std::vector<std::int64_t> first_;  ///< of jumps: the first step of each value
};

}  // namespace cajal
