# shellcheck shell=bash
# What takes longer and is run by hand: benchmarks and crash rounds.

# bench/run prints the table and writes the figures; it finds the program in $PLAYHEAD.
#: bench [cluster] [ARGUMENT...] | all benchmarks, beside Redis, PostgreSQL and nginx, or those of a cluster
cmd_bench() {
  if [ "${1:-}" = cluster ]; then
    shift
    bench_cluster "$@"
    return
  fi
  need build bench
  [ -f build/release/build.ninja ] || configure release -DPLAYHEAD_TESTS=OFF -DPLAYHEAD_BENCH=ON
  configure release -DPLAYHEAD_BENCH=ON
  build_targets release
  PLAYHEAD=$ROOT/build/release/playhead bench/run "$@"
}

# ./dev bench cluster [ROW...]: Kafka, Cassandra and up to three nodes; the bare producer is built for it alone.
bench_cluster() {
  need build cluster bench
  [ -f build/release/build.ninja ] || configure release -DPLAYHEAD_TESTS=OFF -DPLAYHEAD_BENCH=ON
  configure release -DPLAYHEAD_BENCH=ON -DPLAYHEAD_CASSANDRA=ON
  build_targets release playhead playhead_producer
  PLAYHEAD=$ROOT/build/release/playhead PRODUCER=$ROOT/build/release/bench/playhead-producer bench/cluster/run "$@"
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
