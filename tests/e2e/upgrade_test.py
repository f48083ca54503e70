"""From one record format to the next and back, node by node, under load. The next format is made up, by a build of its own."""

import os
import sys
import time
import unittest
from pathlib import Path

from cluster_case import NODES, PROGRAM, ROOT, ClusterCase, go_between

NEXT = Path(os.environ.get("PLAYHEAD_NEXT", ROOT / "build/release/tests/e2e/playhead-next")).resolve()
# Both programs understand it.
OLD_FORMAT = ("--log-record-version", "1")


class Upgrade(ClusterCase):
    def roll(self, program, *flags):
        for number in NODES:
            self.restart(number, program, *flags).wait_until_ready()

    def newest_version(self):
        return max(self.metric(number, "playhead_record_version") for number in NODES)

    def test_to_the_next_record_format_and_back(self):
        fleet = self.fleet()
        fleet.wait_for_acks(300)
        # The program first, while everybody goes on to write what everybody reads.
        self.roll(NEXT, *OLD_FORMAT)
        self.assertEqual(self.newest_version(), 1)
        fleet.wait_for_acks(300)
        self.roll(NEXT)
        self.assertEqual(self.newest_version(), 2)
        fleet.wait_for_acks(300)
        # And back: the format first, until what was written in the newer one is in the store.
        self.roll(NEXT, *OLD_FORMAT)
        fleet.wait_for_acks(300)
        # A flush of every shard, the database's own sync, and a commit.
        time.sleep(15)
        self.roll(PROGRAM)
        fleet.wait_for_acks(300)
        self.finish(fleet)

    def test_a_node_that_is_behind_waits_until_it_understands(self):
        fleet = self.fleet(nodes=(1, 3))
        fleet.wait_for_acks(300)
        # By mistake without the older format: node2 gets records that it can't read.
        self.restart(1, NEXT).wait_until_ready()
        for user in range(50):
            self.play(1, userId=user, episodeId=1, position=100)
        node2 = self.cluster.servers()["node2"]
        self.eventually(lambda: "newer program" in node2.state(), 60, "node2 says that it is behind")
        fleet.wait_for_acks(300)
        self.restart(2, NEXT).wait_until_ready()
        for user in range(50):
            self.eventually(lambda: self.resume(2, user).get("position") == 100, 60, "what waited is there")
        fleet.wait_for_acks(300)
        self.finish(fleet)
        # For whoever comes next: an old program, and nothing in the log that it can't read.
        self.roll(NEXT, *OLD_FORMAT)


if __name__ == "__main__":
    go_between("upgrade")
    unittest.main(verbosity=2 if "-v" in sys.argv else 1)
