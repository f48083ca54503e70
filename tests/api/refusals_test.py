"""Bad input: a problem document with a stable code, and never an effect."""

import json
import socket
import time
import unittest

from playhead import ApiTest, Server

GOOD = {"userId": "victim", "episodeId": 1, "position": 1122}


def update(**changes):
    return json.dumps({**GOOD, **changes})


BODIES = [
    ("", "empty-body"),
    ("position=5", "invalid-json"),
    ('{"userId":1,', "invalid-json"),
    (update() + "x", "invalid-json"),
    ("[]", "not-an-object"),
    ("17", "not-an-object"),
    ('"text"', "not-an-object"),
    ("null", "not-an-object"),
    ('{"episodeId":1,"position":5}', "missing-user"),
    ('{"userId":"victim","position":5}', "missing-episode"),
    ('{"userId":"victim","episodeId":1}', "missing-position"),
    (update(userId=None), "missing-user"),
    (update(userId=True), "invalid-id"),
    (update(userId=1.5), "invalid-id"),
    (update(userId={}), "invalid-id"),
    (update(userId=""), "invalid-id"),
    (update(userId="x" * 257), "invalid-id"),
    (update(userId="line\nbreak"), "invalid-id"),
    (update(userId="nul\0byte"), "invalid-id"),
    (update(episodeId="\u007f"), "invalid-id"),
    ('{"userId":"\\ud800","episodeId":1,"position":5}', "invalid-id"),
    (b'{"userId":"\xff\xfe","episodeId":1,"position":5}', "invalid-utf8"),
    (update(userId=2**53), "id-too-large"),
    (update(episodeId=2**70), "id-too-large"),
    (update(position=-1), "invalid-position"),
    (update(position=-0.01), "invalid-position"),
    (update(position=1e300), "invalid-position"),
    (update(position="18:99"), "invalid-position"),
    (update(position=True), "invalid-position"),
    ('{"userId":"victim","episodeId":1,"position":NaN}', "invalid-json"),
    ('{"userId":"victim","episodeId":1,"position":1e999}', "invalid-position"),
    (update(position="NaN"), "invalid-position"),
    (update(timestamp="2026-03-01T20:00:00"), "invalid-time"),
    (update(timestamp="yesterday"), "invalid-time"),
    (update(timestamp=1750000000), "time-in-seconds"),
    (update(sentAt=1750000000), "time-in-seconds"),
    (update(timestamp=-1), "invalid-time"),
    (update(state="dancing"), "invalid-state"),
    (update(state=1), "invalid-state"),
    (update(mark="seen"), "invalid-mark"),
    (update(clock="wall"), "invalid-clock"),
    (update(duration=-5), "invalid-duration"),
    (update(duration="40:00"), "invalid-duration"),
    (update(seek="yes"), "invalid-flag"),
    (update(seq=-1), "invalid-integer"),
    (update(seq=2**53), "invalid-integer"),
    ('{"userId":"victim","userId":"other","episodeId":1,"position":5}', "duplicate-key"),
    ('{"userId":"victim","episodeId":1,"position":5,"x":' + "[" * 200 + "]" * 200 + "}", "too-deep"),
    ('{"updates":{}}', "invalid-batch"),
    ('{"updates":[]}', "empty-batch"),
    (json.dumps({"updates": [GOOD] * 1001}), "batch-too-large"),
]


