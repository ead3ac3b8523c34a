#pragma once

#include <memory>

#include "app/recorders.hpp"

namespace cajal::app {

/// The recorder of a request for weights: all of them, some over time, how many lie where, or what has changed.
template <class Real>
std::unique_ptr<Recorder<Real>> make_weight_recorder(const RecordRequest& request, const record::ResultFile& file,
                                                     Clock<Real>& clock);

}  // namespace cajal::app
