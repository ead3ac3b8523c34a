#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "learning/data/dataset.hpp"

namespace cajal::data {

/// What an IDX file can hold; the values are its type codes.
enum class IdxType : std::uint8_t { u8 = 0x08, i8 = 0x09, i16 = 0x0B, i32 = 0x0C, f32 = 0x0D, f64 = 0x0E };

std::string_view name(IdxType type);
std::size_t bytes_of(IdxType type);

/// An array as an IDX file holds it. Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
struct IdxArray {
  IdxType type = IdxType::u8;
  std::vector<std::size_t> shape;
  std::vector<std::uint8_t> bytes;  ///< row-major, big-endian

  std::size_t size() const { return bytes.size() / bytes_of(type); }
  double value(std::size_t i) const;
};

/// Reads an IDX file, plain or gzip. Throws DataError if it is not one, or holds less or more than its header says;
/// nothing is allocated for a header that the file's size contradicts.
IdxArray read_idx(const std::string& path);

/// Images [sample][...] and labels [sample], bytes scaled by 1/255. Throws DataError.
Dataset read_idx_pair(const std::string& images, const std::string& labels);

/// A folder as MNIST comes: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and
/// `t10k-labels-idx1-ubyte`, each plain or with `.gz`. The t10k part is the given test part. Throws DataError.
Dataset read_idx_folder(const std::string& folder);

}  // namespace cajal::data
