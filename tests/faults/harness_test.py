"""Whether the crash harness would notice: on a disk that says "synced" and forgets appends, it must find losses."""

import pathlib
import re
import subprocess
import sys
import unittest

RUN = pathlib.Path(__file__).parent.parent / "crash" / "run"


def rounds(*arguments):
    result = subprocess.run([sys.executable, RUN, *arguments, "--seed", "7"], capture_output=True, text=True, timeout=100)
    told = re.findall(r"acked +(\d+) .* lost (\d+)  invented (\d+)", result.stdout)
    return result, [tuple(map(int, numbers)) for numbers in told]


class Harness(unittest.TestCase):
    def test_finds_what_a_lying_disk_lost(self):
        result, told = rounds("1", "--lying-disk")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        (acked, lost, invented), = told
        self.assertGreater(acked, 0)
        self.assertGreater(lost, 0)
        self.assertEqual(invented, 0, "it forgets and makes nothing up")

    def test_finds_nothing_on_a_disk_that_keeps_its_word(self):
        result, told = rounds("1")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        (acked, lost, invented), = told
        self.assertGreater(acked, 0)
        self.assertEqual((lost, invented), (0, 0))


if __name__ == "__main__":
    unittest.main()
