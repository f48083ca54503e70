"""The benchmark's own arithmetic: verdicts, slopes and charts, and that servers and folders never outlive it."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
import xml.etree.ElementTree
from pathlib import Path

BENCH = Path(__file__).resolve().parents[2] / "bench"
sys.path.insert(0, str(BENCH))
sys.dont_write_bytecode = True

from suite import chart, idle, longrun, push, table  # noqa: E402
from suite.processes import Failed  # noqa: E402
from suite.table import Row  # noqa: E402


class Verdicts(unittest.TestCase):
    def test_a_ratio_is_judged_where_there_is_something_to_compare_with(self):
        row = Row("a", "x", 90, "/s", table.CEILING, "noop", 100, at_least=0.8)
        self.assertEqual((row.ratio, row.verdict), (0.9, "ok"))
        row.figure = 79
        self.assertEqual(row.verdict, "short")

    def test_a_bare_figure_is_judged_itself(self):
        self.assertEqual(Row("a", "x", 4.9, "µs", at_most=4.8).verdict, "short")
        self.assertEqual(Row("a", "x", 4.8, "µs", at_most=4.8).verdict, "ok")
        self.assertEqual(Row("a", "x", 4.8, "µs").verdict, "")

    def test_a_row_survives_being_kept(self):
        row = Row("a", "x", 90, "/s", table.PEER, "other", 45, at_least=1.3, samples={"ours": [1, 2]})
        again = Row.from_json(row.to_json())
        self.assertEqual(again, row)
        self.assertIn("2.00 ×", table.as_text([again]))
        self.assertIn("≥ 1.3 ×", table.as_markdown([again]))


class Slope(unittest.TestCase):
    def test_is_that_of_the_line_through_the_points(self):
        self.assertAlmostEqual(longrun.slope([(x, 7 + 3 * x) for x in range(10)]), 3)
        self.assertEqual(longrun.slope([(1, 5)]), 0)


class Charts(unittest.TestCase):
    def test_are_well_formed_and_the_longest_bar_is_the_greatest(self):
        rows = [Row("a", "durable single updates, 256 connections", 50, "/s", table.CEILING, "<nginx>", 100).to_json()]
        svg = xml.etree.ElementTree.fromstring(chart.durable(rows))
        widths = [int(r.get("width")) for r in svg.iter("{http://www.w3.org/2000/svg}rect")][1:]
        self.assertEqual(len(widths), 2)
        self.assertAlmostEqual(widths[0] * 2, widths[1], delta=2)

    def test_are_not_drawn_without_figures(self):
        self.assertIsNone(chart.durable([]))
        self.assertIsNone(chart.reads([]))
        self.assertIsNone(chart.come_back([]))

    def test_of_those_who_come_back_end_with_the_last(self):
        found = {"devices": 40, "eachHalfSecond": [10, 20, 0, 10, 0, 0]}
        rows = [Row("k", "x", 2, "s", samples={"ours": found}).to_json()]
        svg = xml.etree.ElementTree.fromstring(chart.come_back(rows))
        widths = [int(r.get("width")) for r in svg.iter("{http://www.w3.org/2000/svg}rect")][1:]
        self.assertEqual(len(widths), 4)
        self.assertAlmostEqual(widths[0] * 2, widths[1], delta=2)


class SocketLoads(unittest.TestCase):
    class Bench:
        playhead = Path("/nowhere/playhead")

    def program(self, folder, script):
        program = Path(folder, "bench/playhead-socket-load")
        program.parent.mkdir()
        program.write_text("#!/bin/sh\n" + script)
        program.chmod(0o755)
        self.Bench.playhead = Path(folder, "playhead")

    def run_instead(self, script):
        with tempfile.TemporaryDirectory() as folder:
            self.program(folder, script)
            return push.run(self.Bench, "idle", 1)

    def test_give_every_step(self):
        self.assertEqual(self.run_instead("echo '{\"open\":1}'; echo '{\"open\":2}'"), [{"open": 1}, {"open": 2}])

    def test_that_are_asked_wait_after_each_step(self):
        with tempfile.TemporaryDirectory() as folder:
            self.program(folder, "echo '{\"open\":1}'; read go; echo '{\"open\":2}'; read go")
            with push.SocketLoad(self.Bench, "idle", 1, ask=True) as load:
                self.assertEqual(load.step(), {"open": 1})
                load.go_on()
                self.assertEqual(load.step(), {"open": 2})
            self.assertIsNotNone(load.child.returncode)

    def test_that_fail_say_why(self):
        with self.assertRaisesRegex(Failed, "no more sockets"):
            self.run_instead("echo '{\"open\":1}'; echo no more sockets >&2; exit 1")


class IdleSockets(unittest.TestCase):
    def test_are_shared_by_as_many_servers_as_files_demand(self):
        self.assertEqual(idle.shares(100_000, 200_000), [100_000])
        self.assertEqual(idle.shares(100_000, 20_000), [16_667] * 4 + [16_666] * 2)

    def test_take_what_the_kernel_says(self):
        sockstat = "sockets: used 9\nTCP: inuse 5 orphan 0 tw 0 alloc 9 mem 3\nUDP: inuse 1 mem 7\n"
        self.assertEqual(idle.kernel_memory(sockstat, "MemTotal: 9 kB\nSlab: 12 kB\n"),
                         (3 * os.sysconf("SC_PAGE_SIZE"), 12288))

    def test_are_judged_by_memory_at_the_last_step(self):
        steps = [{"open": 10, "bytesEach": 9_000, "buffersEach": 1, "objectsEach": 2},
                 {"open": 100, "bytesEach": 8_000, "buffersEach": 1, "objectsEach": 2}]
        memory, kernel, cpu = idle.rows(steps, [60, 40], 8_001, 0.5)
        self.assertEqual((memory.verdict, kernel.figure), ("ok", 3))
        self.assertIn("2 servers of at most 60", memory.note)
        self.assertIn("5000.00 µs", cpu.note)


class Cleaning(unittest.TestCase):
    SCRIPT = textwrap.dedent("""
        import sys, time
        sys.path.insert(0, sys.argv[1])
        sys.dont_write_bytecode = True
        from suite.processes import Workspace, exit_on_signals
        exit_on_signals()
        with Workspace(sys.argv[2]) as workspace:
            print(workspace.start(["sleep", "300"], "sleeper").pid, flush=True)
            time.sleep(300)
    """)

    def start(self, folder):
        run = subprocess.Popen([sys.executable, "-c", self.SCRIPT, BENCH, folder], stdout=subprocess.PIPE, text=True)
        self.addCleanup(run.stdout.close)
        server = int(run.stdout.readline())
        self.wait_for(lambda: Path(f"/proc/{server}/comm").read_text() == "sleep\n", "the server's start")
        return run, server

    def wait_for(self, condition, what):
        for _ in range(2000):
            if condition():
                return
            time.sleep(0.01)
        self.fail(f"{what} did not happen")

    def assert_gone(self, pid):
        def gone():
            try:
                # A zombie is only a name that nobody has asked for yet.
                return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
            except (FileNotFoundError, ProcessLookupError):
                return True
        self.wait_for(gone, "the server's end")

    def test_a_signal_ends_the_servers_and_removes_the_folder(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number), tempfile.TemporaryDirectory() as folder:
                run, server = self.start(folder)
                run.send_signal(number)
                self.assertEqual(run.wait(60), 128 + number)
                self.assert_gone(server)
                self.assertEqual(os.listdir(folder), [])

    def test_even_a_killed_benchmark_leaves_no_server(self):
        with tempfile.TemporaryDirectory() as folder:
            run, server = self.start(folder)
            run.kill()
            run.wait()
            self.assert_gone(server)


if __name__ == "__main__":
    unittest.main()
