"""Row b: how many updates become one write to the database."""

import time

from players import Players
from suite.processes import Failed
from suite.table import Row

HEARTBEAT_SECONDS = 5
INTERVAL_SECONDS = 60  # the node's default for coalescing
SETTLE_SECONDS = 15    # everybody has sent something, and what was started is over
APPLIED = "playhead_updates_applied_total"
WRITTEN = "playhead_store_item_writes_total"


def measure(bench):
    region = bench.region
    users = bench.count(2_000)
    intervals = 1 if bench.quick else 2
    region.deploy("coalescing", 3)
    measured = INTERVAL_SECONDS * intervals
    with Players(region, (1, 2, 3), users / HEARTBEAT_SECONDS, users, SETTLE_SECONDS + measured + 2) as players:
        time.sleep(SETTLE_SECONDS)
        before = {name: region.total(name) for name in (APPLIED, WRITTEN)}
        time.sleep(measured)
        applied, written = (region.total(name) - before[name] for name in (APPLIED, WRITTEN))
        players.finish()
    if not written:
        raise Failed(f"the nodes report no item writes ({WRITTEN}) in {measured} s")
    return [Row("b", f"updates for each item write, {users:,} players, one update every {HEARTBEAT_SECONDS} s",
                applied / written, "×", at_least=10, samples={"applied": applied, "written": written},
                note=f"{applied:,.0f} updates became {written:,.0f} writes in {measured} s; apply.flush_interval "
                     f"{INTERVAL_SECONDS} s; three nodes{players.trouble}")]
