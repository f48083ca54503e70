# shellcheck shell=bash
# Configuring and building with CMake's presets; build/PRESET is where each lives.

# configure PRESET [-DNAME=VALUE…]: runs CMake only when there is no build folder yet or a value changes.
configure() {
  local preset=$1 dir=build/$1 setting stale=0
  shift
  [ -f "$dir/build.ninja" ] || stale=1
  for setting in "$@"; do
    setting=${setting#-D}
    grep -qE "^${setting%%=*}:[A-Z]+=${setting#*=}$" "$dir/CMakeCache.txt" 2>/dev/null || stale=1
  done
  if [ $stale -eq 1 ]; then
    with_log "configure-$preset" cmake --preset "$preset" "$@" ||
      die "CMake could not configure the preset '$preset'" \
        "./dev setup build test; if the folder is from another compiler: ./dev clean $preset"
  fi
}

# build_targets PRESET [TARGET…]: without a target, everything that is configured.
build_targets() {
  local preset=$1 started=$SECONDS target args=()
  shift
  for target in "$@"; do args+=(--target "$target"); done
  cmake --build "build/$preset" --parallel "$(jobs_for_memory)" "${args[@]}" >&2 ||
    die "the build of '$preset' failed; the first error above is the one to mend" "./dev build $preset"
  say "Built ${*:-all} ($preset) in $(duration $((SECONDS - started)))."
}

# The program alone: needs the libraries it is made of, no test packages. A folder that is already configured with
# tests stays so, which keeps its objects.
build_program() {
  local preset=$1
  need build
  [ -f "build/$preset/build.ninja" ] || configure "$preset" -DPLAYHEAD_TESTS=OFF -DPLAYHEAD_BENCH=OFF
  build_targets "$preset" playhead
}

# The program and every test. Library objects are the same with and without tests, so nothing is built twice.
build_tests() {
  local preset=$1
  need build test
  [ -f "build/$preset/build.ninja" ] || configure "$preset" -DPLAYHEAD_TESTS=ON -DPLAYHEAD_BENCH=OFF
  configure "$preset" -DPLAYHEAD_TESTS=ON
  build_targets "$preset"
}

# The same with what the cluster needs besides.
build_cluster() {
  need cluster rust build test
  [ -f "build/$1/build.ninja" ] || configure "$1" -DPLAYHEAD_TESTS=ON -DPLAYHEAD_BENCH=OFF
  configure "$1" -DPLAYHEAD_CASSANDRA=ON
  build_tests "$1"
}

#: build [PRESET [TARGET...]] | build build/PRESET/playhead; presets release (default), debug, asan, tsan
cmd_build() {
  local preset=${1:-release}
  shift || true
  grep -q "\"name\": \"$preset\"" CMakePresets.json ||
    die "there is no preset '$preset'" "./dev build release, debug, asan or tsan"
  build_program "$preset"
  if [ $# -gt 0 ]; then build_targets "$preset" "$@"; fi
}

#: clean [PRESET] | remove build/PRESET, or all of build/
cmd_clean() {
  local dir=build
  if [ $# -gt 0 ]; then dir=build/${1##*/}; fi
  rm -rf "${ROOT:?}/$dir"
}
