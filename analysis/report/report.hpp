#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/measured.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/picture.hpp"
#include "analysis/sweep_table.hpp"
#include "analysis/table.hpp"

namespace cajal::analysis::report {

/// One learner's course over its epochs; NaN where there is no value.
struct Training {
  std::uint64_t seed = 0;
  std::vector<double> epoch, loss, accuracy, validation_loss, validation_accuracy;
};

/// What a node did while samples were shown.
struct NodeActivity {
  std::string node;
  std::size_t units = 0;
  bool spiking = false;
  std::string unit;                               ///< of `mean`
  std::vector<std::vector<double>> mean;          ///< [sample][unit]
  std::vector<std::vector<double>> step;          ///< [sample][spike], steps of the trial
  std::vector<std::vector<std::uint64_t>> which;  ///< [sample][spike], the unit
};

/// Weights from the inputs to each unit of the next layer.
struct Fields {
  std::string edge, path;  ///< path: of the dataset
  Sheet sheet;
  std::vector<std::uint64_t> units;  ///< [picture], which unit of the target
  std::size_t all = 0;               ///< units of the target
  bool labels_are_classes = false;
};

/// Images of a kind: what was made of samples, what an edge looks for, what counted for an answer.
struct Pictures {
  std::string title, caption, path;  ///< path: of the dataset
  Sheet sheet;
};

/// The test samples as points along the first two principal components of a node's activity.
struct Projection {
  std::string node, path;  ///< path: of the dataset
  std::vector<double> x, y;
  std::vector<std::size_t> label;           ///< [point], the class; empty: there are none
  double explained_x = 0, explained_y = 0;  ///< shares of the variance
};

/// The norm of an edge's gradient, [epoch].
struct Gradient {
  std::string edge;
  std::vector<double> norms;
};

/// A sample whose activity is shown.
struct Sample {
  std::string name;    ///< `Sample 17, class 3`
  std::string answer;  ///< `answer 5`
};

/// How many weights of an edge lie where, over time.
struct WeightHistogram {
  std::string edge, unit, path;             ///< path: of the group or dataset
  std::vector<double> edges;                ///< of the bins
  std::vector<double> time;                 ///< ms
  std::vector<std::vector<double>> counts;  ///< [time][bin]
  std::vector<std::string> when = {};       ///< [time], in words; empty: by `time`
};

/// What one process of learning uses for its updates.
struct Locality {
  std::string process;
  std::vector<std::string> uses;  ///< `presynaptic activity`
  std::string summary;            ///< `local`
};

struct Learner {
  std::string name, failure;
  std::vector<Training> training;  ///< [seed]
  std::optional<ConfusionMatrix> confusion;
  std::string confusion_of;     ///< phase and seeds that it counts
  std::uint64_t seed = 0;       ///< of the run whose activity and weights are shown
  std::string path;             ///< of that run in the result
  std::vector<Sample> samples;  ///< that are shown
  double steps = 1;             ///< length of a trial
  std::vector<NodeActivity> activity;
  std::vector<Fields> fields;
  std::vector<Pictures> pictures;
  std::vector<Projection> projections;
  std::vector<Gradient> gradients;  ///< from the input on
  std::vector<WeightHistogram> weights;
  std::vector<Locality> locality;
};

/// Recorded spikes of one population.
struct Population {
  std::string name, kind;
  std::size_t size = 0;
  std::vector<double> times;  ///< ms
  std::vector<std::uint64_t> units;
};

/// A recorded variable over time.
struct Trace {
  std::string name, unit, description;
  std::vector<double> time;                 ///< ms
  std::vector<std::uint64_t> ids;           ///< [unit]
  std::vector<std::vector<double>> values;  ///< [unit][time]
  std::size_t recorded = 0;                 ///< units in the file
};

/// Some weights of an edge over time.
struct WeightTraces {
  std::string edge, unit, path;             ///< path: of the group
  std::vector<double> time;                 ///< ms
  std::vector<std::string> names;           ///< [synapse]
  std::vector<std::vector<double>> values;  ///< [synapse][time]
  std::size_t recorded = 0;                 ///< synapses in the file
};

/// Correlations between the recorded units of one population.
struct Connectivity {
  std::string record, path;   ///< path: of the group with the matrices
  std::vector<Sheet> sheets;  ///< units x units: the simulated, and the empirical one where there is one
  double mean = 0, fit = 0;   ///< NaN where there is none
};

/// Decisions of a network that acts upon an environment, in the order of time.
struct Acting {
  std::string kind;                      ///< of the environment
  std::vector<std::string> populations;  ///< that actions are read from
  std::vector<double> time, reward;      ///< ms
  std::vector<std::int64_t> action;      ///< the population that won; -1: none
  std::vector<std::uint64_t> episode;
};

/// All that the page shows; what is empty is left out.
struct Report {
  std::string anchor;               ///< before the names of its sections, where a page holds several reports
  std::string file;                 ///< name of the result, without its ending
  std::string title, kind;          ///< kind: `comparison`, `training`, `simulation`, `sweep`
  std::string status, status_note;  ///< `complete`; why it is not
  std::string abstract;             ///< a sentence or two
  std::vector<std::pair<std::string, std::string>> facts;  ///< where it comes from: host, seed, digest
  std::string config;                                      ///< as written
  std::string overrides;
  std::string selection, selection_note;  ///< which part of the data something was chosen on; how
  Comparison comparison;
  std::vector<Measured> rows;         ///< of `/measures`, and training times of `/timing`
  std::vector<std::string> left_out;  ///< measures that there is no answer to, and why
  std::optional<SweepTable> sweep;
  std::size_t seeds = 1;
  std::vector<Learner> learners;
  double start = 0, stop = 0;  ///< of a simulation, ms
  Acting acting;
  std::vector<Population> populations;
  std::vector<Trace> traces;
  std::vector<Connectivity> connectivity;
  std::vector<WeightHistogram> weight_histograms;
  std::vector<WeightTraces> weight_traces;
  std::vector<std::string> log, notes;
};

/// The page. Values that are not finite are left out of charts and shown as a dash.
std::string html(const Report& report);
/// The same of several results: what learns side by side in one part, then each of the others.
std::string page(std::span<const Report> reports);
/// The learners of several reports as one report: `result:learner` where names clash. Its config and its facts are
/// those of each, one after another.
Report side_by_side(std::span<const Report> reports);
/// Puts the 95 % intervals of means over seeds into the cells that stand for several runs.
void add_intervals(Report& report);

// Its parts, each a `<section>` or nothing.
std::string summary_section(const Report& report);
std::string criteria_section(const Report& report);
std::string sweep_section(const Report& report);
std::string curves_section(const Report& report);
std::string efficiency_section(const Report& report);
std::string robustness_section(const Report& report);
std::string latency_section(const Report& report);
std::string continual_section(const Report& report);
std::string similarity_section(const Report& report);
std::string parts_section(const Report& report);
std::string locality_section(const Report& report);
std::string gradients_section(const Report& report);
std::string costs_section(const Report& report);
std::string confusion_section(const Report& report);
std::string activity_section(const Report& report);
std::string fields_section(const Report& report);
std::string pictures_section(const Report& report);
std::string projections_section(const Report& report);
std::string behaviour_section(const Report& report);
std::string populations_section(const Report& report);
std::string traces_section(const Report& report);
std::string connectivity_section(const Report& report);
std::string weights_section(const Report& report);
std::string provenance_section(const Report& report);
/// Above all sections: what went wrong, and what is not to be trusted.
std::string warnings(const Report& report);
/// Who wins what, by how much, and how sure that is: a list, or nothing.
std::string claims(const Report& report);

/// Names of the learners, in their order, which decides their colours and shapes.
std::vector<std::string> names_of(const Report& report);
/// A section with its heading; nothing where there is no content.
std::string section(std::string_view id, std::string_view title, const std::string& content,
                    const std::string& introduction = "");

/// Contents of the page's `style` and `script` elements.
std::string_view style();
std::string_view script();

}  // namespace cajal::analysis::report
