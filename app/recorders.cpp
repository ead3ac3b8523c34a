#include "app/recorders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "app/watchdog.hpp"
#include "app/weight_recorders.hpp"
#include "sim/error.hpp"
#include "sim/record/spikes.hpp"

namespace cajal::app {

template <class Real>
struct SpikesOf<Real>::Written {
  record::SpikeRecorder file;
};

template <class Real>
SpikesOf<Real>::SpikesOf(const record::ResultFile& file, Clock<Real>& clock, const std::string& node)
    : node_(clock.network().node(node)), index_(clock.network().index_of(*node_)), dt_(clock.plan().dt) {
  clock.delivery().record(index_);
  auto* const precise = dynamic_cast<PreciseSpikes*>(clock.network().node(node));
  if (precise && precise->precise()) {
    precise_ = precise;
    precise_->keep_spikes();
  }
  written_ = std::make_unique<Written>(Written{record::SpikeRecorder(file, node)});
  file.group("nodes/" + node).attribute("size", node_->size());
  file.group("nodes/" + node).attribute("kind", node_->kind());
}

template <class Real>
SpikesOf<Real>::~SpikesOf() = default;

template <class Real>
void SpikesOf<Real>::take(Steps, const std::vector<std::vector<Emission<Real>>>& sent) {
  const std::size_t first = times_.size();
  if (precise_) {
    for (const PreciseSpike& s : precise_->take_spikes()) {
      times_.push_back(s.time);
      ids_.push_back(s.unit);
    }
    return write(first);
  }
  for (const Emission<Real>& e : sent[index_])
    for (int n = static_cast<int>(e.value); n > 0; --n) {
      times_.push_back(static_cast<double>(e.step + 1) * dt_);
      ids_.push_back(e.unit);
    }
  write(first);
}

template <class Real>
void SpikesOf<Real>::write(std::size_t first) {
  written_->file.append(std::span(times_).subspan(first), std::span(ids_).subspan(first));
}

template <class Real>
void SpikesOf<Real>::save(const record::Group& checkpoint) const {
  checkpoint.write("times", times_, {times_.size()}, {"ms", "spikes so far", {"spike"}});
  checkpoint.write("ids", ids_, {ids_.size()}, {"", "unit of each", {"spike"}});
}

template <class Real>
void SpikesOf<Real>::restore(const record::ResultReader& checkpoint, const std::string& path) {
  times_ = checkpoint.read<double>(path + "/times").values;
  ids_ = checkpoint.read<std::uint64_t>(path + "/ids").values;
  write(0);
}

namespace {

/// Rows of numbers over time, to `traces/<name>/`.
template <class Real>
class Rows : public Recorder<Real> {
 public:
  void save(const record::Group& checkpoint) const override {
    checkpoint.write("data", all_, {all_.size()}, {"", "rows so far", {"value"}});
    checkpoint.write("time", times_, {times_.size()}, {"ms", "time of each row", {"row"}});
  }
  KeptRows kept() const override { return {all_, times_}; }
  void restore(const record::ResultReader& checkpoint, const std::string& path) override {
    all_ = checkpoint.read<float>(path + "/data").values;
    times_ = checkpoint.read<double>(path + "/time").values;
    data_->append(all_);
    for (const double t : times_) time_->append(t);
  }

 protected:
  Rows(const record::ResultFile& file, const RecordRequest& request, double dt, bool keep, const std::string& axis,
       std::size_t width, const std::string& unit, const std::string& meaning)
      : request_(request), dt_(dt), keep_(keep) {
    const std::string place = "traces/" + request.name + "/";
    data_.emplace(file.template appendable<float>(place + "data", {width}, {unit, meaning, {"time", axis}}));
    time_.emplace(
        file.template appendable<double>(place + "time", {}, {"ms", "time at the end of the step", {"time"}}));
  }
  void append(const std::vector<float>& row, std::int64_t end) {
    const double time = time_of(end);
    data_->append(row);
    time_->append(time);
    if (!keep_) return;
    all_.insert(all_.end(), row.begin(), row.end());
    times_.push_back(time);
  }

  double time_of(std::int64_t step) const { return static_cast<double>(step) * dt_; }

  RecordRequest request_;
  double dt_;

 private:
  bool keep_;
  std::optional<record::Appendable<float>> data_;
  std::optional<record::Appendable<double>> time_;
  std::vector<float> all_;
  std::vector<double> times_;
};

/// A state variable of some units of a population, or its output.
template <class Real>
class VariableOf final : public Rows<Real> {
 public:
  static std::unique_ptr<VariableOf> make(const record::ResultFile& file, Clock<Real>& clock, RecordRequest request,
                                          bool keep) {
    Node<Real>& node = *clock.network().node(request.of[0]);
    if (request.ids.empty()) {
      request.ids.resize(node.size());
      std::iota(request.ids.begin(), request.ids.end(), 0);
    }
    Column<Real> column{"output", "", "output of the units", &node.output};
    for (const auto& c : node.columns())
      if (c.name == request.what) column = c;
    file.write("traces/" + request.name + "/ids", request.ids, {request.ids.size()},
               {"", "recorded units of " + node.name(), {"unit"}});
    return std::make_unique<VariableOf>(file, clock.plan().dt, request, keep, node, column);
  }