class Refusals(ApiTest):
    def assert_problem(self, answer, status, code):
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (status, "application/problem+json"), answer.body)
        problem = answer.json
        self.assertEqual(problem["code"], code, answer.body)
        self.assertEqual(problem["status"], status)
        self.assertTrue(problem["detail"].endswith("."), problem["detail"])
        self.assertEqual(problem["requestId"], answer.headers["X-Request-Id"])

    def tearDown(self):
        self.assertFalse(self.server.resume("victim")["known"], "a refused request had an effect")

    def test_bodies(self):
        for body, code in BODIES:
            with self.subTest(code=code, body=body[:60]):
                self.assert_problem(self.server.post(body), 400, code)

    def test_bodies_in_a_batch_cost_only_themselves(self):
        items = [json.loads(b) for b, c in BODIES if c.startswith(("missing", "invalid-p", "invalid-s", "invalid-t"))
                 and isinstance(b, str) and b.startswith("{") and "NaN}" not in b and "1e999" not in b]
        answer = self.server.post(json.dumps({"updates": [*items, {**GOOD, "userId": "honest"}]}))
        self.assertEqual((answer.status, answer.json["accepted"], len(answer.json["rejected"])), (202, 1, len(items)))
        self.assertEqual(self.server.resume("honest")["position"], 1122)

    def test_unknown_routes_and_methods(self):
        self.assert_problem(self.server.get("/v1/nothing"), 404, "not-found")
        answer = self.server.get("/v1/progress")
        self.assert_problem(answer, 405, "method-not-allowed")
        self.assertIn("POST", answer.headers["Allow"])
        answer = self.server.ask("DELETE", "/v1/users/victim/resume")
        self.assertEqual((answer.status, "GET" in answer.headers["Allow"]), (405, True))

    def test_wrong_content_types(self):
        for headers in ({"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": "application/xml"},
                        {"Content-Type": "application/json", "Content-Encoding": "gzip"}):
            self.assert_problem(self.server.post(update(), headers), 415, "unsupported-media-type")

    def test_twenty_megabytes(self):
        head = b"POST /v1/progress HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20000000\r\n\r\n"
        self.assertIn(b"HTTP/1.1 413", self.server.raw(head + b'{"userId":"victim","x":"'))

    def test_header_floods(self):
        many = b"".join(b"X-%d: y\r\n" % i for i in range(500))
        self.assertIn(b"HTTP/1.1 431", self.server.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + many + b"\r\n"))
        long = b"X-Long: " + b"y" * 70_000 + b"\r\n"
        self.assertIn(b"HTTP/1.1 431", self.server.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + long + b"\r\n"))

    def test_smuggling_is_refused_and_the_connection_closed(self):
        body = update().encode()
        length = b"Content-Length: %d\r\n" % len(body)
        for framing in (length + b"Transfer-Encoding: chunked\r\n", length + length, length + b"Content-Length: 5\r\n",
                        b"Transfer-Encoding: gzip, chunked\r\n", b"Content-Length: +5\r\n", b"Content-Length : 5\r\n"):
            request = b"POST /v1/progress HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + framing + b"\r\n"
            received = self.server.raw(request + body)
            self.assertTrue(received.startswith(b"HTTP/1.1 400"), (framing, received))
            self.assertEqual(received.count(b"HTTP/1.1"), 1, (framing, received))

    def test_odd_ids_in_paths(self):
        for user in ("%00", "%0a", "%ff", "a%2", "x" * 257):
            self.assertEqual(self.server.get(f"/v1/users/{user}/resume").status, 400, user)
        self.play("a/b", 100)
        self.assertTrue(self.server.resume("a/b")["known"], "a slash may be part of an id")

    def test_half_a_request_has_no_effect(self):
        for cut in (20, 90, 150):
            request = (b"POST /v1/progress HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                       % len(update())) + update().encode()
            with socket.create_connection(("127.0.0.1", self.server.port)) as connection:
                connection.sendall(request[:min(cut, len(request) - 1)])


class Slow(unittest.TestCase):
    def test_a_slow_sender_is_timed_out(self):
        server = Server("--limits-header-timeout", "300ms", "--limits-body-timeout", "300ms")
        self.addCleanup(server.close)
        self.assertIn(b"HTTP/1.1 408", server.raw(b"GET /healthz HT"))
        self.assertIn(b"HTTP/1.1 408", server.raw(
            b"POST /v1/progress HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60\r\n\r\n{"))
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", server.port)) as idle:
            self.assertEqual(server.get("/healthz").status, 200)
            idle.settimeout(20)
        self.assertLess(time.monotonic() - began, 20)


class Bounds(unittest.TestCase):
    def test_limits_come_from_config(self):
        server = Server("--limits-batch", "2", "--limits-id-bytes", "16", "--limits-body-bytes", "2000")
        self.addCleanup(server.close)
        self.assertEqual(server.post({"updates": [GOOD] * 3}).json["code"], "batch-too-large")
        self.assertEqual(server.post(update(userId="1" * 17)).json["code"], "invalid-id")
        self.assertEqual(server.post(update(x="y" * 3000)).status, 413)

    def test_connections_are_bounded(self):
        server = Server("--limits-connections", "4", "--threads", "1")
        self.addCleanup(server.close)
        held = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(4)]
        for connection in held:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertIn(b"200", connection.recv(4096))
        try:
            refused = server.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertTrue(refused == b"" or refused.startswith(b"HTTP/1.1 503"), refused)
        except ConnectionResetError:
            pass
        for connection in held:
            connection.close()
        until = time.monotonic() + 20
        status = 0
        while status != 200 and time.monotonic() < until:
            try:
                status = server.get("/healthz").status
            except (ConnectionError, OSError):
                pass
        self.assertEqual(status, 200, "room again after the others left")


if __name__ == "__main__":
    unittest.main()
