"""A player or an app that keeps its connection, and what is said about many of its answers."""

import http.client
import json
import math


class Client:
    """One thread. `send` and `receive` are apart so that several nodes can be asked at once."""

    def __init__(self, host, port, timeout=5):
        self.connection = http.client.HTTPConnection(host, port, timeout=timeout)

    def send(self, method, path, body=None):
        self.connection.request(method, path, body and json.dumps(body), {"Content-Type": "application/json"} if body else {})

    def receive(self):
        """Status and body."""
        response = self.connection.getresponse()
        return response.status, json.loads(response.read() or b"null")

    def ask(self, method, path, body=None):
        self.send(method, path, body)
        return self.receive()

    def play(self, **update):
        status, body = self.ask("POST", "/v1/progress", update)
        if status != 202:
            raise OSError(f"{status} {body.get('code')}")
        return body

    def resume(self, user):
        status, body = self.ask("GET", f"/v1/users/{user}/resume")
        if status != 200:
            raise OSError(f"{status} {body.get('code')}")
        return body

    def close(self):
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def percentile(values, percent):
    """The nearest rank's; of nothing there is none."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def summary(seconds):
    """Latencies in milliseconds."""
    return {"count": len(seconds), **{name: 1000 * percentile(seconds, percent) if seconds else None
                                      for name, percent in (("p50", 50), ("p90", 90), ("p99", 99), ("max", 100))}}
