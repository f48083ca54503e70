"""A WebSocket and an event stream for tests: written from RFC 6455 and the HTML standard, apart from the server."""

import base64
import hashlib
import http.client
import json
import os
import socket
import struct

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
PATIENCE_SECONDS = 20


class Refused(Exception):
    def __init__(self, status, headers, body):
        super().__init__(f"{status}: {body}")
        self.status, self.headers, self.body = status, headers, body


class Closed(Exception):
    def __init__(self, code, reason):
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class Socket:
    """Opens /v1/socket; raises Refused when the answer is no 101. With `hello`, says it and takes the welcome."""

    def __init__(self, server, hello=True, headers=(), receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE_SECONDS)
        self.socket.connect(("127.0.0.1", server.port))
        self.received = b""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = {"Host": f"127.0.0.1:{server.port}", "Connection": "Upgrade", "Upgrade": "websocket",
                 "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13", "Sec-WebSocket-Protocol": "playhead.v1",
                 **dict(headers)}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
        self.socket.sendall(f"GET /v1/socket HTTP/1.1\r\n{head}\r\n".encode())
        status, answered = self._read_head()
        if status != 101:
            body = self._read(int(answered.get("content-length", 0)))
            self.close()
            raise Refused(status, answered, body)
        expected = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
        assert answered["sec-websocket-accept"] == expected, answered
        self.protocol = answered.get("sec-websocket-protocol")
        if hello:
            self.send(type="hello")
            self.welcome = self.next("welcome")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def _read(self, size):
        while len(self.received) < size:
            part = self.socket.recv(65536)
            if not part:
                raise Closed(1006, "the connection ended")
            self.received += part
        taken, self.received = self.received[:size], self.received[size:]
        return taken

    def _read_head(self):
        while b"\r\n\r\n" not in self.received:
            part = self.socket.recv(65536)
            if not part:
                raise Closed(1006, "the connection ended")
            self.received += part
        head, _, self.received = self.received.partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        return int(status.split()[1]), dict((n.lower(), v) for n, v in (line.split(": ", 1) for line in lines))

    def frame(self, opcode, payload, final=True, masked=True):
        mask = os.urandom(4) if masked else b""
        size = len(payload)
        length = bytes([size]) if size < 126 else b"\x7e" + struct.pack(">H", size) if size < 65536 else \
            b"\x7f" + struct.pack(">Q", size)
        bits = bytes([(0x80 if final else 0) | opcode, length[0] | (0x80 if masked else 0)]) + length[1:]
        body = bytes(b ^ mask[i % 4] for i, b in enumerate(payload)) if masked else payload
        return bits + mask + body

    def send_frame(self, opcode, payload, **how):
        self.socket.sendall(self.frame(opcode, payload, **how))

    def send_text(self, text):
        self.send_frame(TEXT, text.encode())

    def send(self, **message):
        self.send_text(json.dumps(message))

    def next_frame(self):
        first, second = self._read(2)
        assert first & 0xF0 == 0x80 and second & 0x80 == 0, "a server's frames are whole and unmasked"
        size = second
        if size == 126:
            size, = struct.unpack(">H", self._read(2))
        elif size == 127:
            size, = struct.unpack(">Q", self._read(8))
        return first & 0x0F, self._read(size)

    def message(self):
        """The next message; answers pings, and raises Closed when the server closes."""
        while True:
            opcode, payload = self.next_frame()
            if opcode == PING:
                self.send_frame(PONG, payload)
            elif opcode == CLOSE:
                code = struct.unpack(">H", payload[:2])[0] if payload else 1005
                raise Closed(code, payload[2:].decode())
            elif opcode == TEXT:
                return json.loads(payload)

    def next(self, *types):
        """The next message of one of these types; others before it are passed over."""
        while True:
            message = self.message()
            if message["type"] in types:
                return message

    def subscribe(self, user, ref="s"):
        self.send(type="subscribe", ref=ref, userId=user)
        return self.next("snapshot", "error")


class Events:
    """GET /v1/users/{user}/events."""

    def __init__(self, server, user, headers=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_SECONDS)
        self.connection.request("GET", f"/v1/users/{user}/events", headers=headers or {})
        self.answer = self.connection.getresponse()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.answer.close()
        self.connection.close()

    def next(self, *types):
        """(type, data) of the next event of one of these types, or of any; None at the end of the stream."""
        kind, data = None, []
        while True:
            line = self.answer.fp.readline()
            if not line:
                return None
            line = line.decode().rstrip("\n")
            if line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("data: "):
                data.append(line[6:])
            elif not line and data:
                if not types or kind in types:
                    return kind, json.loads("\n".join(data))
                kind, data = None, []
