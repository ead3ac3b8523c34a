#include "sim/memory.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

#include "sim/error.hpp"

namespace cajal {

double usable_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGE_SIZE);
  constexpr double unknown = 1e18;
  const double physical = pages > 0 && size > 0 ? static_cast<double>(pages) * static_cast<double>(size) : unknown;
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return physical;
  return std::min(physical, static_cast<double>(limit.rlim_cur));
}

double heap_in_use() {
#ifdef __GLIBC__
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks) + static_cast<double>(info.hblkhd);
#else
  return 0;
#endif
}

double resident_memory() {
  std::ifstream statm("/proc/self/statm");
  double all = 0, resident = 0;
  return statm >> all >> resident ? resident * static_cast<double>(sysconf(_SC_PAGESIZE)) : 0;
}

std::string bytes_text(double bytes) {
  constexpr std::array<const char*, 7> units{"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  std::size_t unit = 0;
  while (bytes >= 999.5 && unit + 1 < units.size()) {
    bytes /= 1000;
    ++unit;
  }
  return fmt::format("{:.3g} {}", bytes, units[unit]);
}

Region::Region(std::size_t bytes) {
  constexpr std::size_t page = 4096, huge_page = std::size_t{1} << 21, worth_it = 8 * huge_page;
  const std::size_t unit = bytes < worth_it ? page : huge_page;
  size_ = (bytes / unit + 1) * unit;
  void* const data = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED) {
    size_ = 0;
    throw Error(bytes_text(static_cast<double>(bytes)) + " of memory are not there");
  }
  data_ = static_cast<std::byte*>(data);
  if (unit == huge_page) madvise(data, size_, MADV_HUGEPAGE);
}

Region::~Region() {
  if (data_) munmap(data_, size_);
}

Region::Region(Region&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Region& Region::operator=(Region&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

}  // namespace cajal
