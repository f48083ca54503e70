"""Servers of a development cluster as processes that any later command finds again."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

STOP_SECONDS = 30

# Outlive the objects here, and often this program; a dropped one would be complained about.
_launched = []


def listens(address, port):
    try:
        with socket.create_connection((address, port), timeout=1):
            return True
    except OSError:
        return False


def hold(up, down, args):
    """Up, and down as soon as standard input ends."""
    try:
        up(args)
        print("ready", flush=True)
        sys.stdin.read()
    finally:
        down(args)


class Process:
    """A process whose pid, log and data lie in `folder`, so that any later command finds it again."""

    def __init__(self, folder, prefix=()):
        self.folder = folder
        self.prefix = prefix
        self._pid_file = folder / "pid"
        self.log = folder / "output.log"

    def launch(self, arguments):
        """`prefix` comes before the command: what puts it into a network namespace."""
        with open(self.log, "a", encoding="utf-8") as log:
            # A session of its own: Ctrl-C in the terminal is not for the servers.
            process = subprocess.Popen([*self.prefix, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       cwd=self.folder, start_new_session=True)
        _launched.append(process)
        self._pid_file.write_text(f"{process.pid} {started_at(process.pid)}\n")

    def pid(self):
        """Nothing unless it runs: a number that now belongs to another process is not ours."""
        try:
            pid, started = self._pid_file.read_text().split()
        except (OSError, ValueError):
            return None
        return int(pid) if started_at(int(pid)) == started else None

    def running(self):
        return self.pid() is not None

    def wait_until(self, condition, seconds, what, start_again=lambda: False):
        """Ends the program with a sentence when it can't be. `start_again` is asked when the process has ended: whether it
        has been started anew."""
        give_up = time.monotonic() + seconds
        while not condition():
            if not self.running() and not start_again():
                sys.exit(f"cluster: {what} ended; the end of {self.log}:\n{self.tail()}")
            if time.monotonic() > give_up:
                sys.exit(f"cluster: {what} is not ready after {seconds} s; the end of {self.log}:\n{self.tail()}")
            time.sleep(0.2)

    def tail(self, lines=15):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def signal(self, number):
        pid = self.pid()
        if pid:
            os.kill(pid, number)
        if number == signal.SIGKILL:
            self._wait_for_end(STOP_SECONDS)

    def stop(self):
        """By SIGTERM, and by SIGKILL when that takes too long; returns when it is gone."""
        # A stopped process takes no SIGTERM.
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        if not self._wait_for_end(STOP_SECONDS):
            self.signal(signal.SIGKILL)

    def _wait_for_end(self, seconds):
        give_up = time.monotonic() + seconds
        while self.running() and time.monotonic() < give_up:
            time.sleep(0.05)
        return not self.running()


def started_at(pid):
    """The process's start in ticks since boot, which with the pid names it; nothing when there is none (or a zombie)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]
