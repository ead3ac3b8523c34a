#!/usr/bin/env bash
# Tries the launcher on a small tree of its own: a program of one file, and packages that are only pretended.
# Prints what does not hold and exits with 1, else exits with 0. Needs cmake, ninja and a C++ compiler.

set -uo pipefail

repository=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset CAJAL_PRESET
broken=0

# holds CLAIM COMMAND...
holds() {
  "${@:2}" && return
  printf 'launcher: does not hold: %s\n  output: %s\n  errors: %s\n' "$1" "$(<"$work/out")" "$(<"$work/err")"
  broken=1
}

# launched EXIT_CODE ARGUMENTS...: runs the launcher; its output is in $work/out, $work/err.
launched() {
  local code
  "${launcher:-$tree/cajal}" "${@:2}" >"$work/out" 2>"$work/err" </dev/null
  code=$?
  ((code == $1)) || { echo "exit code $code instead of $1" >>"$work/err" && false; }
}
silent() { [[ ! -s $work/err ]]; }
printed() { grep -qxF -- "$1" "$work/out"; }
complained() { grep -qF -- "$1" "$work/err"; }
last_line() { [[ $(tail -n 1 "$work/out") == "$1" ]]; }
is() { [[ $1 == "$2" ]]; }

tree="$work/a tree"
mkdir -p "$tree"/{sim,models,learning,analysis,app,tests,bench} "$work/elsewhere" "$work/bin"
cp "$repository"/{cajal,CMakePresets.json} "$tree"
cat >"$tree/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(small LANGUAGES CXX)
file(GLOB sources CONFIGURE_DEPENDS app/*.cpp)
add_executable(cajal_program ${sources})
set_target_properties(cajal_program PROPERTIES OUTPUT_NAME cajal RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
add_executable(cajal_tests tests/main.cpp)
set_target_properties(cajal_tests PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
if(CAJAL_BENCH)
  add_executable(cajal_bench bench/main.cpp)
  set_target_properties(cajal_bench PROPERTIES OUTPUT_NAME main RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
endif()
CMAKE
program() {
  cat >"$tree/$1/main.cpp" <<CPP
#include <cstdlib>
#include <filesystem>
#include <iostream>
int main(int count, char** arguments) {
  std::cout << "$2 in " << std::filesystem::current_path().filename().string() << '\n';
  for (int i = 1; i < count; ++i) std::cout << "argument " << arguments[i] << '\n';
  std::cout << "kernels " << (std::getenv("OPENBLAS_CORETYPE") ? "chosen" : "free") << '\n';
  if (const char* text = std::getenv("SUMMARY")) std::cout << text << '\n';
  if (std::filesystem::exists("/proc/self/fd/9")) std::cout << "holds the lock\n";
  return std::getenv("CODE") ? std::atoi(std::getenv("CODE")) : 0;
}
CPP
}
program app first
program tests tests
program bench bench

# A pretended package system: $work/missing lists what is not installed.
cat >"$work/bin/dpkg-query" <<'SH'
#!/usr/bin/env bash
for package in "${@:3}"; do grep -qx "$package" "$WORK/missing" || echo "installed $package"; done
SH
cat >"$work/bin/apt-get" <<'SH'
#!/usr/bin/env bash
echo "apt-get $*" >>"$WORK/apt"
[[ ! -e $WORK/no-network ]] || { echo "E: no network"; exit 100; }
[[ $* != *install* ]] || : >"$WORK/missing"
SH
cat >"$work/bin/id" <<'SH'
#!/usr/bin/env bash
cat "$WORK/id"
SH
cat >"$work/bin/sudo" <<'SH'
#!/usr/bin/env bash
exit 1
SH
chmod +x "$work"/bin/*
export WORK=$work PATH=$work/bin:$PATH
echo 0 >"$work/id"

cd "$work/elsewhere" || exit 1

printf '%s\n' libfmt-dev catch2 >"$work/missing"
echo 1000 >"$work/id"
holds "without root, missing packages end it" launched 2 run
holds "they are named" complained "missing packages: libfmt-dev catch2"
holds "the command to install them is shown" complained "apt-get install -y --no-install-recommends libfmt-dev catch2"
holds "apt-get was not called" test ! -e "$work/apt"
echo 0 >"$work/id"
touch "$work/no-network"
holds "packages that cannot be installed end it" launched 2 run
holds "with the words of apt-get" complained "E: no network"
rm "$work/no-network" "$work/apt"
holds "root installs, configures, builds, runs" launched 0 run "a b.toml" --quick
holds "missing packages are installed" grep -q 'install -y --no-install-recommends libfmt-dev catch2' "$work/apt"
holds "the first build is announced" complained "the first time takes a few minutes"
holds "the caller's directory stays" printed "first in elsewhere"
holds "arguments stay whole" printed "argument a b.toml"

holds "a second launch runs" launched 0 --help
holds "a second launch is silent" silent
holds "options reach the program" printed "argument --help"
began=$(date +%s%N)
for _ in {1..10}; do "$tree/cajal" >/dev/null; done
each=$((($(date +%s%N) - began) / 10000000))
holds "a launch costs under 150 ms (was $each)" test "$each" -lt 150

ln -s "$tree/cajal" "$work/elsewhere/link"
launcher=./link
holds "through a symbolic link" launched 0 run
holds "through a symbolic link it is the same build" silent
launcher=
OPENBLAS_CORETYPE=Haswell holds "runs with OPENBLAS_CORETYPE" launched 0
holds "OPENBLAS_CORETYPE is dropped" printed "kernels free"
CODE=7 holds "the program's exit code is passed on" launched 7

program app second
holds "a changed source" launched 0
holds "is built" printed "second in elsewhere"
echo "int unused = 0;" >"$tree/app/other.cpp"
holds "a new source" launched 0
holds "is built too" complained "building what changed"
rm "$tree/app/other.cpp"
holds "a removed source" launched 0
holds "is no error" printed "second in elsewhere"
echo "not C++" >"$tree/app/other.cpp"
holds "a failing build" launched 3
holds "shows the compiler's words" complained "other.cpp"
rm "$tree/app/other.cpp"
holds "after the repair it runs" launched 0

program app third
"$tree/cajal" >"$work/one" 2>&1 &
"$tree/cajal" >"$work/two" 2>&1 &
wait
holds "two launches at once: the first" grep -q "third in" "$work/one"
holds "two launches at once: the second" grep -q "third in" "$work/two"
holds "the program does not keep the lock" is "$(cat "$work/one" "$work/two" | grep -c lock)" 0

mv "$tree" "$work/moved tree"
tree="$work/moved tree"
holds "a moved tree is built anew" launched 0
holds "and says so" complained "building what changed"
CAJAL_PRESET=fast holds "an unknown preset" launched 2
holds "gets the list of presets" complained "release, portable"
CAJAL_PRESET=debug holds "another preset" launched 0
holds "has a directory of its own" test -x "$tree/build/debug/cajal"

summary() {
  SUMMARY=$2 CODE=$1 holds "exit code of '$2'" launched "$3" test
  holds "summary of '$2'" last_line "$4"
}
summary 0 "All tests passed (123 assertions in 45 test cases)" 0 "45 passed, 0 failed"
summary 0 "All tests passed (1 assertion in 1 test case)" 0 "1 passed, 0 failed"
summary 1 "test cases: 5 | 3 passed | 1 failed | 1 failed as expected" 1 "4 passed, 1 failed"
summary 42 "test cases:  14 | 1 passed |  3 failed | 10 skipped" 1 "1 passed, 3 failed, 10 skipped"
summary 1 "test cases: 2 | 2 failed" 1 "0 passed, 2 failed"
summary 0 "No tests ran" 1 "0 passed, 0 failed"
summary 9 "All tests passed (1 assertion in 1 test case)" 1 "1 passed, 1 failed"
summary 137 "" 1 "0 passed, 1 failed"
SUMMARY="All tests passed (1 assertion in 1 test case)"
export SUMMARY
launched 0 test
holds "the usual tests are neither long nor hidden" printed "argument ~[long]~[.]"
launched 0 test --long -d yes
holds "--long adds the long ones" printed "argument ~[.],[long]"
holds "--long leaves options" printed "argument yes"
launched 0 test "[stdp]"
holds "a named test replaces the filter" is "$(grep -c argument "$work/out")" 1
unset SUMMARY
holds "all benchmarks" launched 0 bench
holds "are built and run" printed "bench in elsewhere"
holds "one benchmark" launched 0 bench main --fast
holds "is built already" silent
holds "gets its arguments" is "$(grep argument "$work/out")" "argument --fast"
holds "an unknown benchmark" launched 2 bench fast
holds "gets the list" complained "there are: main"

# A pretended Python: its modules are in $work/modules.
cat >"$work/bin/python" <<'SH'
#!/usr/bin/env bash
if [[ $1 == -c ]]; then
  [[ $2 =~ find_spec\(\'([a-z0-9]+)\' ]] && grep -qx "${BASH_REMATCH[1]}" "$WORK/modules"
  exit
fi
printf 'python argument %s\n' "$@"
SH
chmod +x "$work/bin/python"
export CAJAL_PYTHON=$work/bin/python
touch "$tree/bench/networks.py"
: >"$work/modules"
holds "a benchmark without its modules" launched 2 bench networks --peer brian2
holds "names the packages" complained "apt-get install -y --no-install-recommends python3-h5py python3-brian"
holds "what it would not use" launched 2 bench networks --runs 1
holds "is not asked for" complained "--no-install-recommends python3-h5py"
holds "is not asked for" is "$(grep -c brian "$work/err")" 0
echo h5py >"$work/modules"
holds "a benchmark in Python" launched 0 bench networks --runs 1
holds "gets the program" printed "python argument $tree/build/release/cajal"
holds "and its arguments" printed "python argument --runs"
unset CAJAL_PYTHON
rm "$tree/bench/networks.py"

# A system without apt: a PATH of the few programs that are needed.
mkdir "$work/few"
for name in bash cat cmake dirname env find flock grep mkdir mv readlink rm sed sort tail; do
  ln -s "$(command -v $name)" "$work/few"
done
program app fourth
PATH=$work/few holds "without a compiler" launched 2
holds "it is asked for" complained "a C++20 compiler"
holds "and ninja too" complained "ninja"
for name in c++ as ld ninja; do ln -s "$(command -v $name)" "$work/few"; done
PATH=$work/few holds "with all tools" launched 0
holds "it builds" printed "fourth in elsewhere"

((broken)) || echo "launcher: all claims hold"
exit $broken
