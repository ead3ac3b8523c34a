#include "models/inputs/entries.hpp"
#include "models/catalogue_entries.hpp"
#include "models/layers/dropout.hpp"

namespace cajal {

namespace {

template <class Real>
std::unique_ptr<Node<Real>> make_dropout(const NodeRequest& r) {
  return std::make_unique<Dropout<Real>>(r.name, r.size, r.table.number("p", 0.5, {0, 1, false, true}));
}

}  // namespace

NodeEntry dropout_entry() {
  return {
      "dropout", "layers", "drops inputs at random while training", make_dropout<float>, make_dropout<double>, [] {
        return describe_head("dropout", "drops inputs at random while training",
                             "y = x m / (1 - p), m = 0 with probability p; y = x when not training",
                             "Srivastava et al. 2014, JMLR 15:1929") +
               "\nkeys\n  p          0.5          from 0 to below 1  share that is dropped\n\nexample\n  layers = [ { "
               "kind = \"dense\", units = 64, activation = \"relu\" }, { kind = \"dropout\", p = 0.2 }, { name = "
               "\"out\", kind = \"dense\", units = 10 } ]\n";
      }};
}

std::vector<NodeEntry> input_entries() {
  return {poisson_entry(), current_entry(), noise_current_entry(), noise_entry(),
          spikes_entry(),  pattern_entry(), data_entry()};
}

}  // namespace cajal
