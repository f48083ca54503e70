"""Players that remember what was acknowledged, and say whether it is still there."""

import http.client
import itertools
import json
import threading

EPISODES = 50
# Devices' names may be this long, which fills a disk with few updates.
LONG_ID = "d" * 256


class Player(threading.Thread):
    """One connection and one user of its own, who moves on in a batch of episodes at a time."""

    def __init__(self, port, user, until, batch):
        super().__init__(daemon=True)
        self.port, self.user, self.until, self.batch = port, user, until, batch
        self.known = {}    # episode -> position of the newest acknowledged update
        self.unsure = {}   # episode -> positions sent since, which may or may not count
        self.refusals = []
        self.trouble = None

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            for number in itertools.count(1):
                if self.until.is_set():
                    return
                self.send(connection, number)
        except (OSError, http.client.HTTPException) as error:
            self.trouble = error
        finally:
            connection.close()

    def send(self, connection, number):
        # Positions only grow, so each names the update that it came from.
        moved = {(number + i) % EPISODES: 100 + number for i in range(self.batch)}
        for episode, position in moved.items():
            self.unsure.setdefault(episode, set()).add(position)
        updates = [{"userId": self.user, "showId": "s", "episodeId": episode, "position": position,
                    "deviceId": LONG_ID, "sessionId": LONG_ID} for episode, position in moved.items()]
        connection.request("POST", "/v1/progress", json.dumps({"updates": updates}))
        response = connection.getresponse()
        body = json.loads(response.read())
        if response.status != 202:
            self.refusals.append((response.status, response.headers, body))
            return
        if body["accepted"] != len(moved):
            raise http.client.HTTPException(f"not all was accepted: {body}")
        self.known.update(moved)
        for episode in moved:
            self.unsure[episode].clear()


class Audience:
    """Several players, in front of one server after the other."""

    def __init__(self, size=4, batch=EPISODES):
        self.size, self.batch = size, batch
        self.numbers = itertools.count(1)
        self.gone = []

    def play(self, server, until):
        """Plays until `until(players)` says so; returns the players."""
        stop = threading.Event()
        players = [Player(server.port, f"user-{next(self.numbers)}", stop, self.batch) for _ in range(self.size)]
        for player in players:
            player.start()
        try:
            while not until(players) and any(player.is_alive() for player in players):
                stop.wait(0.005)
        finally:
            stop.set()
            for player in players:
                player.join()
        self.gone += players
        for player in players:
            if player.trouble is not None:
                raise AssertionError(f"{player.user}: {player.trouble!r}")
        return players

    def acknowledged(self):
        return sum(len(player.known) for player in self.gone)

    def complaints(self, server):
        """What the server answers otherwise than it may: acknowledged and lost, or never sent."""
        found = []
        for player in self.gone:
            answer = server.get(f"/v1/users/{player.user}/episodes?limit=1000")
            if answer.status != 200:
                found.append(f"{player.user}: {answer.status} {answer.body}")
                continue
            answered = {item["episodeId"]: item["position"] for item in answer.json["items"]}
            for episode in answered.keys() | player.known.keys():
                allowed = player.unsure.get(episode, set()) | {player.known.get(episode)}
                if answered.get(episode) not in allowed:
                    found.append(f"{player.user}/{episode}: {answered.get(episode)}, but only {allowed} may be")
        return found


def each_was_acknowledged(players):
    return all(player.known for player in players)


def each_was_refused(players):
    return all(player.refusals for player in players)
