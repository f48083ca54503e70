"""The demo's TV on one node and its phone on another, in a real browser."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from cluster_case import PROGRAM, ROOT

from cluster import Cluster  # its folder is in the path now


class AcrossNodes(unittest.TestCase):
    def test_the_demo(self):
        folder = Path(tempfile.mkdtemp(prefix="playhead-cluster-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        subprocess.run([ROOT / "web/build", folder / "web"], check=True)
        # A browser does not go into a network namespace easily: on loopback.
        cluster = Cluster(folder / "run", PROGRAM, web_root=folder / "web")
        self.addCleanup(cluster.down)
        cluster.up(tell=lambda line: print(line, file=sys.stderr, flush=True))
        tv, phone = (node.url for node in cluster.nodes()[:2])
        browser = ROOT / "tests/browser"
        subprocess.run(["node", "--test", "across_nodes_test.js"], cwd=browser, check=True, timeout=300,
                       env={**os.environ, "TV": tv, "PHONE": phone})


if __name__ == "__main__":
    unittest.main(verbosity=2 if "-v" in sys.argv else 1)
