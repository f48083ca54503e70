"""./dev says what it can do, and says clearly what it cannot."""

import re
import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def dev(*arguments):
    return subprocess.run([ROOT / "dev", *arguments], capture_output=True, text=True, timeout=30)


class DevTest(unittest.TestCase):
    def test_help_names_every_command(self):
        sources = [ROOT / "dev", *(ROOT / "tools/dev.d").glob("*.sh")]
        commands = set(re.findall(r"^cmd_(\w+)\(\)", "".join(source.read_text() for source in sources), re.MULTILINE))
        self.assertIn("run", commands)
        result = dev()
        self.assertEqual(result.returncode, 0)
        self.assertEqual(set(re.findall(r"^  ([a-z]+) ", result.stdout, re.MULTILINE)), commands)

    def test_an_unknown_command_preset_stage_or_group_is_one_clear_line(self):
        for arguments in (["frobnicate"], ["build", "fast"], ["test", "vibes"], ["setup", "toys"], ["crash", "many"],
                          ["run", "--fast"], ["fmt", "--hard"]):
            with self.subTest(arguments):
                result = dev(*arguments)
                self.assertNotEqual(result.returncode, 0)
                self.assertRegex(result.stderr, r"^dev: .+\n")
                self.assertLessEqual(len(result.stderr.splitlines()), 2)

    def test_every_package_line_is_understood(self):
        lines = (ROOT / "tools/packages.txt").read_text().splitlines()
        for line in lines:
            self.assertRegex(line, r"^(|#.*|[a-z]+: [a-z0-9.+-]+( [a-z0-9-]+)?)$")


if __name__ == "__main__":
    unittest.main()
