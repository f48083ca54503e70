"""Row f: a node starts with a million records that nobody has applied and stored."""

import http.client
import signal
import time
from collections import Counter

from probe import summary
from suite.processes import Failed, say
from suite.table import Row

RECORDS = 1_000_000
USERS, FIRST_USER = 100_000, 1_000_000_000  # as the load generator calls them
SESSION_SECONDS = 7  # after which the group has forgotten the node that was killed
LONGEST = 120
APPLIED, LAG = "playhead_updates_applied_total", "playhead_consumer_lag_records"


def measure(bench):
    region = bench.region
    records = bench.count(RECORDS)
    region.deploy("behind", 1)
    # Fewer than the flush interval's 60 s and commit lag: none of them is committed when the node is killed.
    result = region.generate("updates", 1, 50, warmup=0, count=records, users=USERS, batch=100, connections=32)
    region.nodes[1].process.signal(signal.SIGKILL)
    say(f"  {records:,} records acknowledged at {result.rate():,.0f}/s, and the node killed")
    time.sleep(SESSION_SECONDS)
    begun = time.monotonic()
    region.start(1)
    reads, progress = _watch(region, begun, records)
    region.wait_until_ready(1)
    rate = rate_of(progress)
    answers = Counter(kind for kind, _ in reads)
    times = {kind: summary([seconds for it, seconds in reads if it == kind]) for kind in answers}
    told = "; ".join(f"{count} {kind} (p50 {times[kind]['p50']:.1f} ms, p99 {times[kind]['p99']:.1f} ms)"
                     for kind, count in sorted(answers.items()))
    samples = {"progress": progress, "reads": times}
    return [Row("f", f"catching up with {records:,} records", rate, "/s", samples=samples,
                note=f"reads meanwhile: {told}"),
            Row("f", f"from the process's start until {records:,} records are applied", progress[-1][0], "s",
                note=f"the first were applied after {next(at for at, applied in progress if applied):.1f} s")]


def _watch(region, begun, records):
    """What reads were answered until all is applied, and (seconds since the start, applied) every now and then."""
    reads, progress, looked = [], [], 0.0
    client = region.client(1)
    while True:
        now = time.monotonic()
        if now - begun > LONGEST:
            raise Failed(f"{progress[-1][1] if progress else 0:,} of {records:,} records applied after {LONGEST} s")
        try:
            if now - looked > 0.05:
                metrics = region.metrics(1)
                looked = time.monotonic()
                progress.append((looked - begun, metrics.get(APPLIED, 0)))
                if progress[-1][1] >= records and metrics.get(LAG, 0) == 0:
                    return reads, progress
            asked = time.monotonic()
            status, body = client.ask("GET", f"/v1/users/{FIRST_USER + len(reads) * 7919 % USERS}/resume")
            kind = "refused" if status != 200 else "stale" if body["stale"] else "fresh"
            reads.append((kind, time.monotonic() - asked))
            time.sleep(0.005)
        except (OSError, http.client.HTTPException):
            # Not listening yet.
            client.close()
            client = region.client(1)
            time.sleep(0.02)


def rate_of(progress):
    """Records a second, from the last look at which none was applied to the first at which all were."""
    total = progress[-1][1]
    end = next(at for at, applied in progress if applied == total)
    started = max((at for at, applied in progress if applied == 0), default=0.0)
    return total / (end - started)
