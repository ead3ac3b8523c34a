#include "sim/record/publish.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "sim/error.hpp"
#include "sim/record/output.hpp"
#include "sim/record/reader.hpp"

namespace cajal::record {

namespace fs = std::filesystem;

namespace {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

[[noreturn]] void refuse(const std::string& path, const std::string& what, int error) {
  throw OutputError(path + ": " + what + ": " + std::strerror(error));
}

std::string status_of(const std::string& path) {
  try {
    return ResultReader(path).attribute<std::string>("/", "status");
  } catch (const DataError& error) {
    throw OutputError(path + " exists and is no result that can be read, so it is not replaced (" + error.what() +
                      "); remove it, or write to another name");
  }
}

void sync(const std::string& path, int flags) {
  const Descriptor file(path, flags);
  // EINVAL: a file system that cannot sync this kind of file.
  if (file.number() < 0 || (::fsync(file.number()) != 0 && errno != EINVAL))
    refuse(path, "cannot be made durable", errno);
}

std::string directory_of(const std::string& path) {
  const std::string directory = fs::path(path).parent_path().string();
  return directory.empty() ? "." : directory;
}

}  // namespace

bool require_writable(const std::string& path, const std::string& part, bool force) {
  if (path.empty() || path.back() == '/') throw OutputError("'" + path + "' is no name of a result file");
  std::error_code error;
  const fs::file_status found = fs::status(path, error);
  if (found.type() == fs::file_type::none) throw OutputError(path + ": cannot be written: " + error.message());
  const bool exists = found.type() != fs::file_type::not_found;
  if (exists && !fs::is_regular_file(found))
    throw OutputError(path + " exists and is no file that a result could replace");
  if (exists) {
    const std::string status = status_of(path);
    if (!force && status != name_of(Status::failed)) {
      const bool complete = status == name_of(Status::complete);
      throw OutputError(path + " exists" + (complete ? "" : " (" + status + ")") + "; --force replaces it");
    }
  }
  fs::create_directories(directory_of(path), error);
  if (error) throw OutputError(directory_of(path) + ": cannot be made: " + error.message());
  const Descriptor writable(part, O_RDWR | O_CREAT);
  if (writable.number() < 0) refuse(part, "cannot be written", errno);
  // HDF5 locks a file only after it has emptied it.
  if (::flock(writable.number(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    throw OutputError(part + ": another run is writing it");
  return exists;
}

void publish(const std::string& part, const std::string& path, bool replaces) {
  sync(part, O_RDONLY);
  std::error_code error;
  if (!replaces && fs::exists(path, error))
    throw OutputError(path + " was made by something else during the run; this result is kept as " + part);
  fs::rename(part, path, error);
  if (error) throw OutputError(part + ": cannot be renamed to " + path + ": " + error.message());
  sync(directory_of(path), O_RDONLY | O_DIRECTORY);
}

}  // namespace cajal::record
