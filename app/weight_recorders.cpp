#include "app/weight_recorders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/weights.hpp"
#include "sim/connect/connection.hpp"

namespace cajal::app {

namespace {

/// Looks at the weights of the edges of a request that change.
template <class Real>
class WeightRecorder : public Recorder<Real> {
 public:
  WeightRecorder(const RecordRequest& request, Clock<Real>& clock) : request_(request), clock_(clock) {
    const auto& sparse = clock.network().sparse;
    for (std::size_t k = 0; k < request.of.size(); ++k)
      for (std::size_t e = 0; e < sparse.size(); ++e)
        if (sparse[e]->name == request.of[k] && sparse[e]->plastic) edges_.push_back({e, k});
  }
  void take(Steps steps, const std::vector<std::vector<Emission<Real>>>&) override {
    if (request_.every > 0 && steps.end % request_.every == 0) look(steps.end);
  }
  // Networks that learn have no checkpoints.
  void save(const record::Group&) const override {}
  void restore(const record::ResultReader&, const std::string&) override {}

 protected:
  struct Watched {
    std::size_t edge, place;  ///< number in the network, and among those of the request
  };

  /// The steps before `step` have run.
  virtual void look(std::int64_t step) = 0;
  double time(std::int64_t step) const { return static_cast<double>(step) * clock_.plan().dt; }
  SparseEdge<Real>& edge(const Watched& w) const { return *clock_.network().sparse[w.edge]; }
  /// The synapses as they are before step `step`, in the order in which the result lists them.
  Synapses synapses(const Watched& w, std::int64_t step) const { return clock_.delivery().synapses(w.edge, step); }
  std::vector<Real> weights(const Watched& w, std::int64_t step) const {
    const Synapses list = synapses(w, step);
    return {list.weight.begin(), list.weight.end()};
  }
  /// `weight_traces/w/XE/`
  std::string place(std::string_view group, const Watched& w) const {
    return fmt::format("{}/{}/{}/", group, request_.name, edge(w).name);
  }

  RecordRequest request_;
  Clock<Real>& clock_;
  std::vector<Watched> edges_;
};

/// Whole edges: those that change at intervals, or at the end; others once, with who is joined.
template <class Real>
class AllWeights final : public WeightRecorder<Real> {
 public:
  AllWeights(const RecordRequest& request, const record::ResultFile& file, Clock<Real>& clock)
      : WeightRecorder<Real>(request, clock), file_(file) {
    for (const std::string& of : request.of) {
      SparseEdge<Real>& edge = *clock.network().sparse_edge(of);
      // Of edges that are listed or plastic the run writes first and last weights.
      if (!edge.listed() && !edge.plastic) write_synapses(file, edge, edge.connection->list(), "initial");
    }
  }

 private:
  void look(std::int64_t step) override {
    for (const auto& w : this->edges_) {
      const std::vector<Real> values = this->weights(w, step);
      const std::string when = fmt::format("{:g}", this->time(step));
      file_.write(fmt::format("weights/{}/{}/weight", this->edge(w).name, when), values, {values.size()},
                  {this->edge(w).weight.unit, fmt::format("weight of each synapse at {} ms", when), {"synapse"}});
    }
  }
  const record::ResultFile& file_;
};

/// Some synapses, evenly over all, to `weight_traces/`.
template <class Real>
class WeightTraces final : public WeightRecorder<Real> {
 public:
  WeightTraces(const RecordRequest& request, const record::ResultFile& file, Clock<Real>& clock)
      : WeightRecorder<Real>(request, clock) {
    for (const auto& w : this->edges_) {
      const SparseEdge<Real>& edge = this->edge(w);
      const Synapses list = this->synapses(w, 0);
      const std::size_t all = list.size(), count = std::min(request.weights.synapses, all);
      std::vector<std::uint64_t> synapse;
      std::vector<std::uint32_t> source, target;
      for (std::size_t k = 0; k < count; ++k) {
        synapse.push_back(k * all / count);
        source.push_back(list.source[synapse.back()]);
        target.push_back(list.target[synapse.back()]);
      }
      const std::string place = this->place("weight_traces", w);
      file.write(place + "synapse", synapse, {count}, {"", "number of each synapse in the edge", {"synapse"}});
      file.write(place + "source", source, {count}, {"", "source unit of each synapse", {"synapse"}});
      file.write(place + "target", target, {count}, {"", "target unit of each synapse", {"synapse"}});
      traces_.push_back({std::move(synapse),
                         file.template appendable<Real>(
                             place + "data", {count},
                             {edge.weight.unit, "weights of some synapses of edge " + edge.name, {"time", "synapse"}}),
                         file.template appendable<double>(place + "time", {}, {"ms", "time of each row", {"time"}})});
    }
    look(0);
  }

 private:
  struct Traces {
    std::vector<std::uint64_t> synapse;
    record::Appendable<Real> data;
    record::Appendable<double> time;
  };

  void look(std::int64_t step) override {
    std::vector<Real> row;
    for (std::size_t k = 0; k < traces_.size(); ++k) {
      const std::vector<Real> values = this->weights(this->edges_[k], step);
      row.clear();
      for (const std::uint64_t synapse : traces_[k].synapse) row.push_back(values[synapse]);
      traces_[k].data.append(row);
      traces_[k].time.append(this->time(step));
    }
  }

