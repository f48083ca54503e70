"""Two data centers as network namespaces of this machine, with a third between them, where tests run.

Every host of data center D has an address 10.77.D.N. What goes from one data center to the other is forwarded by the one
in the middle, which delays it, or forwards nothing while the two are apart; from the middle both are reached at once.
"""

import os
import re
import subprocess
import sys


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

    def namespace(self, place):
        return f"ph-{self.name}-{place}"

    def prefix(self, place):
        """Before a command that is to run at a place: dc1, dc2 or mid."""
        return ["ip", "netns", "exec", self.namespace(place)]

    def up(self, hosts):
        """`hosts`: the Ns of each data center, {1: [10, 21], 2: [10]}."""
        self.down()
        for place in ("mid", *(f"dc{dc}" for dc in hosts)):
            run("ip", "netns", "add", self.namespace(place))
            self._in(place, "ip", "link", "set", "lo", "up")
        self.join()
        for dc, numbers in hosts.items():
            inside, outside = f"dc{dc}", f"to-dc{dc}"
            run("ip", "link", "add", outside, "netns", self.namespace("mid"), "type", "veth", "peer", "name", "up",
                "netns", self.namespace(inside))
            self._in("mid", "ip", "address", "add", f"10.77.{dc}.1/24", "dev", outside)
            self._in("mid", "ip", "link", "set", outside, "up")
            for number in numbers:
                self._in(inside, "ip", "address", "add", f"10.77.{dc}.{number}/24", "dev", "up")
            self._in(inside, "ip", "link", "set", "up", "up")
            self._in(inside, "ip", "route", "add", "default", "via", f"10.77.{dc}.1")

    def delay(self, one_way_ms):
        """Between the data centers, not between the middle and either."""
        for dc, other in ((1, 2), (2, 1)):
            device = f"to-dc{dc}"
            self._in("mid", "tc", "qdisc", "replace", "dev", device, "root", "handle", "1:", "prio", "bands", "3", "priomap",
                     *["0"] * 16)
            self._in("mid", "tc", "qdisc", "replace", "dev", device, "parent", "1:3", "handle", "30:", "netem", "delay",
                     f"{one_way_ms}ms", "limit", "100000")
            self._in("mid", "tc", "filter", "replace", "dev", device, "parent", "1:", "protocol", "ip", "prio", "1", "u32",
                     "match", "ip", "src", f"10.77.{other}.0/24", "match", "ip", "src", f"10.77.{other}.0/24", "flowid", "1:3")

    def split(self):
        self._forward("0")

    def join(self):
        self._forward("1")

    def down(self):
        there = run("ip", "netns", "list", check=False).split()
        for place in ("mid", "dc1", "dc2"):
            if self.namespace(place) in there:
                run("ip", "netns", "delete", self.namespace(place))

    def _forward(self, value):
        self._in("mid", "sh", "-c", f"echo {value} > /proc/sys/net/ipv4/ip_forward")

    def _in(self, place, *command):
        run(*self.prefix(place), *command)


def enter(network, place):
    """Goes on with this very program at a place of the network."""
    os.execvp("ip", [*network.prefix(place), sys.executable, *sys.argv])
