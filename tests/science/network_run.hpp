#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "app/experiment.hpp"
#include "sim/record/reader.hpp"
#include "sim/record/spikes.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

namespace cajal::science {

/// A config of configs/networks or of another folder there, run with overrides; its result lives as long as this.
class NetworkRun {
 public:
  explicit NetworkRun(const std::string& config, std::vector<std::string> overrides = {},
                      const std::string& folder = "networks") {
    app::Settings settings;
    settings.out = folder_.file("results");
    settings.threads = 1;
    settings.quiet = true;
    settings.overrides = std::move(overrides);
    settings.overrides.push_back("run.name=\"network\"");
    app::Terminal terminal(true);
    const std::string path = std::string(CAJAL_SOURCE_DIR) + "/configs/" + folder + "/" + config + ".toml";
    REQUIRE(app::run_experiment(path, settings, terminal) == 0);
  }

  /// What `[measure]` says of a population.
  double measured(const std::string& population, const std::string& measure) const {
    const auto populations = result().read<std::string>("/measures/learner").values;
    const auto measures = result().read<std::string>("/measures/measure").values;
    const auto values = result().read<double>("/measures/value").values;
    for (std::size_t i = 0; i < values.size(); ++i)
      if (populations[i] == population && measures[i] == measure) return values[i];
    throw Error("no " + measure + " of " + population);
  }

  /// Spike times of a population between two times, in ms.
  std::vector<double> spikes(const std::string& population, double start, double stop) const {
    std::vector<double> out = record::read_spikes(result(), "/spikes/" + population).times;
    std::erase_if(out, [&](double t) { return t <= start || t > stop; });
    return out;
  }

  /// Spike times of each unit of a population, in ms.
  std::vector<std::vector<double>> trains(const std::string& population) const {
    std::vector<std::vector<double>> out(result().attribute<std::uint64_t>("/nodes/" + population, "size"));
    const record::Spikes spikes = record::read_spikes(result(), "/spikes/" + population);
    for (std::size_t i = 0; i < spikes.times.size(); ++i) out[spikes.ids[i]].push_back(spikes.times[i]);
    return out;
  }

  /// Spikes per unit and second.
  double rate(const std::string& population, double start, double stop) const {
    const auto units = result().attribute<std::uint64_t>("/nodes/" + population, "size");
    return static_cast<double>(spikes(population, start, stop).size()) / static_cast<double>(units) /
           ((stop - start) * 1e-3);
  }

  /// The course of a recorded unit, by its place in the record.
  std::vector<double> trace(const std::string& record, std::size_t unit) const {
    const auto rows = result().read<float>("/traces/" + record + "/data");
    std::vector<double> out;
    for (std::size_t i = unit; i < rows.values.size(); i += rows.dims.at(1))
      out.push_back(static_cast<double>(rows.values[i]));
    return out;
  }

  /// The weights of a plastic edge's synapses at a time of the record, `initial` or `final`.
  std::vector<double> weights(const std::string& edge, const std::string& when) const {
    const auto stored = result().read<float>("/weights/" + edge + "/" + when + "/weight").values;
    return {stored.begin(), stored.end()};
  }

  /// Where between two frequencies, in Hz, the spectrum of a population's spike counts (bins of 0.5 ms), averaged over
  /// stretches of 250 ms, is highest.
  double rhythm(const std::string& population, double start, double stop, double low, double high) const {
    constexpr double bin = 0.5, stretch = 250;
    constexpr auto bins = static_cast<std::size_t>(stretch / bin);
    const std::vector<double> times = spikes(population, start, stop);
    double best = 0, most = -1;
    for (double frequency = low; frequency <= high; frequency += 1000 / stretch) {
      double power = 0;
      for (double begin = start; begin + stretch <= stop; begin += stretch) {
        std::vector<double> counts(bins, 0.0);
        for (const double t : times)
          if (t > begin && t < begin + stretch) ++counts[static_cast<std::size_t>((t - begin) / bin)];
        double real = 0, imaginary = 0;
        for (std::size_t i = 0; i < bins; ++i) {
          const double angle = 2 * M_PI * frequency * 1e-3 * bin * static_cast<double>(i);
          real += counts[i] * std::cos(angle);
          imaginary += counts[i] * std::sin(angle);
        }
        power += real * real + imaginary * imaginary;
      }
      if (power > most) most = power, best = frequency;
    }
    return best;
  }

 private:
  record::ResultReader result() const { return record::ResultReader(folder_.file("results/network.h5")); }

  record::TemporaryDirectory folder_;
};

}  // namespace cajal::science
