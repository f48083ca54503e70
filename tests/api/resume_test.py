"""A heartbeat goes in, and any device resumes there."""

import threading
import time
import unittest

from playhead import ApiTest

HOUR = 3_600_000


def now_ms():
    return int(time.time() * 1000)


class Resume(ApiTest):
    def test_the_articles_record_is_taken_as_it_is(self):
        answer = self.server.post('{"userId":12345,"showId":789,"episodeId":12,"position":1122}')
        self.assertEqual(answer.status, 202)
        self.assertEqual((answer.json["accepted"], answer.json["rejected"]), (1, []))
        self.assertEqual(answer.json["durability"], "disk")
        self.assertTrue(10 <= answer.json["nextInSeconds"] <= 11, "a little more than asked for, so that players drift apart")
        point = self.server.resume(12345)
        self.assertEqual((point["known"], point["showId"], point["episodeId"]), (True, 789, 12))
        self.assertEqual((point["position"], point["positionText"], point["startAt"]), (1122, "18:42", 1122))

    def test_nobody_knows_a_new_user(self):
        self.assertEqual(self.server.resume("never-seen"), {"known": False, "userId": "never-seen", "stale": False})

    def test_ids_keep_the_type_of_the_winning_update(self):
        self.play("types", 100, episode="12", show="789")
        self.assertEqual(self.server.resume("types")["episodeId"], "12")
        self.play("types", 101, episode=12, show=789)
        self.assertEqual(self.server.resume("types")["episodeId"], 12)

    def test_positions_are_numbers_or_text(self):
        for sent, position in (("18:42", 1122), ("1:02:03.5", 3723.5), (1122.4, 1122.4), (7, 7)):
            user = f"text-{sent}"
            self.play(user, sent)
            self.assertEqual(self.server.resume(user)["position"], position)

    def test_the_later_wins_in_any_order_of_arrival(self):
        now = now_ms()
        for name, order in (("in-order", (0, 1, 2)), ("reversed", (2, 1, 0)), ("twice", (1, 2, 0, 1, 2, 0))):
            for i in order:
                self.play(name, 600 + i, timestamp=now - HOUR + i * 1000)
            self.assertEqual(self.server.resume(name)["position"], 602, name)

    def test_a_viewer_who_rewinds_stays_rewound(self):
        self.play("rewinds", 1800)
        self.play("rewinds", 60, seek=True)
        self.assertEqual(self.server.resume("rewinds")["position"], 60)

    def test_a_failed_start_does_not_destroy_the_point(self):
        self.play("fails", 1122)
        self.play("fails", 0)
        self.play("fails", 3, state="stopped")
        self.play("fails", 400, provisional=True)
        self.assertEqual(self.server.resume("fails")["position"], 1122)

    def test_a_provisional_position_answers_when_there_is_nothing_better(self):
        self.play("begins", 3)
        point = self.server.resume("begins")
        self.assertEqual((point["position"], point["provisional"]), (3, True))

    def test_a_paused_tv_does_not_beat_what_the_phone_played_since(self):
        now = now_ms()
        self.play("paused-tv", 1122, deviceId="tv", timestamp=now - HOUR, sentAt=now - HOUR)
        self.play("paused-tv", 1500, deviceId="phone", timestamp=now - HOUR // 2, sentAt=now - HOUR // 2)
        self.play("paused-tv", 1122, deviceId="tv", state="stopped", timestamp=now - HOUR, sentAt=now)
        self.assertEqual(self.server.resume("paused-tv")["deviceId"], "phone")

    def test_a_wrong_clock_is_corrected_and_the_future_is_clamped(self):
        now = now_ms()
        year = 365 * 24 * HOUR
        self.play("clock", 100, deviceId="right", timestamp=now - 60_000, sentAt=now)
        self.play("clock", 200, deviceId="a year behind", timestamp=now - year, sentAt=now - year)
        self.assertEqual(self.server.resume("clock")["position"], 200)
        self.play("clock", 300, timestamp=now + year)
        self.assertLessEqual(self.server.resume("clock")["updatedAt"], time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2)))
        self.play("clock", 400)
        self.assertEqual(self.server.resume("clock")["position"], 400)

    def test_a_position_past_the_duration_is_clamped(self):
        self.play("past-end", 3000, duration=2400)
        point = self.server.resume("past-end")
        self.assertEqual((point["position"], point["finished"], point["startAt"]), (2400, True, 0))

    def test_an_update_without_duration_leaves_it_known(self):
        self.play("duration", 100, duration=2400, nextEpisodeId=13)
        self.play("duration", 110)
        self.play("duration", 120, creditsAt=2300)
        point = self.server.resume("duration")
        self.assertEqual((point["duration"], point["nextEpisodeId"]), (2400, 13))

    def test_it_answers_for_a_show_and_for_an_episode(self):
        self.play("many", 100, episode=1, show="a")
        self.play("many", 200, episode=2, show="a")
        self.play("many", 300, episode=1, show="b")
        self.play("many", 400, episode=9, show=None)
        self.assertEqual(self.server.resume("many")["position"], 400)
        self.assertEqual(self.server.resume("many", showId="a")["position"], 200)
        self.assertEqual(self.server.resume("many", showId="a", episodeId=1)["position"], 100)
        self.assertEqual(self.server.resume("many", episodeId=1)["position"], 300)
        self.assertIsNone(self.server.resume("many", episodeId=9)["showId"])
        self.assertFalse(self.server.resume("many", showId="b", episodeId=2)["known"])

    def test_live_updates_store_no_position(self):
        self.play("live", 5000, live=True)
        self.assertFalse(self.server.resume("live")["known"])
        self.assertEqual(len(self.server.get("/v1/users/live/sessions").json["items"]), 1)

    def test_a_batch_takes_the_good_and_names_the_bad(self):
        good = {"userId": "batch", "episodeId": 1, "position": 10}
        answer = self.server.post({"updates": [good, {"userId": "batch"}, {**good, "position": -1}, {**good, "episodeId": 2}]})
        self.assertEqual(answer.status, 202)
        self.assertEqual(answer.json["accepted"], 2)
        self.assertEqual([(r["index"], r["code"], r["retry"]) for r in answer.json["rejected"]],
                         [(1, "missing-episode", False), (2, "invalid-position", False)])
        none = self.server.post({"updates": [{}]})
        self.assertEqual((none.status, none.json["accepted"]), (202, 0))

    def test_text_plain_is_read_as_json(self):
        body = '{"userId":"beacon","episodeId":1,"position":42}'
        self.assertEqual(self.server.post(body, {"Content-Type": "text/plain;charset=UTF-8"}).status, 202)
        self.assertEqual(self.server.resume("beacon")["position"], 42)

    def test_reads_carry_an_etag(self):
        self.play("etag", 100)
        first = self.server.get("/v1/users/etag/resume")
        self.assertEqual(first.headers["Cache-Control"], "private, no-cache")
        again = self.server.get("/v1/users/etag/resume", {"If-None-Match": first.headers["ETag"]})
        self.assertEqual((again.status, again.body), (304, b""))
        self.play("etag", 101)
        changed = self.server.get("/v1/users/etag/resume", {"If-None-Match": first.headers["ETag"]})
        self.assertEqual(changed.status, 200)

    def test_a_read_that_follows_an_ack_sees_it(self):
        def player(name, failures):
            for position in range(10, 60):
                self.play(name, position)
                if self.server.resume(name)["position"] != position:
                    failures.append((name, position))

        failures = []
        threads = [threading.Thread(target=player, args=(f"race-{i}", failures)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])

    def test_sessions_end_with_stopped_whatever_the_order(self):
        now = now_ms()
        self.play("sessions", 100, sessionId="a", deviceId="tv", timestamp=now - 3000, seq=1)
        self.play("sessions", 200, sessionId="b", deviceId="phone", state="paused", timestamp=now - 2000)
        items = self.server.get("/v1/users/sessions/sessions").json["items"]
        self.assertEqual([(s["sessionId"], s["deviceId"], s["state"]) for s in items],
                         [("b", "phone", "paused"), ("a", "tv", "playing")])
        self.play("sessions", 120, sessionId="a", state="stopped", timestamp=now - 1000, seq=3)
        self.play("sessions", 110, sessionId="a", timestamp=now - 1500, seq=2)
        items = self.server.get("/v1/users/sessions/sessions").json["items"]
        self.assertEqual([s["sessionId"] for s in items], ["b"])


class CounterResume(ApiTest):
    flags = ("--ordering", "counter")

    def test_who_knew_of_more_wins_whatever_the_clocks_say(self):
        now = now_ms()
        self.play("counted", 100, counter=1, timestamp=now)
        handed_out = self.server.resume("counted")["counter"]
        self.assertEqual(handed_out, 1)
        self.play("counted", 500, counter=handed_out + 1, timestamp=now - 24 * HOUR)
        self.play("counted", 130, counter=1, timestamp=now)
        self.assertEqual(self.server.resume("counted")["position"], 500)

    def test_an_update_without_its_counter_is_refused(self):
        answer = self.server.post({"userId": "u", "episodeId": 1, "position": 10})
        self.assertEqual((answer.status, answer.json["code"]), (400, "missing-counter"))

    def test_a_mark_comes_after_what_is_known(self):
        self.play("marked", 100, counter=7)
        answer = self.server.ask("PATCH", "/v1/users/marked/episodes/12?showId=789", {"watched": True})
        self.assertEqual(answer.status, 202)
        self.assertTrue(self.server.resume("marked")["finished"])


if __name__ == "__main__":
    unittest.main()
