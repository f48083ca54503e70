"""Rows c and d: how soon and how fast every node of the region answers, under a moderate load."""

import gc
import time
from contextlib import ExitStack, contextmanager

from coalescing import APPLIED
from players import Players
from probe import summary
from suite.processes import Failed
from suite.server import percentile
from suite.table import SELF, Row

RATE = 1_000  # updates a second beside it, over all nodes: with these, two cores are four fifths busy
CALM = 200  # with these they are mostly idle
USERS = 20_000
NODES = (1, 2, 3)
LONGEST = 10  # seconds for an answer to become right
LONGEST_LOAD = 240  # seconds; it ends with what is measured
WARM_UP = 40  # seconds of the load before anything counts: Java compiles what is used much, on the same cores
# Of a read at its owner, one after the other.
STEPS = {"log_end": "the broker", "catch_up": "applying", "store": "the database"}
FORWARDED = "playhead_reads_forwarded_total"


class Beside:
    """What came in while something else was measured."""

    def __init__(self, region):
        self.region = region
        self.begun, self.before = time.monotonic(), region.total(APPLIED)

    def __str__(self):
        rate = (self.region.total(APPLIED) - self.before) / (time.monotonic() - self.begun)
        return f"{rate:,.0f} updates/s beside it, three nodes"


@contextmanager
def loaded_region(bench, name, rate=RATE):
    """A client for each node, and the load's Beside. The load ends with it."""
    bench.region.deploy(name, len(NODES))
    with ExitStack() as stack:
        clients = {number: stack.enter_context(bench.region.client(number)) for number in NODES}
        stack.enter_context(Players(bench.region, NODES, rate, USERS, LONGEST_LOAD))
        time.sleep(WARM_UP)
        # A pause of this program must not count as one of the nodes'.
        gc.collect()
        gc.disable()
        stack.callback(gc.enable)
        yield clients, Beside(bench.region)


def measure_freshness(bench):
    probes = bench.count(1_000)
    right_after, asked_again, stale = [], 0, 0
    with loaded_region(bench, "freshness") as (clients, beside):
        for probe in range(probes):
            number = NODES[probe % len(NODES)]
            others = [client for other, client in clients.items() if other != number]
            waited, again, old = _probe(clients[number], others, f"tv-{probe % 300}", 100 + probe)
            right_after += waited
            asked_again += again
            stale += old
            time.sleep(0.005)
        load = str(beside)
    latency = summary(right_after)
    return [Row("c", f"from the TV's ack to the same answer of every other node, p99 of {probes:,}", latency["p99"], "ms",
                at_most=50, samples={"ms": latency, "askedAgain": asked_again, "stale": stale},
                note=f"p50 {latency['p50']:.1f} ms, longest {latency['max']:.1f} ms, the slower of two nodes each; the first "
                     f"answer was not yet the TV's {asked_again} times, stale were {stale} answers; {load}")]


def _probe(tv, others, user, position):
    """Seconds until the last of the others had it, once; how often one was asked again, and answered stale."""
    tv.play(userId=user, showId=789, episodeId=12, position=position, deviceId="tv", state="playing")
    acked = time.monotonic()
    waiting, again, stale = others, 0, 0
    while waiting:
        if time.monotonic() - acked > LONGEST:
            raise Failed(f"{user} has no position {position} after {LONGEST} s")
        for client in waiting:
            client.send("GET", f"/v1/users/{user}/resume")
        wrong = []
        for client in waiting:
            status, body = client.receive()
            if status != 200 or body.get("position") != position:
                wrong.append(client)
            stale += status == 200 and body["stale"]
        again += len(wrong)
        waiting = wrong
    return [time.monotonic() - acked], again, stale


def owned_elsewhere(region, client, number, users):
    """Those of `users` that the node passes on to another."""
    def forwarded():
        return region.metrics(number)[FORWARDED]
    found, before = [], forwarded()
    for user in users:
        client.resume(user)
        after = forwarded()
        if after > before:
            found.append(user)
        before = after
    return found


def steps_until_now(region):
    return [[region.buckets(number, f"playhead_read_{step}_seconds") for number in NODES] for step in STEPS]


def steps_since(region, before):
    """What the reads waited for at their owners: no more than so many ms, half of them and all but a hundredth."""
    def told(name, then, now):
        both = [sum_of(buckets) for buckets in (then, now)]
        p50, p99 = (percentile(*both, part) * 1000 for part in (0.5, 0.99))
        return f"{name} ≤ {p50:g} and {p99:g} ms"
    return ", ".join(told(name, then, now)
                     for name, then, now in zip(STEPS.values(), before, steps_until_now(region)))


def sum_of(buckets):
    return {bound: sum(one[bound] for one in buckets) for bound in buckets[0]}


def measure_reads(bench):
    return [_measure_reads(bench, rate) for rate in (CALM, RATE)]


def _measure_reads(bench, rate):
    reads = bench.count(4_000)
    users = [f"phone-{number}" for number in range(60)]
    with loaded_region(bench, f"reads-{rate}", rate) as (clients, beside):
        client = clients[1]
        for user in users:
            client.play(userId=user, showId=789, episodeId=12, position=1122, deviceId="tv")
        elsewhere = owned_elsewhere(bench.region, client, 1, users)
        here = [user for user in users if user not in elsewhere]
        if not here or not elsewhere:
            raise Failed(f"of {len(users)} users node1 owns {len(here)}")
        times = {"owner": [], "other": []}
        before = steps_until_now(bench.region)
        stale = 0
        for turn in range(reads):
            for who, those in (("owner", here), ("other", elsewhere)):
                asked = time.monotonic()
                stale += client.resume(those[turn % len(those)])["stale"]
                times[who].append(time.monotonic() - asked)
                time.sleep(0.002)
        load, steps = str(beside), steps_since(bench.region, before)
    owner, other = summary(times["owner"]), summary(times["other"])
    return Row("d", f"resume read on a node that is not the owner, {rate:,} updates/s beside it, p99 of {reads:,}", other["p99"],
               "ms", SELF, "the owner's own", owner["p99"], at_most=10, target_for_figure=True,
               samples={"otherMs": other, "ownerMs": owner, "stale": stale},
               note=f"p50 {other['p50']:.1f} ms, the owner's {owner['p50']:.1f} ms; {stale} of {2 * reads:,} answers were marked "
                    f"stale; at the owners, p50 and p99: {steps}; {load}")
