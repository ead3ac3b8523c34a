#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "sim/record/hdf5.hpp"

namespace cajal::record {

/// A dataset or an attribute of a file, open for reading. A process killed within a flush may leave a dataset longer
/// than what is stored of it; the rows never stored are cut. All methods throw DataError.
class Stored {
 public:
  static Stored dataset(const hdf5::File& file, const std::string& path);
  static Stored attribute(const hdf5::File& file, const std::string& path, const std::string& name);

  hdf5::Element element() const { return element_; }
  /// Empty: a scalar.
  const std::vector<std::size_t>& dims() const { return dims_; }
  std::size_t count() const { return count_; }

  /// All values as `T`. Any number is read as a float or double (rounded where it must be); integers as an integer type
  /// only if every value fits.
  template <hdf5::Number T>
  std::vector<T> numbers() const;
  /// Texts, or the names of choices.
  std::vector<std::string> texts() const;
  /// The raw bytes of numbers, as they are stored, block by block.
  void each_block(const std::function<void(std::span<const std::byte>)>& use) const;

 private:
  Stored(const hdf5::File& file, std::string name, hdf5::Handle handle, bool is_attribute);
  [[noreturn]] void fail(const std::string& what) const;
  void require_plausible_size() const;
  bool has_chunks_of_row(std::size_t row, const std::vector<std::size_t>& chunk) const;
  void cut_unwritten_rows();
  void cut_to(std::size_t rows);
  void load(std::int64_t type, void* buffer) const;
  void load_rows(std::size_t first, std::size_t rows, std::int64_t type, void* buffer) const;
  std::vector<std::string> fixed_texts() const;
  std::vector<std::string> variable_texts() const;
  std::vector<std::string> choices() const;

  const hdf5::File* file_;
  std::string name_;
  hdf5::Handle handle_;
  bool is_attribute_;
  hdf5::Handle type_;
  hdf5::Element element_ = hdf5::Element::other;
  std::vector<std::size_t> dims_;
  std::size_t count_ = 0;
  bool cut_ = false;
};

}  // namespace cajal::record
