#include "models/inputs/data.hpp"

#include <algorithm>
#include <cmath>

#include "models/inputs/entries.hpp"
#include "sim/config/text.hpp"
#include "sim/random_planes.hpp"

namespace cajal {

template <class Real>
DataInput<Real>::DataInput(std::string name, std::size_t size, Options options)
    : Node<Real>(std::move(name), size), options_(options) {
  this->held = options.encoding == Encoding::current && options.show == 0;
}

template <class Real>
void DataInput<Real>::prepare(const Plan& plan) {
  Node<Real>::prepare(plan);
  dt_ = plan.dt;
  shown_ = options_.show > 0 ? std::llround(options_.show / plan.dt) : INT64_MAX;
  stream_ = Stream(plan.seed, "node." + Node<Real>::name());
  gain_.assign(plan.batch, static_cast<Real>(options_.gain));
  values_.assign(plan.batch,
                 std::vector<Real>(std::max<std::size_t>(options_.frames, 1) * padded(this->size()), Real(0)));
  if (options_.encoding == Encoding::poisson)
    thresholds_.assign(plan.batch, std::vector<std::uint32_t>(padded(this->size()), 0));
  if (options_.encoding == Encoding::latency)
    steps_.assign(plan.batch, std::vector<std::int64_t>(padded(this->size()), -1));
  if (options_.encoding == Encoding::latency && options_.show == 0) shown_ = plan.window;
}

template <class Real>
void DataInput<Real>::show(std::size_t sample, std::span<const float> values, std::uint64_t trial) {
  this->trials[sample] = trial;
  if (options_.encoding == Encoding::sequence) return show_sequence(sample, values);
  const double gain = static_cast<double>(gain_[sample]);
  double rate = options_.max_rate;
  if (options_.total > 0) {
    double sum = 0;
    for (std::size_t u = 0; u < this->size(); ++u) sum += std::max(0.0, static_cast<double>(values[u]));
    rate = sum > 0 ? options_.total / sum : 0;
  }
  for (std::size_t u = 0; u < this->size(); ++u) {
    const double x = static_cast<double>(values[u]);
    values_[sample][u] = static_cast<Real>(gain * x);
    if (options_.encoding == Encoding::poisson) {
      const double p = std::clamp(gain * x * rate * dt_ * 1e-3, 0.0, 1.0);
      thresholds_[sample][u] = static_cast<std::uint32_t>(std::min(p * 0x1p32, 4294967295.0));
    } else if (options_.encoding == Encoding::latency) {
      const double y = std::clamp(gain * x, 0.0, 1.0);
      steps_[sample][u] = y > options_.threshold ? std::llround((1 - y) * static_cast<double>(shown_ - 1)) : -1;
    }
  }
}

template <class Real>
void DataInput<Real>::show_sequence(std::size_t sample, std::span<const float> values) {
  const std::size_t stride = padded(this->size()), frames = options_.frames;
  auto& out = values_[sample];
  if (options_.one_hot) std::fill(out.begin(), out.end(), Real(0));
  for (std::size_t f = 0; f < frames; ++f) {
    Real* row = out.data() + (options_.reversed ? frames - 1 - f : f) * stride;
    if (options_.one_hot)
      row[std::min(static_cast<std::size_t>(values[f]), this->size() - 1)] = gain_[sample];
    else
      for (std::size_t u = 0; u < this->size(); ++u)
        row[u] = gain_[sample] * static_cast<Real>(values[f * this->size() + u]);
  }
}

template <class Real>
void DataInput<Real>::advance_poisson(Steps steps, std::size_t sample, Slice::Range units) {
  for (std::int64_t t = steps.begin; t < steps.end; ++t) {
    Real* const out = this->output.at(t, sample);
    std::fill(out + units.begin, out + units.end, Real(0));
  }
  const std::int64_t end = std::min(steps.end, shown_ == INT64_MAX ? steps.end : this->trial_begin + shown_);
  const std::uint32_t* const p = thresholds_[sample].data();
  Planes<std::uint32_t> words;
  for (std::int64_t t = steps.begin; t < end; t += blocks_of_planes) {
    const std::uint64_t key = this->trials[sample] << 24 | static_cast<std::uint64_t>(t - this->trial_begin);
    const auto count = static_cast<std::size_t>(std::min<std::int64_t>(end - t, blocks_of_planes));
    for (std::size_t u = units.begin; u < units.end; u += 4) {
      // Dark pixels draw nothing: the draws of others do not depend on it.
      if ((p[u] | p[u + 1] | p[u + 2] | p[u + 3]) == 0) continue;
      fill_steps(stream_, u / 4, key, std::span(&words, 1));
      for (std::size_t i = 0; i < count; ++i) {
        Real* const out = this->output.at(t + static_cast<std::int64_t>(i), sample) + u;
        for (std::size_t k = 0; k < 4; ++k) out[k] = words.plane[k][i] < p[u + k] ? Real(1) : Real(0);
      }
    }
  }
}

template <class Real>
void DataInput<Real>::advance(Steps steps, const Slice& slice) {
  const auto units = slice.units(padded(this->size()));
  if (this->held) {
    if (steps.begin > this->trial_begin) return;
    steps.end = steps.begin + 1;
  }
  if (options_.encoding == Encoding::poisson) {
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) advance_poisson(steps, b, units);
    return;
  }
  for (std::int64_t t = steps.begin; t < steps.end; ++t)
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      Real* out = this->output.at(t, b);
      const std::int64_t within = t - this->trial_begin;
      if (within >= shown_) {
        std::fill(out + units.begin, out + units.end, Real(0));
      } else if (options_.encoding == Encoding::sequence) {
        const auto frame = static_cast<std::size_t>(within);
        if (frame < options_.frames)
          std::copy_n(values_[b].data() + frame * padded(this->size()) + units.begin, units.end - units.begin,
                      out + units.begin);
        else
          std::fill(out + units.begin, out + units.end, Real(0));
      } else if (options_.encoding == Encoding::current) {
        std::copy(values_[b].begin() + static_cast<std::ptrdiff_t>(units.begin),
                  values_[b].begin() + static_cast<std::ptrdiff_t>(units.end), out + units.begin);
      } else {
        for (std::size_t u = units.begin; u < units.end; ++u) out[u] = steps_[b][u] == within ? Real(1) : Real(0);
      }
    }
}

