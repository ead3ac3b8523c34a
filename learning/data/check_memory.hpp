#pragma once

#include <string>

namespace cajal::data {

/// `10 images take about 3 GB; 1 GB of memory are there`, empty if there is enough for `bytes`.
std::string too_large(const std::string& what, double bytes);

/// Throws DataError if `what` of `name` takes more memory than there is.
void check_memory(const std::string& name, const std::string& what, double bytes);

}  // namespace cajal::data
