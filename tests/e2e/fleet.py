"""Players in front of a cluster: each remembers what was acknowledged, goes to another node when one does not answer, and
afterwards says what is lost or invented. A watcher asks for one user all the time and notes how the answers were."""

import http.client
import itertools
import json
import threading
import time
from collections import Counter

EPISODES = 20
# Whoever had to go to another node comes back after this.
HOME_AGAIN_SECONDS = 2.0


class Refused(Exception):
    pass


def ask(host, port, method, path, body=None, timeout=5):
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None,
                           {"Content-Type": "application/json"} if body is not None else {})
        response = connection.getresponse()
        return response.status, json.loads(response.read() or b"null")
    finally:
        connection.close()


class Player(threading.Thread):
    """One user, watching several episodes at a time; `nodes`: (host, port) in the order in which it likes them, the first being its
    home. Each update is
    sent `copies` times, every time to the next node."""

    def __init__(self, user, nodes, until, pause, copies=1):
        super().__init__(daemon=True)
        self.user, self.nodes, self.until, self.pause, self.copies = user, list(nodes), until, pause, copies
        self.known = {}    # episode -> position of the newest acknowledged update
        self.unsure = {}   # episode -> positions sent since, which may or may not count
        self.acks = Counter()
        self.refusals = Counter()
        self.longest_gap = 0.0
        self.connection = None
        self.at = 0           # which of the nodes
        self.home_again = 0.0

    def run(self):
        last_ack = time.monotonic()
        for number in itertools.count(1):
            if self.until.is_set():
                break
            try:
                self.acks[self.send(number)] += 1
                now = time.monotonic()
                self.longest_gap = max(self.longest_gap, now - last_ack)
                last_ack = now
            except (OSError, http.client.HTTPException, Refused) as error:
                self.refusals[str(error) if isinstance(error, Refused) else type(error).__name__] += 1
                self.go_elsewhere()
            self.until.wait(self.pause)
        self.longest_gap = max(self.longest_gap, time.monotonic() - last_ack)
        if self.connection:
            self.connection.close()

    def go_elsewhere(self):
        if self.connection:
            self.connection.close()
        self.connection = None
        self.at = (self.at + 1) % len(self.nodes)
        self.home_again = time.monotonic() + HOME_AGAIN_SECONDS
        self.until.wait(0.05)

    def go_home(self):
        if self.at != 0 and time.monotonic() > self.home_again:
            self.connection.close()
            self.connection, self.at = None, 0

    def send(self, number):
        """The durability of the ack."""
        if self.connection is not None:
            self.go_home()
        if self.connection is None:
            self.connection = http.client.HTTPConnection(*self.nodes[self.at], timeout=8)
        # Positions only grow, so each names the update that it came from. One of each kind of update.
        episode, position = number % EPISODES, 100 + number
        self.unsure.setdefault(episode, set()).add(position)
        update = {"userId": self.user, "showId": "s", "episodeId": episode, "position": position,
                  "state": ("playing", "playing", "paused", "stopped")[number % 4], "deviceId": "tv", "sessionId": self.user,
                  "timestamp": int(time.time() * 1000), "clock": "server"}
        for copy in range(1, self.copies):
            ask(*self.nodes[(self.at + copy) % len(self.nodes)], "POST", "/v1/progress", update)
        self.connection.request("POST", "/v1/progress", json.dumps(update), {"Content-Type": "application/json"})
        response = self.connection.getresponse()
        body = json.loads(response.read())
        if response.status != 202:
            raise Refused(body.get("code", str(response.status)))
        self.known[episode] = position
        self.unsure[episode].clear()
        return body["durability"]


class Watcher(threading.Thread):
    """Reads at a node all the time: how many answers were right, stale or refused, and the longest time that any user had to
    do without one that was fresh."""

    def __init__(self, node, users, until):
        super().__init__(daemon=True)
        self.node, self.users, self.until = node, users, until
        self.answers = Counter()
        self.longest_unsure = 0.0

    def run(self):
        fresh_at = dict.fromkeys(self.users, time.monotonic())
        for user in itertools.cycle(self.users):
            if self.until.wait(0.02):
                return
            kind = self.ask_for(user)
            self.answers[kind] += 1
            now = time.monotonic()
            self.longest_unsure = max(self.longest_unsure, now - fresh_at[user])
            if kind == "fresh":
                fresh_at[user] = now

    def ask_for(self, user):
        try:
            status, body = ask(*self.node, "GET", f"/v1/users/{user}/resume", timeout=3)
            return "refused" if status != 200 else "stale" if body["stale"] else "fresh"
        except (OSError, http.client.HTTPException):
            return "no answer"


