#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cajal::record {

/// Where a result comes from: attributes of the root. What is empty is not written. Times of the model are in ms, of
/// the clock in s, memory in bytes.
struct Provenance {
  std::string name;                    ///< of the run, `run.name`
  std::string config;                  ///< resolved, as run
  std::string config_source;           ///< as written
  std::vector<std::string> overrides;  ///< `address=value`; joined by newlines
  std::optional<std::uint64_t> seed;
  std::optional<double> dt, t_start, t_stop;
  std::optional<std::uint64_t> synapses, synaptic_events;

  std::string cajal_version, git_revision;
  std::string libraries;  ///< `HDF5 1.10.8, zlib 1.2.13, ...`
  std::string host, cpu;
  std::optional<std::uint32_t> threads, ranks;
  std::string started;  ///< `2024-05-31T12:00:00Z`
  std::optional<double> wall_seconds, build_seconds, run_seconds;
  std::optional<std::uint64_t> peak_memory;

  /// Host, processor, libraries, the time now as `started`, and the peak memory so far.
  static Provenance of_this_machine();

  /// run_seconds per simulated second; nothing unless run_seconds, t_start < t_stop are known.
  std::optional<double> real_time_factor() const;
};

/// The most memory this process ever had resident, bytes.
std::uint64_t peak_memory();

/// True for the attributes that differ between two runs of the same config and seed, because they are about time, the
/// host or the build; digests leave them out.
bool is_of_time_or_host(std::string_view attribute);

}  // namespace cajal::record
