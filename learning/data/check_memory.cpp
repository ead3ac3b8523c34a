#include "learning/data/check_memory.hpp"

#include <fmt/format.h>

#include "sim/error.hpp"
#include "sim/memory.hpp"

namespace cajal::data {

std::string too_large(const std::string& what, double bytes) {
  if (bytes <= usable_memory()) return {};
  return fmt::format("{} take about {}; {} of memory are there", what, bytes_text(bytes), bytes_text(usable_memory()));
}

void check_memory(const std::string& name, const std::string& what, double bytes) {
  if (const std::string wrong = too_large(what, bytes); !wrong.empty()) throw DataError(name, wrong);
}

}  // namespace cajal::data
