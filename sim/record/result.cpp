#include "sim/record/result.hpp"

namespace cajal::record {

namespace {

std::string join(std::string_view above, std::string_view name) {
  std::string path(above);
  while (!name.empty()) {
    const std::size_t end = name.find('/');
    const std::string_view part = name.substr(0, end);
    if (!part.empty()) path += (path.ends_with('/') ? "" : "/") + std::string(part);
    name.remove_prefix(end == std::string_view::npos ? name.size() : end + 1);
  }
  return path;
}

}  // namespace

std::string Group::below(std::string_view name) const { return join(path_, name); }

Group Group::group(std::string_view below) const { return Group(output_, this->below(below)); }

Group Group::timing() const { return Group(output_, join("/timing", path_)); }

ResultFile ResultFile::create(const std::string& path, bool force) {
  return ResultFile(std::make_shared<Output>(path, force), "/");
}

void ResultFile::provenance(const Provenance& provenance) const {
  const auto text = [&](const char* name, const std::string& value) {
    if (!value.empty()) attribute(name, std::string_view(value));
  };
  const auto number = [&](const char* name, const auto& value) {
    if (value) attribute(name, *value);
  };
  std::string overrides;
  for (const std::string& one : provenance.overrides) overrides += (overrides.empty() ? "" : "\n") + one;
  text("name", provenance.name);
  text("config", provenance.config);
  text("config_source", provenance.config_source);
  text("overrides", overrides);
  number("seed", provenance.seed);
  number("dt", provenance.dt);
  number("t_start", provenance.t_start);
  number("t_stop", provenance.t_stop);
  number("synapses", provenance.synapses);
  number("synaptic_events", provenance.synaptic_events);
  text("cajal_version", provenance.cajal_version);
  text("git_revision", provenance.git_revision);
  text("libraries", provenance.libraries);
  text("host", provenance.host);
  text("cpu", provenance.cpu);
  number("threads", provenance.threads);
  number("ranks", provenance.ranks);
  text("started", provenance.started);
  number("wall_seconds", provenance.wall_seconds);
  number("build_seconds", provenance.build_seconds);
  number("run_seconds", provenance.run_seconds);
  number("real_time_factor", provenance.real_time_factor());
  number("peak_memory", provenance.peak_memory);
}

}  // namespace cajal::record
