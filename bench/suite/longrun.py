"""Sections f and g: what takes minutes to show. How few item writes updates become, and that memory stays."""

import time

from suite.processes import Failed, say
from suite.server import Playhead
from suite.table import SELF, Row

HEARTBEAT_SECONDS = 5
CACHE = "32MiB"
INTERVAL_SECONDS = 60  # the server's default for coalescing
APPLIED = "playhead_updates_applied_total"
WRITTEN = "playhead_store_item_writes_total"


class Load:
    """Open-loop load in the background while this program looks at the server."""

    def __init__(self, bench, server, seconds, scenario="updates", **options):
        from concurrent.futures import ThreadPoolExecutor
        self.pool = ThreadPoolExecutor(1)
        self.future = self.pool.submit(bench.load, scenario, server.port, seconds, warmup=0, server=server.pid,
                                       strict=False, **options)

    def running(self):
        return not self.future.done()

    def result(self):
        result = self.future.result()
        self.pool.shutdown()
        for stream in result.figures["streams"]:
            if stream["failed"]:
                result.require_clean()
        return result


def measure_coalescing(bench):
    """f: every user's heartbeat every 5 s. Counted over whole coalescing intervals, after one to get into the swing."""
    users = 100_000 if bench.quick else 1_000_000
    intervals = 1 if bench.quick else 2
    server = Playhead(bench.workspace, bench.playhead, "coalescing")
    seconds = INTERVAL_SECONDS * (1 + intervals)
    load = Load(bench, server, seconds + 2, rate=users / HEARTBEAT_SECONDS, users=users, batch=100, connections=16)
    started = time.monotonic()
    points = []
    for i in range(2):
        until = started + INTERVAL_SECONDS * (1 if i == 0 else 1 + intervals)
        while load.running() and time.monotonic() < until:
            time.sleep(0.1)
        points.append(server.metrics())
    result = load.result()
    applied = points[1][APPLIED] - points[0][APPLIED]
    written = points[1][WRITTEN] - points[0][WRITTEN]
    unsent = result.stream()["unsent"]
    server.stop()
    if not written:
        raise Failed(f"the server reports no item writes ({WRITTEN}) in {INTERVAL_SECONDS * intervals} s")
    return [Row("f", f"updates for each item write, {users:,} users, one update every {HEARTBEAT_SECONDS} s",
                applied / written, "×", at_least=10,
                note=f"{applied:,.0f} updates became {written:,.0f} item writes in {INTERVAL_SECONDS * intervals} s; "
                     f"coalescing interval {INTERVAL_SECONDS} s; server's memory at most "
                     f"{result.rss_max / 2**20:,.0f} MiB"
                     + (f"; {unsent:,} requests could not be sent in time" if unsent else ""),
                samples={"before": points[0], "after": points[1], "load": result.figures})]


def slope(points):
    """Least squares over (x, y)."""
    n = len(points)
    mean_x = sum(x for x, _ in points) / n
    mean_y = sum(y for _, y in points) / n
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def measure_memory(bench):
    """g: mixed load for ten minutes; growth is what the second half of the run adds."""
    seconds = 90 if bench.quick else 600
    # What is stored grows all the time, and with it what the block cache holds, until it is full: a small one is soon.
    server = Playhead(bench.workspace, bench.playhead, "memory", settings=["--store-block-cache-bytes", CACHE])
    load = Load(bench, server, seconds, scenario="mixed", rate=100_000, read_rate=2000, users=200_000, batch=20,
                connections=32, heartbeats=60)
    started = time.monotonic()
    points = []
    while load.running():
        points.append((time.monotonic() - started, server.rss_bytes()))
        time.sleep(1)
    result = load.result()
    server.stop()
    half = [(t, rss) for t, rss in points if t > seconds / 2]
    per_minute = slope(half) * 60
    first, last = (sum(rss for _, rss in part) / len(part) for part in (half[:10], half[-10:]))
    say(f"  memory {first / 2**20:,.0f} MiB in the middle, {last / 2**20:,.0f} MiB at the end")
    return [Row("g", f"memory at the end of {seconds} s under load", last / 2**20, "MiB", SELF, "half-way",
                first / 2**20, at_most=1.05,
                note=f"{per_minute / 2**20:+.2f} MiB a minute in the second half; 100,000 updates/s and 2,000 reads/s; "
                     f"block cache of {CACHE}",
                samples={"rss": points, "load": result.figures})]
