"""A device that follows a user over server-sent events: it keeps what it was told, as an app's screen would, and connects again by
itself."""

import http.client
import json
import threading
import time
from collections import Counter


class Follower(threading.Thread):
    """Connects to `nodes` in turn. `state()`: episode -> position, of the snapshot and of every change since; `sessions()`: session ->
    state. `heard` has (kind, time.monotonic()) of all that came."""

    def __init__(self, user, nodes, until):
        super().__init__(daemon=True)
        self.user, self.nodes, self.until = user, list(nodes), until
        self.lock = threading.Lock()
        self.items, self.present = {}, {}
        self.stale = True
        self.connected = False
        self.heard = Counter()
        self.at_position = {}  # position -> time.monotonic() when it was told
        self.connections = 0

    def state(self):
        with self.lock:
            return dict(self.items)

    def sessions(self):
        with self.lock:
            return dict(self.present)

    def run(self):
        turn = 0
        while not self.until.is_set():
            try:
                self.listen(*self.nodes[turn % len(self.nodes)])
            except (OSError, http.client.HTTPException, ValueError):
                pass
            self.connected = False
            turn += 1
            self.until.wait(0.2)

    def listen(self, host, port):
        # The server says something every 15 s.
        connection = http.client.HTTPConnection(host, port, timeout=20)
        try:
            connection.request("GET", f"/v1/users/{self.user}/events")
            response = connection.getresponse()
            if response.status != 200:
                return
            self.connections += 1
            kind = ""
            while not self.until.is_set():
                line = response.readline().decode().rstrip("\n")
                if line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    self.hear(kind, json.loads(line.removeprefix("data: ")))
                elif not line and response.isclosed():
                    return
                if kind == "goodbye":
                    return
        finally:
            connection.close()

    def hear(self, kind, body):
        now = time.monotonic()
        with self.lock:
            self.heard[kind] += 1
            if kind == "snapshot":
                self.items = {item["episodeId"]: item["position"] for item in body["items"]}
                self.present = {session["sessionId"]: session["state"] for session in body["sessions"]}
                self.stale = body["stale"]
                self.connected = True
            elif kind in ("progress", "mark"):
                self.items[body["episodeId"]] = body["position"]
                self.at_position.setdefault(body["position"], now)
            elif kind in ("session-started", "session-changed"):
                self.present[body["sessionId"]] = body["state"]
            elif kind == "session-ended":
                self.present.pop(body["sessionId"], None)


class Followers:
    """`users` × `nodes`: a device of each user at each node, which goes to another when its own is away."""

    def __init__(self, users, nodes):
        self.until = threading.Event()
        self.devices = [Follower(user, nodes[i:] + nodes[:i], self.until) for user in users for i in range(len(nodes))]
        for device in self.devices:
            device.start()

    def of(self, user):
        return [device for device in self.devices if device.user == user]

    def wait_until_connected(self, seconds=30):
        give_up = time.monotonic() + seconds
        while not all(device.connected and not device.stale for device in self.devices):
            assert time.monotonic() < give_up, f"{sum(not device.connected for device in self.devices)} are not connected"
            time.sleep(0.05)

    def complaints(self, players):
        """What a device shows otherwise than what was acknowledged, or may have been taken."""
        found = []
        for player in players:
            for device in self.of(player.user):
                shown = device.state()
                for episode in shown.keys() | player.known.keys():
                    allowed = player.unsure.get(episode, set()) | {player.known.get(episode)}
                    if shown.get(episode) not in allowed:
                        found.append(f"{player.user}/{episode} at {device.nodes[0][0]}: shows {shown.get(episode)}, "
                                     f"but only {allowed} may be")
        return found

    def settle(self, players, seconds=60):
        """Waits until every device shows the final state, told or in a snapshot; raises with what is left."""
        give_up = time.monotonic() + seconds
        while found := self.complaints(players):
            if time.monotonic() > give_up:
                raise AssertionError(f"{len(found)} devices show something else, such as {found[0]}")
            time.sleep(0.2)

    def report(self):
        heard = sum((device.heard for device in self.devices), Counter())
        return (f"{len(self.devices)} devices, connected {sum(device.connections for device in self.devices)} times, "
                f"told {dict(heard)}")

    def stop(self):
        self.until.set()
