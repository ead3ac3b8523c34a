#include "sim/record/hdf5.hpp"

#include <fcntl.h>
#include <hdf5.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "sim/error.hpp"

namespace cajal::hdf5 {

static_assert(sizeof(hid_t) == sizeof(std::int64_t));

namespace {

/// What HDF5 says of the last failed call, and the system's error number if the system refused it (else 0).
struct Failure {
  std::string message;
  int number = 0;
};

void prepare() {
  // Without its exit handler, which would touch again what could not be closed on a full disk, and crash.
  static const bool library = H5dont_atexit() >= 0 && H5open() >= 0;
  // The error stack, and with it the printing, belongs to the thread.
  thread_local const bool quiet = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
  static_cast<void>(library);
  static_cast<void>(quiet);
}

herr_t keep_innermost(unsigned depth, const H5E_error2_t* error, void* message) {
  if (depth == 0 && error->desc != nullptr) *static_cast<std::string*>(message) = error->desc;
  return 0;
}

/// The text between `begin` and the next `end` after it; empty if there is none.
std::string_view between(std::string_view text, std::string_view begin, std::string_view end) {
  const std::size_t at = text.find(begin);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + begin.size());
  return text.substr(0, text.find(end));
}

Failure last_failure() {
  std::string described;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, &described);
  Failure failure{described.empty() ? "HDF5 gives no reason" : described, 0};
  const std::string_view number = between(described, "errno = ", ",");
  std::from_chars(number.data(), number.data() + number.size(), failure.number);
  if (failure.number != 0) failure.message = std::strerror(failure.number);
  std::replace(failure.message.begin(), failure.message.end(), '\n', ' ');
  return failure;
}

std::string explain(const Failure& failure, bool writing) {
  switch (failure.number) {
    case ENOSPC:
      return "the disk is full (" + failure.message + ")";
    case EDQUOT:
      return "the disk quota is used up (" + failure.message + ")";
    case EFBIG:
      return "the limit on the size of a file is reached (" + failure.message + ")";
    case EAGAIN:
      return writing ? "another process has it open" : "another process is writing it";
    default:
      return failure.message;
  }
}

Handle access_list() {
  Handle list(H5Pcreate(H5P_FILE_ACCESS));
  H5AC_cache_config_t cache{};
  cache.version = H5AC__CURR_CACHE_CONFIG_VERSION;
  if (H5Pget_mdc_config(list.id(), &cache) < 0) return {};
  cache.evictions_enabled = false;
  cache.incr_mode = H5C_incr__off;
  cache.flash_incr_mode = H5C_flash_incr__off;
  cache.decr_mode = H5C_decr__off;
  if (H5Pset_mdc_config(list.id(), &cache) < 0) return {};
  // Chunks are written whole, and at once: no cache of them, so that a flush finds all space taken (see announce_end).
  if (H5Pset_cache(list.id(), 0, 0, 0, 1.0) < 0) return {};
  return list;
}

}  // namespace

std::string_view name_of(Element element) {
  constexpr std::array<std::string_view, 13> names{"float32", "float64", "int8",   "int16", "int32",  "int64", "uint8",
                                                   "uint16",  "uint32",  "uint64", "text",  "choice", "other"};
  return names[static_cast<std::size_t>(element)];
}

std::size_t size_of(Element element) {
  constexpr std::array<std::size_t, 13> sizes{4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 0, 0, 0};
  return sizes[static_cast<std::size_t>(element)];
}

bool is_integer(Element element) { return element >= Element::int8 && element <= Element::uint64; }

