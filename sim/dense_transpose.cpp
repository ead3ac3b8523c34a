#include "sim/dense_blocks.hpp"
#include "sim/number/transpose.hpp"

namespace cajal::dense {

using namespace detail;

template <class Real>
void transpose(const Real* panels, std::size_t inputs, std::size_t outputs, Real* transposed) {
  constexpr int n = Wide<Real>::lanes;
  for (std::size_t k = 0; k < panels_outputs<Real>(inputs); k += n)
    for (std::size_t o = 0; o < outputs; o += n) {
      Wide<Real> rows[n];
      for (std::size_t i = 0; i < n; ++i)
        rows[i] = k + i < inputs ? Wide<Real>::load(panels + panels_index<Real>(k + i, o, inputs)) : zero<Real>();
      transpose_square(rows);
      for (std::size_t i = 0; i < n && o + i < outputs; ++i)
        rows[i].store(transposed + panels_index<Real>(o + i, k, outputs));
    }
}

template void transpose<float>(const float*, std::size_t, std::size_t, float*);
template void transpose<double>(const double*, std::size_t, std::size_t, double*);

}  // namespace cajal::dense
