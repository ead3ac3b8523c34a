#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/record_request.hpp"
#include "sim/clock.hpp"
#include "sim/precise_spikes.hpp"
#include "sim/record/reader.hpp"
#include "sim/record/result.hpp"

namespace cajal::app {

/// Rows of numbers over time.
struct KeptRows {
  std::span<const float> values;  ///< [row][unit]
  std::span<const double> times;  ///< ms, [row]
};

/// Takes one thing out of a running network and writes it. All that it has written can be saved in a checkpoint, and
/// written again from there.
template <class Real>
class Recorder {
 public:
  virtual ~Recorder() = default;
  /// The steps that just ran; the state after the last stands in the nodes. `sent[n]`: what node n sent in them, if
  /// `wants(n)`.
  virtual void take(Steps steps, const std::vector<std::vector<Emission<Real>>>& sent) = 0;
  virtual bool wants(std::size_t node) const {
    (void)node;
    return false;
  }
  virtual void save(const record::Group& checkpoint) const = 0;
  /// What was taken so far, if it was to be kept.
  virtual KeptRows kept() const { return {}; }
  /// Writes what `save` put below `path`.
  virtual void restore(const record::ResultReader& checkpoint, const std::string& path) = 0;
};

/// The spikes of one population, to `spikes/<node>/`, and kept for measures: at the end of their steps, or where the
/// population knows them better, at their own times.
template <class Real>
class SpikesOf final : public Recorder<Real> {
 public:
  SpikesOf(const record::ResultFile& file, Clock<Real>& clock, const std::string& node);
  ~SpikesOf() override;
  void take(Steps steps, const std::vector<std::vector<Emission<Real>>>& sent) override;
  bool wants(std::size_t node) const override { return node == index_; }
  void save(const record::Group& checkpoint) const override;
  void restore(const record::ResultReader& checkpoint, const std::string& path) override;

  const Node<Real>& node() const { return *node_; }
  const std::vector<double>& times() const { return times_; }
  const std::vector<std::uint64_t>& ids() const { return ids_; }

 private:
  void write(std::size_t first);

  const Node<Real>* node_;
  PreciseSpikes* precise_ = nullptr;  ///< the same node, if it knows the times within a step
  std::size_t index_;
  double dt_;
  struct Written;
  std::unique_ptr<Written> written_;
  std::vector<double> times_;
  std::vector<std::uint64_t> ids_;
};

/// The recorder of any other request. `keep`: it will be saved, or asked for.
template <class Real>
std::unique_ptr<Recorder<Real>> make_recorder(const RecordRequest& request, const record::ResultFile& file,
                                              Clock<Real>& clock, bool keep);

}  // namespace cajal::app
