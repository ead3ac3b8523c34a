#include "models/equations/compiler.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <system_error>

namespace cajal {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> out;
  std::stringstream in(text);
  for (std::string part; std::getline(in, part, separator);)
    if (!part.empty()) out.push_back(part);
  return out;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string cache_folder() {
  const auto absolute = [](const char* name) {
    const char* const value = std::getenv(name);
    return value && value[0] == '/' ? std::string(value) : std::string();
  };
  if (const std::string cache = absolute("XDG_CACHE_HOME"); !cache.empty()) return cache + "/cajal";
  if (const std::string home = absolute("HOME"); !home.empty()) return home + "/.cache/cajal";
  return {};
}

/// The linker's own hash of a program (the note NT_GNU_BUILD_ID), of the one that runs; empty if it has none.
int find_build_id(dl_phdr_info* info, std::size_t, void* out) {
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const char* at = reinterpret_cast<const char*>(info->dlpi_addr + segment.p_vaddr);
    const char* const end = at + segment.p_memsz;
    while (at + sizeof(ElfW(Nhdr)) <= end) {
      ElfW(Nhdr) note;
      std::memcpy(&note, at, sizeof note);
      const char* const name = at + sizeof note;
      const char* const data = name + (note.n_namesz + 3) / 4 * 4;
      if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0)
        for (std::size_t k = 0; k < note.n_descsz; ++k)
          *static_cast<std::string*>(out) += fmt::format("{:02x}", static_cast<unsigned char>(data[k]));
      at = data + (note.n_descsz + 3) / 4 * 4;
    }
  }
  return 1;  // the first is the program; its libraries do not matter
}

/// What changes whenever the program does: a unit must be compiled against the headers of the program that loads it.
std::string build_identity() {
  std::string id;
  dl_iterate_phdr(find_build_id, &id);
  if (!id.empty()) return id;
  std::error_code failed;
  const fs::path program = "/proc/self/exe";
  return fmt::format("{} bytes of {}", fs::file_size(program, failed),
                     fs::last_write_time(program, failed).time_since_epoch().count());
}

