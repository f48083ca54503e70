"""Row g: the same load on one, two and three nodes. What every part uses for an update, so that it can be argued how that
grows with nodes."""

import time

from players import Players
from suite.processes import say
from suite.table import SELF, Row
from usage import bytes_below, cpu_seconds, written_bytes

RATE = 3_000
USERS = 5 * RATE  # a heartbeat every 5 s
IDLE_SECONDS, WARM_UP_SECONDS, MEASURED_SECONDS = 6, 10, 30
PARTS = ("Playhead", "Kafka", "Cassandra")
DATA = "Cassandra's data"


def measure(bench):
    taken = {}
    for count in (1, 2, 3):
        taken[count] = _measure(bench, count)
        say(f"  {count} nodes: " + ", ".join(f"{part} {taken[count]['us'][part]:.1f} µs" for part in PARTS))
    rows = []
    for part in PARTS:
        one = taken[1]["us"][part]
        for count, sample in taken.items():
            rows.append(Row("g", f"{part}'s CPU an update, {_nodes(count)} at {RATE:,}/s", sample["us"][part], "µs",
                            *((SELF, "one node", one) if count > 1 else ()), samples=sample if part == PARTS[0] else {},
                            note=f"without load it takes {sample['idleMs'][part]:.1f} ms a second{sample['trouble']}"))
    rows += [Row("g", f"{what} for an update, {_nodes(count)}", sample["bytes"][what], "B",
                 note=sample["notes"].get(what, ""))
             for what in taken[1]["bytes"] for count, sample in taken.items()]
    return rows


def _nodes(count):
    return "one node" if count == 1 else f"{count} nodes"


def _pids(region):
    return {"Playhead": [node.process.pid() for node in region.running().values()], "Kafka": [region.broker.process.pid()],
            "Cassandra": [region.database.process.pid()]}


def _used(region, of):
    return {part: sum(of(pid) for pid in pids) for part, pids in _pids(region).items()}


def _measure(bench, count):
    region = bench.region
    region.deploy(f"nodes{count}", count)
    numbers = range(1, count + 1)
    idle_before = _used(region, cpu_seconds)
    time.sleep(IDLE_SECONDS)
    idle = {part: (cpu - idle_before[part]) / IDLE_SECONDS for part, cpu in _used(region, cpu_seconds).items()}
    measured = bench.seconds(MEASURED_SECONDS)
    on_disk = {number: bytes_below(region.nodes[number].folder / "data") for number in numbers}
    with Players(region, numbers, RATE, USERS, WARM_UP_SECONDS + measured + 2) as players:
        time.sleep(WARM_UP_SECONDS)
        before, written = _used(region, cpu_seconds), _used(region, written_bytes)
        begun = time.monotonic()
        time.sleep(measured)
        cpu = {part: now - before[part] for part, now in _used(region, cpu_seconds).items()}
        written = {part: now - written[part] for part, now in _used(region, written_bytes).items()}
        updates = RATE * (time.monotonic() - begun)
        in_all = players.finish()
    kept = _kept(region, numbers, on_disk, in_all)
    return {"us": {part: cpu[part] * 1e6 / updates for part in PARTS},
            "idleMs": {part: idle[part] * 1e3 for part in PARTS},
            "bytes": {**kept, **{f"{part}'s writes to the disk": written[part] / updates for part in PARTS}},
            "notes": {DATA: f"{kept[DATA] * in_all / USERS:.0f} B an item"},
            "updates": updates, "inAll": in_all, "trouble": players.trouble}


def _kept(region, numbers, on_disk, updates):
    """Bytes an update of what lies on the disk for it in the end."""
    region.nodetool("flush", region.keyspace)
    return {"Kafka's log": bytes_below(region.broker.folder / "data", f"{region.topic}-*/*.log") / updates,
            DATA: bytes_below(region.database.folder / "data/data" / region.keyspace) / updates,
            "Playhead's data": sum(bytes_below(region.nodes[number].folder / "data") - on_disk[number]
                                   for number in numbers) / updates}
