"""Two data centers as network namespaces of this machine, with a third between them, where tests run.

Every host of data center D has an address 10.77.D.N. What goes from one data center to the other is carried by wan.py, with a
delay, or not at all while the two are apart; from the namespace in the middle both are reached at once.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from process import Process


def run(*command, check=True):
    done = subprocess.run(command, capture_output=True, text=True)
    if check and done.returncode != 0:
        sys.exit(f"cluster: {' '.join(command)}: {done.stderr.strip()}; network namespaces want root and iproute2")
    return done.stdout


class Network:
    def __init__(self, name):
        if not re.fullmatch(r"[a-z0-9]{1,8}", name):
            sys.exit(f"cluster: {name} can't name network namespaces; expected up to 8 letters and digits")
        self.name = name
        self.wan = Process(Path(tempfile.gettempdir()) / f"playhead-network-{name}")

    def namespace(self, place):
        return f"ph-{self.name}-{place}"

    def prefix(self, place):
        """Before a command that is to run at a place: dc1, dc2 or mid."""
        return ["ip", "netns", "exec", self.namespace(place)]

    def up(self, hosts, one_way_ms=0):
        """`hosts`: the Ns of both data centers, {1: [10, 21], 2: [10]}."""
        self.down()
        for place in ("mid", *(f"dc{dc}" for dc in hosts)):
            run("ip", "netns", "add", self.namespace(place))
            self._in(place, "ip", "link", "set", "dev", "lo", "up")
        for dc, numbers in hosts.items():
            inside, outside = f"dc{dc}", f"to-dc{dc}"
            run("ip", "link", "add", outside, "netns", self.namespace("mid"), "type", "veth", "peer", "name", "eth0",
                "netns", self.namespace(inside))
            self._in("mid", "ip", "address", "add", f"10.77.{dc}.1/24", "dev", outside)
            self._in("mid", "ip", "link", "set", "dev", outside, "up")
            for number in numbers:
                self._in(inside, "ip", "address", "add", f"10.77.{dc}.{number}/24", "dev", "eth0")
            self._in(inside, "ip", "link", "set", "dev", "eth0", "up")
        ends = [[self.namespace(f"dc{dc}"), f"10.77.{dc}.0/24", f"10.77.{dc}.{next(iter(numbers))}"]
                for dc, numbers in hosts.items()]
        self.wan.folder.mkdir(exist_ok=True)
        self.wan.log.unlink(missing_ok=True)
        self.wan.launch([sys.executable, Path(__file__).with_name("wan.py"), one_way_ms, *ends[0], *ends[1]])
        self.wan.wait_until(lambda: "ready" in self.wan.tail(), 10, "the way between the data centers")

    def split(self):
        self.wan.signal(signal.SIGUSR1)

    def join(self):
        self.wan.signal(signal.SIGUSR2)

    def down(self):
        self.wan.signal(signal.SIGKILL)
        there = run("ip", "netns", "list", check=False).split()
        for place in ("mid", "dc1", "dc2"):
            if self.namespace(place) in there:
                run("ip", "netns", "delete", self.namespace(place))

    def _in(self, place, *command):
        run(*self.prefix(place), *command)


def enter(network, place):
    """Goes on with this very program at a place of the network."""
    os.execvp("ip", [*network.prefix(place), sys.executable, *sys.argv])
