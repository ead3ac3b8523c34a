#include "analysis/catalogue.hpp"

#include "analysis/accuracy.hpp"
#include "analysis/confusion.hpp"
#include "analysis/correlation.hpp"
#include "analysis/isi.hpp"
#include "analysis/operations.hpp"
#include "analysis/rates.hpp"
#include "analysis/sparsity.hpp"

namespace cajal::analysis {

std::span<const MeasureEntry> measure_entries() {
  static constexpr MeasureEntry entries[] = {accuracy_entry,    confusion_entry, rates_entry,     isi_entry,
                                             correlation_entry, sparsity_entry,  operations_entry};
  return entries;
}

}  // namespace cajal::analysis
