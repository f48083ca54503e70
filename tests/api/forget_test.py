"""Marks, removals and erasure, and that late uploads don't undo them."""

import time
import unittest

from playhead import ApiTest


class Forget(ApiTest):
    def cards(self, user):
        return self.server.get(f"/v1/users/{user}/continue-watching").json["items"]

    def test_marks_decide_until_something_newer_is_played(self):
        self.play("marks", 1000, duration=2400)
        episode = "/v1/users/marks/episodes/12?showId=789"
        self.assertEqual(self.server.ask("PATCH", episode, {"watched": True}).status, 202)
        point = self.server.get(episode).json
        self.assertEqual((point["finished"], point["watched"], point["startAt"], point["position"]), (True, True, 0, 1000))
        self.server.ask("PATCH", episode, {"watched": False})
        point = self.server.get(episode).json
        self.assertEqual((point["finished"], point["watched"], point["startAt"]), (False, False, 0))
        self.play("marks", 1010)
        self.assertEqual(self.server.get(episode).json["startAt"], 1010)

    def test_a_mark_made_offline_counts_from_when_it_was_made(self):
        before = int(time.time() * 1000) - 60_000
        self.play("offline", 1000)
        self.server.ask("PATCH", "/v1/users/offline/episodes/12?showId=789", {"watched": True, "timestamp": before})
        self.assertFalse(self.server.resume("offline")["finished"])

    def test_marks_work_in_the_stream(self):
        self.play("stream", 1000)
        self.play("stream", None, mark="watched")
        self.assertTrue(self.server.resume("stream")["finished"])

    def test_what_is_not_a_mark_is_refused(self):
        for body, code in (("{}", "invalid-mark"), ('{"watched":1}', "invalid-mark"), ("[]", "not-an-object"),
                           ('{"watched":true,"timestamp":1750000000}', "time-in-seconds"),
                           ('{"watched":true,"timestamp":"2026-03-01T20:00:00"}', "invalid-time")):
            answer = self.server.ask("PATCH", "/v1/users/u/episodes/1", body)
            self.assertEqual((answer.status, answer.json["code"]), (400, code), body)
        self.assertFalse(self.server.resume("u")["known"])

    def test_a_removed_episode_is_forgotten_until_it_is_played_again(self):
        start = int(time.time() * 1000)
        self.play("removes", 1000)
        self.assertEqual(self.server.ask("DELETE", "/v1/users/removes/episodes/12?showId=789").status, 202)
        self.assertFalse(self.server.resume("removes")["known"])
        self.assertEqual(self.cards("removes"), [])
        self.play("removes", 900, timestamp=start - 5000)
        self.assertFalse(self.server.resume("removes")["known"], "a late upload from before the removal")
        self.play("removes", 1100)
        self.assertEqual(self.server.resume("removes")["position"], 1100)

    def test_a_hidden_show_keeps_its_positions(self):
        self.play("hides", 1000)
        self.assertEqual(self.server.ask("DELETE", "/v1/users/hides/continue-watching/789").status, 202)
        self.assertEqual(self.cards("hides"), [])
        self.assertEqual(self.server.resume("hides")["position"], 1000)
        self.play("hides", 1100)
        self.assertEqual(len(self.cards("hides")), 1)

    def test_an_erased_user_stays_erased(self):
        before = int(time.time() * 1000) - 1000
        self.play("erased", 1000)
        answer = self.server.ask("DELETE", "/v1/users/erased")
        self.assertEqual(answer.status, 202)
        self.assertLess(answer.json["erasedUpTo"], answer.json["goneBy"])
        self.play("erased", 1001, timestamp=before)
        self.assertFalse(self.server.resume("erased")["known"])
        self.assertEqual(self.server.get("/v1/users/erased/sessions").json["items"], [])
        self.server.stop()
        self.server.start()
        self.play("erased", 1002, timestamp=before)
        self.assertFalse(self.server.resume("erased")["known"], "after a restart and another late upload")
        self.assertEqual(self.server.get("/v1/users/erased/episodes").json["items"], [])
        self.play("erased", 50)
        self.assertEqual(self.server.resume("erased")["position"], 50)


if __name__ == "__main__":
    unittest.main()
