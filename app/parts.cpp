#include "app/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/error.hpp"
#include "sim/memory.hpp"
#include "sim/record/reader.hpp"

namespace cajal::app {

namespace fs = std::filesystem;

namespace {

constexpr const char* identity_file = "run.toml";

}  // namespace

Parts::Parts(const std::string& folder, const std::string& name, std::string identity, std::string what)
    : folder_((fs::path(folder) / (name + ".parts")).string()),
      identity_(std::move(identity)),
      what_(std::move(what)) {}

std::string Parts::path(const std::string& name) const { return (fs::path(folder_) / (name + ".h5")).string(); }

void Parts::begin(bool resume, bool force) const {
  const fs::path of = fs::path(folder_) / identity_file;
  std::error_code error;
  const bool there = fs::exists(of, error);
  if (resume) {
    if (!there) throw DataError(folder_, fmt::format("there is nothing to resume: no {} of an earlier run", what_));
    std::ifstream in(of, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    if (text.str() != identity_)
      throw DataError(folder_, fmt::format("holds {} of another config, or of another build of the program", what_));
    return;
  }
  if (there && !force)
    throw OutputError(
        fmt::format("{} holds {} of an earlier run; --resume goes on with it, --force starts anew", folder_, what_));
  if (there) fs::remove_all(folder_, error);
  fs::create_directories(folder_, error);
  std::ofstream out(of, std::ios::binary | std::ios::trunc);
  out << identity_;
  out.close();
  if (!out) throw OutputError(of.string() + ": cannot be written");
}

void Parts::remove() const {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

bool is_interrupted(const std::string& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return false;
  try {
    return record::ResultReader(path).attribute<std::string>("/", "status") == "interrupted";
  } catch (const DataError&) {
    return false;  // ResultFile::create says what is wrong with it.
  }
}

std::size_t side_by_side(std::size_t count, double memory, std::size_t threads) {
  constexpr double share = 0.8;
  const double fit = std::floor(share * usable_memory() / std::max(1.0, memory));
  const std::size_t most = std::max<std::size_t>(1, std::min(threads, count));
  return fit >= static_cast<double>(most) ? most : std::max<std::size_t>(1, static_cast<std::size_t>(fit));
}

}  // namespace cajal::app
