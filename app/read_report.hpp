#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/report/report.hpp"
#include "app/result_runs.hpp"
#include "sim/record/reader.hpp"

namespace cajal::app {

/// Training, confusion, activity and first weights of one learner. Throws DataError.
analysis::report::Learner read_learner(const record::ResultReader& reader, const LearnerRuns& learner);

/// The images of one run: what came back, saliency, filters, feature maps. `data_path`: of the group of its data.
void read_pictures(const record::ResultReader& reader, const std::string& path, const std::string& data_path,
                   analysis::report::Learner& learner);
/// The weights of a simulation's edges, at its ends and over time.
void read_weights(const record::ResultReader& reader, analysis::report::Report& report);
/// How many weights of each edge of a run lie where, before learning and after it.
void read_distributions(const record::ResultReader& reader, const std::string& path,
                        analysis::report::Learner& learner);
/// What its processes of learning use for their updates, where the file says so.
void read_locality(const record::ResultReader& reader, const std::string& path, analysis::report::Learner& learner);
/// Where the test samples lie along the principal components of nodes.
void read_projections(const record::ResultReader& reader, const std::string& path, analysis::report::Learner& learner);
/// The norms of the gradient of each trained edge.
void read_gradients(const record::ResultReader& reader, const std::string& path, analysis::report::Learner& learner);

}  // namespace cajal::app
