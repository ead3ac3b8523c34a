#include "models/layers/switch.hpp"

#include <algorithm>

#include "models/describe.hpp"
#include "sim/config/text.hpp"
#include "sim/error.hpp"

namespace cajal {

template <class Real>
Switch<Real>::Switch(std::string name, std::size_t size, std::array<std::string, 2> ports)
    : Node<Real>(std::move(name), size) {
  for (std::string& label : ports) {
    Port<Real> port;
    port.name = std::move(label);
    port.receptor = "none";
    this->ports.push_back(std::move(port));
  }
}

template <class Real>
void Switch<Real>::prepare(const Plan& plan) {
  Node<Real>::prepare(plan);
  selected_.resize(plan.batch, 0);
}

template <class Real>
void Switch<Real>::select(std::size_t sample, std::size_t port) {
  if (sample >= selected_.size() || port >= this->ports.size())
    throw Error("node." + this->name() + ": no port " + std::to_string(port) + " of sample " + std::to_string(sample));
  selected_[sample] = static_cast<std::uint8_t>(port);
}

/// Of what is held the first step is made alone. False: nothing is to be done.
template <class Real>
bool Switch<Real>::shorten(Steps& steps) const {
  if (!this->held) return true;
  if (steps.begin > this->trial_begin) return false;
  steps.end = steps.begin + 1;
  return true;
}

template <class Real>
void Switch<Real>::advance(Steps steps, const Slice& slice) {
  if (!shorten(steps)) return;
  const auto [begin, end] = slice.units(padded(this->size()));
  for (std::int64_t t = steps.begin; t < steps.end; ++t)
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      const Port<Real>& port = this->ports[selected_[b]];
      Real* const out = this->output.at(t, b, slice.part);
      if (port.connected)
        std::copy_n(port.arrivals.at(t, b, slice.part) + begin, end - begin, out + begin);
      else
        std::fill(out + begin, out + end, Real(0));
    }
}

template <class Real>
void Switch<Real>::begin_rewind(const Slice& slice) {
  for (Port<Real>& port : this->ports)
    if (port.connected && gathers(port)) port.arrivals_gradient.zero(0, slice);
}

template <class Real>
void Switch<Real>::rewind(Steps steps, const Slice& slice) {
  if (!shorten(steps)) return;
  const auto [begin, end] = slice.units(padded(this->size()));
  for (std::size_t p = 0; p < this->ports.size(); ++p) {
    Port<Real>& port = this->ports[p];
    if (!port.connected) continue;
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
      for (std::int64_t t = steps.end; t-- > steps.begin;) {
        const Real* const gradient = this->output_gradient.at(t, b);
        Real* const out = port.arrivals_gradient.at(t, b);
        const bool passed = selected_[b] == p;
        for (std::size_t u = begin; u < end; ++u) {
          const Real g = passed ? gradient[u] : Real(0);
          out[u] = gathers(port) ? out[u] + g : g;
        }
      }
  }
}

namespace {

template <class Real>
std::unique_ptr<Node<Real>> make_switch(const NodeRequest& r) {
  std::vector<std::string> names{"real", "fake"};
  if (r.table.has("ports")) names = r.table.texts("ports");
  const bool dotted = std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return name.empty() || name.find('.') != std::string::npos;
  });
  if (names.size() != 2 || names[0] == names[1] || dotted) {
    r.table.error("ports", "expected two different names without a dot, like [\"real\", \"fake\"]");
    names = {"real", "fake"};
  }
  return std::make_unique<Switch<Real>>(r.name, r.size, std::array{names[0], names[1]});
}

}  // namespace

NodeEntry switch_entry() {
  return {"switch",
          "layers",
          "passes on one of two ports, chosen for each sample",
          make_switch<float>,
          make_switch<double>,
          [] {
            return describe_head("switch", "passes on one of two ports, chosen for each sample",
                                 "y = x_real or y = x_fake; the gradient goes where y came from",
                                 "Goodfellow et al. 2014, NeurIPS, algorithm 1") +
                   "\nkeys\n  ports      [\"real\", \"fake\"]  names of the two ports; the first is passed on unless a "
                   "trainer chooses\n\nexample\n  [node]\n  seen = { kind = \"switch\", size = 64 }\n  [edge]\n  r = { "
                   "from = \"image\", to = \"seen.real\", kind = \"one_to_one\" }\n  f = { from = \"generated\", to = "
                   "\"seen.fake\", kind = \"one_to_one\" }\n";
          }};
}

template class Switch<float>;
template class Switch<double>;

}  // namespace cajal
