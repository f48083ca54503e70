# shellcheck shell=bash
# What takes longer and is run by hand: benchmarks and crash rounds.

# bench/run prints the table and writes the figures; it finds the program in $PLAYHEAD.
#: bench [ARGUMENT...] | all benchmarks, beside Redis, PostgreSQL and nginx; docs/benchmarks.md explains the table
cmd_bench() {
  need build bench
  [ -f build/release/build.ninja ] || configure release -DPLAYHEAD_TESTS=OFF -DPLAYHEAD_BENCH=ON
  configure release -DPLAYHEAD_BENCH=ON
  build_targets release
  PLAYHEAD=$ROOT/build/release/playhead bench/run "$@"
}

# tests/crash/run N […]: N rounds; its last line is "N passed, N failed". It finds the programs in $PLAYHEAD_BUILD.
crash_rounds() {
  build_tests release
  PLAYHEAD_BUILD=$ROOT/build/release tests/crash/run "$@"
}

#: crash N [ARGUMENT...] | N rounds of load, kill -9 at a random moment, restart, comparing with what was acknowledged
cmd_crash() {
  case ${1:-} in '' | *[!0-9]*) die "crash wants a number of rounds" "./dev crash 20" ;; esac
  crash_rounds "$@"
}
