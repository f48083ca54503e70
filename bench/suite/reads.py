"""Sections d and e: reads while updates come in, and reads and restarts with much stored."""

from statistics import median

from suite.processes import say, wait_until
from suite.server import Playhead
from suite.table import SELF, Row

USERS = 100_000
READS_PER_SECOND = 1000
HEAVY_USER = 5_000_000
HEAVY_ITEMS = 20_000
# Of each user's items, when many are stored.
EPISODES = 10
# Stored at once rather than when their viewer pauses, since this is about what is stored.
STOPPED = ('{"userId":{user},"showId":{show},"episodeId":{episode},"position":{position},"duration":10000,'
           '"state":"stopped"}')
KNOWN = '"known":true'


def measure_mixed(bench):
    """d: the limit of ingest is measured first, then half of it is kept up, open loop, while reads come in; beside
    the same reads of a server that does nothing else, which is what the machine gives."""
    server = Playhead(bench.workspace, bench.playhead, "mixed")
    rows = []
    for what, shape in (("single updates", {"batch": 1, "connections": 256}),
                        ("batches of 100", {"batch": 100, "connections": 64})):
        bench.load("updates", server.port, 60, warmup=0, count=USERS, users=USERS, batch=100, connections=4)
        limit = bench.load("updates", server.port, bench.seconds(6), users=USERS, **shape).rate()
        busy, idle = [], []
        for turn in range(bench.repeats):
            result = bench.load("mixed", server.port, bench.seconds(10), server=server.pid, rate=limit / 2,
                                read_rate=READS_PER_SECOND, users=USERS, strict=False, **shape)
            if not result.stream("updates")["unsent"]:
                result.require_clean()
            busy.append({"updateRate": result.rate("updates"), "unsent": result.stream("updates")["unsent"],
                         **result.stream("resume")["latencyUs"]})
            idle.append(bench.load("resume", server.port, bench.seconds(6), rate=READS_PER_SECOND, users=USERS,
                                   connections=16).stream()["latencyUs"])
            say(f"  {what} at {limit / 2:,.0f}/s: resume p99 {busy[-1]['p99']:,.0f} µs, idle {idle[-1]['p99']:,.0f} µs")
        rows.append(Row("d", f"resume p99 while {what} come in at half their limit",
                        median(s["p99"] for s in busy) / 1000, "ms", SELF, "nothing comes in",
                        median(s["p99"] for s in idle) / 1000, at_most=1, target_for_figure=True,
                        note=f"{READS_PER_SECOND} reads/s beside {limit / 2:,.0f} updates/s, both open loop; p50 "
                             f"{median(s['p50'] for s in busy) / 1000:.3f} ms, idle "
                             f"{median(s['p50'] for s in idle) / 1000:.3f} ms",
                        samples={"limit": limit, "resume": busy, "idle": idle}))
    server.stop()
    return rows


def _read_latency(bench, server, **options):
    """Open loop at a rate that leaves the machine mostly idle, so that the store's time is seen and no queue's."""
    samples = [bench.load("resume", server.port, bench.seconds(6), connections=16, rate=2000, **options)
               .stream()["latencyUs"] for _ in range(bench.repeats)]
    return {p: median(s[p] for s in samples) for p in ("p50", "p99")}, samples


def fill(bench, server, users, episodes):
    """Stores users × episodes items and the heavy user's through the API, and waits until they left the view."""
    count = users * episodes
    say(f"  storing {count:,} items")
    result = bench.load("updates", server.port, 900, warmup=0, count=count, users=users, heartbeats=1, batch=500,
                        connections=8, body=STOPPED, server=server.pid)
    bench.load("updates", server.port, 60, warmup=0, count=HEAVY_ITEMS, users=1, first_user=HEAVY_USER, heartbeats=1,
               batch=500, connections=1, body=STOPPED)
    seconds = wait_until(lambda: server.metrics().get("playhead_view_items", 0) == 0, 300, "the flush of all items")
    say(f"  {result.rate():,.0f} items/s, all flushed {seconds:.1f} s later")


def measure_stored(bench):
    """e: how many items are stored must not be felt."""
    items = 1_000_000 if bench.quick else 10_000_000
    users = items // EPISODES
    empty = Playhead(bench.workspace, bench.playhead, "empty")
    base, base_samples = _read_latency(bench, empty, users=users)
    empty.stop()

    full = Playhead(bench.workspace, bench.playhead, "stored")
    fill(bench, full, users, EPISODES)
    loaded, samples = _read_latency(bench, full, users=users, episodes=EPISODES, expect=KNOWN)
    rows = [Row("e", f"resume {p} with {items:,} items stored", loaded[p] / 1000, "ms", SELF, "empty server",
                base[p] / 1000, at_most=1.5, samples={"stored": samples, "empty": base_samples})
            for p in ("p50", "p99")]
    rows += _heavy_user(bench, full)
    rows += _restarts(bench, full, items)
    full.stop()
    return rows


def _heavy_user(bench, server):
    rows = []
    for what, scenario, options in (
            ("resume of one episode", "resume", {"episodes": HEAVY_ITEMS, "expect": KNOWN}),
            ("resume of the newest", "resume", {"path": "/v1/users/{user}/resume", "expect": KNOWN}),
            ("continue watching, first page", "home", {})):
        latency = bench.load(scenario, server.port, bench.seconds(4), connections=1, users=1, first_user=HEAVY_USER,
                             **options).stream()["latencyUs"]
        rows.append(Row("e", f"{what}, p99, user with {HEAVY_ITEMS:,} items", latency["p99"] / 1000, "ms", at_most=5,
                        note=f"p50 {latency['p50'] / 1000:.3f} ms", samples={"latencyUs": latency}))
    return rows


def _restarts(bench, server, items):
    """The log is first filled with heartbeats up to 1 GB (--quick: 100 MB), as far as the server keeps that much."""
    wanted = 1e8 if bench.quick else 1e9
    previous = -1
    while previous < (size := server.metrics().get("playhead_log_bytes", 0)) < wanted:
        previous = size
        bench.load("updates", server.port, 20, warmup=0, users=items // EPISODES, batch=500, connections=8, body="full",
                   first_episode=EPISODES)
    rows = []
    for what, end in (("an orderly stop", server.stop), ("kill -9 under load", server.kill)):
        bench.load("updates", server.port, 5, warmup=0, users=items // EPISODES, batch=100, connections=8)
        log = server.metrics().get("playhead_log_bytes", 0)
        end()
        server.start()
        rows.append(Row("e", f"ready after {what}, {items:,} items", server.seconds_to_ready, "s", at_most=5,
                        note=f"log {log / 2**20:,.0f} MiB, data folder {server.data_bytes() / 2**20:,.0f} MiB"))
    return rows
