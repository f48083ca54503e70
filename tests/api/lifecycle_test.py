"""Starting, stopping, and what a mistake in the command line says."""

import re
import signal
import tempfile
import threading
import time
import unittest

from live import Socket
from playhead import ApiTest, Server, run


class Mistakes(unittest.TestCase):
    def assert_refused(self, result, *words):
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    def test_each_is_one_line_and_exit_2(self):
        data = ("--data", tempfile.gettempdir() + "/never-made")
        self.assert_refused(run("serve"), "data")
        self.assert_refused(run("serve", *data, "--threads", "many"), "threads")
        self.assert_refused(run("serve", *data, "--no-such-flag"), "--no-such-flag")
        self.assert_refused(run("serve", *data, PLAYHEAD_THREADS="-1"), "PLAYHEAD_THREADS")
        self.assert_refused(run("serve", *data, "--config", "/no/such/file.toml"), "/no/such/file.toml")
        self.assert_refused(run("sing"), "sing")
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write("threads = 1\n[limits]\nbtach = 5\n")
            file.flush()
            self.assert_refused(run("serve", *data, "--config", file.name), "btach", "3")

    def test_listening_for_others_needs_their_trust(self):
        result = run("serve", "--data", "/nowhere", "--listen", "0.0.0.0:0")
        self.assert_refused(result, "--insecure-listen", "who they are")

    def test_help_and_version(self):
        self.assertEqual(run("--help").returncode, 0)
        self.assertRegex(run("--version").stdout, r"^playhead \d+\.\d+\.\d+\n$")


class Operations(ApiTest):
    def test_health_readiness_and_the_description(self):
        self.assertEqual(self.server.get("/healthz").json, {"status": "ok"})
        self.assertEqual(self.server.get("/readyz").json, {"ready": True, "log": "ok", "store": "ok"})
        description = self.server.get("/openapi.yaml")
        self.assertTrue(description.body.startswith(b"openapi:"), description.body[:40])

    def test_metrics_count(self):
        def applied():
            text = self.server.get("/metrics").body.decode()
            return float(re.search(r"^playhead_updates_applied_total (\S+)$", text, re.M).group(1))

        before = applied()
        self.play("metrics", 100)
        self.assertEqual(applied() - before, 1)

    def test_metrics_say_who_this_is_and_what_was_accepted_and_refused(self):
        def count(name):
            text = self.server.get("/metrics").body.decode()
            return float(re.search(rf"^{name} (\S+)$", text, re.M).group(1))

        names = ["playhead_updates_accepted_total", "playhead_updates_rejected_total", "playhead_commit_updates_sum",
                 "playhead_socket_ack_seconds_count"]
        before = [count(name) for name in names]
        good, bad = {"userId": "counts", "episodeId": 1, "position": 100}, {"userId": "counts", "position": -1}
        self.assertEqual(self.server.post({"updates": [good, bad, {**good, "position": 200}]}).status, 202)
        self.assertEqual(self.server.post(bad).status, 400)
        with Socket(self.server) as tv:
            tv.send(type="progress", ref=1, **good)
            tv.next("ack")
        self.assertEqual([count(name) - was for name, was in zip(names, before)], [3, 2, 3, 1])
        self.assertLess(abs(count("process_start_time_seconds") - time.time()), 600)
        self.assertRegex(self.server.get("/metrics").body.decode(),
                         r'(?m)^playhead_node_info\{version="\d+\.\d+\.\d+",mode="single"\} 1$')

    def test_metrics_give_those_that_are_asked_for(self):
        self.play("some", 100)
        query, text, until = "name[]=playhead_sessions&name[]=playhead_http_request_seconds", "", time.monotonic() + 20
        # HTTP's counts are moved to where /metrics looks ten times a second.
        while 'route="/v1/progress"' not in text and time.monotonic() < until:
            text = self.server.get(f"/metrics?{query}").body.decode()
        families = set(re.findall(r"^# TYPE (\S+)", text, re.M))
        self.assertEqual(families, {"playhead_sessions", "playhead_http_request_seconds"})
        self.assertIn('route="/v1/progress"', text)
        self.assertNotIn('route="/v1/shows/{show}/live"', text, "what has counted nothing is left out")
        self.assertEqual(self.server.get("/metrics?name[]=no_such_thing").body, b"")


class Console(unittest.TestCase):
    def page(self, *flags):
        server = Server(*flags)
        self.addCleanup(server.close)
        return server.get("/console/").status, server.get("/console/page.js").status

    def test_it_is_there_unless_it_is_turned_off(self):
        self.assertEqual(self.page(), (200, 200))
        self.assertEqual(self.page("--console=false"), (404, 404))


class Lifecycle(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)

    def fill(self, users=200):
        for user in range(users):
            self.assertEqual(self.server.post({"userId": user, "episodeId": 1, "position": 100 + user}).status, 202)

    def test_sigterm_stores_everything_and_exits_0(self):
        self.fill()
        self.assertEqual(self.server.stop(), 0)
        self.server.start()
        self.assertNotIn("Replayed", self.server.said(), "the checkpoint had not moved to the end")
        self.assertEqual(self.server.resume(199)["position"], 299)

    def test_a_killed_server_replays_its_log(self):
        self.fill()
        self.server.stop(signal.SIGKILL)
        self.server.start()
        self.assertIn("Replayed 200 updates", self.server.said())
        for user in range(200):
            self.assertEqual(self.server.resume(user)["position"], 100 + user)

    def test_what_was_accepted_while_stopping_is_answered(self):
        failures = []

        def player(name):
            for position in range(10, 10_000):
                try:
                    answer = self.server.post({"userId": name, "episodeId": 1, "position": position})
                except OSError:
                    break
                if answer.status != 202:
                    failures.append(answer.body)
                acked[name] = position

        acked = {}
        players = [threading.Thread(target=player, args=(f"p{i}",)) for i in range(4)]
        for thread in players:
            thread.start()
        while len(acked) < 4:
            pass
        self.assertEqual(self.server.stop(), 0)
        for thread in players:
            thread.join()
        self.assertEqual(failures, [])
        self.server.start()
        for name, position in acked.items():
            self.assertGreaterEqual(self.server.resume(name)["position"], position)


if __name__ == "__main__":
    unittest.main()
