"""Row e: how long the users of a node that was killed do without a fresh answer, and what the time is made of."""

import re
import signal
import time
from datetime import datetime

from players import Players
from reading import owned_elsewhere
from region import PARTITIONS
from suite.processes import Failed
from suite.table import Row

# The default, which is also the least that brokers allow by default, and what a broker may be told to allow.
SESSION_TIMEOUTS = ("6s", "2s")
RATE, USERS = 500, 5_000  # updates a second beside it, at the node that stays
BEFORE_SECONDS = 30       # how far back a new owner looks for who is watching
LONGEST = 60
OWNED, APPLIED = "playhead_partitions_owned", "playhead_updates_applied_total"


def measure(bench):
    return [_takeover(bench, timeout) for timeout in SESSION_TIMEOUTS]


def _takeover(bench, timeout):
    region = bench.region
    region.deploy("takeover", 2, "--kafka-session-timeout", timeout)
    before = bench.seconds(BEFORE_SECONDS)
    names = [f"phone-{number}" for number in range(4 * PARTITIONS)]
    with Players(region, (1,), RATE, USERS, before + LONGEST), region.client(1) as client:
        time.sleep(before)
        for name in names:
            client.play(userId=name, showId=789, episodeId=12, position=1122, deviceId="tv")
        users = owned_elsewhere(region, client, 1, names)
        if not users:
            raise Failed("node2 owns none of the users")
        owned = region.metrics(1)[OWNED]
        killed = time.time()
        region.nodes[2].process.signal(signal.SIGKILL)
        divided, fresh, replayed = _watch(region, client, users, owned, killed)
    noticed = noticed_at(region.broker.process.log.read_text(errors="replace"), killed)
    parts = {"noticing": noticed and noticed - killed, "division": noticed and divided - noticed, "replay": fresh - divided}
    return Row("e", f"all users of a killed node answered fresh by another, kafka.session_timeout {timeout}", fresh - killed, "s",
               samples={**parts, "untilDivided": divided - killed, "replayed": replayed, "users": len(users)},
               note=(f"noticing {parts['noticing']:.1f} s, division {parts['division']:.2f} s" if noticed else
                     f"noticing and division {divided - killed:.1f} s")
                    + f", replay {parts['replay']:.2f} s for {replayed:,.0f} updates; meanwhile answers come from the database, "
                      "marked stale")


def _watch(region, client, users, owned, killed):
    """When the partitions were divided, when every user had a fresh answer, and what was applied for it."""
    divided, applied_before, waiting = None, 0, list(users)
    while waiting or divided is None:
        if time.time() - killed > LONGEST:
            raise Failed(f"{len(waiting)} of {len(users)} users have no fresh answer {LONGEST} s after their node was killed")
        if divided is None:
            metrics = region.metrics(1)
            if metrics[OWNED] > owned:
                divided = time.time()
            else:
                applied_before = metrics[APPLIED]
        still = []
        for user in waiting:
            answer = client.resume(user)
            if answer["stale"] or answer.get("position") != 1122:
                still.append(user)
        waiting = still
    fresh = time.time()
    return divided, fresh, region.metrics(1)[APPLIED] - applied_before


def noticed_at(broker_log, killed):
    """When the group's coordinator gave the member up, by its own log; nothing when that says nothing of the kind."""
    for line in broker_log.splitlines():
        found = re.match(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) .*heartbeat expiration", line)
        if found:
            at = datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S,%f").timestamp()
            if at > killed:
                return at
    return None
