"""The disk fills up, or fdatasync fails, while people watch: nothing is acknowledged that is not kept, reads go on, and
so does everything once the disk works again."""

import ctypes
import os
import signal
import tempfile
import time
import unittest

from playhead import PROGRAM, Server, run
from players import Audience, each_was_acknowledged, each_was_refused

CRASHFS = os.path.join(os.path.dirname(PROGRAM), "playhead-crashfs")
# The store is written to all the time as well, on the same disk.
FLAGS = ("--apply-flush-interval", "1s")
PATIENCE_SECONDS = 30

CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x20000, 0x4000, 0x40000


class Ballasted:
    """A disk of 48 MB of which 30 MB can be freed. It is seen by this process and its children only, and gone with them."""

    def __init__(self):
        libc = ctypes.CDLL(None, use_errno=True)
        self.folder = tempfile.mkdtemp(prefix="playhead-full-")
        try:
            for result in (libc.unshare(CLONE_NEWNS), libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None),
                           libc.mount(b"tmpfs", self.folder.encode(), b"tmpfs", 0, b"size=48m")):
                if result != 0:
                    raise unittest.SkipTest("needs to mount a tmpfs of 48 MB, which this user may not: "
                                            + os.strerror(ctypes.get_errno()))
        except unittest.SkipTest:
            os.rmdir(self.folder)
            raise
        self.unmount = lambda: libc.umount2(self.folder.encode(), 0)
        self.ballast = os.path.join(self.folder, "ballast")
        with open(self.ballast, "wb") as ballast:
            os.posix_fallocate(ballast.fileno(), 0, 30 << 20)

    def free(self):
        os.remove(self.ballast)

    def close(self):
        if self.unmount() != 0:
            raise AssertionError(f"{self.folder} is still mounted")
        os.rmdir(self.folder)


class DiskTest(unittest.TestCase):
    def serve(self, *flags, **more):
        server = Server(*FLAGS, *flags, **more)
        self.addCleanup(server.close)
        return server

    def ready(self, server):
        return server.get("/readyz").status == 200

    def eventually(self, condition, what):
        until = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            self.assertLess(time.monotonic(), until, f"not after {PATIENCE_SECONDS} s: {what}")
            time.sleep(0.02)

    def assert_refused(self, refusals, code):
        for status, headers, problem in refusals:
            self.assertEqual((status, problem["status"], problem["code"]), (503, 503, code), problem)
            self.assertEqual(headers["Content-Type"], "application/problem+json")
            self.assertNotRegex(problem["detail"], r"/\w", "files are the operator's business")
            self.assertGreater(int(headers["Retry-After"]), 0)

    def assert_nothing_is_acknowledged(self, server, audience, code):
        """In trouble: every write is refused, /readyz says why, and reads are right."""
        players = audience.play(server, lambda players: all(len(p.refusals) >= 5 for p in players))
        self.assertEqual([p.known for p in players], [{}] * len(players))
        for method, path, body in (("POST", "/v1/progress", {"userId": "other", "episodeId": 1, "position": 5}),
                                   ("PATCH", "/v1/users/other/episodes/1", {"watched": True}),
                                   ("DELETE", "/v1/users/other/episodes/1", None),
                                   ("DELETE", "/v1/users/other", None)):
            answer = server.ask(method, path, body)
            self.assert_refused([(answer.status, answer.headers, answer.json)], code)
        for player in players:
            self.assert_refused(player.refusals, code)
        answer = server.get("/readyz")
        self.assertEqual((answer.status, answer.json["ready"]), (503, False))
        self.assertTrue(answer.json["log"].startswith(code + ": no update is acknowledged"), answer.json)
        if code == "log-full":
            self.assertRegex(answer.json["log"], r"\d+ bytes must be free in .* Free disk space")
        self.assertEqual(server.get("/healthz").status, 200, "restarting it would not help")
        self.assertEqual(audience.complaints(server), [])

    def assert_survives(self, server, audience, code, break_disk, mend_disk):
        audience.play(server, each_was_acknowledged)
        break_disk()
        audience.play(server, each_was_refused)
        self.assert_nothing_is_acknowledged(server, audience, code)

        mend_disk()
        self.eventually(lambda: self.ready(server), "ready again, without a restart")
        self.assertIsNone(server.process.poll())
        players = audience.play(server, each_was_acknowledged)
        self.assertEqual([p.refusals for p in players], [[]] * len(players))
        self.assertEqual(audience.complaints(server), [])

        server.stop(signal.SIGKILL)
        server.start()
        self.assertGreater(audience.acknowledged(), 100)
        self.assertEqual(audience.complaints(server), [])


class FullDisk(DiskTest):
    def setUp(self):
        self.disk = Ballasted()
        self.addCleanup(self.disk.close)
        self.data = os.path.join(self.disk.folder, "data")
        self.audience = Audience()

    def test_a_full_disk_refuses_writes_until_there_is_room(self):
        server = self.serve(data=self.data)
        self.assert_survives(server, self.audience, "log-full", lambda: None, self.disk.free)

    def test_a_restart_on_a_full_disk_says_so_and_loses_nothing(self):
        server = self.serve(data=self.data)
        self.audience.play(server, each_was_refused)
        server.stop(signal.SIGKILL)
        refused = run("serve", "--listen", "127.0.0.1:0", "--data", self.data)
        self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertRegex(refused.stderr.splitlines()[-1], "^playhead: cannot open .* Free disk space, then start again$")
        self.disk.free()
        server.start()
        self.assertEqual(self.audience.complaints(server), [])


class FailingDisk(DiskTest):
    """On the file system that forgets what was not synced: kill -9 takes what a power cut takes."""

    def setUp(self):
        self.server = self.serve(program=CRASHFS)
        self.audience = Audience()

    def send(self, signal_number):
        return lambda: self.server.process.send_signal(signal_number)

    def test_a_failing_fdatasync_refuses_writes_until_it_works(self):
        toggle = self.send(signal.SIGUSR1)
        self.assert_survives(self.server, self.audience, "log-unavailable", toggle, toggle)

    def test_a_disk_that_is_said_to_be_full_is_like_a_full_one(self):
        toggle = self.send(signal.SIGUSR2)
        self.assert_survives(self.server, self.audience, "log-full", toggle, toggle)

    def test_a_power_cut_while_fdatasync_fails_takes_nothing_acknowledged(self):
        self.audience.play(self.server, each_was_acknowledged)
        self.send(signal.SIGUSR1)()
        self.audience.play(self.server, each_was_refused)
        self.server.stop(signal.SIGKILL)
        self.server.start()
        self.assertEqual(self.audience.complaints(self.server), [])


if __name__ == "__main__":
    unittest.main()
