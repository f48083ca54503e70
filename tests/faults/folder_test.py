"""What a data folder has to be: of this format and ordering, nobody else's right now; and the first release's still opens."""

import pathlib
import shutil
import unittest

from playhead import Server, run

GOLDEN = pathlib.Path(__file__).parent.parent / "golden" / "data-v1"


class Refused(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)

    def assert_refused(self, *words, flags=()):
        result = run("serve", "--listen", "127.0.0.1:0", "--data", self.server.data, *flags)
        self.assertEqual((result.returncode, result.stderr.count("\n")), (1, 1), result.stderr)
        for word in (self.server.data, *words):
            self.assertIn(word, result.stderr)

    def test_a_folder_in_use(self):
        self.assert_refused(f"in use by another Playhead (process {self.server.process.pid})")
        self.assertEqual(self.server.get("/readyz").status, 200)

    def test_another_ordering(self):
        self.server.stop()
        self.assert_refused('set ordering = "timestamp"', flags=("--ordering", "counter"))

    def test_another_format(self):
        self.server.stop()
        path = pathlib.Path(self.server.data, "FORMAT")
        text = path.read_text()
        path.write_text(text.replace("format: 1", "format: 2"))
        self.assert_refused("is of format 2", "reads format 1", "start the release that wrote it")
        path.write_text("format: who knows\n")
        self.assert_refused("not Playhead's")
        path.unlink()
        self.assert_refused("no FORMAT file")
        path.write_text(text)
        self.server.start()


class FirstRelease(unittest.TestCase):
    """What tests/golden/make_data.cc wrote, asked as a player asks."""

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        self.server.stop()
        shutil.rmtree(self.server.data)
        shutil.copytree(GOLDEN, self.server.data)
        self.server.start()

    def expect_it_all(self):
        article = self.server.resume(12345)
        self.assertEqual((article["showId"], article["episodeId"], article["position"], article["positionText"]),
                         ("789", "12", 1500, "25:00"), "from the log: the store has an older one")
        self.assertEqual(article["updatedAt"], "2025-06-15T15:06:44.000Z")
        ann = self.server.resume("ann", episodeId="1")
        self.assertEqual((ann["position"], ann["duration"], ann["deviceId"]), (60, 2700, "living-room-tv"))
        self.assertTrue(self.server.resume("ann", episodeId="3")["finished"])
        self.assertFalse(self.server.resume("bob")["known"], "erased")
        self.assertEqual(self.server.resume("zoë")["episodeId"], "é")

    def test_opens_and_says_what_it_said(self):
        self.assertIn("Replayed 2 updates", self.server.said())
        self.expect_it_all()
        self.assertEqual(self.server.stop(), 0)
        self.server.start()
        self.assertNotIn("Replayed", self.server.said())
        self.expect_it_all()

    def test_goes_on(self):
        update = {"userId": 12345, "showId": 789, "episodeId": 12, "position": 1122}
        self.assertEqual(self.server.post(update).status, 202)
        late = {"userId": "bob", "episodeId": 1, "position": 50, "timestamp": 1_750_000_003_500}
        self.assertEqual(self.server.post(late).status, 202)
        self.assertEqual(self.server.resume(12345)["position"], 1122)
        self.assertFalse(self.server.resume("bob")["known"], "the old erasure holds against a late upload")


if __name__ == "__main__":
    unittest.main()
