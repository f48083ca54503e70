"""Kafka, Cassandra and the way between the data centers away, under load."""

import signal
import sys
import time
import unittest

from cluster_case import ClusterCase, go_between
from fleet import ask

AWAY_SECONDS = 60


class ServerFaults(ClusterCase):
    def test_kafka_away_for_a_minute_and_the_node_killed_while_it_is_spooled(self):
        fleet = self.fleet(nodes=(1, 2))
        fleet.wait_for_acks(500)
        self.cluster.signal("kafka1", signal.SIGKILL)
        fleet.wait_for_acks(500, durability="local")
        self.cluster.signal("node2", signal.SIGKILL)
        self.assertGreater(self.metric(1, "playhead_spool_records"), 0)
        time.sleep(AWAY_SECONDS / 2)
        self.cluster.servers()["node2"].start()
        fleet.wait_for_acks(500, durability="local")
        time.sleep(AWAY_SECONDS / 2)
        self.cluster.start("kafka1")
        replicated = fleet.acks("replicated")
        self.eventually(lambda: fleet.acks("replicated") > replicated + 200, 60, "acknowledged by Kafka again")
        self.eventually(lambda: self.metric(1, "playhead_spool_records") == 0, 60, "the spool is drained")
        self.finish(fleet)

    def test_cassandra_away_for_a_minute_and_a_node_that_joins_meanwhile(self):
        fleet = self.fleet()
        fleet.wait_for_acks(500)
        for name in ("cassandra1", "cassandra2"):
            self.cluster.signal(name, signal.SIGSTOP)
        fleet.wait_for_acks(500)
        self.cluster.signal("node2", signal.SIGKILL)
        self.cluster.servers()["node2"].start()
        time.sleep(AWAY_SECONDS)
        fleet.wait_for_acks(500)
        for name in ("cassandra1", "cassandra2"):
            self.cluster.signal(name, signal.SIGCONT)
        fleet.wait_for_acks(500)
        self.finish(fleet)

    def test_one_cassandra_of_two_killed(self):
        fleet = self.fleet()
        fleet.wait_for_acks(500)
        self.cluster.signal("cassandra2", signal.SIGKILL)
        time.sleep(AWAY_SECONDS / 2)
        fleet.wait_for_acks(500)
        self.cluster.start("cassandra2")
        self.finish(fleet)

    def test_data_centers_apart_and_an_erasure_meanwhile(self):
        self.play(1, userId="gone", episodeId=1, position=100, state="stopped")
        self.eventually(lambda: self.resume(3, "gone").get("position") == 100, 30, "known in both")
        fleet = self.fleet()
        fleet.wait_for_acks(500)
        self.cluster.network.split()
        fleet.wait_for_acks(500)
        late = int(time.time() * 1000) - 1_000
        time.sleep(1)
        self.assertEqual(ask(*self.place(1), "DELETE", "/v1/users/gone")[0], 202)
        # A phone in the other data center uploads what it played before that.
        self.play(3, userId="gone", episodeId=2, position=50, timestamp=late, clock="server", state="stopped")
        time.sleep(AWAY_SECONDS / 3)
        self.cluster.network.join()
        fleet.wait_for_acks(500)
        self.finish(fleet)
        for node in (1, 2, 3):
            self.eventually(lambda: not self.resume(node, "gone")["known"], 60, "it stays erased")


if __name__ == "__main__":
    go_between("servers")
    unittest.main(verbosity=2 if "-v" in sys.argv else 1)
