"""Starts the real program for a test, and speaks to it."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from urllib.parse import quote

PROGRAM = os.environ.get("PLAYHEAD", "build/release/playhead")
START_SECONDS = 30


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


def run(*arguments, **environment):
    """Runs the program to its end, for when it is expected to refuse."""
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=30,
                          env={**os.environ, **environment})


class Server:
    """`playhead serve` on a free loopback port with a data folder of its own, unless `data` names one."""

    def __init__(self, *flags, program=PROGRAM, data=None):
        self.folder = tempfile.mkdtemp(prefix="playhead-api-")
        self.data = data or os.path.join(self.folder, "data")
        self.program = program
        self.flags = list(flags)
        self.process = None
        self.start()

    def start(self):
        self.log = os.path.join(self.folder, "log.txt")
        command = [self.program, "serve", "--listen", "127.0.0.1:0", "--data", self.data, *self.flags]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command, stderr=log)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            found = re.search(r"Listening on http://127\.0\.0\.1:(\d+)", self.said())
            if found:
                self.port = int(found.group(1))
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"the server did not start: {self.said()}")

    def said(self):
        """What it wrote since it was last started."""
        with open(self.log) as log:
            return log.read()

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(timeout=30)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder)

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            if isinstance(body, (dict, list)):
                body = json.dumps(body)
            if isinstance(body, str):
                body = body.encode()
            sent = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, body, {**sent, **(headers or {})})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, path, headers=None):
        return self.ask("GET", path, headers=headers)

    def post(self, body, headers=None):
        return self.ask("POST", "/v1/progress", body, headers)

    def raw(self, text, wait_for_close=True):
        """Sends bytes as they are and returns all that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(text)
            received = b""
            while wait_for_close or b"\r\n\r\n" not in received:
                part = connection.recv(65536)
                if not part:
                    break
                received += part
            return received

    def resume(self, user, **parameters):
        query = "&".join(f"{name}={quote(str(value))}" for name, value in parameters.items())
        return self.get(f"/v1/users/{quote(str(user), safe='')}/resume?{query}".rstrip("?")).json


class ApiTest(unittest.TestCase):
    """One server for all tests of a class; each test takes users of its own."""

    flags = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.flags)

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def play(self, user, position, episode=12, show=789, **more):
        update = {"userId": user, "showId": show, "episodeId": episode, "position": position, **more}
        answer = self.server.post({name: value for name, value in update.items() if value is not None})
        self.assertEqual(answer.status, 202, answer.body)
        return answer.json
