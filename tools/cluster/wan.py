#!/usr/bin/env python3
"""The way between two data centers, which are network namespaces: carries IP packets from one's device `wan` to the other's,
each after a delay; SIGUSR1 drops everything, SIGUSR2 carries again.

A program of its own, since not every kernel has netem.
"""

import ctypes
import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections import deque

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000  # linux/if_tun.h
CLONE_NEWNET = 0x40000000  # sched.h
MTU = 9000
MOST_ON_THE_WAY = 50_000  # packets; more are dropped, as a router would
A_TURN = 64


def open_tun(namespace, other_net, source):
    with open(f"/run/netns/{namespace}", encoding="ascii") as there:
        if ctypes.CDLL(None, use_errno=True).setns(there.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"can't enter the network namespace {namespace}")
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", b"wan", IFF_TUN | IFF_NO_PI))
    subprocess.run(["ip", "link", "set", "dev", "wan", "mtu", str(MTU), "up"], check=True)
    subprocess.run(["ip", "route", "add", other_net, "dev", "wan", "src", source], check=True)
    return tun


class Way:
    def __init__(self, end, delay):
        self.end, self.delay = end, delay
        self.packets = deque()

    def put(self, packet):
        if len(self.packets) < MOST_ON_THE_WAY:
            self.packets.append((time.monotonic() + self.delay, packet))

    def deliver(self):
        """Seconds until the next is due; nothing when there is none."""
        while self.packets:
            left = self.packets[0][0] - time.monotonic()
            if left > 0:
                return left
            try:
                os.write(self.end, self.packets.popleft()[1])
            except BlockingIOError:
                pass  # a full device drops, and TCP sends again
        return None


def carry(ends, delay):
    apart = False

    def split(number, _):
        nonlocal apart
        apart = number == signal.SIGUSR1

    signal.signal(signal.SIGUSR1, split)
    signal.signal(signal.SIGUSR2, split)
    ways = {ends[0]: Way(ends[1], delay), ends[1]: Way(ends[0], delay)}
    print("ready", flush=True)
    while True:
        waits = [wait for wait in (way.deliver() for way in ways.values()) if wait is not None]
        for end in select.select(ends, [], [], min(waits, default=1.0))[0]:
            for _ in range(A_TURN):
                try:
                    packet = os.read(end, MTU + 64)
                except BlockingIOError:
                    break
                if not apart:
                    ways[end].put(packet)


def main():
    # Each end: its namespace, its network, an address in it.
    delay_ms, *ends = sys.argv[1:]
    (one, one_net, one_source), (two, two_net, two_source) = ends[:3], ends[3:]
    carry([open_tun(one, two_net, one_source), open_tun(two, one_net, two_source)], float(delay_ms) / 1000)


if __name__ == "__main__":
    main()
