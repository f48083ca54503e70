"""Row h: how soon a device that listens at another node hears of the TV."""

import json
import selectors
import socket
import time
from contextlib import ExitStack, closing

import nodes
from probe import summary
from reading import CALM, NODES, RATE, loaded_region
from suite.processes import Failed
from suite.table import Row

USERS = 100
LONGEST = 10  # seconds for an event


class Stream:
    """A device that follows one user by server-sent events."""

    def __init__(self, host, port, user):
        self.user = user
        self.socket = socket.create_connection((host, port), timeout=LONGEST)
        self.socket.sendall(f"GET /v1/users/{user}/events HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        self.text = b""
        self.snapshots = 0
        while not self.snapshots:
            self.read()

    def read(self):
        """The bodies of the events that came, with their types."""
        received = self.socket.recv(65536)
        if not received:
            raise Failed(f"the stream of {self.user} ended")
        self.text += received
        *blocks, self.text = self.text.split(b"\n\n")
        found = []
        for block in blocks:
            lines = dict(line.split(b": ", 1) for line in block.splitlines() if b": " in line)
            if b"event" in lines:
                found.append((lines[b"event"].decode(), json.loads(lines[b"data"])))
        self.snapshots += sum(kind == "snapshot" for kind, _ in found)
        return found

    def close(self):
        self.socket.close()


def _probe(tv, streams, position):
    """Seconds from the update's leaving until the last of the streams has told it."""
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            selector.register(stream.socket, selectors.EVENT_READ, stream)
        left = time.monotonic()
        tv.send("POST", "/v1/progress", {"userId": streams[0].user, "showId": 789, "episodeId": 12, "position": position,
                                         "deviceId": "tv", "sessionId": "s1", "state": "playing"})
        while selector.get_map():
            ready = selector.select(LONGEST)
            if not ready:
                raise Failed(f"{streams[0].user}'s devices did not hear of {position} within {LONGEST} s")
            for key, _ in ready:
                told = key.data.read()
                # A snapshot tells it too: the owner changed in between.
                if any(body.get("position") == position or any(item["position"] == position for item in body.get("items", ()))
                       for _, body in told):
                    selector.unregister(key.fileobj)
        heard = time.monotonic()
    status, body = tv.receive()
    if status != 202:
        raise OSError(f"{status} {body.get('code')}")
    return heard - left


def measure(bench):
    return [_measure(bench, rate) for rate in (CALM, RATE)]


def _measure(bench, rate):
    probes = bench.count(2_000)
    delays = []
    with loaded_region(bench, f"following-{rate}", rate) as (clients, beside), ExitStack() as stack:
        users = [f"listener-{number}" for number in range(USERS)]
        devices = {(number, user): stack.enter_context(closing(Stream(bench.region.host(number), nodes.HTTP_PORT, user)))
                   for number in NODES for user in users}
        for probe in range(probes):
            number, user = NODES[probe % len(NODES)], users[probe % USERS]
            others = [devices[other, user] for other in NODES if other != number]
            _drain(devices[number, user])
            delays.append(_probe(clients[number], others, 100 + probe))
            time.sleep(0.002)
        snapshots = sum(device.snapshots - 1 for device in devices.values())
        load = str(beside)
    latency = summary(delays)
    return Row("h", f"from the TV's update leaving to the event at every other node, {rate:,} updates/s beside it, p99 of {probes:,}",
               latency["p99"], "ms", at_most=50, samples={"ms": latency, "snapshotsSince": snapshots},
               note=f"p50 {latency['p50']:.1f} ms, longest {latency['max']:.1f} ms, the slower of two devices each; "
                    f"{len(devices)} devices listen; {snapshots} had to be told anew; {load}")


def _drain(stream):
    """What the device at the TV's own node was told before."""
    stream.socket.setblocking(False)
    try:
        while True:
            stream.read()
    except BlockingIOError:
        pass
    finally:
        stream.socket.setblocking(True)
