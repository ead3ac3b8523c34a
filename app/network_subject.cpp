#include "app/network_subject.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "app/subject.hpp"
#include "app/terminal.hpp"
#include "sim/population_base.hpp"

namespace cajal::app {

namespace {

/// Test samples on which changes of the membrane potential are counted.
constexpr std::size_t watched_samples = 100;

template <class Real>
class NetworkSubject final : public analysis::Subject {
 public:
  NetworkSubject(Learner<Real>& learner, const Data& data, std::string without_gradient)
      : learner_(learner), data_(data), without_gradient_(std::move(without_gradient)) {
    for (const auto& edge : network().edges) {
      Place place{edge.get(), nullptr, nullptr, nullptr};
      for (Parameter<Real>* p : edge->parameters())
        if (p->name == "weight")
          place.weight = p;
        else
          place.bias = p;
      if (place.weight) places_.push_back(place);
    }
    for (const auto& edge : network().sparse)
      if (!edge->weight.value.empty()) places_.push_back({nullptr, edge.get(), &edge->weight, nullptr});
  }

  const std::string& name() const override { return learner_.options().name; }

  Answers answer(std::span<const float> rows) override { return answer_within(rows, steps()); }
  Answers answer_within(std::span<const float> rows, std::int64_t steps) override {
    PhaseRecord asked = learner_.ask(shown(rows), steps);
    Answers out;
    out.outputs = asked.outputs;
    out.scores = std::move(asked.scores);
    if (answers_classes()) out.predicted = classes_of(out.scores, out.outputs);
    return out;
  }
  std::int64_t steps() const override { return learner_.options().trial.steps; }
  double dt() const override { return learner_.options().dt; }
  bool stopped() const override { return stop_requested(); }

  std::string without_gradient() const override { return without_gradient_; }
  std::vector<double> input_gradient(std::span<const float> rows, std::span<const std::int32_t> outputs) override {
    if (!without_gradient_.empty()) throw Error(without_gradient_);
    return learner_.input_gradient(rows, outputs);
  }

  std::size_t number_bytes() const override { return sizeof(Real); }
  std::vector<Weights> weights() const override {
    std::vector<Weights> out;
    for (const Place& place : places_) out.push_back(place.edge ? of_edge(place) : of_synapses(*place.sparse));
    return out;
  }
  std::vector<double> weight_values(std::size_t i) override {
    learner_.release();
    std::vector<double> values = places_[i].weight->row_major();
    if (places_[i].sparse && values.size() == 1) values.resize(places_[i].sparse->synapses.size(), values[0]);
    return values;
  }
  void set_weight_values(std::size_t i, std::span<const double> values) override {
    learner_.release();
    Parameter<Real>& weight = *places_[i].weight;
    before_.try_emplace(i, weight.value);
    if (places_[i].sparse) weight.value.resize(values.size());
    weight.assign({values.begin(), values.end()});
  }

  std::vector<Units> nodes() const override {
    std::vector<Units> out;
    const Predict& predict = learner_.options().predict;
    for (const auto& node : network().nodes) {
      Units u;
      u.node = node->name();
      u.units = node->size();
      u.spiking = node->spiking();
      u.input = node->ports.empty();
      u.output = node->name() == predict.of && predict.kind != Predict::Kind::assigned_rate;
      for (const auto& edge : network().edges) u.neurons = u.neurons || (&edge->to() == node.get() && joins(*edge));
      for (const auto& edge : network().sparse) u.neurons = u.neurons || edge->to == node.get();
      for (const Column<Real>& column : node->columns())
        u.state_bytes += static_cast<double>(column.signal->units() * sizeof(Real));
      for (const auto& statistic : node->statistics())
        u.buffer_bytes += static_cast<double>(statistic.values.size_bytes());
      for (const auto& process : learner_.processes())
        for (const auto& state : process->state())
          if (state.name.starts_with("node." + u.node + "."))
            u.buffer_bytes += static_cast<double>(state.values.size() * sizeof(Real));
      u.passes = node->held ? 1 : static_cast<double>(steps());
      out.push_back(std::move(u));
    }
    return out;
  }
  void lesion(std::size_t i, std::span<const std::uint32_t> units) override {
    std::vector<std::uint32_t>& silenced = network().nodes[i]->silenced;
    silenced.insert(silenced.end(), units.begin(), units.end());
    std::sort(silenced.begin(), silenced.end());
  }
  void restore() override {
    for (const auto& node : network().nodes) node->silenced.clear();
    if (before_.empty()) return;
    learner_.release();
    for (auto& [i, values] : before_) {
      Parameter<Real>& weight = *places_[i].weight;
      weight.value = std::move(values);
      if (weight.changed) weight.changed();
    }
    before_.clear();
  }

