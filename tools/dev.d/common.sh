# shellcheck shell=bash
# What every command uses: messages, long work with a log and signs of life, durations.

LOGS=$ROOT/build/logs

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
warn() { printf 'dev: %s\n' "$*" >&2; }
# die MESSAGE [NEXT]: what went wrong, and the next thing to try.
die() {
  printf 'dev: %s\n' "$1" >&2
  if [ $# -gt 1 ]; then printf '     next: %s\n' "$2" >&2; fi
  exit 1
}
[ -t 2 ] || say() { printf '%s\n' "$*" >&2; }

# "4 s", "2 min 05 s"
duration() {
  if [ "$1" -lt 60 ]; then echo "$1 s"; else printf '%d min %02d s\n' $(($1 / 60)) $(($1 % 60)); fi
}

# with_log NAME COMMAND…: runs it with its output in build/logs/NAME.log and a line of life every 15 s.
# When it fails, the end of the log is shown and its status returned.
with_log() {
  local name=$1 log=$LOGS/$1.log status=0 started=$SECONDS next=15 pid
  shift
  mkdir -p "$LOGS"
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  while sleep 0.2 && kill -0 "$pid" 2>/dev/null; do
    if ((SECONDS - started >= next)); then
      next=$((next + 15))
      printf '  %s: %s … %s\n' "$name" "$(duration $((SECONDS - started)))" "$(tail -n 1 "$log" | cut -c 1-90)" >&2
    fi
  done
  wait "$pid" || status=$?
  if [ $status -ne 0 ]; then
    tail -n 25 "$log" >&2
    warn "$name failed with status $status; all of it is in ${log#"$ROOT"/}"
  fi
  return $status
}

# stamp_of FILE…: one hash over the contents, for "already done with exactly these inputs".
stamp_of() { cat "$@" | sha256sum | cut -d ' ' -f 1; }

# Jobs for compilers: one a core, but no more than memory has room for (a Beast or RocksDB file takes about 1.2 GB).
jobs_for_memory() {
  local cores memory_gb
  cores=$(nproc)
  memory_gb=$(awk '/^MemAvailable:/ { print int($2 / 1200000) }' /proc/meminfo)
  if [ "$memory_gb" -lt 1 ]; then memory_gb=1; fi
  if [ "$memory_gb" -lt "$cores" ]; then echo "$memory_gb"; else echo "$cores"; fi
}
