#pragma once

#include <string>

namespace cajal {

/// Bytes of memory that this process may have: what the machine has, or its limit (`ulimit -v`) where that is lower.
/// What would take more is refused before it is made.
double usable_memory();

/// `3.2 GB`, in powers of ten.
std::string bytes_text(double bytes);

}  // namespace cajal
