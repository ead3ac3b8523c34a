#pragma once

#include <string>

#include "learning/data/dataset.hpp"

namespace cajal::data {

/// A folder as the binary version of CIFAR-10 comes: files whose names begin with `data_batch` and `test_batch` and end
/// in `.bin` or `.bin.gz`, as many as there are, in the order of their names; those of the test are the given test
/// part. A record is a class and 32x32 pixels of red, then green, then blue, a byte each; pixels are scaled by 1/255 to
/// shape {3, 32, 32}. `batches.meta.txt` has the names of the classes, a line each; without it they are numbers.
/// Throws DataError. Source: Krizhevsky 2009, "Learning multiple layers of features from tiny images".
Dataset read_cifar10(const std::string& folder);

}  // namespace cajal::data
