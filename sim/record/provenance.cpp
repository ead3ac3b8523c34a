#include "sim/record/provenance.hpp"

#include <gnu/libc-version.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>

#include "sim/record/hdf5.hpp"

namespace cajal::record {

namespace {

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    const std::size_t begin = line.find_first_not_of(": \t", line.find(':'));
    if (begin != std::string::npos) return line.substr(begin);
  }
  return "unknown";
}

std::string library_versions() {
#if defined(__clang__)
  const std::string compiler = "clang " __clang_version__;
#else
  const std::string compiler = "gcc " __VERSION__;
#endif
  return "HDF5 " + hdf5::version() + ", zlib " + ::zlibVersion() + ", glibc " + ::gnu_get_libc_version() + ", " +
         compiler;
}

std::string now() {
  const std::time_t time = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

}  // namespace

Provenance Provenance::of_this_machine() {
  Provenance provenance;
  provenance.host = host_name();
  provenance.cpu = cpu_name();
  provenance.libraries = library_versions();
  provenance.started = now();
  provenance.peak_memory = record::peak_memory();
  return provenance;
}

std::optional<double> Provenance::real_time_factor() const {
  if (!run_seconds || !t_start || !t_stop || !(*t_start < *t_stop)) return {};
  return *run_seconds / ((*t_stop - *t_start) * 1e-3);
}

std::uint64_t peak_memory() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

bool is_of_time_or_host(std::string_view attribute) {
  constexpr std::array<std::string_view, 13> names{
      "host",          "cpu",         "threads",          "ranks",       "started",   "wall_seconds", "cajal_version",
      "build_seconds", "run_seconds", "real_time_factor", "peak_memory", "libraries", "git_revision"};
  return std::find(names.begin(), names.end(), attribute) != names.end();
}

}  // namespace cajal::record
