#include "analysis/catalogue.hpp"

#include "analysis/accuracy.hpp"
#include "analysis/auc.hpp"
#include "analysis/behaviour.hpp"
#include "analysis/class_scores.hpp"
#include "analysis/confusion.hpp"
#include "analysis/continual.hpp"
#include "analysis/functional_connectivity.hpp"
#include "analysis/generated.hpp"
#include "analysis/hidden_pca.hpp"
#include "analysis/learning_speed.hpp"
#include "analysis/operations.hpp"
#include "analysis/permutation_importance.hpp"
#include "analysis/recorded.hpp"
#include "analysis/regression.hpp"
#include "analysis/saliency.hpp"
#include "analysis/sample_efficiency.hpp"
#include "analysis/sparsity.hpp"
#include "analysis/subject.hpp"

namespace cajal::analysis {

namespace {

constexpr MeasureEntry entries[] = {accuracy_entry,
                                    confusion_entry,
                                    precision_entry,
                                    recall_entry,
                                    f1_entry,
                                    balanced_accuracy_entry,
                                    auc_entry,
                                    error_per_class_entry,
                                    r2_entry,
                                    rmse_entry,
                                    mae_entry,
                                    sparsity_entry,
                                    operations_entry,
                                    saliency_entry,
                                    permutation_importance_entry,
                                    hidden_pca_entry,
                                    generated_entry,
                                    functional_connectivity_entry,
                                    behaviour_entry,
                                    sample_efficiency_entry,
                                    learning_speed_entry,
                                    continual_entry};

}  // namespace

const std::vector<MeasureEntry>& measure_entries() {
  static const std::vector<MeasureEntry> all = [] {
    std::vector<MeasureEntry> out(std::begin(entries), std::end(entries));
    for (const SubjectMeasure& m : subject_measures()) out.push_back(m.entry);
    for (const RecordedMeasure& m : recorded_measures()) out.push_back(m.entry);
    return out;
  }();
  return all;
}

}  // namespace cajal::analysis
