"""Devices that listen, at whichever node, while others play at whichever node, and nodes come and go."""

import signal
import sys
import time
import unittest

from cluster_case import ClusterCase, go_between
from fleet import ask
from follower import Followers

REGION = (1, 2)  # node 3 is another region's


class Events(ClusterCase):
    def followers(self, users):
        followers = Followers(users, [self.place(number) for number in REGION])
        self.addCleanup(followers.stop)
        followers.wait_until_connected()
        return followers

    def settled(self, fleet, followers, seconds=60):
        """All devices show at the end what the last updates said, and nodes answer it."""
        self.finish(fleet)
        followers.settle(fleet.players, seconds)
        print(followers.report(), file=sys.stderr, flush=True)

    def watching(self, number, path):
        status, body = ask(*self.place(number), "GET", path)
        return (status, body.get("watching"), body.get("stale"))

    def test_every_device_hears_of_the_tv_wherever_it_listens(self):
        users = [f"listener-{i}" for i in range(20)]
        followers = self.followers(users)
        delays = []
        for i, user in enumerate(users):
            for node in REGION:
                position = 1000 + 10 * i + node
                sent = time.monotonic()
                self.play(node, userId=user, showId=1, episodeId=1, position=position, sessionId="s1", deviceId="tv")
                self.eventually(lambda: all(position in device.at_position for device in followers.of(user)), 10,
                                f"{user}'s devices hear of {position}")
                delays += [device.at_position[position] - sent for device in followers.of(user)]
        for user in users:
            self.assertEqual([device.sessions() for device in followers.of(user)], [{"s1": "playing"}] * 2)
        delays.sort()
        print(f"{len(delays)} changes, told after p50 {delays[len(delays) // 2] * 1000:.0f} ms, "
              f"most {delays[-1] * 1000:.0f} ms", file=sys.stderr, flush=True)

    def test_what_loses_is_told_to_nobody(self):
        followers = self.followers(["late"])
        now = int(time.time() * 1000)
        self.play(1, userId="late", episodeId=1, position=500, timestamp=now)
        self.eventually(lambda: all(device.state() == {1: 500} for device in followers.of("late")), 10, "they know of 500")
        self.play(2, userId="late", episodeId=1, position=60, timestamp=now - 7 * 86_400_000)
        self.play(2, userId="late", episodeId=2, position=70, timestamp=now)
        self.eventually(lambda: all(2 in device.state() for device in followers.of("late")), 10, "they know of what came last")
        self.assertEqual([device.state() for device in followers.of("late")], [{1: 500, 2: 70}] * 2)
        self.assertFalse(any(60 in device.at_position for device in followers.of("late")))

    def test_the_owner_is_killed(self):
        fleet = self.fleet(nodes=REGION)
        followers = self.followers([player.user for player in fleet.players])
        fleet.wait_for_acks(500)
        for name in ("node2", "node1"):
            self.cluster.signal(name, signal.SIGKILL)
            fleet.wait_for_acks(200)
            time.sleep(12)  # the group's session, after which the other node takes over
            fleet.wait_for_acks(200)
            self.cluster.start(name)
            fleet.wait_for_acks(200)
        self.settled(fleet, followers)

    def test_a_rebalance_every_few_seconds(self):
        fleet = self.fleet(nodes=(1,))
        followers = self.followers([player.user for player in fleet.players])
        until = time.monotonic() + 40
        while time.monotonic() < until:
            self.cluster.stop("node2")
            time.sleep(2)
            self.cluster.start("node2")
            time.sleep(2)
        self.settled(fleet, followers)

    def test_a_frozen_owner(self):
        fleet = self.fleet(nodes=(1,))
        followers = self.followers([player.user for player in fleet.players])
        fleet.wait_for_acks(300)
        self.cluster.signal("node2", signal.SIGSTOP)
        time.sleep(15)
        self.cluster.signal("node2", signal.SIGCONT)
        fleet.wait_for_acks(300)
        self.settled(fleet, followers)

    def test_who_watches_is_counted_over_all_nodes_and_through_the_owners_death(self):
        viewers = [f"viewer-{i}" for i in range(60)]

        def say(users, state):
            for i, user in enumerate(users):
                self.play(REGION[i % 2], userId=user, showId="final", episodeId=7, position=30, sessionId=user, state=state,
                          live=True)

        def counted(expected):
            return all(self.watching(number, path) == (200, expected, False) for number in REGION
                       for path in ("/v1/episodes/7/live?showId=final", "/v1/shows/final/live"))

        say(viewers, "playing")
        self.eventually(lambda: counted(60), 10, "both nodes count 60")
        say(viewers[:10], "stopped")
        say(viewers[10:15], "paused")
        self.eventually(lambda: counted(45), 10, "both nodes count 45")
        self.cluster.signal("node2", signal.SIGKILL)
        self.eventually(lambda: self.watching(1, "/v1/shows/final/live") == (200, 45, False), 40,
                        "the node that is left counts all of them")
        self.cluster.start("node2")
        self.eventually(lambda: counted(45), 60, "both nodes count 45 again")
        say(viewers, "stopped")
        self.eventually(lambda: counted(0), 10, "nobody watches")
        status, body = ask(*self.place(1), "GET", "/v1/users/viewer-1/resume")
        self.assertEqual((status, body["known"]), (200, False), "live updates store no position")

    def test_sessions_of_the_dead_end_at_every_node(self):
        followers = self.followers(["sleepy"])
        self.play(1, userId="sleepy", episodeId=1, position=10, sessionId="s1", deviceId="tv")
        self.eventually(lambda: all(device.sessions() == {"s1": "playing"} for device in followers.of("sleepy")), 10, "it plays")
        # Three intervals, but at least 30 s, without a word.
        self.eventually(lambda: all(device.sessions() == {} for device in followers.of("sleepy")), 60, "its session has ended")


if __name__ == "__main__":
    go_between("events")
    unittest.main(verbosity=2 if "-v" in sys.argv else 1)
