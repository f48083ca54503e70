"""Row g: the same load on one, two and three nodes. What every part uses for an update, so that it can be argued how that
grows with nodes."""

import time

from coalescing import APPLIED, WRITTEN
from players import Players
from suite.processes import say
from suite.table import SELF, Row
from usage import bytes_below, cpu_seconds, written_bytes

RATE = 2_000
USERS = 5 * RATE  # a heartbeat every 5 s, of one item each
IDLE_SECONDS, WARM_UP_SECONDS, MEASURED_SECONDS = 6, 10, 30
COUNTS = (1, 2, 3)
PARTS = ("Playhead", "Kafka", "Cassandra")


def measure(bench):
    taken = {}
    for count in COUNTS:
        taken[count] = _measure(bench, count)
        say(f"  {_nodes(count)}: " + ", ".join(f"{part} {taken[count]['us'][part]:.1f} µs" for part in PARTS))
    return _cpu_rows(taken) + _byte_rows(taken)


def _nodes(count):
    return "one node" if count == 1 else f"{count} nodes"


def _cpu_rows(taken):
    rows = []
    for part in PARTS:
        one = taken[COUNTS[0]]["us"][part]
        for count, sample in taken.items():
            rows.append(Row("g", f"{part}'s CPU an update, {_nodes(count)}, {RATE:,}/s", sample["us"][part], "µs",
                            *((SELF, "one node", one) if count > 1 else ()), samples=sample if part == PARTS[0] else {},
                            note=f"without load {sample['idleMs'][part]:.0f} ms a second{sample['trouble']}"))
    return rows


def _byte_rows(taken):
    last = taken[COUNTS[-1]]["bytes"]
    return [Row("g", f"{what}, {_nodes(COUNTS[-1])}", last[what], "B",
                note=", ".join(f"{_nodes(count)} {taken[count]['bytes'][what]:.0f} B" for count in COUNTS[:-1]))
            for what in last]


def _pids(region):
    return {"Playhead": [node.process.pid() for node in region.running().values()], "Kafka": [region.broker.process.pid()],
            "Cassandra": [region.database.process.pid()]}


def _used(region, of):
    return {part: sum(of(pid) for pid in pids) for part, pids in _pids(region).items()}


def _look(region):
    return {"at": time.monotonic(), "cpu": _used(region, cpu_seconds), "disk": _used(region, written_bytes),
            "applied": region.total(APPLIED), "written": region.total(WRITTEN)}


def _measure(bench, count):
    region = bench.region
    region.deploy(f"nodes{count}", count)
    idle = _look(region)
    time.sleep(IDLE_SECONDS)
    begin = _look(region)
    measured = bench.seconds(MEASURED_SECONDS)
    with Players(region, range(1, count + 1), RATE, USERS, WARM_UP_SECONDS + measured + 2, connections=128) as players:
        time.sleep(WARM_UP_SECONDS)
        before = _look(region)
        time.sleep(measured)
        after = _look(region)
        in_all = players.finish()
    updates = after["applied"] - before["applied"]

    def each(what, part):
        return (after[what][part] - before[what][part]) / updates
    return {"us": {part: each("cpu", part) * 1e6 for part in PARTS},
            "idleMs": {part: (begin["cpu"][part] - idle["cpu"][part]) * 1e3 / (begin["at"] - idle["at"]) for part in PARTS},
            "bytes": {**_kept(region, in_all),
                      **{f"written to disk by {part} for an update": each("disk", part) for part in PARTS}},
            "updates": updates, "itemWrites": after["written"] - before["written"], "inAll": in_all, "trouble": players.trouble}


def _kept(region, updates):
    """What lies on the disk in the end. The queue keeps every update, the database each item once."""
    region.nodetool("flush", region.keyspace)
    stored = bytes_below(region.database.folder / "data/data" / region.keyspace, "*/*-Data.db")
    return {"Kafka's log for an update": bytes_below(region.broker.folder / "data", f"{region.topic}-*/*.log") / updates,
            "Cassandra's data for a stored item": stored / max(1, min(region.total(WRITTEN), USERS))}
