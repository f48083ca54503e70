"""Servers and folders that are gone when the benchmark is, however it ends."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path


class Failed(Exception):
    """Something could not be measured; its text is the sentence that is printed."""


def exit_on_signals():
    """Turns signals into SystemExit, so that every `with` is left properly."""
    def leave(number, _frame):
        signal.signal(number, signal.SIG_IGN)
        raise SystemExit(128 + number)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds, what):
    """Asks every 5 ms; returns the seconds that it took."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > seconds:
            raise Failed(f"{what} did not happen within {seconds} s")
        time.sleep(0.005)
    return time.monotonic() - started


def accepts(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Process:
    """A server in the background, its output in a log file; stopped with `stop_signal` and, if it stays, killed."""

    def __init__(self, arguments, log, environment=None, stop_signal=signal.SIGTERM, user=None):
        self.log = Path(log)
        self.stop_signal = stop_signal
        # The kernel ends it when this program is killed without a chance to do so.
        wrapper = ["setpriv", "--pdeathsig", "KILL"]
        if user:
            wrapper += ["--reuid", user, "--regid", user, "--init-groups"]
        with self.log.open("ab") as out:
            self.child = subprocess.Popen(
                [*wrapper, "--", *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env={**os.environ, **(environment or {})}, start_new_session=True)

    @property
    def pid(self):
        return self.child.pid

    def running(self):
        return self.child.poll() is None

    def wait_for(self, condition, seconds, what):
        def alive_and():
            if not self.running():
                raise Failed(f"{what}: it ended with status {self.child.returncode}:\n{self.tail()}")
            return condition()
        return wait_until(alive_and, seconds, what)

    def tail(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])

    def stop(self, with_signal=None, seconds=60):
        if self.running():
            self.child.send_signal(with_signal or self.stop_signal)
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        return self.child.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Workspace(ExitStack):
    """A temporary folder on a real disk, and everything that was started in it."""

    def __init__(self, parent):
        super().__init__()
        self.parent = Path(parent).resolve()
        self.parent.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix="run-", dir=self.parent))
        self.folder.chmod(0o711)  # a database that won't run as root must be able to reach its own folder
        self.callback(shutil.rmtree, self.folder, ignore_errors=True)

    def new_folder(self, name):
        return Path(tempfile.mkdtemp(prefix=name + "-", dir=self.folder))

    def start(self, arguments, name, **options):
        process = Process(arguments, self.folder / f"{name}.log", **options)
        self.callback(process.stop)
        return process


def say(text):
    print(text, file=sys.stderr, flush=True)
