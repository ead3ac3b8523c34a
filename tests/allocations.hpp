#pragma once

#include <cstddef>

namespace cajal::test {

/// How often `operator new` was called so far, by all threads of this program.
std::size_t allocations();

}  // namespace cajal::test
