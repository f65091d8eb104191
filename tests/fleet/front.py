"""What stands between Slack and several servers: a load balancer, or Slack's Socket Mode."""

import contextlib
import http.client
import itertools
import json
import queue
import struct
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from tests.websocket import CLOSE, PING, PONG, TEXT, accept, frame, read

LOOPBACK = "127.0.0.1"
EVENTS_PATH = "/slack/events"
ANSWER_SECONDS = 10.0
NOT_PASSED_ON = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


class Answer(NamedTuple):
    """An HTTP answer; status 0 = the connection is closed instead."""

    status: int
    headers: dict[str, str]
    body: bytes


class Front:
    """An HTTP server on a port of its own that passes on what comes to it."""

    def __init__(self) -> None:
        front = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                front.take(self)

            def do_GET(self) -> None:
                front.take(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://{LOOPBACK}:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        body = request.rfile.read(int(request.headers.get("content-length", 0)))
        headers = {n: v for n, v in request.headers.items() if n.lower() not in NOT_PASSED_ON}
        answer = self.answer(request.command, request.path, headers, body)
        request.close_connection = True
        if not answer.status:
            return
        with contextlib.suppress(OSError):
            request.send_response(answer.status)
            for name, value in answer.headers.items():
                request.send_header(name, value)
            request.send_header("content-length", str(len(answer.body)))
            request.end_headers()
            request.wfile.write(answer.body)

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """What is answered to a request."""
        raise NotImplementedError

    def up(self) -> int:
        """How many servers can be reached."""
        raise NotImplementedError


def ask(port: int, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
    """Ask a server on this machine.

    Raises:
        ConnectionRefusedError: nobody listens; nothing was sent.
        OSError, http.client.HTTPException: it was sent and not answered.
    """
    link = http.client.HTTPConnection(LOOPBACK, port, timeout=ANSWER_SECONDS)
    with contextlib.closing(link):
        link.request(method, path, body, headers)
        found = link.getresponse()
        kept = {n: v for n, v in found.getheaders() if n.lower() not in NOT_PASSED_ON}
        return Answer(found.status, kept, found.read())


class Balancer(Front):
    """Gives each request to the next server; one that nobody takes up goes to another.

    As usual, what a server did not answer is not given to a second one: Slack repeats it.
    """

    def __init__(self, ports: list[int]) -> None:
        super().__init__()
        self._ports = ports
        self._turn = itertools.count()

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        first = next(self._turn)
        for place in range(len(self._ports)):
            port = self._ports[(first + place) % len(self._ports)]
            try:
                return ask(port, method, path, headers, body)
            except ConnectionRefusedError:
                continue
            except (OSError, http.client.HTTPException):
                return Answer(502, {}, b"")
        return Answer(503, {}, b"")

    def up(self) -> int:
        return sum(is_ready(port) for port in self._ports)


def is_ready(port: int) -> bool:
    """Whether a server on this machine says that it is ready."""
    try:
        return ask(port, "GET", "/readyz", {}, b"").status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False


class Connection:
    """One server's Socket Mode connection."""

    def __init__(self, request: BaseHTTPRequestHandler) -> None:
        self._request = request
        self._writing = threading.Lock()
        self._waiting: dict[str, queue.Queue[dict[str, Any] | None]] = {}
        self.lost = False

    def ask(self, envelope: dict[str, Any]) -> dict[str, Any] | None:
        """Deliver an envelope; gives its acknowledgement, None when there is none."""
        waiting: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._waiting[envelope["envelope_id"]] = waiting
        try:
            self._write(TEXT, json.dumps(envelope).encode())
            return waiting.get(timeout=ANSWER_SECONDS)
        except (OSError, queue.Empty):
            return None
        finally:
            del self._waiting[envelope["envelope_id"]]

    def listen(self) -> None:
        """Read until it is over."""
        with contextlib.suppress(OSError, struct.error):
            while True:
                opcode, content = read(self._request.rfile)
                if opcode == PING:
                    self._write(PONG, content)
                elif opcode == CLOSE:
                    break
                elif opcode == TEXT:
                    acknowledged = json.loads(content)
                    waiting = self._waiting.get(acknowledged["envelope_id"])
                    if waiting is not None:
                        waiting.put(acknowledged)
        self.lost = True
        for waiting in list(self._waiting.values()):
            waiting.put(None)

    def _write(self, opcode: int, content: bytes) -> None:
        with self._writing:
            self._request.wfile.write(frame(opcode, content))


class SocketMode(Front):
    """Slack's end of Socket Mode: each envelope goes to one of the connections that are open.

    Its Web API is the playground's, to which all other calls are passed on.
    """

    def __init__(self) -> None:
        super().__init__()
        self.playground_port = 0
        self.connections: list[Connection] = []
        self._turn = itertools.count()

    def take(self, request: BaseHTTPRequestHandler) -> None:
        if request.headers.get("Sec-WebSocket-Key") is None:
            super().take(request)
            return
        request.send_response(101)
        request.send_header("Upgrade", "websocket")
        request.send_header("Connection", "Upgrade")
        request.send_header("Sec-WebSocket-Accept", accept(request.headers["Sec-WebSocket-Key"]))
        request.end_headers()
        request.close_connection = True
        connection = Connection(request)
        self.connections.append(connection)
        connection.listen()
        self.connections.remove(connection)

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if path == EVENTS_PATH:
            return self._deliver(headers, body)
        if path == "/api/apps.connections.open":
            url = f"ws{self.url.removeprefix('http')}/link/{uuid.uuid4().hex}"
            said = json.dumps({"ok": True, "url": url}).encode()
            return Answer(200, {"content-type": "application/json"}, said)
        try:
            return ask(self.playground_port, method, path, headers, body)
        except (OSError, http.client.HTTPException):
            return Answer(0, {}, b"")

    def up(self) -> int:
        return sum(not one.lost for one in self.connections)

    def _deliver(self, headers: dict[str, str], body: bytes) -> Answer:
        open_ones = [one for one in self.connections if not one.lost]
        if not open_ones:
            return Answer(503, {}, b"")
        connection = open_ones[next(self._turn) % len(open_ones)]
        acknowledged = connection.ask(_envelope(headers, body))
        if acknowledged is None:
            return Answer(504, {}, b"")
        payload = acknowledged.get("payload")
        said = json.dumps(payload).encode() if payload else b""
        return Answer(200, {"content-type": "application/json"}, said)


def _envelope(headers: dict[str, str], body: bytes) -> dict[str, Any]:
    kind = {name.lower(): value for name, value in headers.items()}["content-type"]
    if kind.startswith("application/json"):
        sort, payload = "events_api", json.loads(body)
    else:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        sort, payload = "slash_commands", form
        if "payload" in form:
            sort, payload = "interactive", json.loads(form["payload"])
    return {"envelope_id": uuid.uuid4().hex, "type": sort, "payload": payload}