/// FNV-1a, 64 bits.
std::uint64_t hash(std::string_view text) {
  std::uint64_t out = 0xcbf29ce484222325ULL;
  for (const char c : text) out = (out ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return out;
}

/// A shared object with `name` in front and a hash behind, and its source beside it.
struct Place {
  fs::path object, source;
  std::string text;  ///< of the source: all that the hash is made of
};

Place place_of(const std::string& name, const std::string& text, const Compiler& compiler) {
  std::string head = "// build " + build_identity() + "\n// " + compiler.program;
  for (const std::string& option : compiler.options) head += ' ' + option;
  const std::string all = head + "\n\n" + text;
  const fs::path stem = fs::path(compiler.cache) / fmt::format("{}-{:016x}", name, hash(all));
  return {stem.string() + ".so", stem.string() + ".cpp", all};
}

/// Runs a program to its end, what it says going to a file. The exit code; nothing where there is no such program.
std::optional<int> run(const std::vector<std::string>& words, const fs::path& log) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return std::nullopt;
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return std::nullopt;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// The headers of the project that a unit was made from, as the compiler wrote them for `make`.
std::vector<fs::path> headers_in(const std::string& rules, const std::string& folder) {
  std::vector<fs::path> out;
  std::string path;
  for (std::size_t i = 0; i <= rules.size(); ++i) {
    const char c = i < rules.size() ? rules[i] : '\n';
    if (c == '\\' && i + 1 < rules.size() && rules[i + 1] == ' ') {
      path += rules[++i];
    } else if (c == ' ' || c == '\n' || c == '\\') {
      if (path.starts_with(folder + "/")) out.emplace_back(path);
      path.clear();
    } else {
      path += c;
    }
  }
  return out;
}

/// A header that was changed after the program was built; empty if there is none.
fs::path newer_header(const std::string& rules, const Compiler& compiler) {
  std::error_code failed;
  const auto built = fs::last_write_time("/proc/self/exe", failed);
  for (const fs::path& header : headers_in(rules, compiler.headers))
    if (!failed && fs::last_write_time(header, failed) > built) return header;
  return {};
}

/// The first line that names an error.
std::string first_error(const std::string& log) {
  const std::vector<std::string> lines = split(log, '\n');
  for (const std::string& line : lines)
    if (line.find("error") != std::string::npos) return line;
  return lines.empty() ? "it said nothing" : lines.back();
}

/// Files with names of their own until they are whole; removed when this ends.
struct Scratch {
  fs::path object, source, rules, log;

  explicit Scratch(const Place& place) {
    static_assert(sizeof(pid_t) <= sizeof(long));
    std::string stem = place.object.string() + ".XXXXXX";
    const int file = mkstemp(stem.data());
    if (file < 0)
      throw CompileError(
          fmt::format("{} cannot be written ({}): models from equations are compiled there; "
                      "XDG_CACHE_HOME names another folder",
                      place.object.parent_path().string(), std::strerror(errno)));
    close(file);
    object = stem;
    source = stem + ".cpp";
    rules = stem + ".d";
    log = stem + ".log";
  }
  ~Scratch() {
    std::error_code ignored;
    for (const fs::path* path : {&object, &source, &rules, &log}) fs::remove(*path, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
};

void make_folder(const std::string& folder) {
  if (folder.empty())
    throw CompileError(
        "there is no folder for what is compiled: neither XDG_CACHE_HOME nor HOME is set to an absolute path");
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed)
    throw CompileError(
        fmt::format("{} cannot be made ({}): models from equations are compiled there; XDG_CACHE_HOME "
                    "names another folder",
                    folder, failed.message()));
}

void compile(const Place& place, const Compiler& compiler) {
  if (!fs::is_directory(compiler.headers))
    throw CompileError(
        fmt::format("the headers of cajal, which it was built from, are no longer in {}: models from "
                    "equations are compiled against them; build it where they are",
                    compiler.headers));
  make_folder(compiler.cache);
  const Scratch scratch(place);
  std::ofstream(scratch.source, std::ios::binary) << place.text;
  std::vector<std::string> words{compiler.program};
  words.insert(words.end(), compiler.options.begin(), compiler.options.end());
  for (const std::string& word :
       {std::string("-w"), std::string("-fPIC"), std::string("-shared"), std::string("-MD"), std::string("-MF"),
        scratch.rules.string(), std::string("-o"), scratch.object.string(), scratch.source.string()})
    words.push_back(word);
  const std::optional<int> code = run(words, scratch.log);
  if (!code || *code == 127)
    throw CompileError(
        fmt::format("a model from equations is compiled, and there is no compiler {} here; install it "
                    "(Debian and Ubuntu: apt install g++), or build cajal with one that is here",
                    compiler.program));
  if (*code != 0)
    throw CompileError(
        fmt::format("{} could not compile this model: {}", compiler.program, first_error(read_file(scratch.log))));
  if (const fs::path header = newer_header(read_file(scratch.rules), compiler); !header.empty())
    throw CompileError(fmt::format(
        "{} was changed after this program was built, and a model must be compiled against what the program was built "
        "from; build it again",
        header.string()));
  fs::rename(scratch.source, place.source);
  fs::rename(scratch.object, place.object);
}

}  // namespace

Compiler Compiler::of_build() {
  Compiler out;
  out.program = CAJAL_CXX;
  for (const std::string& option : split(CAJAL_CXX_OPTIONS, '|'))
    // Warnings are for people who write C++.
    if (!option.starts_with("-W") || option.find(',') != std::string::npos) out.options.push_back(option);
  for (const std::string& definition : split(CAJAL_CXX_DEFINITIONS, '|')) out.options.push_back("-D" + definition);
  for (const std::string& folder : split(CAJAL_CXX_INCLUDES, '|'))
    if (folder != "/usr/include") out.options.push_back("-I" + folder);
  out.headers = CAJAL_SOURCE_FOLDER;
  out.cache = cache_folder();
  return out;
}

void* load_unit(const std::string& name, const std::string& text, const std::string& symbol, const Compiler& compiler) {
  const Place place = place_of(name, text, compiler);
  const auto load = [&] { return dlopen(place.object.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE); };
  // The whole text is compared: a hash alone may be that of another model.
  const bool known = !compiler.cache.empty() && fs::exists(place.object) && read_file(place.source) == place.text;
  void* library = known ? load() : nullptr;
  if (!library) {
    compiler.begins(name);
    try {
      compile(place, compiler);
    } catch (const fs::filesystem_error& error) {
      throw CompileError(error.what());
    }
    library = load();
  }
  if (!library) throw CompileError(fmt::format("the compiled model cannot be loaded: {}", dlerror()));
  void* const address = dlsym(library, symbol.c_str());
  if (!address) throw CompileError(fmt::format("{} has no function {}", place.object.string(), symbol));
  return address;
}

}  // namespace cajal
