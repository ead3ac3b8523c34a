#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/error.hpp"

namespace cajal {

/// A unit that could not be compiled or loaded; says what to do about it.
class CompileError : public Error {
 public:
  using Error::Error;
};

/// How units of C++ are compiled while a program runs, to be loaded into it.
struct Compiler {
  std::string program;               ///< path of the compiler
  std::vector<std::string> options;  ///< definitions, folders of headers, optimisation
  std::string headers;               ///< folder of the project's headers
  std::string cache;                 ///< folder for what is compiled; empty: there is none
  /// Told the name of a unit before it is compiled, which takes some seconds.
  std::function<void(const std::string& name)> begins = [](const std::string&) {};

  /// The compiler that built this program, with its options. The cache is `cajal` in $XDG_CACHE_HOME, else in
  /// $HOME/.cache.
  static Compiler of_build();
};

/// The address of the function `symbol` of a unit. The unit is compiled unless it was before: what is compiled stays in
/// the cache, under a hash of the text, the build of this program, the compiler and its options, beside the text; it is
/// put there in one step, so that programs may share it. What is loaded stays until the program ends.
/// Throws CompileError: no compiler, no headers, no place for the cache; headers that are newer than the program; what
/// the compiler says.
void* load_unit(const std::string& name, const std::string& text, const std::string& symbol, const Compiler& compiler);

}  // namespace cajal
