#pragma once

#include "app/experiment.hpp"
#include "sim/record/provenance.hpp"

namespace cajal::app {

/// What a result says of where it comes from, before the run.
record::Provenance provenance_of(const Experiment& experiment, const Settings& settings);
/// `cajal 0.1.0 (g++ 12.2.0, AVX-512)`
std::string version_text();

}  // namespace cajal::app
