"""The article's story across nodes and data centers, 80 ms apart."""

import sys
import time
import unittest

from cluster_case import ClusterCase, go_between


class Story(ClusterCase):
    def test_the_phone_starts_where_the_tv_stopped(self):
        for user in range(20):
            self.play(1, userId=user, showId=789, episodeId=12, position=1000)
            acked = self.play(1, userId=user, showId=789, episodeId=12, position=1122, state="stopped")
            self.assertEqual(acked["durability"], "replicated")
            # At once on every node of the region, whoever owns the user.
            for node in (2, 1):
                answer = self.resume(node, user)
                self.assertEqual((answer["positionText"], answer["stale"]), ("18:42", False))
        for user in range(20):
            self.eventually(lambda: self.resume(3, user).get("position") == 1122, 20, "the other data center has the stop")
            self.assertFalse(self.resume(3, user)["stale"])

    def test_each_node_is_asked_by_the_others(self):
        before = [self.metric(node, "playhead_reads_forwarded_total") for node in (1, 2)]
        for user in range(100, 140):
            self.play(1, userId=user, episodeId=1, position=60)
            for node in (1, 2):
                self.assertEqual(self.resume(node, user)["position"], 60)
        after = [self.metric(node, "playhead_reads_forwarded_total") for node in (1, 2)]
        self.assertTrue(all(b < a for b, a in zip(before, after)), f"{before} and then {after}")

    def test_the_tv_plays_on_in_one_region_and_the_phone_in_the_other(self):
        user = "both"
        self.play(1, userId=user, showId=1, episodeId=1, position=100, state="stopped")
        self.eventually(lambda: self.resume(3, user).get("position") == 100, 20, "there")
        time.sleep(0.01)
        self.play(3, userId=user, showId=1, episodeId=1, position=200, state="stopped")
        self.assertEqual(self.resume(3, user)["position"], 200)
        self.eventually(lambda: self.resume(1, user).get("position") == 200, 20, "and back")

    def test_who_is_watching_is_known_everywhere_in_the_region(self):
        self.play(2, userId="viewer", showId=5, episodeId=6, position=30, sessionId="s1", deviceId="tv")
        from fleet import ask
        for node in (1, 2):
            status, body = ask(*self.place(node), "GET", "/v1/users/viewer/sessions")
            self.assertEqual((status, body["stale"], [item["sessionId"] for item in body["items"]]), (200, False, ["s1"]))


if __name__ == "__main__":
    go_between("story")
    unittest.main(verbosity=2 if "-v" in sys.argv else 1)
