#pragma once

#include <cstddef>
#include <vector>

namespace cajal {

/// What the smaller extent, squared, times the larger may be: about a minute.
inline constexpr double most_orthogonal_work = 1e11;

/// Makes a matrix [row][column] orthogonal, in place: its rows, or its columns where there are more rows, become
/// orthonormal by Gram and Schmidt's process, done twice. Of standard normal numbers that gives every orthogonal matrix
/// the same chance. Source: Saxe, McClelland & Ganguli 2014, ICLR; Mezzadri 2007, Notices AMS 54:592.
void make_orthogonal(std::vector<double>& matrix, std::size_t rows, std::size_t columns);

}  // namespace cajal
