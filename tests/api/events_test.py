"""Event streams, what plays now, and what browsers of other origins are told."""

import unittest

from live import Events
from playhead import ApiTest


class Streams(ApiTest):
    def test_a_snapshot_and_then_changes(self):
        self.play("ann", 100)
        with Events(self.server, "ann") as events:
            self.assertEqual(events.answer.headers["Content-Type"], "text/event-stream")
            kind, snapshot = events.next()
            self.assertEqual((kind, snapshot["type"], snapshot["userId"]), ("snapshot", "snapshot", "ann"))
            self.assertEqual([i["position"] for i in snapshot["items"]], [100])
            self.play("ann", 200, deviceId="tv")
            _, change = events.next("progress")
            self.assertEqual((change["position"], change["deviceId"], change["episodeId"]), (200, "tv", 12))

    def test_it_is_the_same_as_the_list(self):
        self.play("same", 2390, duration=2400, nextEpisodeId=13, deviceId="tv")
        with Events(self.server, "same") as events:
            item, = events.next()[1]["items"]
            del item["version"]
            listed, = self.server.get("/v1/users/same/episodes").json["items"]
            self.assertEqual(item, listed)

    def test_head_has_no_stream(self):
        answer = self.server.ask("HEAD", "/v1/users/ann/events")
        self.assertEqual((answer.status, answer.headers["Content-Type"], answer.body), (200, "text/event-stream", b""))

    def test_ids_are_bounded(self):
        self.assertEqual(self.server.get(f"/v1/users/{'x' * 257}/events").json["code"], "invalid-id")


class Full(ApiTest):
    flags = ("--push-connections", "1", "--push-followers-per-user", "1")

    def test_no_more_than_the_bound(self):
        with Events(self.server, "u") as first:
            first.next()
            answer = self.server.get("/v1/users/u/events")
            self.assertEqual((answer.status, answer.json["code"]), (503, "too-many-connections"))
            self.assertIn("Retry-After", answer.headers)


class Stopping(ApiTest):
    def test_a_server_that_stops_says_goodbye(self):
        with Events(self.server, "u") as events:
            events.next()
            self.server.process.terminate()
            self.assertEqual(events.next("goodbye")[1]["reason"], "server-stopping")
            self.assertIsNone(events.next())
        self.assertEqual(self.server.process.wait(timeout=30), 0)


class Live(ApiTest):
    def watching(self, path):
        return self.server.get(path).json["watching"]

    def test_how_many_watch(self):
        self.assertEqual(self.watching("/v1/shows/9/live"), 0)
        self.play("a", 10, show=9, episode=1, sessionId="a1")
        self.play("b", 10, show=9, episode=1)
        self.play("c", 10, show=9, episode=2)
        self.play("d", 10, show=10, episode=1, live=True)
        self.assertEqual(self.watching("/v1/shows/9/live"), 3)
        self.assertEqual(self.watching("/v1/episodes/1/live"), 3)
        self.assertEqual(self.watching("/v1/episodes/1/live?showId=9"), 2)
        self.assertFalse(self.server.resume("d")["known"], "a live channel has no resume point")
        self.play("a", 11, show=9, episode=1, sessionId="a1", state="paused")
        self.play("b", 11, show=9, episode=1, state="stopped")
        self.assertEqual(self.watching("/v1/shows/9/live"), 1)
        session, = self.server.get("/v1/users/a/sessions").json["items"]
        self.assertEqual(session["state"], "paused")


class Cors(ApiTest):
    flags = ("--cors-origins", "https://app.example,https://b.example", "--cors-max-age", "10min")

    def test_a_page_that_is_named_may_read(self):
        answer = self.server.get("/v1/users/u/resume", {"Origin": "https://app.example"})
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "https://app.example")
        self.assertEqual(answer.headers["Vary"], "Origin")
        exposed = answer.headers["Access-Control-Expose-Headers"]
        self.assertTrue(all(name in exposed for name in ("ETag", "Retry-After", "X-Request-Id")), exposed)
        refused = self.server.post("{", {"Origin": "https://b.example"})
        self.assertEqual((refused.status, refused.headers["Access-Control-Allow-Origin"]), (400, "https://b.example"))

    def test_and_asks_once(self):
        answer = self.server.ask("OPTIONS", "/v1/progress", headers={
            "Origin": "https://app.example", "Access-Control-Request-Method": "POST"})
        self.assertEqual((answer.status, answer.headers["Access-Control-Max-Age"]), (204, "600"))
        self.assertIn("POST", answer.headers["Access-Control-Allow-Methods"])
        self.assertIn("Content-Type", answer.headers["Access-Control-Allow-Headers"])

    def test_others_may_not(self):
        for origin in ("https://evil.example", "https://app.example.evil", "null"):
            answer = self.server.get("/v1/users/u/resume", {"Origin": origin})
            self.assertNotIn("Access-Control-Allow-Origin", answer.headers)
        self.assertNotIn("Access-Control-Allow-Origin", self.server.get("/metrics", {"Origin": "https://app.example"}).headers)

    def test_streams_are_answers_as_well(self):
        with Events(self.server, "u", {"Origin": "https://app.example"}) as events:
            self.assertEqual(events.answer.headers["Access-Control-Allow-Origin"], "https://app.example")


if __name__ == "__main__":
    unittest.main()
