"""A cluster in network namespaces, brought up once for all tests of a program, and what tests say to it."""

import atexit
import os
import shutil
import signal
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools/cluster"))

from cluster import NODES, Cluster  # noqa: E402
from fleet import Fleet, ask  # noqa: E402
from network import Network, enter  # noqa: E402

PROGRAM = Path(os.environ.get("PLAYHEAD", ROOT / "build/release/playhead")).resolve()
ONE_WAY_MS = 40
# Tests wait for what config makes slow; only the arithmetic of intervals counts for what they show.
SETTINGS = {"apply": {"flush_interval": "2s"}, "cassandra": {"commit_lag": "2s"}}


def go_between(name):
    """The test program itself runs between the two data centers. Returns the name of the network."""
    network = Network(name)
    if os.environ.get("PLAYHEAD_BETWEEN") == name:
        atexit.register(network.down)
        return name
    network.up({1: range(10, 40), 2: range(10, 40)}, ONE_WAY_MS)
    os.environ["PLAYHEAD_BETWEEN"] = name
    enter(network, "mid")
    return None


class ClusterCase(unittest.TestCase):
    brokers = 1

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="playhead-cluster-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.cluster = Cluster(cls.folder / "run", PROGRAM, cls.brokers, network=os.environ["PLAYHEAD_BETWEEN"], keep_network=True)
        cls.addClassCleanup(cls.cluster.down)
        cls.cluster.settings = SETTINGS
        try:
            cls.cluster.up(tell=lambda line: print(line, file=sys.stderr, flush=True))
        except SystemExit as given_up:
            # Only an error makes unittest take down what is up already.
            raise RuntimeError(given_up.code) from None

    def setUp(self):
        # Whatever a test before has left.
        self.cluster.network.join()
        for name, server in self.cluster.servers().items():
            server.process.signal(signal.SIGCONT)
            if not server.process.running():
                self.cluster.start(name)
        for node in self.cluster.nodes():
            node.wait_until_ready()
        for number in NODES:
            self.eventually(lambda: not any(self.resume(number, f"probe-{user}")["stale"] for user in range(30)), 60,
                            f"node{number} knows every user's owner")

    def restart(self, number, program=PROGRAM, *flags):
        node = self.cluster.servers()[f"node{number}"]
        node.process.stop()
        node.program = program
        node.start(*flags)
        return node

    @staticmethod
    def place(number):
        return (f"10.77.{NODES[number]}.{30 + number}", 1842)

    @property
    def places(self):
        return [self.place(number) for number in NODES]

    def fleet(self, nodes=(1, 2, 3), **options):
        fleet = Fleet(self.id().rpartition(".")[2].removeprefix("test_"), [self.place(number) for number in nodes], **options)
        self.addCleanup(fleet.until.set)
        return fleet.start()

    def finish(self, fleet, seconds=90):
        """Ends the load and holds all nodes to what was acknowledged, once they had `seconds` to catch up."""
        fleet.stop()
        fleet.settle(self.places, seconds)
        print(fleet.report(), file=sys.stderr, flush=True)

    def eventually(self, condition, seconds, what):
        give_up = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), give_up, f"not after {seconds} s: {what}")
            time.sleep(0.05)

    def play(self, number, **update):
        status, body = ask(*self.place(number), "POST", "/v1/progress", update)
        self.assertEqual(status, 202, body)
        return body

    def resume(self, number, user, query=""):
        status, body = ask(*self.place(number), "GET", f"/v1/users/{user}/resume{query}")
        self.assertEqual(status, 200, body)
        return body

    def metric(self, number, name):
        import urllib.request
        host, port = self.place(number)
        with urllib.request.urlopen(f"http://{host}:{port}/metrics", timeout=5) as answer:
            for line in answer.read().decode().splitlines():
                if line.startswith(name + " "):
                    return float(line.split()[1])
        return 0.0
