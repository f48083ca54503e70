"""Section i: what 100,000 sockets that only follow a viewer take, in the server and in the kernel."""

import os
import time
from pathlib import Path

from suite.processes import Failed
from suite.push import IDLE_BYTES, SocketLoad, allow_descriptors, start
from suite.table import Row

CONNECTIONS = 100_000
STEPS = (0.1, 0.25, 0.5, 1)
# Of a process's descriptors, for what isn't a connection.
SPARE = 500


def shares(connections, descriptors):
    """How many each server gets: one server, or as many as the limit of open files of a process demands."""
    servers = -(-connections // (descriptors - SPARE))
    return [connections // servers + (i < connections % servers) for i in range(servers)]


def kernel_memory(sockstat=None, meminfo=None):
    """(bytes in the buffers of TCP sockets, bytes of the kernel's own objects)."""
    sockstat = sockstat or Path("/proc/net/sockstat").read_text()
    meminfo = meminfo or Path("/proc/meminfo").read_text()
    tcp = next(line for line in sockstat.splitlines() if line.startswith("TCP:")).split()
    slab = next(line for line in meminfo.splitlines() if line.startswith("Slab:")).split()
    return int(tcp[tcp.index("mem") + 1]) * os.sysconf("SC_PAGE_SIZE"), int(slab[1]) * 1024


class Holders:
    """Processes that open connections to a server each, in the same steps."""

    def __init__(self, bench, servers, counts):
        self.loads = []
        first = 1
        try:
            for server, count in zip(servers, counts):
                steps = [max(1, round(count * step)) for step in STEPS]
                self.loads.append(SocketLoad(bench, "idle", server.port, first, *steps, ask=True))
                first += count
        except BaseException:
            self.__exit__()
            raise

    def open_next(self):
        """Returns how many connections are open."""
        return sum(load.step()["open"] for load in self.loads)

    def go_on(self):
        for load in self.loads:
            load.go_on()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for load in self.loads:
            load.__exit__()


def measure(bench):
    connections = CONNECTIONS // 4 if bench.quick else CONNECTIONS
    counts = shares(connections, allow_descriptors(connections + SPARE))
    servers = [start(bench, f"idle-{i}") for i in range(len(counts))]
    before, kernel_before = [server.rss_bytes() for server in servers], kernel_memory()
    steps = []
    with Holders(bench, servers, counts) as holders:
        for i in range(len(STEPS)):
            if i:
                holders.go_on()
            opened = holders.open_next()
            kernel = [(now - then) / opened for now, then in zip(kernel_memory(), kernel_before)]
            grown = [server.rss_bytes() - then for server, then in zip(servers, before)]
            steps.append({"open": opened, "bytesEach": sum(grown) / opened, "buffersEach": kernel[0],
                          "objectsEach": kernel[1]})
        seconds = bench.seconds(45)
        cpu = sum(server.cpu_seconds() for server in servers)
        time.sleep(seconds)
        cores = (sum(server.cpu_seconds() for server in servers) - cpu) / seconds
        still = sum(server.metrics()["playhead_push_connections"] for server in servers)
        grown = [server.rss_bytes() - then for server, then in zip(servers, before)]
    for server in servers:
        server.stop()
    if still < connections:
        raise Failed(f"of {connections:,} connections {still:,.0f} were still open in the end")
    return rows(steps, counts, sum(grown) / connections, cores)


def rows(steps, counts, bytes_after, cores):
    last = steps[-1]
    slope = ", ".join(f"{step['open']:,}: {step['bytesEach']:,.0f}" for step in steps)
    spread = "one server" if len(counts) == 1 else (
        f"{len(counts)} servers of at most {max(counts):,}, since a process may open no more files here")
    samples = {"steps": steps, "servers": counts}
    return [
        Row("i", f"server's memory for each of {last['open']:,} open sockets that follow a viewer", last["bytesEach"],
            "bytes", at_most=IDLE_BYTES, samples=samples,
            note=f"{spread}; by how many are open: {slope}; after pings {bytes_after:,.0f}"),
        Row("i", "the kernel's for each, both ends", last["buffersEach"] + last["objectsEach"], "bytes", samples=samples,
            note=f"{last['buffersEach']:,.0f} in buffers, {last['objectsEach']:,.0f} in its own objects"),
        Row("i", "server's CPU while they only wait and answer pings", cores, "cores",
            note=f"{cores / last['open'] * 1e6:.2f} µs a second for each"),
    ]
