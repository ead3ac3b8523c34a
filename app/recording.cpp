#include "app/recording.hpp"

#include "app/connectivity_measure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "sim/error.hpp"

namespace cajal::app {

template <class Real>
Recording<Real>::Recording(const record::ResultFile& file, Clock<Real>& clock,
                           const std::vector<RecordRequest>& requests, const SimulationMeasures& measures, bool keep,
                           Watchdog<Real> watchdog)
    : file_(file), clock_(clock), watchdog_(std::move(watchdog)), sent_(clock.network().nodes.size()) {
  for (const RecordRequest& request : requests) {
    if (request.kind != RecordRequest::Kind::spikes) {
      const bool measured = measures.connectivity && measures.connectivity->record == request.name;
      recorders_.push_back(make_recorder(request, file, clock, keep || measured));
      if (measured) connectivity_ = recorders_.back().get();
      continue;
    }
    for (const std::string& of : request.of) {
      auto spikes = std::make_unique<SpikesOf<Real>>(file, clock, of);
      populations_.push_back(of);
      spikes_.push_back(spikes.get());
      recorders_.push_back(std::move(spikes));
    }
  }
}

template <class Real>
void Recording<Real>::add(std::unique_ptr<EnvironmentRecorder<Real>> environment) {
  environment_ = environment.get();
  recorders_.push_back(std::move(environment));
}

template <class Real>
void Recording<Real>::take(Steps steps) {
  for (std::size_t node = 0; node < sent_.size(); ++node)
    if (watchdog_.wants(node) ||
        std::any_of(recorders_.begin(), recorders_.end(), [&](const auto& r) { return r->wants(node); }))
      sent_[node] = clock_.delivery().take(node);
  std::exception_ptr first;
  const auto take_from = [&](Recorder<Real>& recorder) {
    try {
      recorder.take(steps, sent_);
    } catch (const NumericalError&) {
      if (!first) first = std::current_exception();
    }
  };
  for (auto& recorder : recorders_) take_from(*recorder);
  take_from(watchdog_);
  if (first) std::rethrow_exception(first);
}

template <class Real>
void Recording<Real>::save(const record::Group& checkpoint) const {
  for (std::size_t i = 0; i < recorders_.size(); ++i) recorders_[i]->save(checkpoint.group(std::to_string(i)));
  watchdog_.save(checkpoint.group("watchdog"));
}

template <class Real>
void Recording<Real>::restore(const record::ResultReader& checkpoint, const std::string& path) {
  for (std::size_t i = 0; i < recorders_.size(); ++i) recorders_[i]->restore(checkpoint, fmt::format("{}/{}", path, i));
  watchdog_.restore(checkpoint, path + "/watchdog");
}

template <class Real>
std::vector<analysis::RecordedPopulation> Recording<Real>::spikes() const {
  std::vector<analysis::RecordedPopulation> out;
  for (const auto* s : spikes_) out.push_back({s->node().name(), {s->times(), s->ids(), s->node().size()}, nullptr});
  return out;
}

template <class Real>
std::vector<Measured> Recording<Real>::measure(std::uint64_t seed, const SimulationMeasures& measures) const {
  std::vector<Measured> rows;
  const auto append = [&](const std::vector<Measured>& of) { rows.insert(rows.end(), of.begin(), of.end()); };
  if (connectivity_) append(measure_connectivity(*measures.connectivity, connectivity_->kept(), seed, file_));
  if (environment_ && measures.behaviour) append(environment_->measure(seed));
  return rows;
}

template class Recording<float>;
template class Recording<double>;

}  // namespace cajal::app
