# shellcheck shell=bash
# ./dev run: the program, its demo page and its data in build/run-data.

RUN_PORT=1842

# wait_until_ready PID PORT: up to 30 s, given up at once when the program ends.
wait_until_ready() {
  local tries=0
  while [ $tries -lt 300 ]; do
    kill -0 "$1" 2>/dev/null || return 1
    if tools/probe.sh "$2" /readyz 2>/dev/null; then return 0; fi
    tries=$((tries + 1))
    sleep 0.1
  done
  return 1
}

#: run [--check] [--port N] [-- ARGUMENT...] | build and start it with the demo page; --check stops after a probe
cmd_run() {
  local check=0 port=$RUN_PORT data=build/run-data pid status=0 args=()
  while [ $# -gt 0 ]; do
    case $1 in
      --check) check=1 ;;
      --port) port=${2:?--port wants a number} && shift ;;
      --) shift && args=("$@") && break ;;
      *) die "run does not know '$1'" "./dev help; arguments for playhead itself come behind --" ;;
    esac
    shift
  done
  need build video
  build_program release
  with_log demo web/build build/demo || die "the demo page could not be made" "web/build"
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    die "something listens on port $port already" "stop it, or ./dev run --port $((port + 1))"
  fi
  mkdir -p "$data"
  build/release/playhead serve --listen "127.0.0.1:$port" --data "$data" --web-root build/demo "${args[@]}" &
  pid=$!
  # Ctrl-C reaches the program as well, which drains; wait for that.
  trap 'kill -TERM '"$pid"' 2>/dev/null || true' INT TERM
  if ! wait_until_ready "$pid" "$port"; then
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" || status=$?
    die "playhead did not become ready (status $status); what it said is above" "build/release/playhead serve --help"
  fi
  if [ $check -eq 1 ]; then
    tools/probe.sh "$port" /healthz || status=1
    kill -TERM "$pid"
    wait "$pid" || status=$?
    [ $status -eq 0 ] || die "playhead answered or stopped wrongly (status $status)" "./dev run"
    say "Playhead started, answered and stopped."
    return
  fi
  say "Playhead runs. Open http://127.0.0.1:$port/demo/ (or /console) and press Ctrl-C here to stop it; its data is in $data."
  while kill -0 "$pid" 2>/dev/null; do wait "$pid" && status=0 || status=$?; done
  return $status
}
