"""Section c: batches of 100, the shape of a gateway or of a phone that was offline."""

from statistics import median

from suite.processes import say
from suite.server import Playhead
from suite.table import Row

BATCH = 100
CONNECTIONS = 64
# The second no longer fits in the processor's caches: each update then waits for memory.
USERS = (100_000, 1_000_000)


def measure(bench):
    rows = []
    for users in USERS:
        server = Playhead(bench.workspace, bench.playhead, "batches")
        samples = []
        for turn in range(bench.repeats):
            result = bench.load("updates", server.port, bench.seconds(6), server=server.pid, batch=BATCH,
                                connections=CONNECTIONS, users=users)
            samples.append({"rate": result.rate(), "us": result.server_us, "generatorUs": result.generator_us,
                            "p99Us": result.latency_us("p99"), "rssBytes": result.rss_max})
            say(f"  {users:,} users, round {turn + 1}: {result.rate():,.0f} updates/s")
        server.stop()
        rows += [
            Row("c", f"durable updates in batches of {BATCH}, {CONNECTIONS} connections, {users:,} users",
                median(s["rate"] for s in samples), "/s", at_least=1e6, samples={"ours": samples}),
            Row("c", f"server's CPU an update, {users:,} users", median(s["us"] for s in samples), "µs",
                note=f"the generator beside it takes {median(s['generatorUs'] for s in samples):.3f} µs an update"),
        ]
    return rows
