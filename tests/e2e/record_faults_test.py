"""Records and rows that can't be taken, repeated updates, and a consumer that falls behind, under load."""

import json
import os
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

from cluster_case import PROGRAM, ROOT, ClusterCase, go_between
from fleet import Crowd, ask

PRODUCE = Path(os.environ.get("PRODUCE", ROOT / "build/release/tests/e2e/produce")).resolve()


def record(version, *updates):
    """As docs/record.proto has it: version, time of the append, updates."""
    now = int(time.time() * 1000)
    return bytes([0x08, version, 0x11]) + now.to_bytes(8, "little") + b"".join(
        b"\x1a" + varint(len(update)) + update for update in updates)


def update(user, episode, position_ms):
    now = int(time.time() * 1000)
    return (text(1, user) + text(3, episode) + b"\x28" + varint(now) + b"\x48" + varint(position_ms) + b"\x88\x01\x01")


def text(tag, value):
    return bytes([tag << 3 | 2]) + varint(len(value.encode())) + value.encode()


def varint(value):
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


class RecordFaults(ClusterCase):
    def produce(self, *records):
        """(user, record) each, as another program of dc1 would."""
        brokers = ",".join(broker.address for broker in self.cluster.kafkas(1))
        lines = "".join(f"{user} {content.hex()}\n" for user, content in records)
        subprocess.run([*self.cluster.prefix(1), PRODUCE, brokers, "playhead.progress", "12"], input=lines, text=True, check=True)

    def playhead(self, *arguments):
        node = self.cluster.servers()["node1"]
        return subprocess.run([*self.cluster.prefix(1), PROGRAM, *arguments, "--config", node.config], capture_output=True,
                              text=True)

    def letters(self):
        done = self.playhead("dead-letters", "list")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_broken_records_and_refused_rows_become_dead_letters(self):
        fleet = self.fleet()
        fleet.wait_for_acks(300)
        before = len(self.letters())
        broken = [(f"broken-{i}", content) for i, content in enumerate((
            b"not a record", b"\0", record(1, b"\xff\xff"), record(1, text(1, "no-episode")),
            record(1, update("cut", "1", 5_000))[:-3]))]
        # More than the database takes as a key: everything else of that record is stored.
        too_long = [("long", record(1, update("long", "x" * 70_000, 5_000), update("long", "ok", 60_000)))]
        self.produce(*broken, *too_long)
        self.eventually(lambda: len(self.letters()) >= before + len(broken) + 1, 60, "what can't be taken is in the dead letters")
        letters = self.letters()[before:]
        self.assertEqual(sorted((letter["kind"], letter["code"]) for letter in letters),
                         [("record", "record-corrupt")] * len(broken) + [("row", "store-refused")])
        for number in (1, 2, 3):
            self.eventually(lambda: self.resume(number, "long").get("position") == 60, 60, "the rest of the record is there")
        fleet.wait_for_acks(300)
        self.finish(fleet)
        # Tried again they are as broken as before, and the answer says so.
        again = self.playhead("dead-letters", "replay", "--from", str(letters[0]["letter"]))
        self.assertIn("stay dead", again.stdout + again.stderr)

    def test_a_record_of_a_newer_format_waits_for_a_newer_program(self):
        fleet = self.fleet()
        fleet.wait_for_acks(300)
        next_program = os.environ.get("PLAYHEAD_NEXT", ROOT / "build/release/tests/e2e/playhead-next")
        self.produce(("newer", record(2, update("newer", "1", 5_000))))
        self.eventually(lambda: any("newer program" in self.cluster.servers()[node].state() for node in ("node1", "node2")), 60,
                        "the owner says that it is behind")
        self.assertTrue(self.resume(1, "newer")["stale"])
        fleet.wait_for_acks(300)
        # Taken to another node of the same age, it waits there.
        for number in (1, 2):
            self.restart(number, next_program, "--log-record-version", "1").wait_until_ready()
        fleet.wait_for_acks(300)
        self.finish(fleet)

    def test_updates_that_arrive_twice_and_at_several_nodes(self):
        fleet = self.fleet(copies=3)
        fleet.wait_for_acks(2_000)
        self.finish(fleet)

    def test_a_consumer_that_falls_behind(self):
        # Far more than the owners store and hold in memory while the database is away; they stop to read, and say so.
        crowd = Crowd("crowd", self.place(1), batches=160, batch=1_000)
        for number in (1, 2):
            self.restart(number, PROGRAM, "--apply-view-bytes", "1MiB").wait_until_ready()
        fleet = self.fleet()
        for name in ("cassandra1", "cassandra2"):
            self.cluster.signal(name, signal.SIGSTOP)
        crowd.post()
        self.eventually(lambda: self.metric(1, "playhead_consumer_lag_records") + self.metric(2, "playhead_consumer_lag_records") > 0,
                        60, "records wait")
        self.eventually(lambda: self.metric(1, "playhead_partitions_paused") == 1, 60, "partitions wait for the store")
        fleet.wait_for_acks(500)
        for name in ("cassandra1", "cassandra2"):
            self.cluster.signal(name, signal.SIGCONT)
        fleet.wait_for_acks(500)
        self.finish(fleet)
        crowd.check(self.places, sample=300)


if __name__ == "__main__":
    go_between("records")
    unittest.main(verbosity=2 if "-v" in sys.argv else 1)
