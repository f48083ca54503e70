"""compose.yaml gives the program settings that it has, with values that it takes."""

import os
import re
import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = Path(os.environ.get("PLAYHEAD", ROOT / "build/release/playhead")).resolve()
SETTING = re.compile(r"(PLAYHEAD_[A-Z_]+): *(\"[^\"]*\"|[^ ,}\n]+)")


class Compose(unittest.TestCase):
    def settings(self, *files):
        found = {}
        for file in files:
            found.update((name, value.strip('"')) for name, value in SETTING.findall((ROOT / file).read_text()))
        return found

    def config(self, settings):
        return subprocess.run([PROGRAM, "config"], env={**settings, "PATH": os.environ["PATH"]}, capture_output=True, text=True)

    def test_its_settings_are_taken(self):
        settings = self.settings("compose.yaml")
        self.assertGreater(len(settings), 8)
        done = self.config({**settings, "PLAYHEAD_DATA": "/tmp"})
        self.assertEqual(done.returncode, 0, done.stderr)
        for name, value in settings.items():
            key = name.removeprefix("PLAYHEAD_").lower().partition("_")[2]
            self.assertIn(f"{key} = ", done.stdout, name)
            self.assertIn(value, done.stdout, name)

    def test_a_wrong_one_would_be_noticed(self):
        self.assertNotEqual(self.config({**self.settings("compose.yaml"), "PLAYHEAD_KAFKA_PARTITIONS": "none"}).returncode, 0)


if __name__ == "__main__":
    unittest.main()