class Fleet:
    def __init__(self, name, nodes, size=8, pause=0.02, copies=1):
        self.name, self.nodes = name, list(nodes)
        self.until = threading.Event()
        self.players = [Player(f"{name}-{i}", self.nodes[i % len(self.nodes):] + self.nodes[:i % len(self.nodes)], self.until,
                               pause, copies) for i in range(size)]
        self.watchers = [Watcher(node, [player.user for player in self.players], self.until) for node in self.nodes]

    def start(self):
        for thread in (*self.players, *self.watchers):
            thread.start()
        return self

    def acknowledged(self):
        return sum(sum(player.acks.values()) for player in self.players)

    def acks(self, durability):
        return sum(player.acks[durability] for player in self.players)

    def wait_for_acks(self, more, seconds=60, durability=None):
        count = (lambda: self.acks(durability)) if durability else self.acknowledged
        goal, give_up = count() + more, time.monotonic() + seconds
        while count() < goal:
            if time.monotonic() > give_up:
                raise AssertionError(f"only {count()} acks of {goal} after {seconds} s: {self.refusals()}")
            time.sleep(0.05)

    def refusals(self):
        return sum((player.refusals for player in self.players), Counter())

    def stop(self):
        self.until.set()
        for thread in (*self.players, *self.watchers):
            thread.join()

    def complaints(self, node):
        """What a node answers otherwise than it may: acknowledged and lost, or never sent."""
        found = []
        for player in self.players:
            try:
                status, body = ask(*node, "GET", f"/v1/users/{player.user}/episodes?limit=1000")
            except (OSError, http.client.HTTPException) as error:
                found.append(f"{player.user}: {error!r}")
                continue
            if status != 200 or body["stale"]:
                found.append(f"{player.user}: {status}, {'stale' if status == 200 else body}")
                continue
            answered = {item["episodeId"]: item["position"] for item in body["items"]}
            for episode in answered.keys() | player.known.keys():
                allowed = player.unsure.get(episode, set()) | {player.known.get(episode)}
                if answered.get(episode) not in allowed:
                    found.append(f"{player.user}/{episode}: {answered.get(episode)}, but only {allowed} may be")
        return found

    def settle(self, nodes, seconds=90):
        """Waits until no node has complaints; raises with what is left."""
        give_up = time.monotonic() + seconds
        while True:
            found = {node: self.complaints(node) for node in nodes}
            if not any(found.values()):
                return
            if time.monotonic() > give_up:
                lines = [f"{node[0]}: {len(those)} complaints, such as {those[0]}" for node, those in found.items() if those]
                raise AssertionError("; ".join(lines))
            time.sleep(0.5)

    def report(self):
        acks = sum((player.acks for player in self.players), Counter())
        reads = [f"{watcher.node[0]}: {dict(watcher.answers)}, longest that a user had no fresh answer {watcher.longest_unsure:.1f} s"
                 for watcher in self.watchers]
        return (f"{self.name}: {sum(acks.values())} acknowledged {dict(acks)}, 0 lost, 0 invented; longest time without an ack "
                f"{max(player.longest_gap for player in self.players):.1f} s, refused {dict(self.refusals())}; reads at "
                + "; ".join(reads))


class Crowd:
    """Very many users with one item each, posted in batches to one node."""

    def __init__(self, name, node, batches, batch):
        self.name, self.node, self.batches, self.batch = name, node, batches, batch

    def user(self, number):
        return f"{self.name}-{number}"

    def post(self):
        connection = http.client.HTTPConnection(*self.node, timeout=30)
        for first in range(0, self.batches * self.batch, self.batch):
            updates = [{"userId": self.user(i), "showId": "s", "episodeId": 1, "position": 100 + i, "deviceId": "tv"}
                       for i in range(first, first + self.batch)]
            connection.request("POST", "/v1/progress", json.dumps({"updates": updates}), {"Content-Type": "application/json"})
            response = connection.getresponse()
            body = json.loads(response.read())
            assert response.status == 202 and body["accepted"] == self.batch, body
        connection.close()

    def check(self, nodes, sample):
        """`sample` of them, evenly; none may be lost."""
        total = self.batches * self.batch
        for node in nodes:
            for number in range(0, total, total // sample):
                status, body = ask(*node, "GET", f"/v1/users/{self.user(number)}/resume")
                assert status == 200 and body.get("position") == 100 + number, (node, number, body)