  VariableOf(const record::ResultFile& file, double dt, const RecordRequest& request, bool keep, Node<Real>& node,
             const Column<Real>& column)
      : Rows<Real>(file, request, dt, keep, "unit", request.ids.size(), column.unit,
                   request.what + " of " + node.name() + ": " + column.meaning),
        node_(node),
        column_(column) {}

  void take(Steps steps, const std::vector<std::vector<Emission<Real>>>&) override {
    const RecordRequest& r = this->request_;
    if (steps.end % r.every != 0) return;
    // Signals with one slot hold the state after the last step; an output stands at its step.
    const Real* values = column_.signal->at(column_.signal == &node_.output ? steps.end - 1 : steps.end, 0);
    last_.swap(row_);
    row_.clear();
    for (const auto id : r.ids) row_.push_back(static_cast<float>(values[id]));
    this->append(row_, steps.end);
    const auto wrong = std::find_if_not(row_.begin(), row_.end(), [](float x) { return std::isfinite(x); });
    if (wrong == row_.end()) return;
    const auto k = static_cast<std::size_t>(wrong - row_.begin());
    WrongNumber found{r.what, column_.unit, node_.name(), r.ids[k], *wrong, this->time_of(steps.end)};
    if (!last_.empty()) found.before = {last_[k], this->time_of(steps.end - r.every)};
    throw NumericalError(found.text());
  }

 private:
  Node<Real>& node_;
  Column<Real> column_;
  std::vector<float> row_, last_;
};

/// Spikes per unit and second of whole populations, in bins.
template <class Real>
class RatesOf final : public Rows<Real> {
 public:
  RatesOf(const record::ResultFile& file, Clock<Real>& clock, const RecordRequest& request, bool keep)
      : Rows<Real>(file, request, clock.plan().dt, keep, "population", request.of.size(), "Hz",
                   "spikes per unit and second, counted in the bin that ends at `time`"),
        counts_(request.of.size(), 0) {
    file.write("traces/" + request.name + "/populations", std::span<const std::string>(request.of), {request.of.size()},
               {"", "recorded populations", {"population"}});
    for (const std::string& of : request.of) {
      nodes_.push_back(clock.network().index_of(*clock.network().node(of)));
      sizes_.push_back(static_cast<double>(clock.network().node(of)->size()));
      clock.delivery().record(nodes_.back());
    }
  }
  bool wants(std::size_t node) const override { return std::find(nodes_.begin(), nodes_.end(), node) != nodes_.end(); }

  void take(Steps steps, const std::vector<std::vector<Emission<Real>>>& sent) override {
    const std::int64_t bin = this->request_.every;
    std::vector<std::size_t> next(nodes_.size(), 0);
    for (std::int64_t begin = steps.begin; begin < steps.end;) {
      const std::int64_t end = std::min(steps.end, (begin / bin + 1) * bin);
      for (std::size_t k = 0; k < nodes_.size(); ++k)
        for (const auto& list = sent[nodes_[k]]; next[k] < list.size() && list[next[k]].step < end; ++next[k])
          counts_[k] += static_cast<double>(list[next[k]].value);
      if (end % bin == 0) close(end);
      begin = end;
    }
  }
  void save(const record::Group& checkpoint) const override {
    Rows<Real>::save(checkpoint);
    checkpoint.write("counts", counts_, {counts_.size()}, {"", "spikes in the bin that is open", {"population"}});
  }
  void restore(const record::ResultReader& checkpoint, const std::string& path) override {
    Rows<Real>::restore(checkpoint, path);
    counts_ = checkpoint.read<double>(path + "/counts").values;
  }

 private:
  void close(std::int64_t end) {
    const double seconds = static_cast<double>(this->request_.every) * this->dt_ * 1e-3;
    std::vector<float> row;
    for (std::size_t k = 0; k < counts_.size(); ++k)
      row.push_back(static_cast<float>(counts_[k] / sizes_[k] / seconds));
    this->append(row, end);
    std::fill(counts_.begin(), counts_.end(), 0);
  }

  std::vector<std::size_t> nodes_;
  std::vector<double> sizes_, counts_;
};

}  // namespace

template <class Real>
std::unique_ptr<Recorder<Real>> make_recorder(const RecordRequest& request, const record::ResultFile& file,
                                              Clock<Real>& clock, bool keep) {
  switch (request.kind) {
    case RecordRequest::Kind::rate:
      return std::make_unique<RatesOf<Real>>(file, clock, request, keep);
    case RecordRequest::Kind::weight:
      return make_weight_recorder(request, file, clock);
    default:
      return VariableOf<Real>::make(file, clock, request, keep);
  }
}

template class SpikesOf<float>;
template class SpikesOf<double>;
template std::unique_ptr<Recorder<float>> make_recorder(const RecordRequest&, const record::ResultFile&, Clock<float>&,
                                                        bool);
template std::unique_ptr<Recorder<double>> make_recorder(const RecordRequest&, const record::ResultFile&,
                                                         Clock<double>&, bool);

}  // namespace cajal::app
