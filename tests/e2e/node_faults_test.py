"""Nodes that die, freeze and come, under load."""

import signal
import sys
import time
import unittest

from cluster_case import ClusterCase, go_between


class NodeFaults(ClusterCase):
    def test_a_killed_node(self):
        fleet = self.fleet()
        fleet.wait_for_acks(500)
        self.cluster.signal("node2", signal.SIGKILL)
        fleet.wait_for_acks(2_000)
        time.sleep(12)  # the group's session, after which the other node takes over
        self.cluster.start("node2")
        fleet.wait_for_acks(500)
        self.finish(fleet)

    def test_owners_killed_again_and_again_in_the_middle_of_their_flushes(self):
        fleet = self.fleet()
        for _ in range(3):
            for name in ("node1", "node2"):
                flushes = self.metric(int(name[-1]), "playhead_store_flushes_total")
                self.eventually(lambda: self.metric(int(name[-1]), "playhead_store_flushes_total") > flushes, 20, "a flush")
                self.cluster.signal(name, signal.SIGKILL)
                fleet.wait_for_acks(200)
                self.cluster.start(name)
        self.finish(fleet)

    def test_a_zombie_owner(self):
        fleet = self.fleet()
        fleet.wait_for_acks(500)
        self.cluster.signal("node1", signal.SIGSTOP)
        time.sleep(15)
        fleet.wait_for_acks(200)
        self.cluster.signal("node1", signal.SIGCONT)
        fleet.wait_for_acks(500)
        self.finish(fleet)

    def test_a_rebalance_every_few_seconds(self):
        fleet = self.fleet(nodes=(1, 3))
        until = time.monotonic() + 60
        while time.monotonic() < until:
            self.cluster.stop("node2")
            time.sleep(2)
            self.cluster.start("node2")
            time.sleep(2)
        self.finish(fleet)


if __name__ == "__main__":
    go_between("nodes")
    unittest.main(verbosity=2 if "-v" in sys.argv else 1)
