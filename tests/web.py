"""A platform on this machine: answers what it was told to, or misbehaves as it was told to."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.specifications import wrong

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Request:
    """What was asked. query: by name, all values."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]

    def one(self, name: str) -> str:
        """The only value under a name."""
        (value,) = self.query[name]
        return value


@dataclass(frozen=True)
class Reply:
    """What is answered. body: bytes as they are, anything else as JSON."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Script = Callable[[Request], Any]


@dataclass
class Web:
    """A running server; `script` gives a `Reply`, or what is answered as JSON.

    wrong: what the platforms' specifications say against the requests that came.
    """

    server: ThreadingHTTPServer
    script: Script
    requests: list[Request] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]


@contextmanager
def web(script: Script, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    """Serve a script for the length of a block."""
    server = ThreadingHTTPServer((LOOPBACK, port), _Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    here = Web(server, script)
    server.web = here  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
    assert here.wrong == [], "a platform would refuse such a request"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # headers and body leave together

    def do_GET(self) -> None:
        here: Web = self.server.web  # type: ignore[attr-defined]
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = parse_qs(parts.query, keep_blank_values=True)
        request = Request(unquote(parts.path), query, headers)
        here.requests.append(request)
        here.wrong += [f"{self.path}: {each}" for each in wrong(request.path, query)]
        said = here.script(request)
        reply = said if isinstance(said, Reply) else Reply(said)
        is_raw = isinstance(reply.body, bytes)
        body = reply.body if is_raw else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing on the tests' output."""


@contextmanager
def raw(behave: Callable[[socket.socket], None], port: int = 0) -> Iterator[str]:
    """A server that does with each connection what it likes, once the question was read."""
    listening = socket.create_server((LOOPBACK, port))
    stopped = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65536)
                behave(connection)
            except OSError:
                pass  # the other side hung up

    def accept() -> None:
        while not stopped.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://{LOOPBACK}:{listening.getsockname()[1]}"
    finally:
        stopped.set()
        listening.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        listening.close()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
