#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// A thin layer over HDF5's C API: handles that close themselves, errors that are exceptions. Identifiers are
/// `std::int64_t`, so that only the `.cpp` files of this folder include HDF5's headers.
namespace cajal::hdf5 {

/// What one value of a dataset or an attribute is. `choice` is an HDF5 enumeration, `other` what results never hold.
enum class Element { float32, float64, int8, int16, int32, int64, uint8, uint16, uint32, uint64, text, choice, other };

/// `float32`, `uint64`, `text`
std::string_view name_of(Element element);
/// Bytes of one number; 0 for what is no number.
std::size_t size_of(Element element);
bool is_integer(Element element);

template <class T>
constexpr Element element_of() {
  if constexpr (std::is_same_v<T, float>) return Element::float32;
  if constexpr (std::is_same_v<T, double>) return Element::float64;
  if constexpr (std::is_same_v<T, std::int32_t>) return Element::int32;
  if constexpr (std::is_same_v<T, std::int64_t>) return Element::int64;
  if constexpr (std::is_same_v<T, std::uint8_t>) return Element::uint8;
  if constexpr (std::is_same_v<T, std::uint32_t>) return Element::uint32;
  if constexpr (std::is_same_v<T, std::uint64_t>) return Element::uint64;
  return Element::other;
}

/// The numbers that results hold.
template <class T>
concept Number = element_of<T>()
!= Element::other;

/// One open HDF5 object of any kind.
class Handle {
 public:
  Handle() = default;
  explicit Handle(std::int64_t id) : id_(id) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  Handle& operator=(Handle&& other) noexcept;
  ~Handle() { close(); }

  std::int64_t id() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }
  /// Closes now; false if HDF5 could not.
  bool close() noexcept;

 private:
  std::int64_t id_ = -1;
};

/// An open file, which also turns failed calls into errors that name it.
class File {
 public:
  /// A new, empty file, or the old one emptied. Metadata stays in memory until a flush, so that what is on the disk
  /// between two flushes is what the last one wrote. Throws OutputError.
  static File create(const std::string& path);
  /// For reading. Throws DataError: missing, not HDF5, truncated, being written by another process.
  static File open(const std::string& path);
  /// The same of the bytes of a file, which are copied; `path` stands in messages.
  static File open_image(const std::string& path, std::string bytes);

  const std::string& path() const { return path_; }
  std::int64_t id() const;
  /// True if every link along the absolute `path` exists.
  bool has(const std::string& path) const;

  /// Returns `result`. A negative one is a failed call: throws OutputError (a file being written) or DataError (one
  /// being read) with the path, what was being done and HDF5's innermost message.
  std::int64_t check(std::int64_t result, std::string_view doing) const;
  /// The same for a call that opens something.
  Handle own(std::int64_t result, std::string_view doing) const { return Handle(check(result, doing)); }

  /// Why nothing more can be written: the message of the first write that the system refused. Empty if all is well.
  const std::string& lost() const { return lost_; }
  void flush();
  void close();

 private:
  File(std::string path, bool writing) : path_(std::move(path)), writing_(writing) {}
  void abandon() const noexcept;
  /// Puts the size that the file is about to have into the superblock on the disk. HDF5 writes that last in a flush;
  /// killed before it gets there, it would leave datasets that reach past the end of the file and cannot be read.
  void announce_end() const noexcept;

  std::string path_;
  bool writing_;
  Handle handle_;
  int descriptor_ = -1;
  mutable std::string lost_;
};

/// Names of what lies directly in the group `path`, sorted. Throws DataError.
std::vector<std::string> members(const File& file, const std::string& path);
bool has_attribute(const File& file, const std::string& path, const std::string& name);

/// HDF5's identifier of a number type in memory; it lives as long as the library.
std::int64_t type_of(Element element);
/// A new UTF-8 string type: of `bytes` bytes, filled up with zeros, or of any length if `bytes` is 0.
Handle text_type(const File& file, std::size_t bytes = 0);
/// A new dataspace; no dimensions: a scalar.
Handle space_of(const File& file, const std::vector<std::size_t>& dims, bool rows_unlimited = false);
/// `1.10.8`
std::string version();

}  // namespace cajal::hdf5