std::int64_t type_of(Element element) {
  prepare();
  switch (element) {
    case Element::float32:
      return H5T_NATIVE_FLOAT;
    case Element::float64:
      return H5T_NATIVE_DOUBLE;
    case Element::int8:
      return H5T_NATIVE_INT8;
    case Element::int16:
      return H5T_NATIVE_INT16;
    case Element::int32:
      return H5T_NATIVE_INT32;
    case Element::int64:
      return H5T_NATIVE_INT64;
    case Element::uint8:
      return H5T_NATIVE_UINT8;
    case Element::uint16:
      return H5T_NATIVE_UINT16;
    case Element::uint32:
      return H5T_NATIVE_UINT32;
    case Element::uint64:
      return H5T_NATIVE_UINT64;
    default:
      return -1;
  }
}

Handle& Handle::operator=(Handle&& other) noexcept {
  if (this != &other) {
    close();
    id_ = std::exchange(other.id_, -1);
  }
  return *this;
}

bool Handle::close() noexcept {
  const std::int64_t id = std::exchange(id_, -1);
  return id < 0 || H5Idec_ref(id) >= 0;
}

File File::create(const std::string& path) {
  prepare();
  File file(path, true);
  const Handle access = access_list();
  file.check(access.id(), "cannot set up HDF5");
  file.handle_ = file.own(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.id()), "cannot be created");
  void* descriptor = nullptr;
  file.check(H5Fget_vfd_handle(file.handle_.id(), access.id(), &descriptor), "cannot be created");
  file.descriptor_ = *static_cast<int*>(descriptor);
  return file;
}

File File::open(const std::string& path) {
  prepare();
  File file(path, false);
  file.handle_ = file.own(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), "cannot be opened");
  return file;
}

File File::open_image(const std::string& path, std::string bytes) {
  prepare();
  File file(path, false);
  const Handle access(H5Pcreate(H5P_FILE_ACCESS));
  constexpr std::size_t increment = 1 << 16;
  file.check(access.id(), "cannot set up HDF5");
  file.check(H5Pset_fapl_core(access.id(), increment, 0), "cannot set up HDF5");
  file.check(H5Pset_file_image(access.id(), bytes.data(), bytes.size()), "cannot be opened");
  file.handle_ = file.own(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()), "cannot be opened");
  return file;
}

std::int64_t File::id() const {
  prepare();
  return handle_.id();
}

bool File::has(const std::string& path) const {
  for (std::size_t end = path.find('/', 1); path.size() > 1; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (check(H5Lexists(id(), part.c_str(), H5P_DEFAULT), "cannot look up " + part) == 0) return false;
    if (end == std::string::npos) break;
    // Nothing lies below a dataset.
    const Handle object = own(H5Oopen(id(), part.c_str(), H5P_DEFAULT), "cannot open " + part);
    if (H5Iget_type(object.id()) != H5I_GROUP) return false;
  }
  return true;
}

std::int64_t File::check(std::int64_t result, std::string_view doing) const {
  if (result >= 0) return result;
  const Failure failure = last_failure();
  const std::string what = std::string(doing) + ": " + explain(failure, writing_);
  if (!writing_) throw DataError(path_, what);
  const OutputError error(path_ + ": " + what);
  // A file that was never opened cannot be lost.
  if (failure.number != 0 && descriptor_ >= 0 && lost_.empty()) {
    lost_ = error.what();
    abandon();
  }
  throw error;
}

void File::abandon() const noexcept {
  // HDF5 keeps what it could not write and cannot close before it is written. So it may write it, to nowhere.
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nowhere < 0) return;
  ::dup2(nowhere, descriptor_);
  ::close(nowhere);
}

void File::announce_end() const noexcept {
  // HDF5 file format specification, superblock version 0: where the version, the size of addresses and the end stand.
  constexpr std::size_t version = 8, size_of_addresses = 13, end = 40;
  std::array<unsigned char, 16> superblock{};
  hsize_t size = 0;
  if (H5Fget_filesize(id(), &size) < 0) return;
  if (::pread(descriptor_, superblock.data(), superblock.size(), 0) != static_cast<ssize_t>(superblock.size())) return;
  if (superblock[0] != 0x89 || superblock[version] != 0 || superblock[size_of_addresses] != 8) return;
  struct stat now {};
  if (::fstat(descriptor_, &now) != 0) return;
  if (now.st_size < static_cast<off_t>(size) && ::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) return;
  std::array<unsigned char, 8> little_endian{};
  for (std::size_t i = 0; i < 8; ++i) little_endian[i] = static_cast<unsigned char>(size >> 8 * i);
  // If this fails so will the flush, which reports it.
  static_cast<void>(::pwrite(descriptor_, little_endian.data(), little_endian.size(), end) > 0);
}

