"""One round: start, load, kill, restart, compare."""

import itertools
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import http.client
import json

from load import Client
from oracle import Oracle

CLIENTS = 4
START_SECONDS = 60


class Program:
    """The server on one data folder, in one of its two builds."""

    def __init__(self, build, data, environment=None):
        self.build, self.data = build, data
        self.environment = {**os.environ, **(environment or {})}
        self.log_path = data + ".log"
        self.process = None

    def spawn(self, name, flags=()):
        with open(self.log_path, "w") as log:
            self.process = subprocess.Popen(
                [os.path.join(self.build, name), "serve", "--listen", "127.0.0.1:0", "--data", self.data, *flags],
                stderr=log, env=self.environment)

    def log(self):
        with open(self.log_path) as log:
            return log.read()

    def wait_ready(self):
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            found = re.search(r"Listening on http://127\.0\.0\.1:(\d+)", self.log())
            if found:
                return int(found.group(1))
            if self.process.poll() is not None:
                raise AssertionError(f"did not start: {self.log()}")
            time.sleep(0.01)
        raise AssertionError(f"not ready after {START_SECONDS} s: {self.log()}")

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


class Harness:
    def __init__(self, build, seed, environment=None):
        self.random = random.Random(seed)
        self.build, self.environment = build, environment
        self.counter = itertools.count(1)
        self.folder = None
        self.renew()

    def renew(self):
        """A fresh data folder and nothing remembered."""
        self.close()
        self.folder = tempfile.mkdtemp(prefix="playhead-crash-")
        self.program = Program(self.build, os.path.join(self.folder, "data"), self.environment)
        self.oracle = Oracle()
        self.generation = next(self.counter)

    def close(self):
        if self.folder:
            self.program.kill()
            shutil.rmtree(self.folder)
            self.folder = None

    def flags(self):
        # Short intervals, so that flushes, checkpoints and trimming happen within a round, too.
        return self.random.choice([(), ("--apply-flush-interval", "1s"),
                                   ("--apply-flush-interval", "1s", "--log-retention-age", "1s")])

    def round(self, name):
        """Returns what happened: acked, unanswered, replayed, lost, invented."""
        before = (self.oracle.acked, self.oracle.unanswered)
        flags = self.flags()
        self.program.spawn(name, flags)
        if self.random.random() < 0.2:  # killed while it starts
            time.sleep(self.random.uniform(0, 0.15))
            self.program.kill()
            self.program.spawn(name, flags)
        port = self.program.wait_ready()
        stop = threading.Event()
        clients = [Client(f"g{self.generation}c{i}", port, self.oracle, self.random.random(), self.counter, stop)
                   for i in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(self.random.uniform(0.1, 1.5))
        self.program.kill()
        stop.set()
        for client in clients:
            client.join()
        self.program.spawn(name, flags)
        port = self.program.wait_ready()
        replayed = re.search(r"Replayed (\d+) updates", self.program.log())
        lost, invented = self.compare(port)
        self.program.kill()
        return {"acked": self.oracle.acked - before[0], "unanswered": self.oracle.unanswered - before[1],
                "replayed": int(replayed.group(1)) if replayed else 0, "lost": lost, "invented": invented}

    def compare(self, port):
        lost, invented = [], []
        users = sorted(self.oracle.items.keys() | self.oracle.erased.keys())
        with ThreadPoolExecutor(4) as pool:
            for user, answered in zip(users, pool.map(lambda user: read_items(port, user), users)):
                gone, made_up = self.oracle.check(user, answered)
                lost += gone
                invented += made_up
        return lost, invented


def read_items(port, user):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", f"/v1/users/{user}/episodes?limit=1000")
    response = connection.getresponse()
    body = json.loads(response.read())
    connection.close()
    if response.status != 200:
        raise AssertionError(f"{user}: {response.status} {body}")
    return {item["episodeId"]: (item["position"], item["watched"]) for item in body["items"]}