  std::optional<Operations> operations() override {
    if (!operations_ && !learner_.record().operations.empty()) operations_ = count();
    return operations_;
  }

 private:
  /// Where a group of weights stands.
  struct Place {
    Edge<Real>* edge;
    SparseEdge<Real>* sparse;
    Parameter<Real>*weight, *bias;
  };

  Network<Real>& network() const { return learner_.network(); }
  bool answers_classes() const {
    const LearnerOptions& o = learner_.options();
    return data_.dataset.classification() && o.outputs == LearnerOptions::Outputs::answers &&
           o.predict.kind != Predict::Kind::value;
  }
  /// An embedding is looked up, which is no operation, but what it holds are weights.
  static bool joins(const Edge<Real>& edge) { return edge.synaptic() || edge.kind() == "embedding"; }

  data::Dataset shown(std::span<const float> rows) const {
    data::Dataset d;
    d.name = data_.dataset.name;
    d.shape = data_.dataset.shape;
    d.features = data_.dataset.features;
    d.tokens = data_.dataset.tokens;
    d.classes = data_.dataset.classes;
    d.samples = rows.size() / d.features;
    d.x.assign(rows.begin(), rows.end());
    return d;
  }

  Weights of_edge(const Place& place) const {
    Weights w;
    w.edge = place.edge->name();
    w.from = place.edge->from().name();
    w.to = place.edge->to().name();
    w.values = elements(*place.weight);
    w.biases = place.bias ? elements(*place.bias) : 0;
    w.weight_bytes = static_cast<double>(w.values * sizeof(Real));
    w.bias_bytes = static_cast<double>(w.biases * sizeof(Real));
    w.trained = place.edge->trained;
    w.synaptic = joins(*place.edge);
    return w;
  }
  Weights of_synapses(const SparseEdge<Real>& edge) const {
    Weights w;
    w.edge = edge.name;
    w.from = edge.from->name();
    w.to = edge.to->name();
    w.values = edge.synapses.size();
    w.weight_bytes = static_cast<double>(edge.weight.value.size() * sizeof(Real));
    // The target of each synapse, its delay where they differ, and where the row of each source begins.
    const std::size_t numbers = edge.synapses.target.size() + edge.from->size() + 1 +
                                (edge.synapses.delay.size() > 1 ? edge.synapses.delay.size() : 0);
    w.index_bytes = static_cast<double>(numbers * sizeof(std::uint32_t));
    w.trained = edge.learned();
    return w;
  }
  static std::size_t elements(const Parameter<Real>& p) {
    std::size_t count = 1;
    for (const std::size_t extent : p.shape) count *= extent;
    return count;
  }

  Operations count() {
    const LearnerRecord& r = learner_.record();
    Operations o;
    for (const auto& edge : r.operations) {
      o.dense += edge.dense;
      (edge.binary ? o.effective_acs : o.effective_macs) += edge.effective;
      if (const Edge<Real>* e = network().edge(edge.edge); e && e->from().held) o.held += edge.dense;
    }
    double nonzero = 0, total = 0;
    for (const NodeActivity& a : r.activity) {
      nonzero += a.input ? a.nonzero : 0;
      total += a.input ? a.total : 0;
      if (!a.spiking || a.input) continue;
      o.spikes += a.sum / r.measured_samples;
      o.neuron_steps += static_cast<double>(a.units) * static_cast<double>(steps());
    }
    o.input_nonzero = total > 0 ? nonzero / total : 0;
    for (const auto& node : network().nodes)
      if (has_membrane(*node)) o.neuron_updates += static_cast<double>(node->size()) * static_cast<double>(steps());
    const analysis::Questions q = questions_of(data_, 0, watched_samples);
    o.membrane_updates = learner_.membrane_updates(shown(q.rows)).value_or(std::nan(""));
    return o;
  }

  Learner<Real>& learner_;
  const Data& data_;
  std::string without_gradient_;
  std::vector<Place> places_;
  std::map<std::size_t, std::vector<Real>> before_;  ///< values of weights that were changed
  std::optional<Operations> operations_;
};

}  // namespace

template <class Real>
std::unique_ptr<analysis::Subject> network_subject(Learner<Real>& learner, const Data& data,
                                                   std::string without_gradient) {
  return std::make_unique<NetworkSubject<Real>>(learner, data, std::move(without_gradient));
}

template std::unique_ptr<analysis::Subject> network_subject(Learner<float>&, const Data&, std::string);
template std::unique_ptr<analysis::Subject> network_subject(Learner<double>&, const Data&, std::string);

}  // namespace cajal::app
