#pragma once

#include <string>
#include <vector>

#include "models/edges/entry.hpp"
#include "models/edges/product_edge.hpp"
#include "sim/pooling.hpp"

namespace cajal {

enum class PoolingOperation { maximum, average, upsampling };

/// Pooling of planes, or their upsampling by repetition, in the arithmetic of sim/pooling.hpp: no parameters. The
/// maximum is not linear; what stands here is its derivative at the inputs shown, from where each maximum stood.
template <class Real>
class PoolingEdge final : public ProductEdge<Real> {
 public:
  using Operation = PoolingOperation;
  /// `kind`: the word it was written with. Of upsampling the geometry is that of `Pooling::upsampling`.
  PoolingEdge(std::string name, Node<Real>& from, Node<Real>& to, std::size_t port, std::int64_t delay,
              std::string kind, Operation operation, const Pooling& geometry);

  std::string_view kind() const override { return kind_; }
  std::size_t synapses() const override;
  bool synaptic() const override { return false; }

 private:
  using typename ProductEdge<Real>::Rows;
  using typename ProductEdge<Real>::OutRows;
  void multiply(Rows x, OutRows y, OutRows taps, dense::Store store) override;
  void multiply_transposed(Rows x, Rows g, OutRows taps, OutRows dx) override;
  std::uint64_t count_operations(const Real* x) const override;
  void multiply_silence(Real* y, Slice::Range units, dense::Store store) override;
  std::size_t kept_units() const override;

  std::string kind_;
  Operation operation_;
  Pooling geometry_;
  std::vector<std::uint32_t> fans_;  ///< [input]: how many outputs it goes to
};

EdgeEntry max_pool1d_entry();
EdgeEntry max_pool2d_entry();
EdgeEntry average_pool1d_entry();
EdgeEntry average_pool2d_entry();
EdgeEntry global_max_pool_entry();
EdgeEntry global_average_pool_entry();
EdgeEntry upsample_entry();

}  // namespace cajal