  std::vector<Traces> traces_;
};

/// Counts in equal bins, to `weight_histograms/`. A bin holds its lower edge, the last one its upper edge too.
template <class Real>
class WeightHistograms final : public WeightRecorder<Real> {
 public:
  WeightHistograms(const RecordRequest& request, const record::ResultFile& file, Clock<Real>& clock)
      : WeightRecorder<Real>(request, clock) {
    const std::size_t bins = request.weights.bins;
    for (const auto& w : this->edges_) {
      const SparseEdge<Real>& edge = this->edge(w);
      const auto [low, high] = request.weights.ranges[w.place];
      std::vector<double> edges;
      for (std::size_t i = 0; i < bins; ++i)
        edges.push_back(low + (high - low) * static_cast<double>(i) / static_cast<double>(bins));
      edges.push_back(high);
      const std::string place = this->place("weight_histograms", w);
      file.write(place + "edges", edges, {bins + 1}, {edge.weight.unit, "edges of the bins", {"edge"}});
      const auto counts = [&](const char* name, std::vector<std::size_t> shape, const std::string& meaning,
                              std::vector<std::string> axes) {
        return file.template appendable<std::uint64_t>(place + name, std::move(shape), {"", meaning, std::move(axes)});
      };
      histograms_.push_back(
          {edges, counts("counts", {bins}, "weights of edge " + edge.name + " in each bin", {"time", "bin"}),
           counts("below", {}, "weights below the first bin", {"time"}),
           counts("above", {}, "weights above the last bin", {"time"}),
           file.template appendable<double>(place + "time", {}, {"ms", "time of each row", {"time"}})});
    }
    look(0);
  }

 private:
  struct Histogram {
    std::vector<double> edges;
    record::Appendable<std::uint64_t> counts, below, above;
    record::Appendable<double> time;
  };

  void look(std::int64_t step) override {
    std::vector<std::uint64_t> counts;
    for (std::size_t k = 0; k < histograms_.size(); ++k) {
      Histogram& h = histograms_[k];
      const double low = h.edges.front(), high = h.edges.back();
      const std::size_t bins = h.edges.size() - 1;
      counts.assign(bins, 0);
      std::uint64_t below = 0, above = 0;
      for (const Real weight : this->weights(this->edges_[k], step)) {
        const double w = static_cast<double>(weight);
        if (w < low) {
          ++below;
        } else if (!(w <= high)) {
          ++above;
        } else {
          // The quotient may be off by a rounding at the edge of a bin: the edges decide.
          auto i = std::min(bins - 1, static_cast<std::size_t>((w - low) / (high - low) * static_cast<double>(bins)));
          if (w < h.edges[i]) --i;
          if (i + 1 < bins && w >= h.edges[i + 1]) ++i;
          ++counts[i];
        }
      }
      h.counts.append(counts);
      h.below.append(below);
      h.above.append(above);
      h.time.append(this->time(step));
    }
  }

  std::vector<Histogram> histograms_;
};

/// Weights that moved by more than a threshold since they were last written, to `weight_changes/`.
template <class Real>
class WeightChanges final : public WeightRecorder<Real> {
 public:
  WeightChanges(const RecordRequest& request, const record::ResultFile& file, Clock<Real>& clock)
      : WeightRecorder<Real>(request, clock) {
    for (const auto& w : this->edges_) {
      const SparseEdge<Real>& edge = this->edge(w);
      const std::string place = this->place("weight_changes", w);
      const std::vector<Real> now = this->weights(w, 0);
      file.write(place + "initial", now, {now.size()},
                 {edge.weight.unit, "weight of each synapse of edge " + edge.name + " at the start", {"synapse"}});
      edges_written_.push_back(
          {std::vector<Real>(now.begin(), now.end()),
           file.template appendable<double>(place + "time", {}, {"ms", "when the change was seen", {"change"}}),
           file.template appendable<std::uint32_t>(place + "synapse", {},
                                                   {"", "number of the synapse in the edge", {"change"}}),
           file.template appendable<Real>(place + "weight", {}, {edge.weight.unit, "its weight then", {"change"}})});
      file.group(place.substr(0, place.size() - 1)).attribute("threshold", request.weights.threshold);
    }
  }

 private:
  struct Written {
    std::vector<Real> last;
    record::Appendable<double> time;
    record::Appendable<std::uint32_t> synapse;
    record::Appendable<Real> weight;
  };

  void look(std::int64_t step) override {
    for (std::size_t k = 0; k < edges_written_.size(); ++k) {
      Written& w = edges_written_[k];
      const std::vector<Real> now = this->weights(this->edges_[k], step);
      for (std::size_t i = 0; i < now.size(); ++i) {
        if (std::fabs(static_cast<double>(now[i]) - static_cast<double>(w.last[i])) <= this->request_.weights.threshold)
          continue;
        w.time.append(this->time(step));
        w.synapse.append(static_cast<std::uint32_t>(i));
        w.weight.append(now[i]);
        w.last[i] = now[i];
      }
    }
  }

  std::vector<Written> edges_written_;
};

}  // namespace

template <class Real>
std::unique_ptr<Recorder<Real>> make_weight_recorder(const RecordRequest& request, const record::ResultFile& file,
                                                     Clock<Real>& clock) {
  switch (request.weights.as) {
    case WeightRequest::As::traces:
      return std::make_unique<WeightTraces<Real>>(request, file, clock);
    case WeightRequest::As::histogram:
      return std::make_unique<WeightHistograms<Real>>(request, file, clock);
    case WeightRequest::As::changes:
      return std::make_unique<WeightChanges<Real>>(request, file, clock);
    default:
      return std::make_unique<AllWeights<Real>>(request, file, clock);
  }
}

template std::unique_ptr<Recorder<float>> make_weight_recorder(const RecordRequest&, const record::ResultFile&,
                                                               Clock<float>&);
template std::unique_ptr<Recorder<double>> make_weight_recorder(const RecordRequest&, const record::ResultFile&,
                                                                Clock<double>&);

}  // namespace cajal::app
