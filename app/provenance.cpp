#include "app/provenance.hpp"

#include <fmt/format.h>

#include "sim/number/pack.hpp"

#ifndef CAJAL_VERSION
#define CAJAL_VERSION "unknown"
#endif
#ifndef CAJAL_GIT_REVISION
#define CAJAL_GIT_REVISION "unknown"
#endif

namespace cajal::app {

record::Provenance provenance_of(const Experiment& e, const Settings& settings) {
  record::Provenance p = record::Provenance::of_this_machine();
  p.name = e.run.name;
  p.config = config::write(e.root);
  p.config_source = e.source;
  p.overrides = settings.overrides;
  p.seed = e.run.seed;
  p.dt = e.run.dt;
  p.cajal_version = CAJAL_VERSION;
  p.git_revision = CAJAL_GIT_REVISION;
  p.threads = static_cast<std::uint32_t>(settings.team());
  p.ranks = 1;
  return p;
}

std::string version_text() {
#if defined(__clang__)
  const std::string compiler = fmt::format("clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  const std::string compiler = fmt::format("g++ {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
  return fmt::format("cajal {} ({}, {} bytes a register, revision {})", CAJAL_VERSION, compiler, register_bytes,
                     CAJAL_GIT_REVISION);
}

}  // namespace cajal::app
