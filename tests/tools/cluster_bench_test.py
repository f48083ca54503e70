"""The arithmetic of the cluster's benchmark, and that its load ends with it."""

import sys
import unittest
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[1:1] = [str(ROOT / "bench/cluster"), str(ROOT / "bench"), str(ROOT / "tools/cluster")]
sys.dont_write_bytecode = True

import catching_up  # noqa: E402
import probe  # noqa: E402
import takeover  # noqa: E402
import usage  # noqa: E402
from region import saying_why  # noqa: E402
from suite.load import Run  # noqa: E402
from suite.processes import Failed  # noqa: E402


class Percentiles(unittest.TestCase):
    def test_are_of_the_nearest_rank_and_never_understated(self):
        values = list(range(1, 101))
        self.assertEqual([probe.percentile(values, p) for p in (50, 99, 100)], [50, 99, 100])
        self.assertEqual(probe.percentile([7], 99), 7)
        self.assertEqual(probe.percentile([3, 1], 51), 3)
        self.assertIsNone(probe.percentile([], 50))

    def test_are_told_in_milliseconds(self):
        self.assertEqual(probe.summary([0.001, 0.002]), {"count": 2, "p50": 1.0, "p90": 2.0, "p99": 2.0, "max": 2.0})


class CatchingUp(unittest.TestCase):
    def test_counts_from_the_last_look_without_to_the_first_with_all(self):
        self.assertEqual(catching_up.rate_of([(1.0, 0), (2.0, 0), (3.0, 50), (4.0, 100), (5.0, 100)]), 50)

    def test_counts_from_the_start_when_the_first_look_came_too_late(self):
        self.assertEqual(catching_up.rate_of([(2.0, 100)]), 50)


class Noticing(unittest.TestCase):
    LINE = ("{} INFO org.apache.kafka.coordinator.group.GroupMetadataManager: [GroupCoordinator id=1] Preparing to rebalance "
            "group x (reason: removing member y on heartbeat expiration).\n")

    def test_is_when_the_coordinator_gave_the_member_up_after_the_kill(self):
        times = ["2026-11-23 10:00:00,500", "2026-11-23 10:00:07,250", "2026-11-23 10:00:09,000"]
        log = "2026-11-23 10:00:06,000 WARN something else\n".join(self.LINE.format(time) for time in times)
        killed = datetime(2026, 11, 23, 10, 0, 1).timestamp()
        self.assertAlmostEqual(takeover.noticed_at(log, killed) - killed, 6.25, places=3)

    def test_is_unknown_when_the_log_has_nothing(self):
        self.assertIsNone(takeover.noticed_at("2026-11-23 10:00:00,500 INFO started\n", 0))


class Ending(unittest.TestCase):
    def test_the_load_ends_with_what_it_was_for(self):
        with self.assertRaises(KeyboardInterrupt), Run(["sh", "-c", "sleep 300"], 300) as run:
            self.assertTrue(run.running())
            raise KeyboardInterrupt
        self.assertFalse(run.running())
        self.assertFalse(Path(run.folder.name).exists())

    def test_a_load_without_figures_says_what_it_said(self):
        with Run(["sh", "-c", "echo it is away"], 1) as run, self.assertRaisesRegex(Failed, "it is away"):
            run.result()

    def test_a_tool_that_ends_the_program_with_a_sentence_fails_only_the_row(self):
        with self.assertRaisesRegex(Failed, "not ready"), saying_why():
            sys.exit("cluster: not ready")
        with self.assertRaises(SystemExit), saying_why():
            sys.exit(130)


class Usage(unittest.TestCase):
    def test_knows_what_this_program_used_and_what_lies_in_a_folder(self):
        before = usage.cpu_seconds("self")
        while usage.cpu_seconds("self") == before:
            pass
        self.assertEqual(usage.bytes_below(Path(__file__).parent, Path(__file__).name), Path(__file__).stat().st_size)


if __name__ == "__main__":
    unittest.main()
