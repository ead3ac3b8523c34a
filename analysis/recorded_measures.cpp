#include "analysis/cka.hpp"
#include "analysis/connection_sparsity.hpp"
#include "analysis/correlation.hpp"
#include "analysis/fano.hpp"
#include "analysis/isi.hpp"
#include "analysis/noise_correlation.hpp"
#include "analysis/participation_ratio.hpp"
#include "analysis/rates.hpp"
#include "analysis/recorded.hpp"
#include "analysis/rsa.hpp"
#include "analysis/selectivity.hpp"
#include "analysis/synchrony.hpp"
#include "analysis/treves_rolls.hpp"
#include "analysis/weights.hpp"

namespace cajal::analysis {

std::span<const RecordedMeasure> recorded_measures() {
  static const RecordedMeasure all[] = {rates_measure,
                                        isi_measure,
                                        correlation_measure,
                                        fano_measure,
                                        synchrony_measure,
                                        cka_measure,
                                        rsa_measure,
                                        participation_ratio_measure,
                                        treves_rolls_measure,
                                        selectivity_measure,
                                        noise_correlation_measure,
                                        weights_measure,
                                        connection_sparsity_measure};
  return all;
}

}  // namespace cajal::analysis
