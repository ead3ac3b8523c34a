#include "sim/record/npy.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <string_view>

#include "sim/error.hpp"
#include "sim/memory.hpp"
#include "sim/record/bytes.hpp"
#include "sim/record/publish.hpp"

namespace cajal::record {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t alignment = 64;
constexpr std::size_t longest_header = 64 * 1024;
constexpr std::size_t most_dimensions = 32;

struct Header {
  char kind = 0;  ///< f, i, u, b
  std::size_t size = 0;
  bool swapped = false;
  bool fortran = false;
  std::vector<std::size_t> shape;
};

/// Reads the dictionary of an NPY header, a small part of Python's syntax: `{'descr': '<f8', 'shape': (2, 3), ...}`.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& path) : text_(text), path_(path) {}

  Header parse() {
    expect('{');
    while (!accept('}')) {
      const std::string_view key = quoted();
      expect(':');
      if (key == "descr" && !has_type_) {
        type(quoted());
      } else if (key == "fortran_order" && !has_order_) {
        order();
      } else if (key == "shape" && !has_shape_) {
        shape();
      } else {
        fail("'" + std::string(key.substr(0, 40)) + "' is not expected in its header");
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (!text_.empty() || !has_type_ || !has_order_ || !has_shape_) fail("its header is not complete");
    return header_;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw DataError(path_, what); }

  void skip_space() { text_.remove_prefix(std::min(text_.find_first_not_of(" \t\n"), text_.size())); }

  bool accept(char c) {
    skip_space();
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  void expect(char c) {
    if (!accept(c)) fail(std::string("its header lacks a '") + c + "'");
  }

  std::string_view quoted() {
    skip_space();
    if (text_.empty() || (text_.front() != '\'' && text_.front() != '"'))
      fail("its header lacks a quoted name (an array of records is not allowed)");
    const std::size_t end = text_.find(text_.front(), 1);
    if (end == std::string_view::npos) fail("its header is cut off");
    const std::string_view inside = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return inside;
  }

  void type(std::string_view descr) {
    has_type_ = true;
    constexpr std::string_view orders = "<>|=";
    constexpr std::array<std::string_view, 11> allowed{"f4", "f8", "i1", "i2", "i4", "i8",
                                                       "u1", "u2", "u4", "u8", "b1"};
    const bool ordered = !descr.empty() && orders.find(descr.front()) != std::string_view::npos;
    const std::string_view type = ordered ? descr.substr(1) : descr;
    if (std::find(allowed.begin(), allowed.end(), type) == allowed.end())
      fail("holds '" + std::string(descr.substr(0, 40)) + "'; allowed are f4, f8, i1 to i8, u1 to u8 and b1");
    header_.kind = type[0];
    header_.size = static_cast<std::size_t>(type[1] - '0');
    header_.swapped = ordered && descr.front() == (std::endian::native == std::endian::little ? '>' : '<');
  }

  void order() {
    has_order_ = true;
    skip_space();
    for (const bool fortran : {false, true}) {
      const std::string_view word = fortran ? "True" : "False";
      if (!text_.starts_with(word)) continue;
      text_.remove_prefix(word.size());
      header_.fortran = fortran;
      return;
    }
    fail("its fortran_order is neither True nor False");
  }

  void shape() {
    has_shape_ = true;
    expect('(');
    while (!accept(')')) {
      skip_space();
      std::size_t n = 0;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), n);
      if (error != std::errc()) fail("its shape is not a list of sizes");
      text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
      header_.shape.push_back(n);
      if (header_.shape.size() > most_dimensions) fail("has more than 32 dimensions");
      if (accept(',')) continue;
      expect(')');
      break;
    }
  }

  std::string_view text_;
  const std::string& path_;
  Header header_;
  bool has_type_ = false, has_order_ = false, has_shape_ = false;
};

std::size_t little_endian(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

/// The number of values, which must fill the `bytes` that follow the header.
std::size_t count_of(const Header& header, std::size_t bytes, const std::string& path) {
  std::size_t count = 1;
  for (const std::size_t n : header.shape) {
    if (n != 0 && count > std::numeric_limits<std::size_t>::max() / 16 / n)
      throw DataError(path, "has an impossible shape");
    count *= n;
  }
  if (count * header.size != bytes)
    throw DataError(path, "its shape needs " + std::to_string(count * header.size) + " bytes of values, but " +
                              std::to_string(bytes) + " are there");
  return count;
}

template <class T>
double exact(const char* bytes, bool swapped, const std::string& path) {
  std::array<char, sizeof(T)> raw;
  std::copy_n(bytes, sizeof(T), raw.begin());
  if (swapped) std::reverse(raw.begin(), raw.end());
  const T value = std::bit_cast<T>(raw);
  if constexpr (std::is_integral_v<T> && sizeof(T) == 8) {
    constexpr T largest = T(1) << 53;
    if (value > largest || (std::is_signed_v<T> && value + largest < 0))
      throw DataError(path, "holds " + std::to_string(value) + ", which is too large to be exact");
  }
  return static_cast<double>(value);
}

double value_of(const Header& header, const char* bytes, const std::string& path) {
  const bool swapped = header.swapped;
  switch (header.kind) {
    case 'f':
      return header.size == 4 ? exact<float>(bytes, swapped, path) : exact<double>(bytes, swapped, path);
    case 'i':
      if (header.size == 1) return exact<std::int8_t>(bytes, swapped, path);
      if (header.size == 2) return exact<std::int16_t>(bytes, swapped, path);
      if (header.size == 4) return exact<std::int32_t>(bytes, swapped, path);
      return exact<std::int64_t>(bytes, swapped, path);
    case 'u':
      if (header.size == 1) return exact<std::uint8_t>(bytes, swapped, path);
      if (header.size == 2) return exact<std::uint16_t>(bytes, swapped, path);
      if (header.size == 4) return exact<std::uint32_t>(bytes, swapped, path);
      return exact<std::uint64_t>(bytes, swapped, path);
    default:
      return *bytes != 0 ? 1.0 : 0.0;
  }
}

/// Where the value stands that is stored at `at` in Fortran order.
std::size_t row_major(std::size_t at, const std::vector<std::size_t>& shape) {
  std::size_t index = 0, stride = 1;
  for (const std::size_t n : shape) stride *= n;
  for (const std::size_t n : shape) {
    stride /= n;
    index += at % n * stride;
    at /= n;
  }
  return index;
}

Header parse_header(std::string_view& bytes, const std::string& path) {
  if (!bytes.starts_with(magic) || bytes.size() < 12) throw DataError(path, "is no NPY file");
  const unsigned version = static_cast<unsigned char>(bytes[6]);
  if (version < 1 || version > 3)
    throw DataError(path, "is of NPY version " + std::to_string(version) + "; allowed are 1 to 3");
  const std::size_t field = version == 1 ? 2 : 4;
  const std::size_t length = little_endian(bytes.substr(8, field));
  const std::size_t begin = 8 + field;
  if (length > longest_header || length > bytes.size() - begin) throw DataError(path, "its header is cut off");
  Header header = HeaderParser(bytes.substr(begin, length), path).parse();
  bytes.remove_prefix(begin + length);
  return header;
}

std::string_view descr_of(hdf5::Element element) {
  switch (element) {
    case hdf5::Element::float32:
      return "<f4";
    case hdf5::Element::float64:
      return "<f8";
    case hdf5::Element::int32:
      return "<i4";
    case hdf5::Element::int64:
      return "<i8";
    case hdf5::Element::uint8:
      return "|u1";
    case hdf5::Element::uint32:
      return "<u4";
    case hdf5::Element::uint64:
      return "<u8";
    default:
      throw OutputError("NPY files hold no " + std::string(hdf5::name_of(element)));
  }
}

std::string header_text(const std::vector<std::size_t>& shape, hdf5::Element element) {
  std::string sizes;
  for (const std::size_t n : shape) sizes += std::to_string(n) + (shape.size() == 1 || &n != &shape.back() ? ", " : "");
  if (shape.size() == 1) sizes.pop_back();
  std::string text =
      "{'descr': '" + std::string(descr_of(element)) + "', 'fortran_order': False, 'shape': (" + sizes + "), }";
  const std::size_t before = magic.size() + 4;
  text.resize((before + text.size() + 1 + alignment - 1) / alignment * alignment - before - 1, ' ');
  return text + "\n";
}

}  // namespace

Array read_npy(const std::string& path, NotFinite not_finite) {
  const std::string file = read_bytes(path);
  std::string_view bytes = file;
  Header header = parse_header(bytes, path);
  const std::size_t count = count_of(header, bytes.size(), path);
  const double needed = static_cast<double>(count) * sizeof(double) + static_cast<double>(bytes.size());
  if (needed > usable_memory())
    throw DataError(path, "takes " + bytes_text(needed) + "; " + bytes_text(usable_memory()) + " of memory are there");
  Array array{header.shape, std::vector<double>(count), header.kind != 'f'};
  for (std::size_t i = 0; i < count; ++i) {
    const double value = value_of(header, bytes.data() + i * header.size, path);
    const std::size_t at = header.fortran ? row_major(i, header.shape) : i;
    if (not_finite == NotFinite::refuse && !std::isfinite(value))
      throw DataError(path, "value " + std::to_string(at) + " (in row-major order) is " + std::to_string(value) +
                                ", not a finite number");
    array.values[at] = value;
  }
  return array;
}

void write_npy(const std::string& path, const std::vector<std::size_t>& shape, hdf5::Element element,
               std::span<const std::byte> bytes) {
  std::size_t count = 1;
  for (const std::size_t n : shape) count *= n;
  const std::string header = header_text(shape, element);
  if (count * hdf5::size_of(element) != bytes.size()) throw OutputError(path + ": the shape does not fit the values");
  const std::string part = path + ".part";
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  if (!file) throw OutputError(part + ": cannot be written: " + std::strerror(errno));
  file << magic << '\x01' << '\0' << static_cast<char>(header.size() & 255) << static_cast<char>(header.size() >> 8)
       << header;
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) throw OutputError(part + ": cannot be written: " + std::strerror(errno));
  publish(part, path, true);
}

}  // namespace cajal::record
