"""Clients that play, mark, remove and erase, and remember what was acknowledged."""

import http.client
import itertools
import json
import random
import threading
import time

EPISODES = 6
USERS_PER_CLIENT = 6
# Updates are stamped within the hour before the run, in a shuffled order: a late one must not win.
HOUR_MS = 3_600_000


class Client(threading.Thread):
    """One connection. Its users are its own, so what it knows of them is complete."""

    def __init__(self, name, port, oracle, seed, counter, stop):
        super().__init__(daemon=True)
        self.client = name
        self.port = port
        self.oracle = oracle
        self.random = random.Random(seed)
        self.counter = counter
        self.stop_event = stop
        # Whoever was erased in an earlier round is not played again: see erase().
        names = (f"{name}-{i}" for i in itertools.count())
        self.users = list(itertools.islice((user for user in names if user not in oracle.erased), USERS_PER_CLIENT))
        self.connection = None

    def run(self):
        while not self.stop_event.is_set():
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                self.step()
            except (OSError, http.client.HTTPException):
                self.connection = None
                time.sleep(0.005)

    def step(self):
        dice = self.random.random()
        if dice < 0.002:
            return self.erase()
        if dice < 0.02:
            return self.send([self.mark("removed")])
        if dice < 0.05:
            return self.send([self.mark(self.random.choice(["watched", "unwatched"]))])
        if dice < 0.2:
            return self.send([self.heartbeat() for _ in range(self.random.randint(2, 40))])
        return self.send([self.heartbeat()])

    def place(self):
        user = self.random.choice(self.users)
        episode = self.random.randrange(EPISODES)
        seq = next(self.counter)
        time_ms = int(time.time() * 1000) - self.random.randrange(1, HOUR_MS)
        return user, episode, (time_ms, seq)

    def heartbeat(self):
        user, episode, version = self.place()
        position = 10 + version[1] * 0.001  # unique: it names the update that it came from
        body = {"userId": user, "showId": "s", "episodeId": episode, "position": position, "timestamp": version[0],
                "clock": "server", "seq": version[1], "deviceId": self.random.choice(["tv", "phone"]),
                "state": self.random.choice(["playing", "paused", "stopped"])}
        return body, (user, episode, "position", version, round(position, 3))

    def mark(self, mark):
        user, episode, version = self.place()
        body = {"userId": user, "showId": "s", "episodeId": episode, "mark": mark, "timestamp": version[0],
                "clock": "server", "seq": version[1]}
        register = "removed" if mark == "removed" else "watched"
        return body, (user, episode, register, version, mark == "watched" if register == "watched" else True)

    def send(self, updates):
        bodies = [body for body, _ in updates]
        remembered = [entry for _, entry in updates]
        answer = self.ask("POST", "/v1/progress", bodies[0] if len(bodies) == 1 else {"updates": bodies},
                          lambda acked: self.oracle.record(remembered, acked))
        if answer is not None and answer["accepted"] != len(updates):
            raise AssertionError(f"refused: {answer}")

    def erase(self):
        # Whoever is erased is not played again: updates stamped before the erasure vanish, those after it count, and the
        # server alone knows its moment.
        user = self.users.pop(self.random.randrange(len(self.users)))
        self.users.append(f"{self.client}-new-{next(self.counter)}")
        self.ask("DELETE", f"/v1/users/{user}", None, lambda acked: self.oracle.record_erasure(user, acked))

    def ask(self, method, path, body, remember):
        """Remembers before the request leaves that it may count, and after a 202 that it does."""
        data = None if body is None else json.dumps(body)
        try:
            self.connection.request(method, path, data, {"Content-Type": "application/json"} if data else {})
            response = self.connection.getresponse()
            text = response.read()
        except BaseException:
            remember(False)
            raise
        if response.status != 202:
            # 503: the append failed, and may be there after a restart all the same.
            remember(False)
            if response.status in (429, 503):
                return None
            raise AssertionError(f"{response.status}: {text}")
        remember(True)
        return json.loads(text)
