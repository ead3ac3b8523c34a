#include "models/catalogue.hpp"

#include "models/catalogue_entries.hpp"
#include "models/cells/gru.hpp"
#include "models/cells/lstm.hpp"
#include "models/inputs/current.hpp"
#include "models/inputs/data.hpp"
#include "models/inputs/poisson.hpp"
#include "models/inputs/spikes.hpp"
#include "models/layers/batch_norm.hpp"
#include "models/layers/dropout.hpp"
#include "models/layers/elu.hpp"
#include "models/layers/gelu.hpp"
#include "models/layers/gelu_tanh.hpp"
#include "models/layers/layer_norm.hpp"
#include "models/layers/leaky_relu.hpp"
#include "models/layers/linear.hpp"
#include "models/layers/relu.hpp"
#include "models/layers/sigmoid.hpp"
#include "models/layers/silu.hpp"
#include "models/layers/softmax.hpp"
#include "models/layers/softplus.hpp"
#include "models/layers/switch.hpp"
#include "models/layers/tanh.hpp"
#include "models/neurons/adex.hpp"
#include "models/neurons/alif.hpp"
#include "models/neurons/eif.hpp"
#include "models/neurons/fitzhugh_nagumo.hpp"
#include "models/neurons/gif.hpp"
#include "models/neurons/hindmarsh_rose.hpp"
#include "models/neurons/hodgkin_huxley.hpp"
#include "models/neurons/izhikevich.hpp"
#include "models/neurons/lif.hpp"
#include "models/neurons/mat2.hpp"
#include "models/neurons/morris_lecar.hpp"
#include "models/neurons/naud_sprekeler.hpp"
#include "models/neurons/poisson_neuron.hpp"
#include "models/neurons/qif.hpp"
#include "models/neurons/resonate_and_fire.hpp"
#include "models/neurons/traub_hh.hpp"
#include "models/neurons/wang_buzsaki.hpp"
#include "models/rates/balloon_windkessel.hpp"
#include "models/rates/jansen_rit.hpp"
#include "models/rates/kuramoto.hpp"
#include "models/rates/leaky_readout.hpp"
#include "models/rates/linear_rate.hpp"
#include "models/rates/modulator.hpp"
#include "models/rates/montbrio_pazo_roxin.hpp"
#include "models/rates/oscillator_2d.hpp"
#include "models/rates/sigmoid_rate.hpp"
#include "models/rates/stuart_landau.hpp"
#include "models/rates/tanh_rate.hpp"
#include "models/rates/threshold_linear.hpp"
#include "models/rates/wilson_cowan.hpp"
#include "models/rates/wong_wang.hpp"
#include "models/rates/wong_wang_ei.hpp"
#include "models/receptors/alpha_conductance.hpp"
#include "models/receptors/alpha_current.hpp"
#include "models/receptors/current.hpp"
#include "models/receptors/delta.hpp"
#include "models/receptors/diffusive.hpp"
#include "models/receptors/double_exponential_conductance.hpp"
#include "models/receptors/double_exponential_current.hpp"
#include "models/receptors/exponential_conductance.hpp"
#include "models/receptors/exponential_current.hpp"
#include "models/receptors/gap_junction.hpp"
#include "models/receptors/nmda.hpp"
#include "models/synapses/tsodyks_markram.hpp"

namespace cajal {

template <class... M>
struct Catalogue {};

// A new model is one file and one word here.
using Neurons = Catalogue<Lif, AdEx, Izhikevich, Eif, Qif, Gif, Mat2, Alif, HodgkinHuxley, TraubHh, WangBuzsaki,
                          MorrisLecar, FitzHughNagumo, HindmarshRose, ResonateAndFire, PoissonNeuron, NaudSprekeler>;
using Rates =
    Catalogue<LinearRate, ThresholdLinear, SigmoidRate, TanhRate, LeakyReadout, WilsonCowan, JansenRit, StuartLandau,
              Kuramoto, Oscillator2d, WongWang, WongWangEi, MontbrioPazoRoxin, BalloonWindkessel, Modulator>;
using Layers = Catalogue<Identity, Relu, LeakyRelu, Elu, Gelu, GeluTanh, Silu, Softplus, Sigmoid, Tanh>;
using Cells = Catalogue<Lstm, Gru>;
using Synapses = Catalogue<TsodyksMarkram>;
using Receptors = Catalogue<Delta, Current, ExponentialCurrent, ExponentialConductance, AlphaCurrent, AlphaConductance,
                            DoubleExponentialCurrent, DoubleExponentialConductance, Nmda, GapJunction, Diffusive>;

namespace {

template <class... M>
void add_populations(std::vector<NodeEntry>& out, Catalogue<M...>, const char* group) {
  (out.push_back(population_entry<M>(group)), ...);
}
template <class... M>
void add_layers(std::vector<NodeEntry>& out, Catalogue<M...>) {
  (out.push_back(layer_entry<M>()), ...);
}
template <class... M>
void add_cells(std::vector<NodeEntry>& out, Catalogue<M...>, const char* group) {
  (out.push_back(cell_entry<M>(group)), ...);
}
template <class... R>
std::vector<ReceptorEntry> receptor_entries(Catalogue<R...>) {
  return {receptor_entry<R>()...};
}

std::vector<NodeEntry> make_catalogue() {
  std::vector<NodeEntry> out;
  add_populations(out, Neurons{}, "neurons");
  add_populations(out, Rates{}, "rates");
  add_layers(out, Layers{});
  add_cells(out, Cells{}, "cells");
  add_cells(out, Synapses{}, "synapses");
  // Layers with loops of their own.
  for (NodeEntry& e :
       std::vector{dropout_entry(), softmax_entry(), layer_norm_entry(), batch_norm_entry(), switch_entry()})
    out.push_back(std::move(e));
  for (NodeEntry& e : input_entries()) out.push_back(std::move(e));
  return out;
}

}  // namespace

const std::vector<NodeEntry>& node_catalogue() {
  static const std::vector<NodeEntry> entries = make_catalogue();
  return entries;
}

const std::vector<ReceptorEntry>& receptor_catalogue() {
  static const std::vector<ReceptorEntry> entries = receptor_entries(Receptors{});
  return entries;
}

}  // namespace cajal
