#pragma once

#include <cstddef>
#include <cstdint>
#include <ranges>
#include <span>
#include <string>
#include <vector>

#include "sim/record/hdf5.hpp"

namespace cajal::record {

/// Numbers in row-major order.
struct Array {
  std::vector<std::size_t> shape;
  std::vector<double> values;
  bool whole = false;  ///< of a type of whole numbers or truth values
};

/// What `read_npy` does with NaN and infinities.
enum class NotFinite { refuse, keep };

/// Reads an array in NumPy's format NPY (versions 1 to 3), also from within a ZIP archive (`a.zip/w.npy`): `f4`, `f8`,
/// `i1` to `i8`, `u1` to `u8` and `b1` in either byte order; Fortran order is transposed. Throws DataError: missing,
/// cut off or too long, a type that is not numeric, an integer that no double holds, a value that is not finite (unless
/// kept). Source: NumPy Enhancement Proposal 1 (Kern 2007), "A simple file format for NumPy arrays".
Array read_npy(const std::string& path, NotFinite not_finite = NotFinite::refuse);

/// Writes `values` (float, double, int32, int64 or uint8) as NPY version 1 in row-major order. The file appears when it
/// is whole. Throws OutputError, also if `shape` does not fit the number of values.
void write_npy(const std::string& path, const std::vector<std::size_t>& shape, hdf5::Element element,
               std::span<const std::byte> bytes);

template <std::ranges::contiguous_range Values>
requires hdf5::Number<std::ranges::range_value_t<Values>>
void write_npy(const std::string& path, const std::vector<std::size_t>& shape, const Values& values) {
  write_npy(path, shape, hdf5::element_of<std::ranges::range_value_t<Values>>(), std::as_bytes(std::span(values)));
}

}  // namespace cajal::record
