"""Brokers of a set of three that die one after the other, under load."""

import signal
import sys
import unittest

from cluster_case import ClusterCase, go_between


class BrokerFaults(ClusterCase):
    brokers = 3

    def test_each_broker_killed_in_turn(self):
        fleet = self.fleet(nodes=(1, 2))
        fleet.wait_for_acks(500)
        for name in ("kafka1", "kafka2", "kafka3"):
            self.cluster.signal(name, signal.SIGKILL)
            # The two that are left are the replicas that an acknowledgement asks for; meanwhile there is the spool.
            fleet.wait_for_acks(500)
            self.eventually(lambda: self.still_replicated(fleet), 60, "acknowledged by the brokers that are left")
            self.cluster.start(name)
        fleet.wait_for_acks(500)
        self.finish(fleet)

    def still_replicated(self, fleet):
        before = fleet.acks("replicated")
        fleet.wait_for_acks(50)
        return fleet.acks("replicated") > before


if __name__ == "__main__":
    go_between("brokers")
    unittest.main(verbosity=2 if "-v" in sys.argv else 1)
