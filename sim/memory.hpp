#pragma once

#include <cstddef>
#include <string>

namespace cajal {

/// Bytes of memory that this process may have: what the machine has, or its limit (`ulimit -v`) where that is lower.
/// What would take more is refused before it is made.
double usable_memory();

/// Bytes that this process has allocated and not given back; 0 where that cannot be told.
double heap_in_use();
/// Bytes of memory that this process takes of the machine right now; 0 where that cannot be told.
double resident_memory();

/// `3.2 GB`, in powers of ten.
std::string bytes_text(double bytes);

/// Zeroed memory of which only what is written is taken from the machine: for what is filled front to back, up to a
/// size that is only known to be less than `bytes`. In huge pages, where the system gives them.
class Region {
 public:
  Region() = default;
  /// Throws Error if the address space is not there.
  explicit Region(std::size_t bytes);
  ~Region();
  Region(Region&& other) noexcept;
  Region& operator=(Region&& other) noexcept;
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  std::byte* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace cajal
