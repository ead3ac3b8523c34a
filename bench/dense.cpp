// Speed of the dense product on one core, forward and backward, in GFLOP/s; beside OpenBLAS where that is installed.
// OpenBLAS 0.3.21 does not know every processor: it needs OPENBLAS_CORETYPE=SKYLAKEX to use AVX-512 on some.

#include "sim/dense.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "sim/random.hpp"

#if __has_include(<cblas.h>)
#include <cblas.h>
#define CAJAL_BENCH_BLAS 1
#else
#define CAJAL_BENCH_BLAS 0
#endif

namespace {

using namespace cajal;

template <class Work>
double gflops(double operations, Work work) {
  using Clock = std::chrono::steady_clock;
  work();
  double best = 1e9;
  const int repeats = std::max(1, static_cast<int>(2e-3 / (operations / 2e11)));
  for (int trial = 0; trial < 20; ++trial) {
    const auto start = Clock::now();
    for (int i = 0; i < repeats; ++i) work();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count() / repeats);
  }
  return operations / best * 1e-9;
}

std::vector<float> uniform(std::size_t n, std::uint64_t id, double active = 1) {
  const Stream stream(1, "bench.dense");
  std::vector<float> values(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double u = stream.uniform(id, i);
    values[i] = active < 1 ? (u < active ? 1.0f : 0.0f) : static_cast<float>(u - 0.5);
  }
  return values;
}

struct Shape {
  std::size_t rows, inputs, outputs;
};

std::vector<const float*> rows_of(const std::vector<float>& v, std::size_t rows, std::size_t stride) {
  std::vector<const float*> pointers(rows);
  for (std::size_t r = 0; r < rows; ++r) pointers[r] = v.data() + r * stride;
  return pointers;
}

void measure(const Shape& shape, double active) {
  const std::size_t M = shape.rows, K = shape.inputs, N = shape.outputs;
  const std::size_t stride_x = padded(K), stride_y = padded(N);
  const std::vector<float> x = uniform(M * stride_x, 0, active), g = uniform(M * stride_y, 1);
  std::vector<float> w = uniform(dense::panels_size<float>(K, N), 2), dw(w.size());
  std::vector<float> wt(dense::panels_size<float>(N, K)), y(M * stride_y), dx(M * stride_x);
  const auto xs = rows_of(x, M, stride_x), gs = rows_of(g, M, stride_y);
  std::vector<float*> ys(M), dxs(M);
  for (std::size_t r = 0; r < M; ++r) ys[r] = y.data() + r * stride_y, dxs[r] = dx.data() + r * stride_x;
  const double operations = 2.0 * static_cast<double>(M * K * N);
  const auto kind = active < 1 ? dense::Inputs::sparse : dense::Inputs::dense;

  const double forward = gflops(operations, [&] {
    dense::multiply<float>(xs, {w.data(), K, nullptr}, ys, {0, stride_y}, dense::Store::set, kind);
  });
  const double inputs = gflops(operations, [&] {
    dense::multiply<float>(gs, {wt.data(), N, nullptr}, dxs, {0, stride_x}, dense::Store::add, dense::Inputs::dense);
  });
  const double weights = gflops(operations, [&] {
    for (std::size_t k = 0; k < K; k += 128)
      dense::weight_gradient<float>(xs, gs, {k, std::min(K, k + 128)}, {0, stride_y}, K, dw.data(), false, kind);
  });
  const double turn =
      operations / gflops(operations, [&] { dense::transpose<float>(w.data(), K, N, wt.data()); }) * 1e-3;
  std::printf(
      "%5zu x %4zu x %4zu  active %4.0f %%  forward %6.0f  input gradient %4.0f  weight gradient %6.0f  transpose "
      "%6.1f us",
      M, K, N, active * 100, forward, inputs, weights, turn);
#if CAJAL_BENCH_BLAS
  const int m = static_cast<int>(M), k = static_cast<int>(K), n = static_cast<int>(N);
  const int lx = static_cast<int>(stride_x), ly = static_cast<int>(stride_y);
  std::vector<float> plain = uniform(K * stride_y, 3);
  std::printf("   OpenBLAS %4.0f %4.0f %4.0f",
              gflops(operations,
                     [&] {
                       cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, x.data(), lx, plain.data(),
                                   ly, 0, y.data(), ly);
                     }),
              gflops(operations,
                     [&] {
                       cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, k, n, 1, g.data(), ly, plain.data(), ly,
                                   1, dx.data(), lx);
                     }),
              gflops(operations, [&] {
                cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, k, n, m, 1, x.data(), lx, g.data(), ly, 0,
                            plain.data(), ly);
              }));
#endif
  std::printf("\n");
}

}  // namespace

int main() {
#if CAJAL_BENCH_BLAS
  openblas_set_num_threads(1);
  std::printf("OpenBLAS kernels: %s\n", openblas_get_corename());
#endif
  const Shape shapes[] = {{128, 784, 256}, {32, 784, 32}, {3200, 256, 256},
                          {128, 512, 512}, {16, 784, 32}, {1, 784, 256}};
  for (const Shape& shape : shapes) measure(shape, 1);
  for (const double active : {0.05, 0.2, 0.5})
    for (const Shape& shape : shapes) measure(shape, active);
}
