"""What ./dev test counts is what ran: nothing that failed, died or ran nothing passes."""

import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import count_tests  # noqa: E402


def gtest(*results):
    cases = [{"status": "RUN", "result": "COMPLETED", "failures": [{}]} if result == "failed"
             else {"status": "RUN", "result": result} for result in results]
    return json.dumps({"testsuites": [{"testsuite": cases}]})


def ctest(**programs):
    cases = "".join(f'<testcase name="{name}" status="{status}"/>' for name, status in programs.items())
    return f"<testsuite>{cases}</testsuite>"


class CountTest(unittest.TestCase):
    def count(self, status, **files):
        with tempfile.TemporaryDirectory() as directory:
            for name, text in files.items():
                (Path(directory) / name.replace("__", ".")).write_text(text)
            return count_tests.count(Path(directory), status)

    def test_cases_of_programs_that_tell_and_one_for_each_that_does_not(self):
        self.assertEqual(self.count(0, ctest__xml=ctest(a="run", script="run"),
                                    a__json=gtest("COMPLETED", "COMPLETED", "SKIPPED")), (3, 0))

    def test_failed_cases(self):
        self.assertEqual(self.count(8, ctest__xml=ctest(a="fail"), a__json=gtest("COMPLETED", "failed")), (1, 1))

    def test_a_program_that_died_or_failed_after_its_cases(self):
        self.assertEqual(self.count(8, ctest__xml=ctest(died="fail")), (0, 1))
        self.assertEqual(self.count(8, ctest__xml=ctest(leak="fail"), leak__json=gtest("COMPLETED")), (1, 1))

    def test_unittest_programs(self):
        for said, status, expected in (
            ("Ran 3 tests in 0.1s\n\nOK\n", "run", (3, 0)),
            ("Ran 5 tests in 0.1s\n\nOK (skipped=2)\n", "run", (3, 0)),
            ("Ran 5 tests in 0.1s\n\nOK (skipped=5)\n", "run", (0, 1)),  # ran nothing
            ("Ran 5 tests in 0.1s\n\nFAILED (failures=1, errors=1)\n", "fail", (3, 2)),
        ):
            xml = f'<testsuite><testcase name="a" status="{status}"><system-out>{said}</system-out></testcase></testsuite>'
            self.assertEqual(self.count(0 if status == "run" else 8, ctest__xml=xml), expected, said)

    def test_closing_lines(self):
        for line, expected in {
            "# pass 7\n# fail 2\n": (7, 2),
            "ℹ pass 7\nℹ fail 0\n": (7, 0),
            "\x1b[32m=== 12 passed, 1 skipped in 3.2s ===\x1b[0m\n": (12, 0),
            "=== 1 failed, 4 passed in 1s ===\n": (4, 1),
            "round 1: 3 passed\n20 passed, 0 failed\n": (20, 0),
        }.items():
            self.assertEqual(self.count(1 if expected[1] else 0, output__log=line), expected, line)

    def test_a_stage_that_fails_or_runs_nothing_has_a_failure(self):
        self.assertEqual(self.count(1, output__log="5 passed\n"), (5, 1))
        self.assertEqual(self.count(0, output__log="nothing to do\n"), (0, 1))
        self.assertEqual(self.count(1, output__log=""), (0, 1))


if __name__ == "__main__":
    unittest.main()
