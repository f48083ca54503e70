# shellcheck shell=bash
# ./dev cluster: Kafka, Cassandra and three Playhead nodes in two data centers, on this machine.

# The program with what a node of a cluster needs: Rust, and no test packages.
build_node() {
  need build rust
  [ -f build/release/build.ninja ] || configure release -DPLAYHEAD_TESTS=OFF -DPLAYHEAD_BENCH=OFF
  configure release -DPLAYHEAD_CASSANDRA=ON
  build_program release
}

#: cluster build | build/release/playhead with all that a node of a cluster needs
#: cluster up|status|down|kill NAME|start NAME|pause NAME|resume NAME | a whole cluster, from published packages
cmd_cluster() {
  case ${1:-} in
    '' | -h | --help | help)
      tools/cluster/cluster.py --help
      return
      ;;
    build) build_node ;;
    up)
      shift
      need video cluster
      build_node
      with_log demo web/build build/demo || die "the demo page could not be made" "web/build"
      tools/cluster/cluster.py up --web-root build/demo "$@"
      say "Open the TV on node1, http://127.77.1.31:1842/demo/player.html?device=tv, and the phone on node2,"
      say "http://127.77.1.32:1842/demo/player.html?device=phone; /demo/ of any node, node3 in dc2 too, has both."
      say "./dev cluster down stops it all."
      ;;
    *) tools/cluster/cluster.py "$@" ;;
  esac
}
