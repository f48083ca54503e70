"""Sections h, j and k: live devices, updates by WebSocket, and a server that restarts under its devices."""

import json
import resource
import signal
import subprocess
import time
from statistics import median

from suite.processes import Failed, say
from suite.server import Playhead
from suite.table import SELF, Row

DEVICES = 10_000
HEARTBEAT_SECONDS = 5
MOST = 120_000
IDLE_BYTES = 8_192
GATEWAYS = 16
FRAME = 64
SINGLES = 256
BACK_SECONDS = 10


def allow_descriptors(wanted):
    """For what is started from now on. How many there may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), max(hard, wanted)))
    except (ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


class SocketLoad:
    """One run of playhead-socket-load, which prints a line of JSON for each step."""

    def __init__(self, bench, mode, *arguments, ask=False):
        """`ask`: it waits for go_on() after each step."""
        program = bench.playhead.parent / "bench/playhead-socket-load"
        self.child = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--", program, mode, *map(str, arguments)],
                                      stdin=subprocess.PIPE if ask else subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait_until_ready(self):
        if self.child.stdout.readline().strip() != "ready":
            raise Failed(self._why())

    def step(self):
        line = self.child.stdout.readline()
        if not line:
            raise Failed(self._why())
        return json.loads(line)

    def go_on(self):
        self.child.stdin.write("\n")
        self.child.stdin.flush()

    def lines(self, seconds=300):
        try:
            out, error = self.child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise Failed(f"the load on the socket did not end within {seconds} s") from None
        if self.child.returncode != 0:
            raise Failed(f"the load on the socket: {error.strip()}")
        return [json.loads(line) for line in out.splitlines()]

    def _why(self):
        _, error = self.child.communicate(timeout=10)
        return f"the load on the socket: {error.strip()}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        for pipe in (self.child.stdin, self.child.stdout, self.child.stderr):
            if pipe:
                pipe.close()


def run(bench, mode, *arguments):
    with SocketLoad(bench, mode, *arguments) as load:
        return load.lines()


def start(bench, name):
    allow_descriptors(MOST)
    return Playhead(bench.workspace, bench.playhead, name,
                    settings=["--limits-connections", MOST, "--push-connections", MOST])


def measure_follow(bench):
    server = start(bench, "follow")
    found = run(bench, "follow", server.port, server.pid, DEVICES, bench.seconds(30))[-1]
    server.stop()
    if found["refused"]:
        raise Failed(f"{found['refused']} updates were refused")
    return [
        Row("h", f"from the TV's update leaving to the phone's event, p99, {DEVICES:,} devices that say something every "
                 f"{HEARTBEAT_SECONDS} s", found["p99"], "ms", at_most=10, samples={"ours": found},
            note=f"p50 {found['p50']:.2f} ms, p99.9 {found['p999']:.1f} ms, longest {found['max']:.1f} ms of {found['events']:,}"),
        Row("h", "server's CPU meanwhile", found["serverCores"], "cores",
            note=f"{found['serverUs']:.0f} µs an update with its event for two devices; the generator took "
                 f"{found['generatorCores']:.2f} cores"),
    ]


def measure_ingest(bench):
    server = start(bench, "sockets")
    frames, singles, http = [], [], []
    for turn in range(bench.repeats):
        frames.append(run(bench, "ingest", server.port, server.pid, GATEWAYS, FRAME, bench.seconds(6))[-1])
        singles.append(run(bench, "ingest", server.port, server.pid, SINGLES, 1, bench.seconds(6))[-1])
        http.append(bench.load("updates", server.port, bench.seconds(6), server=server.pid, connections=SINGLES,
                               users=SINGLES * 16).rate())
        say(f"  round {turn + 1}: {frames[-1]['rate']:,.0f} in frames of {FRAME}, {singles[-1]['rate']:,.0f} singly, "
            f"{http[-1]:,.0f} by HTTP")
    server.stop()
    if refused := sum(one["refused"] for one in frames + singles):
        raise Failed(f"{refused:,} updates were refused")
    us = median(one["serverUs"] for one in frames)
    return [
        Row("j", f"durable updates by WebSocket, frames of {FRAME}, {GATEWAYS} connections",
            median(one["rate"] for one in frames), "/s", at_least=1.5e6, samples={"ours": frames},
            note=f"an update takes {us:.3f} µs of the server's CPU and "
                 f"{median(one['generatorUs'] for one in frames):.3f} µs of the generator's beside it"),
        Row("j", f"single updates by WebSocket, {SINGLES} connections", median(one["rate"] for one in singles), "/s", SELF,
            "by HTTP", median(http), samples={"ours": singles, "http": http},
            note=f"{median(one['serverUs'] for one in singles):.1f} µs of the server's CPU an update"),
    ]


def measure_come_back(bench):
    rows = []
    for how, with_signal in (("stopped", signal.SIGTERM), ("killed", signal.SIGKILL)):
        server = start(bench, f"come-back-{how}")
        with SocketLoad(bench, "come-back", server.port, DEVICES, 2 * BACK_SECONDS) as load:
            load.wait_until_ready()
            before = time.monotonic()
            server.process.stop(with_signal)
            server.start()
            away = time.monotonic() - before
            found = load.lines()[-1]
        server.stop()
        if found["unanswered"]:
            raise Failed(f"{found['unanswered']:,} updates had no answer in the end")
        if found["back"] != found["lost"] or found["lost"] != DEVICES:
            raise Failed(f"of {DEVICES:,} devices {found['lost']:,} lost their connection and {found['back']:,} came back")
        halves = ", ".join(f"{count:,}" for count in found["eachHalfSecond"])
        say(f"  {how}: devices back in each half second: {halves}")
        rows.append(Row("k", f"until the last of {DEVICES:,} devices is back, server {how} and started", found["last"], "s",
                        at_most=BACK_SECONDS, samples={"ours": found},
                        note=f"median {found['median']:.1f} s, p99 {found['p99']:.1f} s; the server was away for {away:.1f} s; "
                             f"{found['attempts']:,} attempts; {found['refused']} writes refused"))
        rows.append(Row("k", f"writes refused meanwhile, server {how}", found["refused"], "", at_most=0))
    return rows