template <class Real>
void DataInput<Real>::shown_gradient(std::size_t sample, Steps steps, std::span<double> gradient) const {
  if (this->spiking() || this->output_gradient.empty() || options_.one_hot) return;
  const double gain = static_cast<double>(gain_[sample]);
  const std::size_t size = this->size();
  const bool sequence = options_.encoding == Encoding::sequence;
  const Steps walked = this->held ? Steps{0, 1} : steps;
  for (std::int64_t t = walked.begin; t < walked.end; ++t) {
    const std::int64_t within = t - this->trial_begin;
    if (within >= shown_) break;
    const auto step = static_cast<std::size_t>(within);
    if (sequence && step >= options_.frames) break;
    const std::size_t frame = !sequence ? 0 : options_.reversed ? options_.frames - 1 - step : step;
    const Real* g = this->output_gradient.at(t, sample);
    for (std::size_t u = 0; u < size; ++u) gradient[frame * size + u] += gain * static_cast<double>(g[u]);
  }
}

template class DataInput<float>;
template class DataInput<double>;

namespace {

template <class Real>
std::unique_ptr<Node<Real>> make_data(const NodeRequest& r) {
  typename DataInput<Real>::Options o;
  o.targets = r.table.choice("field", {"x", "y"}, "x") == "y";
  o.gain = r.table.number("gain", 1, config::not_negative);
  o.show = r.show;
  if (const auto encode = r.table.named("encode")) {
    const auto& [name, keys] = *encode;
    if (name == "poisson") {
      o.encoding = Encoding::poisson;
      if (keys.has("total") && keys.has("max"))
        keys.error("total",
                   "either `max`, the rate of a unit whose value is 1, or `total`, that of all units together");
      o.max_rate = keys.quantity("max", "Hz", 63.75, config::not_negative);
      if (keys.has("total")) o.total = keys.required_quantity("total", "Hz", config::positive);
    } else if (name == "latency") {
      o.encoding = Encoding::latency;
      o.threshold = keys.number("threshold", 0.01, config::fraction);
    } else if (name == "sequence" && o.targets) {
      r.table.error("encode",
                    "what is to be predicted is no sequence: encode = \"current\", \"poisson\" or \"latency\"");
      keys.skip();
    } else if (name == "sequence") {
      o.encoding = Encoding::sequence;
      o.frames = r.sample_shape.empty() ? 1 : r.sample_shape[0];
      o.reversed = keys.boolean("reverse", false);
      o.one_hot = r.tokens > 0 && !keys.boolean("index", false);
    } else if (name != "current") {
      r.table.error("encode", fmt::format("unknown encoding \"{}\"{}", name,
                                          config::alternatives(name, {"current", "sequence", "poisson", "latency"})));
      // One that spikes, so that rules which need spikes do not complain too.
      o.encoding = Encoding::poisson;
      keys.skip();
    }
  }
  auto node = std::make_unique<DataInput<Real>>(r.name, r.size, o);
  // A value may only be held where every trial starts anew.
  node->held = node->held && r.trial_resets;
  return node;
}

}  // namespace

Shape shown_shape(const config::Table& table, const Shape& sample, std::size_t tokens) {
  // What is wrong with the key is told where the node is made.
  const config::Value* encode = table.peek("encode");
  const config::Value* kind = encode && encode->kind == config::Value::Kind::table ? encode->find("kind") : encode;
  if (!kind || kind->text != "sequence") return sample;
  if (sample.size() < 2) {
    table.error("encode", fmt::format("a sequence needs samples of {{steps, values}}; these have the shape {{{}}}",
                                      fmt::join(sample, ", ")));
    return {};
  }
  const config::Value* index = encode->find("index");
  if (tokens > 0 && !(index && index->boolean)) return {tokens};
  return {sample.begin() + 1, sample.end()};
}

NodeEntry data_entry() {
  return input_entry<DataInput>([]<class Real>(const NodeRequest& r) { return make_data<Real>(r); }, R"(keys
  field ("x", or "y": what is to be predicted, for a teacher), gain (1), encode: "current" | { kind = "sequence", reverse = false } (a row of the sample at each
  step; of characters: one unit each, or with index = true their number, for an embedding) |
  { kind = "poisson", max = "63.75 Hz" } | { kind = "poisson", total = "10 kHz" } | { kind = "latency", threshold = 0.01 }, shape (of the sample, like [1, 28, 28])

example
  [node]
  image = { kind = "data", field = "x", encode = { kind = "poisson", max = "100 Hz" } }
)");
}

}  // namespace cajal
