#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "analysis/behaviour.hpp"
#include "app/measures.hpp"
#include "app/recorders.hpp"
#include "learning/environments/environment_loop.hpp"

namespace cajal::app {

/// Where a result holds what happened between a network and its environment.
inline constexpr const char* environment_place = "environment";

/// Lets an environment act at the end of its intervals, and writes all decisions to `environment/`.
template <class Real>
class EnvironmentRecorder final : public Recorder<Real> {
 public:
  EnvironmentRecorder(const record::ResultFile& file, EnvironmentLoop<Real>& loop);
  ~EnvironmentRecorder() override;
  void take(Steps steps, const std::vector<std::vector<Emission<Real>>>& sent) override;
  bool wants(std::size_t node) const override { return loop_.reads(node); }
  // A run with an environment has no checkpoints.
  void save(const record::Group&) const override {}
  void restore(const record::ResultReader&, const std::string&) override {}

  /// `environment`: mean reward, share of best choices and length of episodes.
  std::vector<Measured> measure(std::uint64_t seed) const;

 private:
  struct Columns;
  EnvironmentLoop<Real>& loop_;
  std::unique_ptr<Columns> columns_;
  std::vector<double> reward_;
  std::vector<std::int64_t> chosen_, best_;
  std::vector<std::uint64_t> episode_;
};

}  // namespace cajal::app
