"""Files of the data folder that rotted: refused by name and byte, or made good from the log, and never less in silence."""

import hashlib
import os
import pathlib
import re
import shutil
import signal
import unittest

from playhead import Server, run

USERS = 200


def newest(folder, ending):
    """The newest file with something in it; RocksDB numbers them."""
    return max(path for path in pathlib.Path(folder).glob("*" + ending) if path.stat().st_size > 0)


def flip(path, at):
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 0x10]))


def hashes(folder, pattern="**/*"):
    """LOCK holds the id of whichever process was last, and is not data."""
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in pathlib.Path(folder).glob(pattern) if path.is_file() and path.name != "LOCK"}


class Damage(unittest.TestCase):
    flags = ()

    def setUp(self):
        self.server = Server(*self.flags)
        self.addCleanup(self.server.close)
        self.data = self.server.data
        # One request at a time: one record of the log each.
        for user in range(USERS):
            self.play(user, 100 + user)

    def play(self, user, position):
        answer = self.server.post({"userId": user, "episodeId": 1, "position": position})
        self.assertEqual(answer.status, 202, answer.body)

    def kill(self):
        self.server.stop(signal.SIGKILL)

    def refusal(self):
        """The one line that it says when it doesn't start."""
        result = run("serve", "--listen", "127.0.0.1:0", "--data", self.data)
        self.assertEqual((result.returncode, result.stderr.count("\n")), (1, 1), result.stderr)
        return result.stderr

    def positions(self):
        return [self.server.resume(user).get("position") for user in range(USERS)]

    def expect_everything(self):
        self.assertEqual(self.positions(), [100 + user for user in range(USERS)])


class DamagedLog(Damage):
    def test_a_byte_in_the_middle_of_its_write_ahead_log_is_refused(self):
        self.kill()
        wal = newest(self.data + "/log", ".log")
        middle = wal.stat().st_size // 2
        flip(wal, middle)
        before = hashes(self.data)
        sentence = self.refusal()
        at = re.search(re.escape(str(wal)) + r" is corrupt at byte (\d+) .*Restore the data folder from a copy", sentence)
        self.assertTrue(at, sentence)
        # Named is where the damaged record begins.
        self.assertLessEqual(int(at.group(1)), middle)
        self.assertGreater(int(at.group(1)), middle - 200)
        self.refusal()
        self.assertEqual(hashes(self.data), before, "a start that is refused changes nothing, however often it is tried")

        flip(wal, middle)
        self.server.start()
        self.expect_everything()

    def test_a_byte_in_a_segment_that_the_store_needs_is_refused(self):
        self.kill()
        self.server.start()  # moves what the write-ahead log holds into a segment
        self.kill()
        segment = newest(self.data + "/log", ".sst")
        flip(segment, segment.stat().st_size // 3)
        before = hashes(self.data, "*/*.sst")
        sentence = self.refusal()
        self.assertRegex(sentence, r"record at offset \d+ .*" + segment.name + r" offset \d+ .*restore the data folder")
        self.refusal()
        self.assertLessEqual(before.items(), hashes(self.data, "*/*.sst").items(), "no table was changed or removed")

        flip(segment, segment.stat().st_size // 3)
        self.server.start()
        self.expect_everything()

    def test_a_torn_tail_costs_the_torn_update_only_and_is_told(self):
        self.kill()
        wal = newest(self.data + "/log", ".log")
        os.truncate(wal, wal.stat().st_size - 3)
        self.server.start()
        self.assertRegex(self.server.said(), re.escape(str(wal)) + " ends in the middle of an append, .* byte [0-9]+")
        # To the program this is an append that power failed in, so the last update was never acknowledged.
        self.assertEqual(self.positions(), [100 + user for user in range(USERS - 1)] + [None])
        self.play(USERS - 1, 100 + USERS - 1)
        self.kill()
        self.server.start()
        self.assertNotIn("in the middle of an append", self.server.said())
        self.expect_everything()

    def test_an_undamaged_log_is_no_matter_for_words(self):
        self.kill()
        self.server.start()
        self.assertNotIn("warning", self.server.said())


class FlushedDamage(Damage):
    # So that a second after the updates all of them are in the store.
    flags = ("--apply-flush-interval", "1s")

    def wait_for_checkpoint(self, offset):
        """Until every record below it is in the store."""
        pattern = re.compile(r"^playhead_checkpoint_offset (\d+)", re.M)
        while int(pattern.search(self.server.get("/metrics").body.decode())[1]) < offset:
            pass


class GivenUpLog(FlushedDamage):
    def test_the_advice_leads_to_a_server_with_all_that_the_store_had(self):
        self.wait_for_checkpoint(USERS // 2)
        self.kill()
        wal = newest(self.data + "/log", ".log")
        flip(wal, wal.stat().st_size // 4)
        cut = re.search(r"truncate -s (\d+) (\S+)", self.refusal())
        os.truncate(cut[2], int(cut[1]))
        self.assertRegex(self.refusal(), "The log ends before record .*move its folder log/ away .*--log-begin-anew")
        shutil.move(self.data + "/log", self.data + "/log.damaged")
        self.assertRegex(self.refusal(), "The log ends before record .*--log-begin-anew")
        self.server.flags.append("--log-begin-anew")
        self.server.start()
        self.assertIn("is given up", self.server.said())
        # The store's items may be ahead of its checkpoint, and no further behind than that.
        self.assertEqual(self.positions()[:USERS // 2 - 1], [100 + user for user in range(USERS // 2 - 1)])

        self.server.flags.pop()
        for user in range(USERS):
            self.play(user, 1000 + user)
        self.kill()
        self.server.start()
        self.assertEqual(self.positions(), [1000 + user for user in range(USERS)])


class DamagedStore(FlushedDamage):
    def test_what_its_write_ahead_log_lost_comes_back_from_the_log(self):
        self.wait_for_checkpoint(USERS // 2)
        self.kill()
        wal = newest(self.data + "/store", ".log")
        flip(wal, wal.stat().st_size // 4)
        self.server.start()
        self.expect_everything()

    def test_a_read_of_a_damaged_block_is_refused_and_never_answers_less(self):
        self.server.stop()
        self.server.start()  # moves what the write-ahead log holds into tables
        self.server.stop()
        table = max(pathlib.Path(self.data + "/store").glob("*.sst"), key=lambda path: path.stat().st_size)
        flip(table, 1000)
        self.server.start()
        refused = 0
        for user in range(USERS):
            answer = self.server.get(f"/v1/users/{user}/resume")
            if answer.status == 503:
                self.assertEqual(answer.json["code"], "state-unknown")
                self.assertNotIn(self.data, answer.json["detail"], "files are the operator's business")
                refused += 1
            else:
                self.assertEqual(answer.json["position"], 100 + user)
        self.assertGreater(refused, 0)
        self.assertIn(table.name, self.server.said())


if __name__ == "__main__":
    unittest.main()
