#pragma once

#include "sim/config/table.hpp"
#include "sim/node.hpp"
#include "sim/random.hpp"

namespace cajal {

enum class Encoding { current, poisson, latency, sequence };

/// Shows the samples of a data set, one value to a unit; or what is to be predicted of them, to what learns from it.
template <class Real>
class DataInput final : public Node<Real> {
 public:
  static constexpr std::string_view name = "data";
  static constexpr std::string_view meaning =
      "shows the samples of the data set, as a current, step by step, as Poisson spikes or as one spike each";
  static constexpr std::string_view equations =
      "current:  gain x, at every step of the trial\n"
      "poisson:  a spike in a step with probability gain x max dt, during `show`; or, of all units of a sample\n"
      "          together the same for each sample, gain x / sum(x) total dt\n"
      "latency:  one spike at (1 - x) of the time shown, where x > threshold\n"
      "sequence: gain x_t at step t, where a sample is {steps, values}; of characters one unit of each is 1\n"
      "field = \"y\": x is 1 for the class of the sample and 0 for others, or its target; where nothing learns it is 0";
  static constexpr std::string_view source = "Diehl & Cook 2015 (poisson); snnTorch spikegen (latency, linear)";

  struct Options {
    Encoding encoding = Encoding::current;
    double gain = 1, max_rate = 63.75, threshold = 0.01;
    double total = 0;  ///< Hz, of all units together; 0: as bright as the sample is
    double show = 0;   ///< ms, how long a sample is shown; 0: the whole trial
    // Of a sequence:
    std::size_t frames = 0;
    bool one_hot = false;  ///< a frame is one whole number: the unit that is 1
    bool reversed = false;
    bool targets = false;  ///< shows what is to be predicted
  };
  DataInput(std::string name, std::size_t size, Options options);

  std::string_view kind() const override { return options_.targets ? "target" : name; }
  bool spiking() const override {
    return options_.encoding == Encoding::poisson || options_.encoding == Encoding::latency || options_.one_hot;
  }
  void prepare(const Plan& plan) override;
  void show(std::size_t sample, std::span<const float> values, std::uint64_t trial) override;
  void advance(Steps steps, const Slice& slice) override;
  void shown_gradient(std::size_t sample, Steps steps, std::span<double> gradient) const override;
  /// `gain`, one value per sample of the batch, for the samples shown from now on: presentations repeated stronger.
  std::span<Real> parameter_column(std::string_view field) override {
    return field == "gain" ? std::span<Real>(gain_) : std::span<Real>();
  }

 private:
  void show_sequence(std::size_t sample, std::span<const float> values);
  void advance_poisson(Steps steps, std::size_t sample, Slice::Range units);

  Options options_;
  double dt_ = 1;
  std::int64_t shown_ = 0;  ///< steps
  Stream stream_{0, ""};
  std::vector<Real> gain_;                              ///< by sample
  std::vector<std::vector<Real>> values_;               ///< by sample: [frame][padded unit]
  std::vector<std::vector<std::uint32_t>> thresholds_;  ///< by sample: probability of a spike * 2^32
  std::vector<std::vector<std::int64_t>> steps_;        ///< by sample: when a unit spikes
};

/// The shape of a `data` node for samples of a shape; `tokens`: of data that are characters, how many there are.
/// Empty, with an error, where the encoding does not fit the data.
Shape shown_shape(const config::Table& table, const Shape& sample, std::size_t tokens);

}  // namespace cajal
