"""Section c: batches of 100, the shape of a gateway or of a phone that was offline."""

from statistics import median

from suite.processes import say
from suite.server import Playhead
from suite.table import Row

BATCH = 100
CONNECTIONS = 16
USERS = 1_000_000


def measure(bench):
    server = Playhead(bench.workspace, bench.playhead, "batches")
    samples = []
    for turn in range(bench.repeats):
        result = bench.load("updates", server.port, bench.seconds(6), server=server.pid, batch=BATCH,
                            connections=CONNECTIONS, users=USERS)
        samples.append({"rate": result.rate(), "us": result.server_us, "generatorUs": result.generator_us,
                        "p99Us": result.latency_us("p99"), "rssBytes": result.rss_max})
        say(f"  round {turn + 1}: {result.rate():,.0f} updates/s")
    server.stop()
    rate = median(s["rate"] for s in samples)
    return [
        Row("c", f"durable updates in batches of {BATCH}, {CONNECTIONS} connections", rate, "/s", at_least=1e6,
            samples={"ours": samples}),
        Row("c", "server's CPU an update", median(s["us"] for s in samples), "µs",
            note=f"the generator beside it takes {median(s['generatorUs'] for s in samples):.3f} µs an update"),
    ]