void File::flush() {
  announce_end();
  check(H5Fflush(id(), H5F_SCOPE_GLOBAL), "cannot be written");
  // The flush gives back space taken too much, but HDF5 does not know that the file reaches so far.
  hsize_t size = 0;
  check(H5Fget_filesize(id(), &size), "cannot be written");
  struct stat now {};
  if (::fstat(descriptor_, &now) == 0 && now.st_size > static_cast<off_t>(size))
    check(::ftruncate(descriptor_, static_cast<off_t>(size)), "cannot be written");
}

void File::close() {
  if (!handle_) return;
  prepare();
  check(handle_.close() ? 0 : -1, "cannot be closed");
}

Handle text_type(const File& file, std::size_t bytes) {
  Handle type = file.own(H5Tcopy(H5T_C_S1), "cannot make a type");
  file.check(H5Tset_size(type.id(), bytes == 0 ? H5T_VARIABLE : bytes), "cannot make a type");
  file.check(H5Tset_cset(type.id(), H5T_CSET_UTF8), "cannot make a type");
  if (bytes != 0) file.check(H5Tset_strpad(type.id(), H5T_STR_NULLPAD), "cannot make a type");
  return type;
}

Handle space_of(const File& file, const std::vector<std::size_t>& dims, bool rows_unlimited) {
  if (dims.empty()) return file.own(H5Screate(H5S_SCALAR), "cannot make a scalar");
  const std::vector<hsize_t> now(dims.begin(), dims.end());
  std::vector<hsize_t> most = now;
  if (rows_unlimited) most.front() = H5S_UNLIMITED;
  return file.own(H5Screate_simple(static_cast<int>(now.size()), now.data(), most.data()), "cannot make dimensions");
}

std::vector<std::string> members(const File& file, const std::string& path) {
  if (!file.has(path)) throw DataError(file.path(), "has no group " + path);
  const std::string doing = "cannot list " + path;
  const Handle group = file.own(H5Gopen2(file.id(), path.c_str(), H5P_DEFAULT), doing);
  H5G_info_t content{};
  file.check(H5Gget_info(group.id(), &content), doing);
  std::vector<std::string> names;
  for (hsize_t i = 0; i < content.nlinks; ++i) {
    H5L_info_t link{};
    file.check(H5Lget_info_by_idx(group.id(), ".", H5_INDEX_NAME, H5_ITER_INC, i, &link, H5P_DEFAULT), doing);
    if (link.type != H5L_TYPE_HARD) continue;
    const ssize_t length =
        file.check(H5Lget_name_by_idx(group.id(), ".", H5_INDEX_NAME, H5_ITER_INC, i, nullptr, 0, H5P_DEFAULT), doing);
    std::string name(static_cast<std::size_t>(length), '\0');
    file.check(
        H5Lget_name_by_idx(group.id(), ".", H5_INDEX_NAME, H5_ITER_INC, i, name.data(), name.size() + 1, H5P_DEFAULT),
        doing);
    names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool has_attribute(const File& file, const std::string& path, const std::string& name) {
  if (!file.has(path)) return false;
  const Handle object = file.own(H5Oopen(file.id(), path.c_str(), H5P_DEFAULT), "cannot open " + path);
  return file.check(H5Aexists(object.id(), name.c_str()), "cannot read attribute " + name + " of " + path) > 0;
}

std::string version() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

}  // namespace cajal::hdf5
